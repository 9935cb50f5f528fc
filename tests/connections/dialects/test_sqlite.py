"""SQLite does what every dialect must do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime

import pyarrow as pa
import pytest

from entrepot.connections import Target
from tests.contracts.dialect import DialectContract, Exact


class TestSqlite(DialectContract):
    """The contract, on a file."""

    name = "sqlite"
    is_shared = False
    tells_of_runs = False
    schema = "main"
    product = "SQLite 3."
    nowhere = "sqlite:////nowhere/at-all.db"
    exact = (
        Exact("INTEGER", "9223372036854775807", pa.int64(), 2**63 - 1),
        Exact("INTEGER", "-9223372036854775808", pa.int64(), -(2**63)),
        Exact("REAL", "0.1", pa.float64(), 0.1),
        Exact("REAL", "-1e308", pa.float64(), -1e308),
        Exact("DECIMAL(12,2)", "1234567890.12", pa.float64(), 1234567890.12),
        Exact("NUMERIC", "12", pa.int64(), 12),
        Exact("TEXT", "''", pa.string(), ""),
        Exact("VARCHAR(20)", "'ünï漢🙂'", pa.string(), "ünï漢🙂"),
        Exact("TEXT", "'007'", pa.string(), "007"),
        Exact("BLOB", "x'00ff'", pa.binary(), b"\x00\xff"),
        Exact("BLOB", "x''", pa.binary(), b""),
        Exact("BOOLEAN", "1", pa.bool_(), True),
        Exact("DATE", "'2024-02-29'", pa.date32(), date(2024, 2, 29)),
        Exact(
            "DATETIME",
            "'2024-02-29 23:59:58.123456'",
            pa.timestamp("us"),
            datetime.fromisoformat("2024-02-29 23:59:58.123456"),
        ),
        Exact("TIME", "'23:59:58'", pa.string(), "23:59:58"),
        Exact("", "'anything'", pa.string(), "anything"),
    )

    @pytest.fixture
    def path(self, tmp_path):
        """An empty database."""
        path = tmp_path / "shop.db"
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 1")
        connection.close()
        return path

    @pytest.fixture
    def target(self, path):
        """The file, as people register it."""
        return Target(
            name="shop", dialect="sqlite", url=f"sqlite:///{path}", pool_count=2
        )

    @pytest.fixture
    def door(self, path):
        """The same file without the wall."""

        def run(*statements):
            # Not everywhere does SQLite take a schema's name before a table's.
            bare = [sql.replace('"main".', "") for sql in statements]
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                return [connection.execute(sql).fetchall() for sql in bare][-1]

        return run
