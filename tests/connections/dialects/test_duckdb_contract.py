"""DuckDB keeps the contract of all dialects, on a real file."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from entrepot.connections import Target
from tests.contracts.dialect import DialectContract, Exact

BIG = 2**63 - 1
MOMENT = dt.datetime(2024, 2, 29, 23, 59, 59, 123456)  # noqa: DTZ001 - has no zone
UUID = "00000000-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def session():
    """A DuckDB that takes files and leaves them: beginning one takes long."""
    with duckdb.connect() as session:
        yield session


class TestDuckDB(DialectContract):
    """Each test has a file of its own."""

    name = "duckdb"
    is_shared = False
    schema = "main"
    product = "DuckDB "
    nowhere = "duckdb:////nowhere/nothing.duckdb"
    exact = (
        Exact("TINYINT", "-128", pa.int8(), -128),
        Exact("INTEGER", "2147483647", pa.int32(), 2147483647),
        Exact("BIGINT", str(BIG), pa.int64(), BIG),
        Exact("UTINYINT", "255", pa.int16(), 255),
        Exact("UINTEGER", str(2**32 - 1), pa.int64(), 2**32 - 1),
        Exact("UBIGINT", str(2**64 - 1), pa.decimal128(20, 0), Decimal(2**64 - 1)),
        Exact("HUGEINT", "9" * 38, pa.decimal128(38, 0), Decimal("9" * 38)),
        Exact("UHUGEINT", str(2**128 - 1), pa.string(), str(2**128 - 1)),
        Exact("FLOAT", "0.5", pa.float32(), 0.5),
        Exact("DOUBLE", "0.1", pa.float64(), 0.1),
        Exact("DECIMAL(12,3)", "-1.5", pa.decimal128(12, 3), Decimal("-1.500")),
        Exact("VARCHAR", "''", pa.string(), ""),
        Exact("VARCHAR", "'ünï漢🙂'", pa.string(), "ünï漢🙂"),
        Exact("BOOLEAN", "TRUE", pa.bool_(), True),
        Exact("DATE", "'2024-02-29'", pa.date32(), dt.date(2024, 2, 29)),
        Exact("TIME", "'23:59:59.5'", pa.time64("us"), dt.time(23, 59, 59, 500000)),
        Exact("TIMESTAMP", f"'{MOMENT}'", pa.timestamp("us"), MOMENT),
        Exact(
            "TIMESTAMP_S",
            "'2024-02-29 23:59:59'",
            pa.timestamp("us"),
            MOMENT.replace(microsecond=0),
        ),
        Exact("TIMESTAMP_NS", f"'{MOMENT}'", pa.timestamp("us"), MOMENT),
        Exact(
            "TIMESTAMPTZ",
            f"'{MOMENT}+02:00'",
            pa.timestamp("us", "UTC"),
            MOMENT.replace(tzinfo=dt.UTC) - dt.timedelta(hours=2),
        ),
        Exact("TIMETZ", "'12:00:00+02'", pa.string(), "12:00:00+02"),
        Exact("INTERVAL", "'1 day 2 hours'", pa.string(), "1 day 02:00:00"),
        Exact("BLOB", r"'\x00\xFF'''", pa.binary(), b"\x00\xff'"),
        Exact("BLOB", "''", pa.binary(), b""),
        Exact("JSON", """'{"a" :  1}'""", pa.string(), '{"a" :  1}'),
        Exact("UUID", f"'{UUID}'", pa.string(), UUID),
        Exact("ENUM('a', 'b')", "'b'", pa.string(), "b"),
        Exact("BIT", "'101'", pa.string(), "101"),
        Exact("INTEGER[]", "[1, NULL, 3]", pa.string(), "[1,null,3]"),
        Exact("INTEGER[2]", "[1, 2]", pa.string(), "[1,2]"),
        Exact(
            "STRUCT(a INTEGER, b VARCHAR)",
            "{'a': 1, 'b': 'x'}",
            pa.string(),
            '{"a":1,"b":"x"}',
        ),
        Exact("MAP(VARCHAR, INTEGER)", "map {'k': 1}", pa.string(), '{"k":1}'),
    )

    @pytest.fixture
    def target(self, tmp_path):
        """A file with nothing in it."""
        path = tmp_path / "shop.duckdb"
        duckdb.connect(str(path)).close()
        return Target(
            name="shop",
            dialect="duckdb",
            url=f"duckdb:///{path}",
            pool_count=2,
            cache_folder=str(tmp_path / "cache"),
        )

    @pytest.fixture
    def door(self, tmp_path, session):
        """The file, opened to write while nobody reads."""

        def run(*statements: str) -> list[tuple[object, ...]]:
            session.execute(f"ATTACH '{tmp_path}/shop.duckdb' AS shop")
            session.execute("USE shop")
            try:
                return [session.execute(sql).fetchall() for sql in statements][-1]
            finally:
                session.execute("USE memory")
                session.execute("DETACH shop")

        return run
