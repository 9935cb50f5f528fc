"""PostgreSQL keeps the contract of all dialects, on a real server."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest

from tests.contracts.dialect import DialectContract, Exact

BIG = 2**63 - 1
MOMENT = dt.datetime(2024, 2, 29, 23, 59, 59, 123456)  # noqa: DTZ001 - has no zone


class TestPostgreSQL(DialectContract):
    """The server is the session's, the database the test's own."""

    name = "postgresql"
    schema = "public"
    product = "PostgreSQL "
    nowhere = "postgresql://nobody:secret@127.0.0.1:1/nothing"
    exact = (
        Exact("SMALLINT", "-32768", pa.int16(), -32768),
        Exact("INTEGER", "2147483647", pa.int32(), 2147483647),
        Exact("BIGINT", str(BIG), pa.int64(), BIG),
        Exact("OID", "4294967295", pa.int64(), 4294967295),
        Exact("REAL", "0.5", pa.float32(), 0.5),
        Exact("DOUBLE PRECISION", "0.1", pa.float64(), 0.1),
        Exact("NUMERIC(12,3)", "-1.5", pa.decimal128(12, 3), Decimal("-1.500")),
        Exact("NUMERIC(60,2)", "9" * 58, pa.decimal256(60, 2), Decimal("9" * 58)),
        Exact("NUMERIC", "0.10", pa.decimal128(38, 2), Decimal("0.10")),
        Exact("TEXT", "''", pa.string(), ""),
        Exact("VARCHAR(9)", "'ünï漢🙂'", pa.string(), "ünï漢🙂"),
        Exact("CHAR(3)", "'a'", pa.string(), "a  "),
        Exact("BOOLEAN", "TRUE", pa.bool_(), True),
        Exact("DATE", "'2024-02-29'", pa.date32(), dt.date(2024, 2, 29)),
        Exact("TIMESTAMP", f"'{MOMENT}'", pa.timestamp("us"), MOMENT),
        Exact(
            "TIMESTAMPTZ",
            f"'{MOMENT} +02:00'",
            pa.timestamp("us", "UTC"),
            MOMENT.replace(tzinfo=dt.UTC) - dt.timedelta(hours=2),
        ),
        Exact("TIME", "'23:59:59.5'", pa.time64("us"), dt.time(23, 59, 59, 500000)),
        Exact("TIMETZ", "'12:00:00+02'", pa.string(), "12:00:00+02"),
        Exact("INTERVAL", "'1 day 2 hours'", pa.string(), "P1DT2H"),
        Exact("BYTEA", r"'\x00ff27'", pa.binary(), b"\x00\xff'"),
        Exact("BYTEA", "''", pa.binary(), b""),
        Exact("JSON", """'{"a" :  1}'""", pa.string(), '{"a" :  1}'),
        Exact("JSONB", """'{"a" :  1}'""", pa.string(), '{"a": 1}'),
        Exact("INTEGER[]", "'{1,NULL,3}'", pa.string(), "[1,null,3]"),
        Exact("BOOLEAN[]", "'{t,f}'", pa.string(), "[true,false]"),
        Exact(
            "TEXT[]",
            r"""ARRAY['a "b"', '{', ',', '\', 'NULL', NULL, '']""",
            pa.string(),
            r'["a \"b\"","{",",","\\","NULL",null,""]',
        ),
        Exact("INTEGER[][]", "'{{1,2},{3,4}}'", pa.string(), "[[1,2],[3,4]]"),
        Exact("FLOAT8[]", "'{NaN,0.5}'", pa.string(), '["NaN",0.5]'),
        Exact("DATE[]", "'{infinity}'", pa.string(), '["infinity"]'),
        Exact(
            "UUID",
            "'00000000-0000-4000-8000-000000000001'",
            pa.string(),
            "00000000-0000-4000-8000-000000000001",
        ),
        Exact("INET", "'10.0.0.1/8'", pa.string(), "10.0.0.1/8"),
        Exact("MONEY", "12.5", pa.string(), "$12.50"),
        Exact("INT4RANGE", "'[1,5)'", pa.string(), "[1,5)"),
        Exact("POINT", "'(1,2)'", pa.string(), "(1,2)"),
        Exact("XML", "'<a/>'", pa.string(), "<a/>"),
        Exact("BIT(3)", "'101'", pa.string(), "101"),
    )

    @pytest.fixture
    def target(self, shop):
        """The test's own database, as its owner."""
        return shop

    @pytest.fixture
    def door(self, shop_door):
        """The owner, past the wall."""
        return shop_door
