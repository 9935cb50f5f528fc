"""The place where a page ended."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.base.errors import Invalid
from entrepot.dataproducts.cursors import parse_cursor, render_cursor

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.binary(),
    st.dates(),
    st.times(),
    st.datetimes(timezones=st.just(UTC)),
    st.decimals(allow_nan=False, allow_infinity=False),
)


@given(st.lists(VALUES, max_size=5))
def test_any_values_come_back(values):
    """Types and values are the same after the way through an address."""
    found = parse_cursor(render_cursor(values))

    assert list(found) == values
    assert [type(v) for v in found] == [type(v) for v in values]


def test_times_and_numbers_stay_apart():
    """A date is no datetime, a decimal no float."""
    moment = datetime(2024, 2, 29, tzinfo=UTC)
    values = (date(2024, 2, 29), moment, time(1, 2), Decimal("1.10"))

    assert parse_cursor(render_cursor(values)) == values


@pytest.mark.parametrize("text", ["x", "!!", "eyJhIjoxfQ", "W3siQSI6ICIxIn1d"])
def test_a_word_that_is_no_cursor_is_refused(text):
    """Whatever somebody types there, the answer says where to take it from."""
    with pytest.raises(Invalid, match="not a place"):
        parse_cursor(text)
