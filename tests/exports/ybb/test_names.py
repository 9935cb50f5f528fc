"""Files and sheets are called as the document says, whatever is wished for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from entrepot.base.errors import Invalid
from entrepot.exports.ybb.names import (
    Names,
    batch_title,
    clean_file_name,
    make_names,
    sheet_title,
)

AT = datetime(2025, 11, 20, 10, 15, tzinfo=UTC)
ID = "7f3c1b52a0b14c0f9d2e"


def test_a_name_is_made_of_type_template_id_and_time():
    """Nobody wished for a name."""
    assert make_names("participants", "standard", ID, AT, "") == Names(
        single="participants_standard_7f3c1b52_20-11-2025_101500",
        part="participants_standard_7f3c1b52_batch_{number}_20-11-2025_101500",
        archive="participants_standard_7f3c1b52_complete_20-11-2025",
    )


def test_a_wished_name_is_the_stem_of_all():
    """Its extension, which the format decides, falls away."""
    assert make_names("payments", "standard", ID, AT, "Paid June.xls") == Names(
        single="Paid June",
        part="Paid June_batch_{number}_of_{total}",
        archive="Paid June_complete_export",
    )


def test_braces_of_a_wish_stay_braces():
    """Nothing of what a caller sends is filled in."""
    names = make_names("payments", "standard", ID, AT, "a{number}{0.x}")

    assert names.part.format(number=2, total=3) == "a{number}{0.x}_batch_2_of_3"


@pytest.mark.parametrize(
    ("wished", "stem"),
    [
        ("report", "report"),
        ("report.XLSX", "report"),
        ("v1.2 final", "v1.2 final"),
        ('a<b>c:"d|e?f*g', "a_b_c_d_e_f_g"),
        ("a/b", "a_b"),
        ("tab\there\x00", "tab_here_"),
        ("Ünal – été ②", "Ünal – été ②"),
        ("abc\u202excod", "abc_xcod"),
        ("..hidden", "hidden"),
        ("x" * 300, "x" * 200),
        ("   ", ""),
    ],
)
def test_a_wish_is_made_safe(wished, stem):
    """No sign that a file system refuses, no path, no hidden file."""
    assert clean_file_name(wished) == stem


@pytest.mark.parametrize(
    "wished",
    [
        "../report",
        "..\\report",
        "a/../../b",
        "..",
        "/etc/passwd",
        "C:\\Windows\\x",
        "c:/x",
        "CMD.EXE",
        "run powershell now",
        "///",
        "...",
    ],
)
def test_a_hostile_wish_is_refused(wished):
    """Paths and programs are nobody's mistake."""
    assert clean_file_name("report") == "report"
    with pytest.raises(Invalid, match="filename"):
        clean_file_name(wished)


def test_a_sheet_is_called_by_type_and_month():
    """Of several files each has its number in it."""
    title = sheet_title("ambassadors", AT, "")

    assert title == "Ambassadors Nov 2025"
    assert batch_title(title, 3) == "Ambassadors Nov 2025 (Batch 3)"
    assert batch_title("x" * 31, 12) == "x" * 20 + " (Batch 12)"


@pytest.mark.parametrize(
    "wished",
    ["x" * 32, "a/b", "a\\b", "a?", "a*", "[a]", "a:b", "'a", "a'", " a", "History"],
)
def test_a_sheet_that_excel_refuses_is_refused(wished):
    """Rather than another name than the one that was wished for."""
    assert sheet_title("payments", AT, "x" * 31) == "x" * 31
    with pytest.raises(Invalid, match="sheet_name"):
        sheet_title("payments", AT, wished)
