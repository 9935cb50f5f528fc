"""What MariaDB says of mistakes, what it would do, and what admins may change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from entrepot.base.errors import Denied, EntrepotError, Invalid, Refused
from entrepot.base.rows import ReadOptions
from entrepot.connections import (
    Change,
    Order,
    PlanStep,
    Statement,
    TableQuery,
    open_target,
    select_rows,
    sql_dialect,
)
from entrepot.connections.dialects.mariadb.plan import read_plan
from tests.mariadb import new_shop, open_door, run

CARE = ("ANALYZE", "OPTIMIZE", "REPAIR", "CHECK")


@pytest.fixture
def shop(mariadb):
    """An empty database, and its owner."""
    with new_shop(mariadb) as target:
        yield target


@pytest.fixture
def door(shop, mariadb):
    """The owner, past the wall."""
    with open_door(shop, mariadb) as connection:
        yield lambda sql: run(connection, sql)


@pytest.fixture
def database(shop):
    """`shop` behind the wall."""
    database = open_target(shop)
    yield database
    database.close()


@pytest.fixture
def kept(door):
    """A table of two rows, with a counter."""
    door("CREATE TABLE kept (id int AUTO_INCREMENT PRIMARY KEY, name text)")
    door("INSERT INTO kept VALUES (1, 'one'), (2, 'two')")
    return "kept"


def read(database, sql: str) -> list[dict[str, list]]:
    with database.read(Statement(sql=sql), ReadOptions()) as stream:
        return [batch.to_pydict() for batch in stream.batches]


def change(database, sql: str, *, keep: bool = False) -> Change:
    return database.change(Statement(sql=sql), ReadOptions(), keep=keep)


@pytest.mark.parametrize(
    ("sql", "number", "place"),
    [
        ("SELEC 1", 1064, "SELEC"),
        ("SELECT 1 FORM kept", 1064, "kept"),
        ("SELECT 1,\n  2 FROM kept WHERE\n  AND 1 = 1", 1064, "AND"),
        ("SELECT 'ünï漢🙂' AS a b", 1064, "b"),
        ("SELECT (1", 1064, ""),
        ("SELECT 1 FROM", 1064, ""),
        ("SELECT a a a, 'a a a'\n, a a a" + " " * 90 + "FROM x", 1064, "a, 'a"),
        ("SELECT nothing FROM kept", 1054, "nothing"),
        ("SELECT k.nothing FROM kept k", 1054, "nothing"),
        ("SELECT id FROM kept a JOIN kept b", 1052, "id"),
        ("SELECT * FROM nowhere", 1146, "nowhere"),
        ("SELECT nowhere.* FROM kept", 1051, "nowhere"),
        ("SELECT missing(1)", 1305, "missing"),
    ],
)
def test_a_mistake_is_found(database, kept, sql, number, place):
    """The position counts characters from 1; behind the end where something lacks."""
    with pytest.raises(Invalid) as caught:
        read(database, sql)

    found = sql.index(place) if place else len(sql)
    assert caught.value.facts == {"database_code": number, "position": found + 1}


def test_a_name_that_stands_twice_is_not_found(database, kept):
    """Either could be meant."""
    with pytest.raises(Invalid) as caught:
        read(database, "SELECT x FROM kept WHERE x")

    assert caught.value.facts == {"database_code": 1054}


@pytest.mark.parametrize("is_descending", [False, True])
def test_pages_go_through_every_row_once(door, database, is_descending):
    """NULLs last, rows that tie by the key, big numbers among them."""
    door("CREATE TABLE t (id int PRIMARY KEY, n bigint unsigned)")
    door("INSERT INTO t VALUES (1, 5), (2, NULL), (3, 5), (4, NULL)")
    door("INSERT INTO t VALUES (5, 18446744073709551615)")
    structure = database.describe("shop", "t")
    query = TableQuery(
        schema="shop",
        table="t",
        limit=2,
        order=(Order(column="n", is_descending=is_descending),),
    )
    found: list[int] = []

    for _ in range(3):
        statement = select_rows(sql_dialect("mariadb"), structure, query)
        with database.read(statement, ReadOptions()) as stream:
            [batch] = stream.batches
        found += batch["id"].to_pylist()
        last = batch.to_pylist()[-1]
        query = replace(query, after=(last["__key_0"], last["__key_1"]))

    assert found == ([5, 1, 3, 2, 4] if is_descending else [1, 3, 5, 2, 4])
    assert structure.columns[1].kind == "decimal"


def test_streams_of_a_snapshot_are_read_side_by_side(door, database):
    """Row by row, on one connection, however many there are."""
    door("CREATE TABLE t (a int)")
    door("INSERT INTO t VALUES (1), (2), (3)")
    sql, options = Statement(sql="SELECT a FROM t"), ReadOptions(batch_rows=1)

    with (
        database.snapshot(ReadOptions()) as snapshot,
        snapshot.read(sql, options) as first,
        snapshot.read(sql, options) as second,
        snapshot.read(Statement(sql="SHOW TABLES"), options) as third,
    ):
        batches = list(zip(first.batches, second.batches, strict=True))
        shown = [batch.to_pydict() for batch in third.batches]

    rows = [[batch["a"][0].as_py() for batch in pair] for pair in batches]
    assert rows == [[1, 1], [2, 2], [3, 3]]
    assert shown == [{"Tables_in_shop": ["t"]}]


@pytest.mark.parametrize("word", CARE)
def test_care_of_tables_is_denied(door, database, kept, word):
    """It returns rows, and no READ ONLY transaction stops it: it would have worked."""
    door("START TRANSACTION READ ONLY")
    told = door(f"{word} TABLE kept")
    door("ROLLBACK")

    with pytest.raises(Denied, match="only statements that read rows"):
        read(database, f"{word} TABLE kept")
    assert told[0][:2] == ("shop.kept", word.lower())


def test_other_peoples_hosts_are_not_told(database):
    """Whom the server denies something, it names with the host; we do not."""
    with pytest.raises(Denied) as caught:
        read(database, "SELECT * FROM mysql.user")

    said = "SELECT command denied to user 'shop' for table `mysql`.`user`"
    assert caught.value.detail == said


def test_a_plan_names_tables_and_keys(door, database, kept):
    """Also below the statement, with the conditions."""
    sql = "SELECT 1 FROM kept WHERE id = 2 UNION SELECT 2 FROM kept WHERE name = 'x'"

    [top] = database.explain(Statement(sql=sql), ReadOptions()).steps

    [union] = top.children
    said = [
        (step.what, step.detail) for part in union.children for step in part.children
    ]
    assert (union.what, union.detail) == ("ALL", "<union1,2>")
    assert said == [
        ("const", "kept, key PRIMARY"),
        ("ALL", "kept, kept.`name` = 'x'"),
    ]


@pytest.mark.parametrize("sql", ["/*a*/" * 9_000, "-- " * 9_000, " ;" * 9_000])
def test_much_of_nothing_is_quickly_nothing(database, sql):
    """What is left out of a statement is looked at once; so it is before another."""
    with pytest.raises(Invalid, match="there is no statement"):
        read(database, sql)
    with pytest.raises(EntrepotError):
        read(database, f"{sql} COMMIT")


def test_a_plan_is_read_as_it_was_told():
    """What it holds inside is below; times and rows are those of all loops."""
    text = """{"query_block": {"r_total_time_ms": 16, "filesort": {
        "sort_key": "a", "r_total_time_ms": 1, "r_output_rows": 2, "temporary_table": {
        "nested_loop": [{"table": {"table_name": "k", "access_type": "ALL",
            "r_loops": 2, "rows": 9, "r_rows": 2, "r_filtered": 50,
            "r_table_time_ms": 2, "r_other_time_ms": 3, "r_engine_stats": {}}}]}}}}"""

    plan = read_plan(text, has_run=True)

    table = PlanStep(what="ALL", detail="k", rows=2.0, seconds=0.005)
    inner = PlanStep(what="temporary_table", rows=2.0, seconds=0.005, children=(table,))
    sort = PlanStep(
        what="filesort", detail="a", rows=2.0, seconds=0.006, children=(inner,)
    )
    top = PlanStep(what="query_block", rows=2.0, seconds=0.016, children=(sort,))
    assert plan.steps == (top,)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE made (a int)",
        "ALTER TABLE kept ADD COLUMN more int",
        "DROP TABLE kept",
        "TRUNCATE kept",
        "OPTIMIZE TABLE kept",
        "RENAME TABLE kept TO made",
        "CALL emptying()",
        "SET sql_mode = ''",
        "/*! DROP TABLE kept */",
    ],
)
def test_what_commits_by_itself_is_not_tried(door, database, kept, sql):
    """MariaDB cannot undo it; it is only done when it is to be kept."""
    door("CREATE PROCEDURE emptying() BEGIN DELETE FROM kept; COMMIT; END")

    with pytest.raises(Refused, match="commits by itself"):
        change(database, sql)

    assert door("SHOW TABLES") == [("kept",)]
    assert door("SELECT * FROM kept") == [(1, "one"), (2, "two")]


def test_definitions_are_kept(door, database, kept):
    """Nobody counts their rows."""
    done = change(database, "CREATE TABLE made (a int)", keep=True)

    assert done == Change(table="", rows=None, is_kept=True)
    assert door("SHOW TABLES") == [("kept",), ("made",)]


def test_what_knows_no_transactions_is_not_tried(door, database):
    """MyISAM keeps what was meant to be undone."""
    door("CREATE TABLE plain (a int) ENGINE = MyISAM")
    door("CREATE TABLE safe (a int)")

    for sql in ("INSERT INTO plain VALUES (1)", "INSERT INTO safe SELECT a FROM plain"):
        with pytest.raises(Refused, match=r"shop\.plain cannot be changed back"):
            change(database, sql)

    assert change(database, "INSERT INTO plain VALUES (1)", keep=True).rows == 1
    assert door("SELECT * FROM plain") == [(1,)]


def test_what_comes_with_a_change_is_told(door, database, kept):
    """Triggers, rows that go with it, numbers that do not go back."""
    door("CREATE TABLE child (a int REFERENCES kept (id) ON DELETE CASCADE)")
    door("CREATE TRIGGER noting AFTER INSERT ON kept FOR EACH ROW SET @a = 1")

    added = change(database, "INSERT INTO kept (name) VALUES ('x')")
    gone = change(database, "DELETE FROM shop.kept WHERE id = 1")

    assert added.warnings == (
        "the trigger noting runs with it",
        "the numbers of AUTO_INCREMENT do not go back",
    )
    assert gone.warnings == ("rows of child that point here change with it",)
    assert (added.table, added.rows, gone.rows) == ("shop.kept", 1, 1)
    assert door("SELECT id FROM kept") == [(1,), (2,)]


def test_several_tables_have_no_one_name(door, database, kept):
    """All of them are looked at, none is named."""
    door("CREATE TABLE other (id int)")
    sql = "UPDATE kept, other SET kept.name = 'x', other.id = 2"

    assert change(database, sql) == Change(table="", rows=0, is_kept=False)


def test_errors_of_a_change_are_ours(database, kept):
    """As when reading."""
    with pytest.raises(EntrepotError) as caught:
        change(database, "INSERT INTO kept VALUES (1, 'again')")

    assert caught.value.facts == {"database_code": 1062}
    assert caught.value.detail == "Duplicate entry '1' for key 'PRIMARY'"
