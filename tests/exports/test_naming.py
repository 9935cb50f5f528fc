"""Names of files, from whatever a table is called."""

import pytest

from entrepot.exports.naming import file_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Order Details", "Order Details.csv"),
        ("Aufträge 漢", "Aufträge 漢.csv"),
        ("/BIC/AZ~1", "_BIC_AZ~1.csv"),
        ("../../etc/passwd", "_.._etc_passwd.csv"),
        (".hidden", "hidden.csv"),
        ('a<b>:"c|d?*\\e\n', "a_b_c_d_e_.csv"),
        ("", "export.csv"),
        ("...", "export.csv"),
        ("NUL", "_NUL.csv"),
        ("console", "console.csv"),
        ("ü" * 200, "ü" * 75 + ".csv"),
        ("evil\u202excod.exe", "evil_xcod.exe.csv"),
    ],
)
def test_a_name_is_fit_for_any_system(title, name):
    """No folders, no control characters, not hidden, not too long."""
    assert file_name(title, "csv") == name
