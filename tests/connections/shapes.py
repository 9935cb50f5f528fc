"""A table's structure for tests that need no database."""

from entrepot.connections import Column, Structure, Table


def structure(*, key=("id",), row_key=""):
    """Columns of every kind, one with a colon and a comma in its name."""
    kinds = [
        ("id", "INTEGER", "integer", False),
        ("name", "TEXT", "text", True),
        ("price", "NUMERIC(10,2)", "decimal", True),
        ("ratio", "REAL", "number", True),
        ("is_open", "BOOLEAN", "boolean", True),
        ("day", "DATE", "date", True),
        ("at", "TIMESTAMP WITH TIME ZONE", "datetime", True),
        ("body", "BLOB", "bytes", True),
        ("what:ever, %", "TEXT", "text", True),
        ("untyped", "", "other", True),
    ]
    columns = tuple(
        Column(name=name, position=n, type=type_, kind=kind, nullable=nullable)
        for n, (name, type_, kind, nullable) in enumerate(kinds, 1)
    )
    table = Table(name="stock", type="table")
    return Structure(
        schema="main", table=table, columns=columns, key=key, row_key=row_key
    )
