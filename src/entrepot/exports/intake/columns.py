"""Records to Arrow columns whose types only widen from block to block."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import chain, repeat
from typing import TYPE_CHECKING

from entrepot.base.errors import Invalid, TooMuch
from entrepot.exports.widening import EXACT

if TYPE_CHECKING:
    import pyarrow as pa

Record = Mapping[str, object]

MOST_COLUMNS = 16_384
"""So many a sheet has, at the most."""

NAME_CHARACTERS = 500
MOST_CELLS = 60_000_000
"""Rows times columns; 100 MB of records that all have their fields come to a third."""

BLOCK_CELLS = 400_000


class Columns:
    """Gathers the columns of many records, in the order in which they are first seen.

    Attributes:
        rows: Records taken so far.
    """

    def __init__(self, name: str) -> None:
        self.rows = 0
        self._name = name
        self._types: dict[str, pa.DataType] = {}
        self._is_exact: dict[str, bool] = {}
        self._blank_rows = 0

    @property
    def count(self) -> int:
        """Return how many columns there are."""
        return len(self._types)

    def blocks(self, records: Sequence[Record]) -> Iterator[pa.RecordBatch]:
        """Yield the records as batches; each has the types that are known by then.

        Raises:
            Invalid: A field's name is too long.
            TooMuch: There are too many columns, or cells.
        """
        self._add_names(records)
        self.rows += len(records)
        if self.rows * len(self._types) > MOST_CELLS:
            raise TooMuch(
                f"{self._name}: {self.rows} records with {len(self._types)} fields in "
                f"all are more than {MOST_CELLS} cells",
            )
        if not self._types:
            self._blank_rows += len(records)
            return
        blanks: Iterator[Record] = repeat({}, self._blank_rows)
        self._blank_rows = 0
        step = max(1, BLOCK_CELLS // len(self._types))
        for part in _cut(chain(blanks, records), step):
            yield self._block(part)

    def blocks_of(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Take columns that are there before any record; there are no rows in that."""
        yield from self.blocks([])
        self._add_names([dict.fromkeys(names)])

    def schema(self) -> pa.Schema:
        """Return the types that hold every value; text where there was none."""
        import pyarrow as pa

        return pa.schema(
            [
                pa.field(name, pa.string() if pa.types.is_null(type) else type)
                for name, type in self._types.items()
            ]
        )

    def _add_names(self, records: Sequence[Record]) -> None:
        import pyarrow as pa

        for name in dict.fromkeys(chain.from_iterable(records)):
            if name in self._types:
                continue
            if len(name) > NAME_CHARACTERS:
                raise Invalid(
                    f"{self._name}: the field {name[:60]!r}… has a name of more than "
                    f"{NAME_CHARACTERS} characters"
                )
            self._types[name] = pa.null()
            self._is_exact[name] = True
        if len(self._types) > MOST_COLUMNS:
            raise TooMuch(f"{self._name}: more than {MOST_COLUMNS} different fields")

    def _block(self, records: Sequence[Record]) -> pa.RecordBatch:
        import pyarrow as pa

        arrays = [
            self._array(name, [record.get(name) for record in records])
            for name in self._types
        ]
        fields = [
            pa.field(name, array.type)
            for name, array in zip(self._types, arrays, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))

    def _array(self, name: str, values: list[object]) -> pa.Array:
        import pyarrow as pa

        array = _typed(values)
        known = self._types[name]
        if pa.types.is_null(array.type):
            # Text until a value tells otherwise: most columns are.
            is_open = pa.types.is_null(known)
            return pa.nulls(len(array), pa.string() if is_open else known)
        wanted = self._widened(name, known, array)
        self._types[name] = wanted
        if array.type == wanted:
            return array
        if pa.types.is_string(wanted):
            return as_text(values)
        return array.cast(wanted)

    def _widened(self, name: str, known: pa.DataType, array: pa.Array) -> pa.DataType:
        import pyarrow as pa

        kinds = pa.types
        self._is_exact[name] &= _is_exact(array)
        if kinds.is_null(known) or known == array.type:
            return array.type
        numbers = all(
            kinds.is_integer(type) or kinds.is_floating(type)
            for type in (known, array.type)
        )
        if {known, array.type} == {pa.date32(), pa.timestamp("us")}:
            return pa.timestamp("us")
        is_double = numbers and self._is_exact[name]
        return pa.float64() if is_double else pa.string()


def as_text(values: Sequence[object]) -> pa.Array:
    """Return values of any kind as text: texts as they are, numbers as in JSON."""
    import pyarrow as pa

    from entrepot.base.cell_text import cell_text

    doubles = [value for value in values if type(value) is float]
    written = iter(cell_text(pa.array(doubles, pa.float64())).to_pylist())
    return pa.array(
        [next(written) if type(value) is float else _text(value) for value in values],
        pa.string(),
    )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict | list | bool):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def _typed(values: list[object]) -> pa.Array:
    """Return the array of the narrowest type that changes no value."""
    import pyarrow as pa

    kinds = set(map(type, values))
    kinds.discard(type(None))
    if not kinds:
        return pa.nulls(len(values))
    try:
        match kinds:
            case _ if kinds == {str}:
                return pa.array(values, pa.string())
            case _ if kinds == {bool}:
                return pa.array(values, pa.bool_())
            case _ if kinds == {int}:
                return pa.array(values, pa.int64())
            case _ if kinds == {date}:
                return pa.array(values, pa.date32())
            case _ if kinds <= {date, datetime}:
                return pa.array(values, pa.timestamp("us"))
            case _ if kinds == {time}:
                return pa.array(values, pa.time64("us"))
            case _ if kinds <= {int, float}:
                return _doubles(values)
            case _:
                return as_text(values)
    except OverflowError:
        return as_text(values)


def _doubles(values: list[object]) -> pa.Array:
    import pyarrow as pa

    are_exact = all(-EXACT <= v <= EXACT for v in values if type(v) is int)
    return pa.array(values, pa.float64()) if are_exact else as_text(values)


def _is_exact(array: pa.Array) -> bool:
    """Tell whether the integers of a block would survive becoming doubles."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_integer(array.type):
        return True
    edges = pc.min_max(array).as_py()
    return bool(edges["min"] >= -EXACT and edges["max"] <= EXACT)


def _cut(records: Iterator[Record], step: int) -> Iterator[list[Record]]:
    part = []
    for record in records:
        part.append(record)
        if len(part) == step:
            yield part
            part = []
    if part:
        yield part
