"""The table that is measured: orders of twelve columns, the same in every run."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

OUT = Path(__file__).parent / "out"
"""Made files, kept between runs."""

BATCH_ROWS = 16_384

WORDS = (
    *("alpha", "bolt", "copper", "drum", "elbow", "flange", "gasket", "hinge", "iron"),
    *("joint", "kit", "lever", "motor", "nut", "oil", "pump", "quartz", "rivet"),
    *("screw", "tube", "union", "valve", "washer", "yoke", "zinc", "été", "größe"),
)
STATES = ["open", "paid", "shipped", "returned", "cancelled"]
DDL = """
CREATE TABLE t (
  id INTEGER PRIMARY KEY, customer INTEGER, quantity INTEGER, price REAL,
  discount REAL, ordered_on DATE, created_at TIMESTAMP, name TEXT, email TEXT,
  description TEXT, status TEXT, is_paid BOOLEAN)
"""


def table(rows: int) -> pa.Table:
    """Make the table; a hundredth of the discounts is NULL."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    chance = np.random.default_rng(7)
    words = pa.array(WORDS)

    def text(count: int, separator: str = " ") -> pa.Array:
        picks = (pa.array(chance.integers(0, len(WORDS), rows)) for _ in range(count))
        return pc.binary_join_element_wise(*map(words.take, picks), separator)

    day = chance.integers(18_000, 20_500, rows).astype(np.int32)
    second = chance.integers(1_600_000_000, 1_780_000_000, rows)
    ids = pa.array(np.arange(1, rows + 1))
    mail = [text(1), pa.array(chance.integers(0, 9999, rows)).cast(pa.string())]
    return pa.table(
        {
            "id": ids,
            "customer": pa.array(chance.integers(1, 50_000, rows)),
            "quantity": pa.array(chance.integers(1, 500, rows)),
            "price": pa.array(np.round(chance.random(rows) * 1000, 2)),
            "discount": pa.array(
                np.round(chance.random(rows), 3), mask=chance.random(rows) < 0.01
            ),
            "ordered_on": pa.array(day).cast(pa.date32()),
            "created_at": pa.array(second * 10**6).cast(pa.timestamp("us")),
            "name": text(2),
            "email": pc.binary_join_element_wise(*mail, "@example.org", ""),
            "description": text(9),
            "status": pa.array(STATES).take(pa.array(chance.integers(0, 5, rows))),
            "is_paid": pa.array(chance.random(rows) < 0.5),
        }
    )


def arrow_path(rows: int) -> Path:
    """Return where the table lies as a file of record batches."""
    return OUT / f"orders-{rows}.arrow"


def sqlite_path(rows: int) -> Path:
    """Return where the table `t` lies as a SQLite database."""
    return OUT / f"orders-{rows}.db"


def make(rows: int) -> None:
    """Make both files, if they are not there."""
    if arrow_path(rows).exists() and sqlite_path(rows).exists():
        return
    import pyarrow.ipc as ipc

    OUT.mkdir(exist_ok=True)
    made = table(rows)
    with ipc.new_file(arrow_path(rows), made.schema) as file:
        file.write_table(made, max_chunksize=BATCH_ROWS)
    sqlite_path(rows).unlink(missing_ok=True)
    with sqlite3.connect(sqlite_path(rows)) as connection:
        connection.execute(DDL)
        for batch in made.to_batches(max_chunksize=BATCH_ROWS):
            connection.executemany(
                f"INSERT INTO t VALUES ({','.join('?' * 12)})",
                zip(*map(_stored, batch.columns), strict=True),
            )


def _stored(column: pa.Array) -> list[object]:
    # SQLite has no dates: they are stored as text, as most programs do.
    import pyarrow as pa

    is_time = pa.types.is_temporal(column.type)
    return (column.cast(pa.string()) if is_time else column).to_pylist()


if __name__ == "__main__":
    make(int(sys.argv[1]))
