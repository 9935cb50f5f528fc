"""Nothing that goes through PostgreSQL's wall leaves a trace."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import make_url

from entrepot.connections import open_target
from entrepot.connections.hostile import Place
from tests.connections.hostile.corpus import Range, check_corpus, families, few
from tests.connections.shops import new_shop
from tests.services import connect

SET_UP = """
CREATE TABLE kept (id int PRIMARY KEY, name text);
INSERT INTO kept VALUES (1, 'one'), (2, 'two');
CREATE SEQUENCE counter;
CREATE VIEW writable_view AS SELECT * FROM kept;
CREATE MATERIALIZED VIEW kept_copy AS SELECT * FROM kept;
CREATE TABLE ruled (a int);
INSERT INTO kept VALUES (3, 'three')
"""
ELEVATED = """
CREATE FUNCTION elevated() RETURNS int SECURITY DEFINER LANGUAGE plpgsql AS
'BEGIN INSERT INTO public.kept VALUES (99, ''x''); RETURN 1; END';
CREATE PROCEDURE elevated_procedure() LANGUAGE plpgsql AS
'BEGIN COMMIT; INSERT INTO public.kept VALUES (98, ''x''); END';
CREATE FUNCTION elevated_writer(strictly boolean) RETURNS int SECURITY DEFINER
LANGUAGE plpgsql AS
'BEGIN IF strictly THEN SET LOCAL transaction_read_only = off; END IF;
 UPDATE public.kept SET name = ''x''; RETURN 1;
 EXCEPTION WHEN OTHERS THEN INSERT INTO public.kept VALUES (97, ''x''); RETURN 2; END';
CREATE FUNCTION elevated_dynamic(sql text) RETURNS int SECURITY DEFINER
LANGUAGE plpgsql AS 'BEGIN EXECUTE sql; RETURN 1; END';
CREATE VIEW trapped AS SELECT elevated() AS a;
GRANT SELECT ON trapped TO PUBLIC
"""
STATE = """
SELECT (SELECT string_agg(k::text, ',' ORDER BY id) FROM kept k),
       (SELECT string_agg(k::text, ',' ORDER BY id) FROM kept_copy k),
       (SELECT last_value || is_called::text FROM counter),
       (SELECT md5(string_agg(row(oid, relname, relnamespace, relowner, relkind,
            relacl, relrowsecurity, relnatts)::text, ',' ORDER BY oid)) FROM pg_class),
       (SELECT md5(string_agg(oid || ' ' || xmin, ',' ORDER BY oid)) FROM pg_proc),
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


@pytest.fixture(scope="module")
def shop(postgresql):
    """A database with something to lose, and functions of a superuser's in it."""
    with new_shop(postgresql) as target:
        with connect(target.url) as owner:
            owner.execute(SET_UP)
        postgresql.run(ELEVATED, database=make_url(target.url).database)
        yield target


@pytest.fixture(scope="module")
def target(postgresql, shop, open_folder, unparsed):
    """`shop` behind the wall, beside a folder in which the server could write."""
    folder = open_folder
    url, database = make_url(shop.url), open_target(shop)
    place = Place(
        table="kept", column="name", folder=str(folder), database=str(url.database)
    )
    admin = postgresql.admin_url.set(database=url.database)
    with connect(admin.render_as_string(hide_password=False)) as line:
        yield Range(
            database=database,
            dialect="postgresql",
            place=place,
            look=lambda: (line.execute(STATE).fetchall(), [*folder.iterdir()]),
        )
    database.close()


def test_the_elevated_function_would_have_worked(shop):
    """Outside the wall, the role that is only asked to read can write through it."""
    with connect(shop.url) as owner, owner.transaction(force_rollback=True):
        assert owner.execute("SELECT elevated()").fetchone() == (1,)
        assert owner.execute("SELECT count(*) FROM kept").fetchone() == (4,)


def test_elevated_functions_are_told(shop, postgresql):
    """With the REVOKE that takes each from the role; then it is not told any more."""
    url = make_url(shop.url)
    admin, database = postgresql.admin_url.username, open_target(shop)
    told = [w for w in database.greet().warnings if "rights of" in w]
    revoke = "REVOKE EXECUTE ON ROUTINE elevated_writer(boolean) FROM PUBLIC"

    assert (
        "the role may call elevated_writer(boolean), which runs with the rights of "
        f"{admin}: {revoke}"
    ) in told
    assert len(told) == 3  # the procedure runs with the caller's rights
    postgresql.run(revoke, database=url.database)
    assert len([w for w in database.greet().warnings if "rights of" in w]) == 2
    postgresql.run(
        revoke.replace("REVOKE", "GRANT").replace("FROM", "TO"), url.database
    )
    database.close()


def test_a_few_statements_leave_no_trace(target):
    """A sample of the corpus, and what has to work, in every run."""
    assert target.attack(few("postgresql")) == {}


@pytest.mark.fault
@pytest.mark.parametrize("family", families("postgresql"))
def test_no_statement_leaves_a_trace(target, family):
    """Rows, catalogue, roles, files and the next borrower's settings are as before."""
    assert target.attack(family) == {}


def test_the_corpus_is_large():
    """At least 150 attempts, and one statement that works beside each family."""
    check_corpus("postgresql")
