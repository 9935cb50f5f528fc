"""HANA's types: their codes on the wire, and which of DuckDB's holds their values."""

from __future__ import annotations

import re
from dataclasses import dataclass

CODES = {
    "TINYINT": 1,
    "SMALLINT": 2,
    "INTEGER": 3,
    "BIGINT": 4,
    "DECIMAL": 5,
    "SMALLDECIMAL": 5,
    "REAL": 6,
    "DOUBLE": 7,
    "CHAR": 8,
    "VARCHAR": 9,
    "NCHAR": 10,
    "NVARCHAR": 11,
    "BINARY": 12,
    "VARBINARY": 13,
    "CLOB": 25,
    "NCLOB": 26,
    "BLOB": 27,
    "BOOLEAN": 28,
    "ALPHANUM": 55,
    "TIMESTAMP": 61,
    "SECONDDATE": 62,
    "DATE": 63,
    "TIME": 64,
}

DUCKDB = {
    "TINYINT": "UTINYINT",
    "SMALLDECIMAL": "DECIMAL(16,4)",
    "NCHAR": "VARCHAR",
    "NVARCHAR": "VARCHAR",
    "ALPHANUM": "VARCHAR",
    "CLOB": "VARCHAR",
    "NCLOB": "VARCHAR",
    "VARBINARY": "BLOB",
    "BINARY": "BLOB",
    "SECONDDATE": "TIMESTAMP",
}
"""Words of HANA's that DuckDB has others for."""

FROM_DUCKDB = {
    "UTINYINT": "TINYINT",
    "TINYINT": "SMALLINT",
    "FLOAT": "REAL",
    "BLOB": "VARBINARY",
    "HUGEINT": "DECIMAL",
    "UBIGINT": "DECIMAL",
    "TIMESTAMP_S": "SECONDDATE",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
    "VARCHAR": "NVARCHAR",
}
LENGTHS = {"NVARCHAR": 5000, "VARCHAR": 5000, "VARBINARY": 5000}
DIGITS = {
    "TINYINT": 3,
    "SMALLINT": 5,
    "INTEGER": 10,
    "BIGINT": 19,
    "DATE": 10,
    "TIME": 8,
    "SECONDDATE": 19,
    "TIMESTAMP": 27,
    "BOOLEAN": 1,
    "REAL": 24,
    "DOUBLE": 53,
}
LOB_SIZE = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Type:
    """A type as HANA's catalogue names it.

    Attributes:
        length: Of texts and bytes, or digits; 34 for a DECIMAL without any.
        scale: None where it has none, and of a DECIMAL that floats.
    """

    name: str
    length: int
    scale: int | None = None

    @property
    def code(self) -> int:
        """Return its number on the wire."""
        return CODES[self.name]

    @property
    def is_lob(self) -> bool:
        """Whether values travel as large objects."""
        return self.name in ("CLOB", "NCLOB", "BLOB")


def declared_type(name: str, arguments: list[int]) -> Type:
    """Return the type that a column is declared with."""
    name = {"INT": "INTEGER", "DEC": "DECIMAL", "TEXT": "NCLOB"}.get(name, name)
    if name == "DECIMAL":
        scale = arguments[1] if len(arguments) > 1 else 0
        return Type(name, arguments[0], scale) if arguments else Type(name, 34)
    if name == "SMALLDECIMAL":
        return Type(name, 16)
    if name in ("CLOB", "NCLOB", "BLOB"):
        return Type(name, LOB_SIZE)
    scale = 0 if name in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT") else None
    return Type(name, arguments[0] if arguments else DIGITS.get(name, 1), scale)


def found_type(duckdb_type: str) -> Type:
    """Return the type of a result's column, as far as DuckDB knows it."""
    found = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", duckdb_type)
    if found:
        return Type("DECIMAL", int(found[1]), int(found[2]))
    name = FROM_DUCKDB.get(duckdb_type, duckdb_type)
    if name == "DECIMAL":
        return Type(name, 38, 0)
    if name not in CODES:
        name = "NVARCHAR"
    length = LENGTHS.get(name, DIGITS.get(name, 1))
    return Type(name, length, 0 if "INT" in name else None)
