"""HANA keeps the contract of all dialects, as far as its double shows."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from decimal import Decimal

import pyarrow as pa
import pytest
from sqlalchemy.engine import make_url

from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement, open_target
from tests.connections.hana_shops import InHana, in_hana, new_hana_shop
from tests.contracts.dialect import DialectContract, Exact
from tests.hana_double.running import run_on

BIG = 2**63 - 1
MOMENT = dt.datetime(2024, 2, 29, 23, 59, 59, 123456)  # noqa: DTZ001 - has no zone
LONG = "nä漢🙂" * 20_000


class TestHana(DialectContract):
    """The server is the session's, the database the test's own.

    The contract's names are small and bare, which HANA would make capitals: they are
    quoted on the way.
    """

    name = "hana"
    schema = "OWNER"
    product = "SAP HANA "
    text_type = "NVARCHAR(5000)"
    tells_of_runs = False
    undoes_definitions = False
    nowhere = "hana://NOBODY:secret@127.0.0.1:1"
    exact = (
        Exact("TINYINT", "255", pa.int16(), 255),
        Exact("SMALLINT", "-32768", pa.int16(), -32768),
        Exact("INTEGER", "2147483647", pa.int32(), 2147483647),
        Exact("BIGINT", str(BIG), pa.int64(), BIG),
        Exact("REAL", "0.5", pa.float32(), 0.5),
        Exact("DOUBLE", "0.1", pa.float64(), 0.1),
        Exact("DECIMAL(12,3)", "-1.5", pa.decimal128(12, 3), Decimal("-1.500")),
        Exact("DECIMAL(34,0)", "9" * 34, pa.decimal128(38, 0), Decimal("9" * 34)),
        Exact("DECIMAL", "0.10", pa.decimal128(38, 1), Decimal("0.1")),
        Exact("SMALLDECIMAL", "-7.25", pa.decimal128(38, 2), Decimal("-7.25")),
        Exact("NVARCHAR(9)", "''", pa.string(), ""),
        Exact("NVARCHAR(9)", "'ünï漢🙂'", pa.string(), "ünï漢🙂"),
        Exact("VARCHAR(5000)", f"'{'x' * 5000}'", pa.string(), "x" * 5000),
        Exact("NCLOB", f"'{LONG}'", pa.string(), LONG),
        Exact("CLOB", "'short'", pa.string(), "short"),
        Exact("BLOB", f"X'{'00ff27' * 900}'", pa.binary(), b"\x00\xff'" * 900),
        Exact("VARBINARY(9)", "X'00ff27'", pa.binary(), b"\x00\xff'"),
        Exact("VARBINARY(9)", "X''", pa.binary(), b""),
        Exact("BOOLEAN", "TRUE", pa.bool_(), True),
        Exact("DATE", "'2024-02-29'", pa.date32(), dt.date(2024, 2, 29)),
        Exact("DATE", "'0001-01-01'", pa.date32(), dt.date(1, 1, 1)),
        Exact("TIME", "'23:59:59'", pa.time64("us"), dt.time(23, 59, 59)),
        Exact("TIMESTAMP", f"'{MOMENT}'", pa.timestamp("us"), MOMENT),
        Exact(
            "SECONDDATE",
            "'2024-02-29 23:59:59'",
            pa.timestamp("us"),
            MOMENT.replace(microsecond=0),
        ),
    )

    @pytest.fixture
    def target(self, hana):
        """The test's own database, as the owner of its schema."""
        return new_hana_shop(hana)

    @pytest.fixture
    def door(self, hana, target):
        """The owner, past the wall."""
        with closing(hana.connect("OWNER", make_url(target.url).database)) as line:
            yield lambda *statements: [
                run_on(line, in_hana(sql)) for sql in statements
            ][-1]

    @pytest.fixture
    def database(self, target):
        """The database behind the wall, asked in the contract's words."""
        database = open_target(target)
        yield InHana(database)
        database.close()

    def test_table_without_key_has_a_row_key(self, door, database):
        """HANA has none that it stands for: such tables are paged by number."""
        door(f"CREATE TABLE {self.at('heap')} (a INTEGER, b INTEGER)")
        door(f"CREATE VIEW {self.at('seen')} AS SELECT a FROM {self.at('heap')}")

        heap = database.describe(self.schema, "heap")
        view = database.describe(self.schema, "seen")

        assert (heap.key, heap.row_key) == ((), "")
        assert (view.key, view.row_key) == ((), "")
        assert view.definition.lower().startswith("select")

    def test_a_plan_that_ran_tells_rows_and_seconds(self, database, many):
        """HANA tells what it expects, and does not run the statement for it."""
        sql = f"SELECT a.id FROM {many} a JOIN {many} b ON a.name = b.name"

        plan = self.explain(database, sql, run=True)

        assert plan.has_run is False
        assert plan.steps[0].seconds is None
        assert plan.steps[0].children[0].rows >= 20_000

    def test_a_change_takes_bound_values(self, door, database, kept):
        """As reading does, in the places that our own statements use."""
        where = self.chosen()
        sql = f"DELETE FROM {kept} WHERE {where.sql.partition('WHERE')[2]}"

        change = database.change(
            Statement(sql=sql, params=where.params), ReadOptions(), keep=True
        )

        assert change.rows == 1
        assert door(f"SELECT id FROM {kept}") == [(2,)]

    def test_a_mark_changes_with_the_rows(self, door, database, kept):
        """Nobody can tell whether rows have changed, and it is said."""
        door(f"INSERT INTO {kept} VALUES (3, 'three')")

        assert database.mark() is None
