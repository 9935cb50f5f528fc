"""DuckDB's types as Arrow types that every format can take."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from entrepot.base.columns import unique_names
from entrepot.base.rows import DB_TYPE

KEPT = {
    "BOOLEAN",
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "FLOAT",
    "DOUBLE",
    "DECIMAL",
    "VARCHAR",
    "BLOB",
    "DATE",
    "TIME",
    "TIMESTAMP",
    "TIMESTAMP_NS",
    "TIMESTAMP WITH TIME ZONE",
}
"""Types whose Arrow form says what the value is; the rest is text, or:"""

CAST = {
    "UTINYINT": "SMALLINT",
    "USMALLINT": "INTEGER",
    "UINTEGER": "BIGINT",
    "UBIGINT": "DECIMAL(20,0)",
    "TIMESTAMP_S": "TIMESTAMP",
    "TIMESTAMP_MS": "TIMESTAMP",
}
NESTED = ("list", "array", "struct", "map", "union", "variant")
"""Ids of types that become JSON text."""

FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31 in days from 1970: Python's dates and most formats'."""
DAY_US = 86_400_000_000
INFINITE = {"date32[day]": 2**31 - 1, "timestamp": 2**63 - 1}


@dataclass(frozen=True, slots=True)
class Result:
    """A column of a result."""

    name: str
    type: str

    @property
    def bare_type(self) -> str:
        """The type without what stands in brackets."""
        return self.type.partition("(")[0]

    @property
    def is_fixed(self) -> bool:
        """Whether every batch has exactly the same Arrow type."""
        return not self.bare_type.startswith(("DATE", "TIME", "HUGEINT"))


def plan_results(relation: duckdb.DuckDBPyRelation) -> list[Result]:
    """Return the columns of a statement, their names told apart."""
    names = unique_names(relation.columns)
    types = [str(type_) for type_ in relation.types]
    return [Result(*pair) for pair in zip(names, types, strict=True)]


def select_results(
    relation: duckdb.DuckDBPyRelation, results: list[Result]
) -> duckdb.DuckDBPyRelation:
    """Have DuckDB turn what Arrow or the formats would not take as it is."""
    columns = [
        _selected(duckdb.SQLExpression(f"#{n}"), result, type_.id).alias(result.name)
        for n, (result, type_) in enumerate(
            zip(results, relation.types, strict=True), start=1
        )
    ]
    return relation.select(*columns)


def _selected(
    column: duckdb.Expression, result: Result, type_id: str
) -> duckdb.Expression:
    if type_id in NESTED:
        column = duckdb.FunctionExpression("to_json", column)
        return column.cast("VARCHAR")
    if result.bare_type in KEPT:
        return column
    return column.cast(CAST.get(result.type, "VARCHAR"))


def make_batch(table: pa.Table, results: list[Result]) -> pa.RecordBatch:
    """Return rows as one batch; its schema says what each column came to."""
    arrays = [
        _array(column.combine_chunks(), result)
        for column, result in zip(table.columns, results, strict=True)
    ]
    fields = [
        pa.field(result.name, array.type, metadata={DB_TYPE: result.type.encode()})
        for array, result in zip(arrays, results, strict=True)
    ]
    return pa.record_batch(arrays, schema=pa.schema(fields))


def _array(array: pa.Array, result: Result) -> pa.Array:
    match result.bare_type:
        case "HUGEINT":
            return _huge(array)
        case "DATE":
            return _within(array, pa.int32(), FIRST_DAY, LAST_DAY)
        case "TIME":
            return _within(array, pa.int64(), 0, DAY_US - 1)
        case "TIMESTAMP_NS":
            return _microseconds(array)
        case "TIMESTAMP WITH TIME ZONE":
            return _moments(array.cast(pa.timestamp("us", "UTC")))
        case name if name.startswith("TIMESTAMP"):
            return _moments(array)
    return array


def _huge(array: pa.Array) -> pa.Array:
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:  # DuckDB writes 39 digits where Arrow has place for 38
        return pa.array([None if v is None else str(v) for v in array.to_pylist()])
    return array


def _microseconds(array: pa.Array) -> pa.Array:
    try:
        return array.cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        return array.cast(pa.string())


def _moments(array: pa.Array) -> pa.Array:
    first, last = FIRST_DAY * DAY_US, (LAST_DAY + 1) * DAY_US - 1
    return _within(array, pa.int64(), first, last)


def _within(array: pa.Array, number: pa.DataType, first: int, last: int) -> pa.Array:
    """Return the array, as text if a value is outside what can be written."""
    numbers = array.view(number)
    ends = pc.min_max(numbers).as_py()
    if ends["min"] is None or (ends["min"] >= first and ends["max"] <= last):
        return array
    endless = 2 ** (number.bit_width - 1) - 1
    texts = array.cast(pa.string()).to_pylist()
    words = {endless: "infinity", -endless: "-infinity", DAY_US: "24:00:00"}
    is_time = pa.types.is_time(array.type)
    return pa.array(
        [
            words[value] if value in words and (is_time or value != DAY_US) else text
            for value, text in zip(numbers.to_pylist(), texts, strict=True)
        ],
        pa.string(),
    )
