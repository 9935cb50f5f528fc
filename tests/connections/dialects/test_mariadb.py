"""What is MariaDB's alone: ways in, users, values without an Arrow form."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from decimal import Decimal

import pyarrow as pa
import pytest
from sqlalchemy.engine import make_url

from entrepot.base.errors import Denied, Invalid, Refused, Unavailable, UnknownName
from entrepot.base.rows import DB_TYPE, ReadOptions
from entrepot.connections import Statement, Target, open_target
from entrepot.connections.dialects.mariadb.role import CALLS
from tests.mariadb import PASSWORD, new_shop, open_door, own_mariadb, run


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
def user(mariadb):
    """A user without any privilege, and how it comes in."""
    mariadb.run(f"CREATE USER reader IDENTIFIED BY '{PASSWORD}'")
    yield Target(name="own", dialect="mariadb", url=mariadb.url("reader"))
    mariadb.run("DROP USER reader")


def read(database, sql: str, *params: object, **options) -> list[dict[str, list]]:
    statement = Statement(sql=sql, params=params)
    with database.read(statement, ReadOptions(**options)) as stream:
        return [batch.to_pydict() for batch in stream.batches]


def with_url(target: Target, **parts: object) -> Target:
    """Return the target at another address."""
    url = make_url(target.url).set(**parts)
    return dataclasses.replace(target, url=url.render_as_string(hide_password=False))


def test_the_password_is_never_shown(shop):
    """Not in the target's text, nor in the error of a wrong one."""
    wrong = with_url(shop, password="wrong#secret")

    with pytest.raises(Refused) as caught:
        open_target(wrong).greet()

    shown = f"{caught.value} {caught.value.hint} {wrong} {wrong.shown_url}"
    assert "secret" not in shown
    assert "Access denied for user 'shop' (using password: YES)" in shown
    assert PASSWORD not in f"{shop} {shop.shown_url}"


def test_an_unknown_database_is_refused(user, mariadb):
    """The server said no, and will say no again."""
    mariadb.run("GRANT SELECT ON *.* TO reader")

    with pytest.raises(Refused, match="Unknown database 'nothing'"):
        open_target(with_url(user, database="nothing")).greet()


def test_an_unreachable_host_is_named(shop):
    """The hint says where we knocked."""
    with pytest.raises(Unavailable) as caught:
        open_target(with_url(shop, port=1)).greet()

    assert "127.0.0.1:1" in (caught.value.hint or "")


def test_a_mistaken_ssl_mode_is_named(shop):
    """The error names those that are."""
    wrong = with_url(shop, query={"ssl_mode": "reqired"})

    with pytest.raises(UnknownName) as caught:
        open_target(wrong).greet()

    assert caught.value.hint == "did you mean 'required'?"


@pytest.mark.parametrize("privilege", ["FILE", "SUPER", "ALL"])
def test_an_unsafe_user_is_denied_unless_allowed(user, mariadb, privilege):
    """Also at the first read, where nobody greeted before; allowed, it is a warning."""
    mariadb.run(f"GRANT {privilege} ON *.* TO reader")
    allowed = open_target(dataclasses.replace(user, allow_unsafe_role=True))

    with pytest.raises(Denied, match=privilege):
        open_target(user).greet()
    with pytest.raises(Denied, match=privilege):
        read(open_target(user), "SELECT 1 AS a")
    assert privilege in allowed.greet().warnings[0]
    assert read(allowed, "SELECT 1 AS a") == [{"a": [1]}]
    allowed.close()


def test_what_a_user_may_beside_reading_is_told(user, mariadb, shop):
    """Each warning names the REVOKE, which works."""
    mariadb.run("GRANT SELECT, PROCESS ON *.* TO reader WITH GRANT OPTION")
    mariadb.run("GRANT SELECT, INSERT, EXECUTE ON shop.* TO reader")

    warnings = open_target(user).greet().warnings

    too_much = {
        "PROCESS on *.*": "PROCESS ON *.*",
        "GRANT OPTION on *.*": "GRANT OPTION ON *.*",
        "INSERT on `shop`.*": "INSERT ON `shop`.*",
        f"EXECUTE on `shop`.*{CALLS}": "EXECUTE ON `shop`.*",
    }
    assert warnings == tuple(
        f"the user has {what}: REVOKE {where} FROM `reader`@`%`"
        for what, where in too_much.items()
    )
    for warning in warnings:
        mariadb.run(warning.partition(": ")[2])
    assert open_target(user).greet().warnings == ()


def test_roles_privileges_are_looked_at(user, mariadb):
    """What a user has through its default role, it has."""
    mariadb.run("CREATE ROLE filing")
    mariadb.run("GRANT FILE ON *.* TO filing")
    mariadb.run("GRANT filing TO reader")
    mariadb.run("SET DEFAULT ROLE filing FOR reader")

    with pytest.raises(Denied, match="FILE"):
        open_target(user).greet()

    mariadb.run("DROP ROLE filing")


def test_an_address_without_a_database_lists_all(user, mariadb, shop):
    """With one, it alone; never the server's own."""
    mariadb.run("CREATE DATABASE yard COMMENT 'Behind the shop'")
    mariadb.run("GRANT SELECT ON *.* TO reader")

    everything = open_target(user).list_schemas()
    one = open_target(with_url(user, database="yard")).list_schemas()

    assert [(s.name, s.description) for s in everything] == [
        ("shop", ""),
        ("yard", "Behind the shop"),
    ]
    assert one == everything[1:]
    mariadb.run("DROP DATABASE yard")


@pytest.mark.parametrize(
    ("type_", "values", "expected"),
    [
        ("date", ["0000-00-00", "2024-01-01"], ["0000-00-00", "2024-01-01"]),
        ("date", ["2024-00-00", None], ["2024-00-00", None]),
        ("date", ["0000-01-01", None], ["0000-01-01", None]),
        ("datetime(3)", ["0000-00-00", None], ["0000-00-00 00:00:00.000", None]),
        ("datetime", ["2024-02-30 01:02:03"], ["2024-02-30 01:02:03"]),
        ("timestamp", ["0000-00-00", None], ["0000-00-00 00:00:00", None]),
        ("time", ["24:00:00", "01:00:00"], ["24:00:00", "01:00:00"]),
        ("time(1)", ["-00:00:00.5", None], ["-00:00:00.5", None]),
    ],
)
def test_values_without_an_arrow_form_are_text(door, database, type_, values, expected):
    """Their batch is text as the server writes it; other batches keep their type."""
    door("SET sql_mode = 'ALLOW_INVALID_DATES'")
    door(f"CREATE TABLE t (v {type_} NULL, n int AUTO_INCREMENT PRIMARY KEY)")
    for value in values:
        literal = "NULL" if value is None else f"'{value}'"
        door(f"INSERT INTO t (v) VALUES ({literal})")

    sql = Statement(sql="SELECT v FROM t ORDER BY n")
    with database.read(sql, ReadOptions()) as stream:
        [batch] = stream.batches

    assert batch.column(0).to_pylist() == expected
    assert batch.schema.field(0).metadata[DB_TYPE].decode().startswith(type_[:4])
    assert not stream.is_uniform


def test_times_of_no_row_have_their_types(database):
    """And of rows without a value."""
    sql = "SELECT CAST(? AS DATE) AS a, CAST(? AS DATETIME) AS b WHERE ?"

    for is_there, rows in ((0, 0), (1, 1)):
        statement = Statement(sql=sql, params=(None, None, is_there))
        with database.read(statement, ReadOptions()) as stream:
            assert stream.schema.types == [pa.date32(), pa.timestamp("us")]
            assert sum(batch.num_rows for batch in stream.batches) == rows


def test_half_characters_are_shown(door, database):
    """MariaDB keeps them, and no UTF-8 has them."""
    door("CREATE TABLE t (v text)")
    door("INSERT INTO t VALUES (_utf8mb4 X'61eda080'), ('b')")

    assert read(database, "SELECT v FROM t") == [{"v": [r"a\xed\xa0\x80", "b"]}]


def test_floats_keep_every_digit(database):
    """The text form of MariaDB's protocol would say 0.333333."""
    sql = "SELECT CAST(1 AS FLOAT) / 3 AS a, CAST(? AS FLOAT) AS b"

    [rows] = read(database, sql, 1 / 3)

    assert rows["b"] == pa.array([1 / 3], pa.float32()).to_pylist()


def test_timestamps_are_in_utc(door, database):
    """Whatever zone the server has; a DATETIME is as it stands."""
    door("SET time_zone = '+02:00'")
    door("CREATE TABLE t (a timestamp(6), b datetime)")
    door("INSERT INTO t VALUES ('2024-01-01 01:00:00.5', '2024-01-01 01:00:00')")

    [rows] = read(database, "SELECT * FROM t")

    moment = dt.datetime(2023, 12, 31, 23, 0, 0, 500_000, tzinfo=dt.UTC)
    assert rows == {"a": [moment], "b": [dt.datetime(2024, 1, 1, 1)]}  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (None, "CHAR"),
        (True, "SIGNED"),
        (-(2**63), "SIGNED"),
        (2**63 + 1, "UNSIGNED"),
        (Decimal(2**80 + 1), "DECIMAL(30)"),
        (0.1, "DOUBLE"),
        (Decimal("-12345678901234567890.12345"), "DECIMAL(40,5)"),
        ("it's ? \\ 漢🙂", "CHAR"),
        ("x" * 70_000, "CHAR"),
        (b"\x00\xff'", "BINARY"),
        (dt.date(2024, 2, 29), "DATE"),
        (dt.datetime(2024, 2, 29, 1, 2, 3, 4), "DATETIME(6)"),  # noqa: DTZ001
        (dt.time(23, 59, 59, 5), "TIME(6)"),
    ],
)
def test_bound_values_come_back(database, value, type_):
    """The server binds them; nothing of them is ever SQL."""
    assert read(database, f"SELECT CAST(? AS {type_}) AS v", value) == [{"v": [value]}]


def test_ten_thousand_values_are_bound(database):
    """And one too few is said."""
    places = ", ".join("?" * 10_000)
    sql = f"SELECT 9999 IN ({places}) AS a"

    assert read(database, sql, *range(10_000)) == [{"a": [1]}]
    with pytest.raises(Invalid, match="places for 10000 values; 9999 are given"):
        read(database, sql, *range(9_999))


def test_names_do_not_bind(database):
    """Places have no names here."""
    statement = Statement(sql="SELECT 1", params={"a": 1})

    with pytest.raises(Invalid, match=r"by position \(\?\)"):
        database.read(statement, ReadOptions()).__enter__()


def test_structure_has_what_only_mariadb_has(door, database):
    """Comments, AUTO_INCREMENT, made columns, prefixes that are no key, sequences."""
    door(
        "CREATE TABLE t (id int unsigned AUTO_INCREMENT PRIMARY KEY,"
        " name varchar(40) COMMENT 'What it is called',"
        " price decimal(10,2) DEFAULT 1.5,"
        " twice decimal(10,2) AS (price * 2), at timestamp NOT NULL DEFAULT now())"
        " COMMENT 'Things'"
    )
    door("CREATE TABLE half (a text NOT NULL, UNIQUE (a(3)))")
    door("CREATE SEQUENCE counter")

    found = database.describe("shop", "t")

    assert (found.table.description, found.key) == ("Things", ("id",))
    assert [(c.type, c.length, c.precision, c.scale) for c in found.columns[:3]] == [
        ("int(10) unsigned", None, 10, 0),
        ("varchar(40)", 40, None, None),
        ("decimal(10,2)", None, 10, 2),
    ]
    assert [c.default for c in found.columns] == [
        *("AUTO_INCREMENT", None, "1.50"),
        *("AS (`price` * 2)", "current_timestamp()"),
    ]
    assert found.columns[1].description == "What it is called"
    assert database.describe("shop", "half").key == ()
    assert [t.name for t in database.list_tables("shop")] == ["half", "t"]


def test_what_a_user_may_not_read_is_not_listed(user, mariadb, door, shop):
    """Neither a schema nor a table in which it has no part."""
    door("CREATE TABLE seen (a int)")
    door("CREATE TABLE hidden (a int)")
    mariadb.run("GRANT SELECT ON shop.seen TO reader")
    database = open_target(user)

    assert [s.name for s in database.list_schemas()] == ["shop"]
    assert [t.name for t in database.list_tables("shop")] == ["seen"]


def test_the_next_borrower_finds_nothing_changed(database):
    """Variables and locks of one read are gone in the next, on the same connection."""
    look = "SELECT CONNECTION_ID() AS id, @a AS a, IS_USED_LOCK('a') AS locked"
    before = read(database, look)
    read(database, "SELECT @a := 1, GET_LOCK('a', 0)")

    assert read(database, look) == before


def test_leaving_early_ends_the_statement(mariadb, database):
    """Nothing goes on in the server for a reader who is gone."""
    sql = Statement(sql="SELECT a.seq FROM seq_1_to_1000000 a, seq_1_to_1000000 b")
    busy = (
        "SELECT count(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%seq%b'"
    )
    with database.read(sql, ReadOptions(batch_rows=10)) as stream:
        next(stream.batches)
        during = mariadb.run(busy)

    assert during == [(1,)]
    assert _soon(lambda: mariadb.run(busy) == [(0,)])


def test_a_limit_that_a_statement_lifts_holds(mariadb, database):
    """Ours stands behind the server's, and ends the statement there as well."""
    sql = "SET STATEMENT max_statement_time = 0 FOR SELECT BENCHMARK(1e10, MD5('x'))"
    with pytest.raises(Unavailable, match=r"longer than its 0.2 seconds"):
        read(database, sql, seconds=0.2)

    own = "SELECT count(*) FROM information_schema.PROCESSLIST WHERE USER = 'shop'"
    assert _soon(lambda: mariadb.run(own) == [(0,)])


@pytest.mark.fault
def test_a_restarted_server_is_found_again():
    """Dead connections are noticed: a read that fails says so, the next one works."""
    with own_mariadb() as server, new_shop(server) as target:
        database = open_target(target)
        many = Statement(sql="SELECT * FROM seq_1_to_10000000")
        read(database, "SELECT 1 AS a")

        with database.read(many, ReadOptions(batch_rows=10)) as stream:
            next(stream.batches)
            server.stop()
            with pytest.raises(Unavailable):
                list(stream.batches)
        with pytest.raises(Unavailable):
            read(database, "SELECT 1 AS a")
        server.start()

        assert read(database, "SELECT 1 AS a") == [{"a": [1]}]
        database.close()


def test_a_killed_connection_does_not_hurt_the_next_read(mariadb, database):
    """An idle connection that the server ended is replaced without a word."""
    [rows] = read(database, "SELECT CONNECTION_ID() AS id")
    mariadb.run(f"KILL {rows['id'][0]}")

    assert read(database, "SELECT 1 AS a") == [{"a": [1]}]


def _soon(happens) -> bool:
    ends = time.monotonic() + 2
    while not happens() and time.monotonic() < ends:
        time.sleep(0.01)
    return happens()
