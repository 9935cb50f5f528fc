"""A SQLite database with awkward names and values, for this room's tests."""

import sqlite3
from pathlib import Path

STATEMENTS = (
    '''create table "Order Details" (
        id integer primary key, "na.me, 'q' ""x""" text, price numeric(10,2),
        big integer, picture blob, day date, "at" datetime, is_open boolean)''',
    'create table "/BIC/AZ~1" (code text primary key, n integer) without rowid',
    "create table keyless (a text, b integer)",
    'create view expensive as select id, price from "Order Details" where price > 5',
)


def build(path: Path) -> Path:
    """Make the database: 25 orders, 3 codes, 5 rows without key."""
    with sqlite3.connect(path) as connection:
        for statement in STATEMENTS:
            connection.execute(statement)
        connection.executemany(
            'insert into "Order Details" values (?, ?, ?, ?, ?, ?, ?, ?)',
            [order(n) for n in range(1, 26)],
        )
        connection.executemany(
            'insert into "/BIC/AZ~1" values (?, ?)', [("a", 1), ("b", 2), ("ü", 3)]
        )
        connection.executemany(
            "insert into keyless values (?, ?)", [("x", n % 2) for n in range(5)]
        )
    connection.close()
    return path


def order(n: int) -> tuple[object, ...]:
    """Row 1 is full, row 2 empty, row 3 at the limits; the rest are plain."""
    special = {
        1: (1, "a", 12.5, 7, b"\x00\xff", "2024-02-29", "2024-02-29 10:11:12", 1),
        2: (2, None, None, None, None, None, None, None),
        3: (3, "", 0.1, 2**53 + 1, b"", "1970-01-01", "1970-01-01 00:00:00", 0),
    }
    return special.get(n, (n, f"item {n}", n, n, None, None, None, None))
