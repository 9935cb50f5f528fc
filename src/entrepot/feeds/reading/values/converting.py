"""Texts to values, kind by kind: all at once where they are plain, else one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from entrepot.base.errors import Invalid
from entrepot.catalogue import FIELDS
from entrepot.feeds.reading.values import days, lists, numbers, paths, words
from entrepot.feeds.reading.work import Fault, true_rows

if TYPE_CHECKING:
    import pyarrow as pa

V = TypeVar("V")
Faults = list[tuple[int, Fault]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How texts are to be understood."""

    decimal_sign: str = "."
    date_order: str = "ymd"
    category_sign: str = ""
    as_day: bool = False


def kind_of_field(name: str) -> str:
    """Return the kind of a field, `text` for one of `custom_attributes`.

    Raises:
        KeyError: There is no such field.
    """
    if name == "category_path":
        return "path"
    if name == "id":
        return "integer"
    if name.startswith(("custom_attributes.", "metafields.")):
        return "text"
    return FIELDS[name].kind


def convert(name: str, texts: pa.Array, reading: Reading) -> tuple[pa.Array, Faults]:
    """Return the values of trimmed texts, and what is wrong at which places."""
    kind = kind_of_field(name)
    if kind == "text":
        return _text(name, texts, reading)
    return _KINDS[kind](texts, reading)


def convert_one(name: str, text: str, reading: Reading) -> pa.Scalar:
    """Return one value, such as a rule sets.

    Raises:
        Invalid: The text is no value of this field.
    """
    import pyarrow as pa

    values, faults = convert(
        name, pa.array([text.strip() or None], pa.string()), reading
    )
    if faults:
        raise Invalid(f"{name}: {text[:100]!r} {faults[0][1].reason}")
    return values[0]


def _text(name: str, texts: pa.Array, reading: Reading) -> tuple[pa.Array, Faults]:
    import pyarrow.compute as pc

    if reading.as_day:
        return _by_value(texts, lambda text: days.read_day(text, reading.date_order))
    if name == "sku":
        return pc.utf8_upper(texts), []
    if name == "currency":
        named = words.looked_up(texts, dict(numbers.SYMBOLS), texts.type)
        return pc.utf8_upper(pc.coalesce(named, texts)), []
    return texts, []


def _money(texts: pa.Array, reading: Reading) -> tuple[pa.Array, Faults]:
    plain = numbers.plain_numbers(texts, reading.decimal_sign)
    values, misfits = numbers.amounts(plain)
    return _finish(texts, plain, (values, misfits), (numbers.read_amount, reading))


def _number(texts: pa.Array, reading: Reading) -> tuple[pa.Array, Faults]:
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = numbers.plain_numbers(texts, reading.decimal_sign)
    fits = pc.match_substring_regex(plain, r"^[+-]?[0-9]{1,15}(?:\.[0-9]{1,20})?$")
    taken = pc.if_else(fits, pc.utf8_ltrim(plain, "+"), pa.scalar(None, pa.string()))
    values = taken.cast(pa.float64())
    return _finish(
        texts, plain, (values, pc.invert(fits)), (numbers.read_double, reading)
    )


def _integer(texts: pa.Array, reading: Reading) -> tuple[pa.Array, Faults]:
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = numbers.plain_numbers(texts, reading.decimal_sign)
    fits = pc.match_substring_regex(plain, r"^[+-]?0*[0-9]{1,9}$")
    taken = pc.if_else(fits, pc.utf8_ltrim(plain, "+"), pa.scalar(None, pa.string()))
    values = taken.cast(pa.int64())
    return _finish(
        texts, plain, (values, pc.invert(fits)), (numbers.read_integer, reading)
    )


def _finish(
    texts: pa.Array,
    plain: pa.Array,
    tried: tuple[pa.Array, pa.Array],
    slow: tuple[Callable[[str], object], Reading],
) -> tuple[pa.Array, Faults]:
    """Read one by one what was not read at once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values, misfits = tried
    read, reading = slow
    rows = true_rows(
        pc.and_(pc.is_valid(texts), pc.or_kleene(pc.is_null(plain), misfits))
    )
    if not rows:
        return values, []
    made: list[object] = [None] * len(texts)
    faults: Faults = []
    for row in rows:
        text = plain[row].as_py() or _pointed(texts[row].as_py(), reading)
        value = read(text)
        if value is numbers.NO_NUMBER:
            faults.append((row, _no_number(reading)))
        elif isinstance(value, Fault):
            faults.append((row, value))
        else:
            made[row] = value
    return pc.coalesce(values, pa.array(made, values.type)), faults


def _pointed(text: str, reading: Reading) -> str:
    """Return a text with a point for its decimal sign, if it has one sign alone."""
    if reading.decimal_sign == "," and "." not in text:
        return text.replace(",", ".")
    return text


def _no_number(reading: Reading) -> Fault:
    other = "." if reading.decimal_sign == "," else ","
    return Fault(
        "not-a-number",
        f"is not a number with {reading.decimal_sign!r} as its decimal sign",
        f"if the file writes {other!r} there, choose that for the column",
    )


def _boolean(texts: pa.Array, reading: Reading) -> tuple[pa.Array, Faults]:
    import pyarrow as pa

    return _looked_up(texts, dict(words.TRUTHS), pa.bool_(), words.NO_TRUTH)


def _word(texts: pa.Array, reading: Reading) -> tuple[pa.Array, Faults]:
    import pyarrow as pa

    return _looked_up(texts, dict(words.STATES), pa.string(), words.NO_STATE)


def _looked_up(
    texts: pa.Array, table: dict[str, object], type: pa.DataType, fault: Fault
) -> tuple[pa.Array, Faults]:
    import pyarrow.compute as pc

    values = words.looked_up(texts, table, type)
    if values.null_count == texts.null_count:
        return values, []
    missed = true_rows(pc.and_(pc.is_valid(texts), pc.is_null(values)))
    return values, [(row, fault) for row in missed]


def _path(texts: pa.Array, reading: Reading) -> tuple[pa.Array, Faults]:
    return _by_value(texts, lambda text: paths.read_path(text, reading.category_sign))


def _list(texts: pa.Array, reading: Reading) -> tuple[pa.Array, Faults]:
    return _by_value(texts, lists.read_list)


def _object(texts: pa.Array, reading: Reading) -> tuple[pa.Array, Faults]:
    return _by_value(texts, lists.read_object)


def _by_value(
    texts: pa.Array, read: Callable[[str], str | Fault]
) -> tuple[pa.Array, Faults]:
    """Read each different text once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    coded = texts.dictionary_encode()
    found = [read(text) for text in coded.dictionary.to_pylist()]
    good = [None if isinstance(value, Fault) else value for value in found]
    values = pc.take(pa.array(good, pa.string()), coded.indices)
    if None not in good:
        return values, []
    codes = coded.indices.to_pylist()
    wrong = {
        code: value for code, value in enumerate(found) if isinstance(value, Fault)
    }
    faults = [(row, wrong[code]) for row, code in enumerate(codes) if code in wrong]
    return values, faults


_KINDS: dict[str, Callable[[pa.Array, Reading], tuple[pa.Array, Faults]]] = {
    "money": _money,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "word": _word,
    "path": _path,
    "list": _list,
    "object": _object,
}
