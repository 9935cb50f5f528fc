"""What rules do to values, all rows at once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING

from entrepot.base.errors import Invalid
from entrepot.feeds.reading.conditions import as_text
from entrepot.feeds.reading.plan import Action
from entrepot.feeds.reading.values.numbers import DIGITS, PLACES

if TYPE_CHECKING:
    import pyarrow as pa

Read = Callable[[str], "pa.Scalar"]
"""Reads a text as a value of the column; raises `Invalid`."""

NUMERIC = ("multiply", "add", "round")
TEXTUAL = ("replace", "prefix", "suffix")


def acted(action: Action, values: pa.Array, read: Read) -> pa.Array:
    """Return what all values would be after an action.

    Raises:
        Invalid: It cannot be done to values of this kind.
    """
    import pyarrow as pa

    if action.kind in NUMERIC and not _is_numeric(values):
        raise Invalid(
            f"{action.column} is no number, so it cannot be told to {action.kind}",
            hint="numbers are in the fields of a product, not in a file's texts",
        )
    if action.kind in TEXTUAL and values.type != pa.string():
        raise Invalid(f"{action.column} is no text, so {action.kind} means nothing")
    return _ACTIONS[action.kind](action, values, read)


def _set(action: Action, values: pa.Array, read: Read) -> pa.Array:
    import pyarrow as pa

    return pa.array([read(action.value).as_py()] * len(values), values.type)


def _clear(action: Action, values: pa.Array, read: Read) -> pa.Array:
    import pyarrow as pa

    return pa.nulls(len(values), values.type)


def _replace(action: Action, values: pa.Array, read: Read) -> pa.Array:
    import pyarrow.compute as pc

    return pc.replace_substring(values, action.value, action.by)


def _prefix(action: Action, values: pa.Array, read: Read) -> pa.Array:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(action.value, values, "")


def _suffix(action: Action, values: pa.Array, read: Read) -> pa.Array:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(values, action.value, "")


def _map(action: Action, values: pa.Array, read: Read) -> pa.Array:
    """Look each different value up once; what is not in the table stays."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = {key.strip().lower(): value for key, value in action.table.items()}
    coded = as_text(values).dictionary_encode()
    known = coded.dictionary.to_pylist()
    made = [
        read(table[text.strip().lower()]).as_py()
        if text.strip().lower() in table
        else None
        for text in known
    ]
    hit = pa.array([text.strip().lower() in table for text in known], pa.bool_())
    new = pc.take(pa.array(made, values.type), coded.indices)
    return pc.if_else(pc.fill_null(pc.take(hit, coded.indices), False), new, values)


def _multiply(action: Action, values: pa.Array, read: Read) -> pa.Array:
    factor = number_of(action)
    return _computed(values, lambda number: number * factor)


def _add(action: Action, values: pa.Array, read: Read) -> pa.Array:
    summand = number_of(action)
    return _computed(values, lambda number: number + summand)


def _round(action: Action, values: pa.Array, read: Read) -> pa.Array:
    """Round to a number of places, or to the next multiple such as 0.05."""
    text = action.value.strip() or "0"
    step = number_of(action) if "." in text else Decimal(1).scaleb(-int(text))
    return _computed(
        values,
        lambda number: (number / step).quantize(Decimal(1), ROUND_HALF_UP) * step,
    )


def number_of(action: Action) -> Decimal:
    """Return the number that an action is told.

    Raises:
        Invalid: It is none, or none that can be reckoned with.
    """
    try:
        number = Decimal(action.value.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    is_step = action.kind != "round" or "." not in action.value or number > 0
    if not number.is_finite() or abs(number.adjusted()) > 12 or not is_step:
        raise Invalid(
            f"{action.kind} needs a number such as 1.2, not {action.value[:60]!r}"
        )
    return number


def _computed(values: pa.Array, reckon: Callable[[Decimal], Decimal]) -> pa.Array:
    """Reckon exactly with each different number once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    coded = values.dictionary_encode()
    made = [_fitting(reckon(Decimal(str(v))), values.type) for v in _known(coded)]
    return pc.take(pa.array(made, values.type), coded.indices)


def _known(coded: pa.DictionaryArray) -> list[object]:
    found: list[object] = coded.dictionary.to_pylist()
    return found


def _fitting(number: Decimal, type: pa.DataType) -> object:
    """Return a number as the column has it; what is too large is brought to its end.

    The bounds of the field are looked at after all rules.
    """
    import pyarrow as pa

    if pa.types.is_decimal(type):
        most = Decimal(10) ** (DIGITS - PLACES) - Decimal("0.01")
        exact = number.quantize(Decimal("0.01"), ROUND_HALF_UP)
        return max(-most, min(most, exact))
    if pa.types.is_integer(type):
        return max(-(2**62), min(2**62, int(number.to_integral_value(ROUND_HALF_UP))))
    return float(number)


def _is_numeric(values: pa.Array) -> bool:
    import pyarrow.types as kinds

    type = values.type
    return bool(
        kinds.is_integer(type) or kinds.is_floating(type) or kinds.is_decimal(type)
    )


_ACTIONS: dict[str, Callable[[Action, pa.Array, Read], pa.Array]] = {
    "set": _set,
    "clear": _clear,
    "replace": _replace,
    "prefix": _prefix,
    "suffix": _suffix,
    "map": _map,
    "multiply": _multiply,
    "add": _add,
    "round": _round,
}
