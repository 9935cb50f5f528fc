"""Nothing that goes through PostgreSQL's wall leaves a trace."""

from __future__ import annotations

import os
from contextlib import suppress

import pytest
from sqlalchemy.engine import make_url

from entrepot.base.errors import Denied, Invalid, Refused, TimedOut
from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement, open_target
from tests.connections.hostile.corpus import load_statements, sample
from tests.connections.shops import new_shop
from tests.services import connect

EXPECTED = (Denied, Invalid, Refused, TimedOut)
"""Kinds that a refusal may have; any other fails the test."""

STATEMENTS = load_statements("postgresql")

SET_UP = """
CREATE TABLE kept (id int PRIMARY KEY, name text);
INSERT INTO kept VALUES (1, 'one'), (2, 'two');
CREATE SEQUENCE counter;
CREATE MATERIALIZED VIEW kept_copy AS SELECT * FROM kept;
INSERT INTO kept VALUES (3, 'three')
"""
ELEVATED = """
CREATE FUNCTION elevated() RETURNS int SECURITY DEFINER LANGUAGE plpgsql AS
'BEGIN INSERT INTO public.kept VALUES (99, ''x''); RETURN 1; END';
CREATE PROCEDURE elevated_procedure() LANGUAGE plpgsql AS
'BEGIN COMMIT; INSERT INTO public.kept VALUES (98, ''x''); END'
"""
STATE = """
SELECT (SELECT string_agg(k::text, ',' ORDER BY id) FROM kept k),
       (SELECT string_agg(k::text, ',' ORDER BY id) FROM kept_copy k),
       (SELECT last_value || is_called::text FROM counter),
       (SELECT md5(string_agg(row(oid, relname, relnamespace, relowner, relkind,
            relacl, relrowsecurity, relnatts)::text, ',' ORDER BY oid)) FROM pg_class),
       (SELECT md5(string_agg(p::text, ',' ORDER BY oid)) FROM pg_proc p),
       (SELECT md5(string_agg(a::text, ',' ORDER BY oid)) FROM pg_authid a),
       (SELECT md5(string_agg(row(d.oid, datname, datdba, datacl)::text, ','
            ORDER BY d.oid)) FROM pg_database d WHERE datname = current_database()),
       (SELECT md5(string_agg(s::text, ',' ORDER BY s::text))
            FROM pg_db_role_setting s),
       (SELECT md5(string_agg(n::text, ',' ORDER BY oid)) FROM pg_namespace n),
       (SELECT count(*) FROM pg_type), (SELECT count(*) FROM pg_trigger),
       (SELECT count(*) FROM pg_description), (SELECT count(*) FROM pg_extension),
       (SELECT count(*) FROM pg_largeobject_metadata),
       (SELECT count(*) FROM pg_prepared_xacts),
       (SELECT count(*) FROM pg_replication_slots),
       (SELECT count(*) FROM pg_file_settings WHERE sourcefile LIKE '%auto.conf')
"""
NEXT_BORROWER = """
SELECT current_user::text || session_user || pg_is_in_recovery() AS who,
       (SELECT count(*) FROM pg_locks
        WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks,
       (SELECT count(*) FROM pg_prepared_statements WHERE name <> '') AS prepared,
       (SELECT count(*) FROM pg_listening_channels()) AS channels,
       (SELECT count(*) FROM pg_cursors WHERE is_holdable) AS cursors,
       (SELECT string_agg(name || '=' || setting, ',' ORDER BY name)
        FROM pg_settings WHERE name NOT LIKE 'plpgsql.%') AS settings
"""


@pytest.fixture(scope="module")
def shop(postgresql):
    """A database with something to lose, and functions of a superuser's in it."""
    with new_shop(postgresql) as target:
        with connect(target.url) as owner:
            owner.execute(SET_UP)
        postgresql.run(ELEVATED, database=make_url(target.url).database)
        yield target


@pytest.fixture(scope="module")
def database(shop):
    """`shop` behind the wall."""
    database = open_target(shop)
    yield database
    database.close()


@pytest.fixture
def folder(tmp_path):
    """A folder in which the server could write."""
    os.chmod(tmp_path, 0o777)
    return tmp_path


def run(database, sql: str) -> list[dict[str, list[object]]]:
    """Read all there is, in at most two seconds."""
    with database.read(Statement(sql=sql), ReadOptions(seconds=2)) as stream:
        return [batch.to_pydict() for batch in stream.batches]


def attack(postgresql, database, shop, folder, statement: str) -> list[object]:
    """Run a statement; return what it left behind."""
    name = make_url(shop.url).database
    sql = statement.format(folder=folder, database=name)
    before = postgresql.run(STATE, database=name), run(database, NEXT_BORROWER)

    with suppress(*EXPECTED):
        run(database, sql)

    after = postgresql.run(STATE, database=name), run(database, NEXT_BORROWER)
    return [*folder.iterdir(), *([(before, after)] if after != before else [])]


def test_the_elevated_function_would_have_worked(shop):
    """Outside the wall, the role that is only asked to read can write through it."""
    with connect(shop.url) as owner, owner.transaction(force_rollback=True):
        assert owner.execute("SELECT elevated()").fetchone() == (1,)
        assert owner.execute("SELECT count(*) FROM kept").fetchone() == (4,)


@pytest.mark.parametrize("statement", sample(STATEMENTS))
def test_a_few_statements_leave_no_trace(postgresql, database, shop, folder, statement):
    """A sample of the corpus, in every run."""
    assert attack(postgresql, database, shop, folder, statement) == []


@pytest.mark.fault
@pytest.mark.parametrize("statement", STATEMENTS)
def test_no_statement_leaves_a_trace(postgresql, database, shop, folder, statement):
    """Rows, roles, files and the next borrower's settings are as before."""
    assert attack(postgresql, database, shop, folder, statement) == []


def test_the_corpus_is_large():
    """At least 150 different statements."""
    assert len(set(STATEMENTS)) >= 150
