"""Columns as JSON values."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from entrepot.base.columns import column_array
from entrepot.base.json_values import json_column


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["a", "", None], ["a", "", None]),
        ([2**53, -(2**53) - 1, None], [2**53, str(-(2**53) - 1), None]),
        ([1.5, float("nan"), float("inf"), None], [1.5, None, None, None]),
        ([True, None], [True, None]),
        ([Decimal("12.90"), None], ["12.90", None]),
        ([b"\x00\xff", b""], ["AP8=", ""]),
        ([date(2024, 2, 29)], ["2024-02-29"]),
        ([datetime(2024, 2, 29, 1, tzinfo=UTC)], ["2024-02-29T01:00:00Z"]),
        ([1, "a", 2.5, b"x", None], [1, "a", 2.5, "eA==", None]),
        ([[1, None], None], [[1, None], None]),
    ],
)
def test_values_are_exact(values, expected):
    """What JSON cannot carry comes as text, what is nothing as null."""
    assert json_column(column_array(values)) == expected


def test_an_empty_column_has_no_values():
    """No rows give an empty list."""
    assert json_column(pa.array([], pa.int64())) == []
