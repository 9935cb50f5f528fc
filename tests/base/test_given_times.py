"""Times that people write."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from entrepot.base.errors import Invalid, InvalidValue
from entrepot.base.given_times import parse_time


@pytest.mark.parametrize(
    ("text", "is_end", "at"),
    [
        ("2026-11-20", False, datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20", True, datetime(2026, 11, 21, tzinfo=UTC)),
        (" 2026-11-20T14:30 ", True, datetime(2026, 11, 20, 14, 30, tzinfo=UTC)),
        ("2026-11-20 14:30:00Z", True, datetime(2026, 11, 20, 14, 30, tzinfo=UTC)),
        (
            "2026-11-20T14:30:00+02:00",
            False,
            datetime(2026, 11, 20, 12, 30, tzinfo=UTC),
        ),
        (
            "2026-11-20T14:30:00 02:00",
            False,
            datetime(2026, 11, 20, 12, 30, tzinfo=UTC),
        ),
        ("2026-11-20 14:30 0200", False, datetime(2026, 11, 20, 12, 30, tzinfo=UTC)),
        (
            "2026-11-20T14:30:00-02:00",
            False,
            datetime(2026, 11, 20, 16, 30, tzinfo=UTC),
        ),
    ],
)
def test_a_time_is_read(text, is_end, at):
    """UTC where no zone is named; a day may mean its end; a plus may have been lost."""
    assert parse_time("since", text, is_end=is_end) == at


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_is_no_time(text):
    """Whoever wants one must ask for it."""
    assert parse_time("since", text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("yesterday", "2026-02-30", "0000-01-01", "2026-13-01", "2026-11-20T25:00"),
        *("9999-12-31", "0001-01-01T00:00+05:00", "1" * 10_000, "2026-11-20\0", "１"),
    ],
)
def test_what_is_no_time_is_said(text):
    """With the field's name, the text cut short, and the error that is wanted."""
    assert parse_time("until", "2026-11-20", is_end=True, error=InvalidValue)
    with pytest.raises(InvalidValue, match=r"^until: .{1,80} is no time$") as caught:
        parse_time("until", text, is_end=True, error=InvalidValue)

    assert isinstance(caught.value, Invalid)
    assert caught.value.hint == "write 2026-11-20 or 2026-11-20T14:30:00Z"
