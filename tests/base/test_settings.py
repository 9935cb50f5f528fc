"""What of a setting people see."""

from __future__ import annotations

import pytest

from entrepot.base.errors import Invalid
from entrepot.base.settings import Setting, masked_url

KEY = Setting("house_key", "", "Key of the house.", secret=True)
RATIO = Setting("house_full_ratio", 0.5, "How full.", at_least=0.0, at_most=1.0)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///app.db", "sqlite:///app.db"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
        ("postgresql://u:secret@h:5432/d", "postgresql://u:***@h:5432/d"),
        ("postgresql://u:sec/re@t@h/d", "postgresql://u:***@h/d"),
        ("postgresql://h/d?password=secret", "postgresql://h/d?***"),
        ("postgresql://h/d?password=sec@ret", "postgresql://h/d***"),
        ("postgresql://u:se?cr@et@h/d", "postgresql://u***"),
        ("no url at all", "no url at all"),
    ],
)
def test_a_url_is_shown_without_its_password(url, shown):
    """Whatever may be a password is `***`, also where it was not encoded."""
    assert masked_url(url) == shown


def test_a_secret_is_never_shown():
    """A set secret is `***`, an empty one empty."""
    assert KEY.show("hunter2") == "***"
    assert KEY.show("") == ""


@pytest.mark.parametrize("text", ["nan", "inf", "-0.1", "1.01", "1e400", "half"])
def test_a_number_stays_in_its_range(text):
    """Numbers outside the range, and what is no number, are refused."""
    assert RATIO.parse("0.75") == 0.75
    assert RATIO.parse(" 1 ") == 1.0

    with pytest.raises(Invalid, match="ENTREPOT_HOUSE_FULL_RATIO must be"):
        RATIO.parse(text)
