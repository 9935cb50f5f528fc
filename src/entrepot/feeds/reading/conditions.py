"""For which rows a rule's conditions hold, all rows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from entrepot.base.errors import Invalid
from entrepot.feeds.reading.plan import Condition

if TYPE_CHECKING:
    import pyarrow as pa

Column = Callable[[str], "pa.Array"]
"""Gives a column by its name, of whatever type; NULLs where there is none."""


def holding(conditions: Sequence[Condition], column: Column, rows: int) -> pa.Array:
    """Return a mask of the rows for which all conditions hold."""
    import pyarrow as pa
    import pyarrow.compute as pc

    mask = pa.array([True] * rows, pa.bool_())
    for condition in conditions:
        found = _TESTS[condition.test](column(condition.column), condition.value)
        mask = pc.and_(mask, pc.fill_null(found, False))
    return mask


def as_text(values: pa.Array) -> pa.Array:
    """Return values as people write them, so that rules can compare any of them."""
    import pyarrow as pa

    return values if values.type == pa.string() else values.cast(pa.string())


def _lower(values: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.utf8_lower(pc.utf8_trim_whitespace(as_text(values)))


def _is(values: pa.Array, value: str) -> pa.Array:
    import pyarrow.compute as pc

    if _is_numeric(values):
        return pc.equal(_double(values), _number(value))
    return pc.equal(_lower(values), value.strip().lower())


def _is_not(values: pa.Array, value: str) -> pa.Array:
    import pyarrow.compute as pc

    return pc.invert(pc.fill_null(_is(values, value), False))


def _contains(values: pa.Array, value: str) -> pa.Array:
    import pyarrow.compute as pc

    return pc.match_substring(_lower(values), value.strip().lower())


def _lacks(values: pa.Array, value: str) -> pa.Array:
    import pyarrow.compute as pc

    return pc.invert(pc.fill_null(_contains(values, value), False))


def _starts(values: pa.Array, value: str) -> pa.Array:
    import pyarrow.compute as pc

    return pc.starts_with(_lower(values), value.strip().lower())


def _ends(values: pa.Array, value: str) -> pa.Array:
    import pyarrow.compute as pc

    return pc.ends_with(_lower(values), value.strip().lower())


def _matches(values: pa.Array, value: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        # Of no rows at all the pattern would not be looked at.
        pc.match_substring_regex(pa.array([""]), value)
        return pc.match_substring_regex(as_text(values), value, ignore_case=True)
    except pa.ArrowInvalid as error:
        raise Invalid(f"{value[:100]!r} is no pattern: {error}"[:300]) from None


def _is_one_of(values: pa.Array, value: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    words = [line.strip().lower() for line in value.splitlines() if line.strip()]
    return pc.is_in(_lower(values), pa.array(words, pa.string()), skip_nulls=True)


def _is_empty(values: pa.Array, value: str) -> pa.Array:
    import pyarrow.compute as pc

    return pc.fill_null(pc.equal(_lower(values), ""), True)


def _is_filled(values: pa.Array, value: str) -> pa.Array:
    import pyarrow.compute as pc

    return pc.invert(_is_empty(values, value))


def _is_above(values: pa.Array, value: str) -> pa.Array:
    import pyarrow.compute as pc

    return pc.greater(_double(values), _number(value))


def _is_below(values: pa.Array, value: str) -> pa.Array:
    import pyarrow.compute as pc

    return pc.less(_double(values), _number(value))


def _is_numeric(values: pa.Array) -> bool:
    import pyarrow.types as kinds

    type = values.type
    return bool(
        kinds.is_integer(type) or kinds.is_floating(type) or kinds.is_decimal(type)
    )


def _double(values: pa.Array) -> pa.Array:
    """Return values as numbers; texts that are none are NULL."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if _is_numeric(values):
        return values.cast(pa.float64(), safe=False)
    texts = pc.utf8_trim_whitespace(as_text(values))
    fits = pc.match_substring_regex(texts, r"^-?[0-9]{1,300}(?:\.[0-9]{1,300})?$")
    return pc.if_else(fits, texts, pa.scalar(None, pa.string())).cast(pa.float64())


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Invalid(
            f"a rule compares with {text[:100]!r}, which is no number"
        ) from None


_TESTS: dict[str, Callable[[pa.Array, str], pa.Array]] = {
    "is": _is,
    "is_not": _is_not,
    "contains": _contains,
    "lacks": _lacks,
    "starts_with": _starts,
    "ends_with": _ends,
    "matches": _matches,
    "is_one_of": _is_one_of,
    "is_empty": _is_empty,
    "is_filled": _is_filled,
    "is_above": _is_above,
    "is_below": _is_below,
}
