"""MariaDB keeps the contract of all dialects, on a real server."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest

from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement
from tests.contracts.dialect import DialectContract, Exact
from tests.contracts.dialect_catalogue import ODD_NAMES
from tests.contracts.dialect_wall import WRITES
from tests.mariadb import new_shop, open_door, run

BIG = 2**63 - 1
DAY = dt.date(2024, 2, 29)
MOMENT = dt.datetime(2024, 2, 29, 23, 59, 59, 123456)  # noqa: DTZ001 - has no zone


class TestMariaDB(DialectContract):
    """The server is the session's, the database the test's own."""

    name = "mariadb"
    schema = "shop"
    product = "MariaDB "
    nowhere = "mariadb://nobody:secret@127.0.0.1:1/nothing"
    text_type = "VARCHAR(40)"
    undoes_definitions = False
    writes = tuple(sql for sql in WRITES if "WITH gone" not in sql)
    """MariaDB has no WITH before a DELETE."""
    odd_names = tuple(name.removesuffix("🙂") for name in ODD_NAMES)
    """MariaDB's names end at U+FFFF."""
    exact = (
        Exact("TINYINT", "-128", pa.int8(), -128),
        Exact("TINYINT UNSIGNED", "255", pa.int16(), 255),
        Exact("BOOLEAN", "TRUE", pa.int8(), 1),
        Exact("SMALLINT", "-32768", pa.int16(), -32768),
        Exact("SMALLINT UNSIGNED", "65535", pa.int32(), 65535),
        Exact("MEDIUMINT", "-8388608", pa.int32(), -8388608),
        Exact("MEDIUMINT UNSIGNED", "16777215", pa.int32(), 16777215),
        Exact("INTEGER", "2147483647", pa.int32(), 2147483647),
        Exact("INTEGER UNSIGNED", "4294967295", pa.int64(), 4294967295),
        Exact("INT(5) ZEROFILL", "42", pa.int64(), 42),
        Exact("BIGINT", str(-BIG), pa.int64(), -BIG),
        Exact(
            *("BIGINT UNSIGNED", str(2**64 - 1), pa.decimal128(20, 0)),
            Decimal(2**64 - 1),
        ),
        Exact("YEAR", "2155", pa.int16(), 2155),
        Exact("FLOAT", "16777215", pa.float32(), 16777215.0),
        Exact("DOUBLE", "0.1", pa.float64(), 0.1),
        Exact("DOUBLE", "1.7976931348623157e308", pa.float64(), 1.7976931348623157e308),
        Exact("DECIMAL(12,3)", "-1.5", pa.decimal128(12, 3), Decimal("-1.500")),
        Exact("DECIMAL(5,5)", "-0.12345", pa.decimal128(5, 5), Decimal("-0.12345")),
        Exact("DECIMAL(5,0)", "99999", pa.decimal128(5, 0), Decimal(99999)),
        Exact("DECIMAL(9,2) UNSIGNED", "0.10", pa.decimal128(9, 2), Decimal("0.10")),
        Exact("DECIMAL(9,2) ZEROFILL", "1.5", pa.decimal128(9, 2), Decimal("1.50")),
        Exact("DECIMAL(65,2)", "9" * 63, pa.decimal256(65, 2), Decimal("9" * 63)),
        Exact("BIT(1)", "1", pa.string(), "1"),
        Exact("BIT(10)", "5", pa.string(), "0000000101"),
        Exact("BIT(64)", str(2**64 - 1), pa.string(), "1" * 64),
        Exact("DATE", f"'{DAY}'", pa.date32(), DAY),
        Exact("DATE", "'9999-12-31'", pa.date32(), dt.date(9999, 12, 31)),
        Exact("DATETIME(6)", f"'{MOMENT}'", pa.timestamp("us"), MOMENT),
        Exact(
            *("DATETIME", f"'{MOMENT}'", pa.timestamp("us")),
            MOMENT.replace(microsecond=0),
        ),
        Exact("TIME(3)", "'23:59:59.5'", pa.time64("us"), dt.time(23, 59, 59, 500000)),
        Exact("TIME", "'00:00:00'", pa.time64("us"), dt.time(0)),
        Exact("TIME", "'-838:59:59'", pa.string(), "-838:59:59"),
        Exact("TIME(2)", "'838:59:58.25'", pa.string(), "838:59:58.25"),
        Exact("CHAR(3)", "'a'", pa.string(), "a"),
        Exact("VARCHAR(9)", "'ünï漢🙂'", pa.string(), "ünï漢🙂"),
        Exact("VARCHAR(9) CHARSET latin1", "'ünï'", pa.string(), "ünï"),
        Exact("TEXT", "''", pa.string(), ""),
        Exact("TINYTEXT", "'a'", pa.string(), "a"),
        Exact("LONGTEXT", "REPEAT('ä', 70000)", pa.string(), "ä" * 70_000),
        Exact("ENUM('a','b')", "'b'", pa.string(), "b"),
        Exact("SET('a','b','c')", "'c,a'", pa.string(), "a,c"),
        Exact("JSON", """'{"a" :  1}'""", pa.string(), '{"a" :  1}'),
        Exact("BINARY(3)", "X'00ff'", pa.binary(), b"\x00\xff\x00"),
        Exact("VARBINARY(9)", "X'00ff27'", pa.binary(), b"\x00\xff'"),
        Exact("BLOB", "X''", pa.binary(), b""),
        Exact("LONGBLOB", "REPEAT(X'ff', 300)", pa.binary(), b"\xff" * 300),
        Exact(
            *("POINT", "POINT(1, 2)", pa.binary()),
            bytes(4) + bytes.fromhex("0101000000000000000000f03f0000000000000040"),
        ),
        Exact("INET6", "'::1'", pa.string(), "::1"),
        Exact(
            "UUID",
            "'00000000-0000-4000-8000-000000000001'",
            pa.string(),
            "00000000-0000-4000-8000-000000000001",
        ),
    )

    @pytest.fixture
    def target(self, mariadb):
        """The test's own database, as a user who may do everything in it."""
        with new_shop(mariadb) as target:
            yield target

    @pytest.fixture
    def door(self, target, mariadb):
        """The owner, past the wall."""
        with open_door(target, mariadb) as connection:
            yield lambda *statements: [run(connection, s) for s in statements][-1]

    def quote(self, name: str) -> str:
        """Write a name as SQL."""
        return "`" + name.replace("`", "``") + "`"

    def test_table_without_key_has_a_row_key(self, door, database):
        """MariaDB has none: pages of such a table go by number."""
        door("CREATE TABLE heap (a INTEGER, b INTEGER)")
        door("CREATE VIEW seen AS SELECT a FROM heap")

        heap = database.describe("shop", "heap")
        view = database.describe("shop", "seen")

        assert (heap.key, heap.row_key) == ((), "")
        assert (view.key, view.row_key) == ((), "")
        assert "select" in view.definition.lower()

    def test_a_plan_that_ran_tells_rows_and_seconds(self, database, many):
        """By key: without one MariaDB compares each row with each other one."""
        sql = f"SELECT a.id FROM {many} a JOIN {many} b ON a.id = b.id"

        [top] = self.explain(database, sql, run=True).steps

        assert top.rows == 20_000
        assert top.seconds >= max(child.seconds for child in top.children) >= 0

    def test_a_change_takes_bound_values(self, door, database, kept):
        """MariaDB's DELETE gives its table no second name."""
        sql = f"DELETE FROM {kept} WHERE kept.id = ?"
        statement = Statement(sql=sql, params=[1])

        change = database.change(statement, ReadOptions(), keep=True)

        assert change.rows == 1
        assert door(f"SELECT id FROM {kept}") == [(2,)]
