"""PostgreSQL's types as Arrow's, a batch at a time.

Most values travel as the server's text and are parsed by Arrow, many at once; a batch
with a value that has no Arrow form stays text, exactly as the server wrote it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
import pyarrow as pa
import pyarrow.compute as pc

from entrepot.base.columns import unique_names
from entrepot.base.rows import DB_TYPE
from entrepot.connections.dialects.postgresql.arrays import array_to_json

NUMERIC = 1700
ARROW: dict[int, pa.DataType] = {
    16: pa.bool_(),
    17: pa.binary(),
    20: pa.int64(),
    21: pa.int16(),
    23: pa.int32(),
    26: pa.int64(),  # oid, unsigned
    700: pa.float32(),
    701: pa.float64(),
    1082: pa.date32(),
    1083: pa.time64("us"),
    1114: pa.timestamp("us"),
    1184: pa.timestamp("us", "UTC"),
}
"""By oid, which is the same on every server; what is not here is text."""

LOADED = frozenset((16, 17, 20, 21, 23, 26, 700, 701))
"""Types that psycopg loads; the server's text is kept for all others."""

DECIMAL_DIGITS = 38
DECIMAL_DIGITS_MOST = 76

TYPES = """
SELECT w.oid, w.mod, format_type(w.oid, w.mod), t.typcategory = 'A',
       coalesce(e.typcategory, '') IN ('N', 'B') AND e.oid <> 790
FROM unnest(%s::oid[], %s::int[]) AS w (oid, mod)
JOIN pg_type t ON t.oid = w.oid
LEFT JOIN pg_type e ON e.oid = t.typelem
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A column of a result.

    Attributes:
        wanted: None for a numeric whose digits are not declared.
        is_bare: An array whose items need no quotes in JSON.
    """

    name: str
    oid: int
    type: str
    wanted: pa.DataType | None
    is_array: bool = False
    is_bare: bool = False

    @property
    def is_fixed(self) -> bool:
        """Whether every batch has exactly the wanted type."""
        return self.oid in LOADED or self.wanted == pa.string()


def name_types(
    connection: psycopg.Connection, found: Sequence[tuple[bytes, int, int]]
) -> list[Result]:
    """Return the columns of a described statement, their names told apart."""
    names = unique_names([name.decode() for name, _, _ in found])
    pairs = sorted({(oid, mod) for _, oid, mod in found})
    rows = connection.execute(TYPES, [[o for o, _ in pairs], [m for _, m in pairs]])
    types = {(oid, mod): said for oid, mod, *said in rows}
    return [
        Result(
            name=name,
            oid=oid,
            type=types[oid, mod][0],
            wanted=_wanted(oid, mod),
            is_array=types[oid, mod][1],
            is_bare=types[oid, mod][2],
        )
        for name, (_, oid, mod) in zip(names, found, strict=True)
    ]


def make_batch(
    rows: Sequence[Sequence[object]], columns: list[Result]
) -> pa.RecordBatch:
    """Return rows as a batch; its schema says what each column came to."""
    values = list(zip(*rows, strict=True)) if rows else [() for _ in columns]
    arrays = [_array(v, c) for v, c in zip(values, columns, strict=True)]
    fields = [
        pa.field(c.name, a.type, metadata={DB_TYPE: c.type.encode()})
        for a, c in zip(arrays, columns, strict=True)
    ]
    return pa.record_batch(arrays, schema=pa.schema(fields))


def _wanted(oid: int, mod: int) -> pa.DataType | None:
    if oid != NUMERIC:
        return ARROW.get(oid, pa.string())
    if mod < 0:
        return None
    # numeric's typmod: precision above, an 11-bit signed scale below, plus 4
    precision, scale = (mod - 4) >> 16, (((mod - 4) & 0x7FF) ^ 0x400) - 0x400
    return _decimal(precision, scale) if 0 <= scale <= precision else None


def _decimal(precision: int, scale: int) -> pa.DataType | None:
    if precision <= DECIMAL_DIGITS:
        return pa.decimal128(precision, scale)
    if precision <= DECIMAL_DIGITS_MOST:
        return pa.decimal256(precision, scale)
    return None


def _array(values: Sequence[object], column: Result) -> pa.Array:
    if column.oid in LOADED:
        return pa.array(values, column.wanted)
    if column.is_array:
        values = [v and array_to_json(str(v), column.is_bare) for v in values]
    texts = pa.array(values, pa.string())
    wanted = column.wanted or _widest_decimal(values)
    if wanted == pa.string():
        return texts
    try:
        return _parse(texts, wanted)
    except pa.ArrowInvalid:
        return texts


def _parse(texts: pa.Array, wanted: pa.DataType) -> pa.Array:
    if not pa.types.is_time(wanted):
        return texts.cast(wanted)
    # Arrow parses no bare times.
    moments = pc.binary_join_element_wise("1970-01-01", texts, " ")
    return moments.cast(pa.timestamp(wanted.unit)).cast(wanted)


def _widest_decimal(values: Sequence[object]) -> pa.DataType:
    whole = fraction = 0
    for value in values:
        before, _, after = str(value or "").lstrip("-").partition(".")
        whole, fraction = max(whole, len(before)), max(fraction, len(after))
    if whole + fraction <= DECIMAL_DIGITS:
        return pa.decimal128(DECIMAL_DIGITS, fraction)
    return _decimal(whole + fraction, fraction) or pa.string()
