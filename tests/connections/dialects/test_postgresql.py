"""What is PostgreSQL's alone: ways in, roles, errors, values without an Arrow form."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest
from sqlalchemy.engine import make_url

from entrepot.base.errors import Denied, Invalid, Refused, Unavailable
from entrepot.base.rows import DB_TYPE, ReadOptions
from entrepot.connections import Statement, Target, open_target
from tests.connections.shops import READER_PASSWORD
from tests.services import connect, own_postgresql


@pytest.fixture
def database(shop):
    """`shop` behind the wall."""
    database = open_target(shop)
    yield database
    database.close()


def read(database, sql: str) -> pa.Table:
    with database.read(Statement(sql=sql), ReadOptions(batch_rows=2)) as stream:
        return [batch.to_pydict() for batch in stream.batches]


def test_the_password_is_never_shown(shop):
    """Not in the target's text, nor in the error of a wrong one."""
    url = make_url(shop.url).set(password="wrong#secret")
    wrong = dataclasses.replace(shop, url=url.render_as_string(hide_password=False))

    with pytest.raises(Refused) as caught:
        open_target(wrong).greet()

    shown = f"{caught.value} {caught.value.hint} {wrong} {wrong.shown_url}"
    assert "secret" not in shown
    assert "password authentication failed" in shown
    assert READER_PASSWORD not in f"{shop} {shop.shown_url}"


def test_an_unknown_database_is_refused(shop):
    """The server said no, and will say no again."""
    url = make_url(shop.url).set(database="nothing")
    target = dataclasses.replace(shop, url=url.render_as_string(hide_password=False))

    with pytest.raises(Refused, match='database "nothing" does not exist'):
        open_target(target).greet()


def test_an_unreachable_host_is_named(shop):
    """The hint says where we knocked."""
    url = make_url(shop.url).set(port=1)
    target = dataclasses.replace(shop, url=url.render_as_string(hide_password=False))

    with pytest.raises(Unavailable) as caught:
        open_target(target).greet()

    assert "127.0.0.1:1" in (caught.value.hint or "")


def test_a_superuser_is_denied_unless_allowed(postgresql):
    """Also at the first read, where nobody greeted before; allowed, it is a warning."""
    url = postgresql.admin_url.render_as_string(hide_password=False)
    target = Target(name="admin", dialect="postgresql", url=url)
    allowed = open_target(dataclasses.replace(target, allow_unsafe_role=True))

    with pytest.raises(Denied, match="superuser"):
        open_target(target).greet()
    with pytest.raises(Denied, match="superuser"):
        read(open_target(target), "SELECT 1 AS a")
    assert "superuser" in allowed.greet().warnings[0]
    assert read(allowed, "SELECT 1 AS a") == [{"a": [1]}]
    allowed.close()


def test_a_role_that_can_become_unsafe_is_denied(postgresql, shop, database):
    """Membership is enough, for one function call makes it the role."""
    read(database, "SELECT 1 AS a")
    postgresql.run(f"GRANT pg_read_server_files TO {make_url(shop.url).username}")

    with pytest.raises(Denied, match="pg_read_server_files"):
        database.greet()


def test_what_a_role_cannot_be_denied_is_told(database):
    """Each warning names the REVOKE to run."""
    warnings = " ".join(database.greet().warnings)

    assert "REVOKE EXECUTE ON FUNCTION pg_advisory_lock(bigint) FROM PUBLIC" in warnings


@pytest.mark.parametrize(
    ("type_", "values", "expected"),
    [
        ("date", ["infinity", "2024-01-01"], ["infinity", "2024-01-01"]),
        ("date", ["0044-03-15 BC", None], ["0044-03-15 BC", None]),
        ("timestamp", ["-infinity", None], ["-infinity", None]),
        ("timestamptz", ["infinity", None], ["infinity", None]),
        ("time", ["24:00:00", None], ["24:00:00", None]),
        ("numeric", ["NaN", "1.5"], ["NaN", "1.5"]),
        ("numeric(5,2)", ["NaN", "1.5"], ["NaN", "1.50"]),
        ("numeric", ["1e100", "1"], ["1" + "0" * 100, "1"]),
    ],
)
def test_values_without_an_arrow_form_are_text(
    shop_door, database, type_, values, expected
):
    """Their batch is text as the server writes it; other batches keep their type."""
    shop_door(f"CREATE TABLE t (v {type_}, n serial)")
    for value in values:
        literal = "NULL" if value is None else f"'{value}'"
        shop_door(f"INSERT INTO t VALUES ({literal})")

    sql = Statement(sql="SELECT v FROM t ORDER BY n")
    with database.read(sql, ReadOptions()) as stream:
        [batch] = stream.batches

    assert batch.column(0).to_pylist() == expected
    assert batch.schema.field(0).metadata[DB_TYPE].decode().startswith(type_[:4])
    assert not stream.is_uniform


def test_years_past_python_are_text(database):
    """Python's dates end in 9999, PostgreSQL's do not."""
    rows = read(
        database, "SELECT date '12000-01-01' AS d, timestamp '12000-01-01' AS t"
    )

    assert rows == [{"d": ["12000-01-01"], "t": ["12000-01-01 00:00:00"]}]


def test_sums_keep_every_digit(database):
    """A numeric without declared digits has those of its values."""
    rows = read(database, "SELECT sum(v) AS s FROM (VALUES (0.10), (12345.678)) t(v)")

    assert rows == [{"s": [Decimal("12345.778")]}]


def test_times_are_in_utc(database):
    """Whatever zone server and role have."""
    rows = read(database, "SELECT timestamptz '2024-01-01 00:00+01' AS t")

    assert rows == [{"t": [dt.datetime(2023, 12, 31, 23, tzinfo=dt.UTC)]}]


def test_fixed_types_are_uniform(database):
    """Integers, floats, text and truth promise one type to the end."""
    sql = Statement(sql="SELECT 1 AS a, 0.5::float8 AS b, 'x' AS c, true AS d")
    with database.read(sql, ReadOptions()) as stream:
        assert stream.is_uniform


def test_bad_sql_says_where(database):
    """The server's message and the place in the statement."""
    with pytest.raises(Invalid, match='column "nothing" does not exist') as caught:
        read(database, "SELECT nothing FROM pg_class")

    assert caught.value.facts["position"] == 8


def test_structure_has_what_only_postgresql_has(shop_door, database):
    """Comments, identity, lengths, precision, materialized views."""
    shop_door(
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
        " name varchar(40), price numeric(10,2))"
    )
    shop_door("COMMENT ON TABLE t IS 'Things'")
    shop_door("COMMENT ON COLUMN t.name IS 'What it is called'")
    shop_door("CREATE MATERIALIZED VIEW m AS SELECT 1 AS one")
    shop_door("ANALYZE t")

    found = database.describe("public", "t")
    view = database.describe("public", "m")

    assert (found.table.description, found.table.row_count) == ("Things", 0)
    assert [(c.type, c.length, c.precision, c.scale) for c in found.columns] == [
        ("integer", None, 32, 0),
        ("character varying(40)", 40, None, None),
        ("numeric(10,2)", None, 10, 2),
    ]
    assert found.columns[0].default == "GENERATED ALWAYS AS IDENTITY"
    assert found.columns[1].description == "What it is called"
    assert (view.table.type, view.row_key) == ("materialized view", "")


def test_what_a_role_may_not_read_is_not_listed(postgresql, shop, database):
    """Neither a schema it cannot use nor a table it cannot select from."""
    name = make_url(shop.url).database
    postgresql.run("CREATE SCHEMA secret CREATE TABLE t (a int)", database=name)
    postgresql.run("CREATE TABLE public.hidden (a int)", database=name)

    assert [s.name for s in database.list_schemas()] == ["public"]
    assert database.list_tables("public") == []


def test_the_next_borrower_finds_nothing_changed(database):
    """Settings, variables and locks of one read are gone in the next."""
    change = "SELECT set_config('search_path', 'evil', false)"
    look = "SELECT current_setting('search_path') AS p, pg_backend_pid() AS pid"
    locks = "SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory'"
    before = read(database, look)
    read(database, change)
    read(database, "SELECT pg_advisory_lock(1) IS NULL AS a")

    assert read(database, look) == before
    assert read(database, locks) == [{"n": [0]}]


@pytest.mark.fault
def test_a_restarted_server_is_found_again():
    """Dead connections are noticed: a read that fails says so, the next one works."""
    with own_postgresql() as server:
        server.run("CREATE ROLE reader LOGIN PASSWORD 'x'")
        url = server.url("reader", "x", "postgres")
        database = open_target(Target(name="own", dialect="postgresql", url=url))
        many = Statement(sql="SELECT * FROM generate_series(1, 10000000)")
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


@pytest.mark.fault
def test_a_killed_backend_does_not_hurt_the_next_read(shop, database):
    """An idle connection that the server ended is replaced without a word."""
    read(database, "SELECT 1 AS a")
    with connect(shop.url) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'entrepot' AND usename = current_user"
        )

    assert read(database, "SELECT 1 AS a") == [{"a": [1]}]
