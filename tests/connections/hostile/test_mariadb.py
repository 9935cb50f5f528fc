"""Nothing that goes through MariaDB's wall leaves a trace."""

from __future__ import annotations

import pymysql
import pytest

from entrepot.base.errors import Denied, Invalid, Refused, TimedOut
from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement, open_target
from entrepot.connections.hostile import Place
from tests.connections.hostile.corpus import Range, check_corpus, families, few
from tests.mariadb import new_shop, open_door, run

EXPECTED = (Denied, Invalid, Refused, TimedOut)
"""Kinds that a refusal may have; any other fails the test."""

SET_UP = (
    "CREATE TABLE kept (id int PRIMARY KEY, name text, KEY by_name (name(9)))",
    "INSERT INTO kept VALUES (1, 'one'), (2, 'two')",
    "CREATE TABLE plain (a int) ENGINE = MyISAM",
    "CREATE TABLE crashable (a int) ENGINE = Aria",
    "CREATE TABLE volatile (a int) ENGINE = MEMORY",
    "CREATE TABLE parts (a int) PARTITION BY HASH (a) PARTITIONS 2",
    "INSERT INTO plain VALUES (1)",
    "INSERT INTO parts VALUES (1), (2)",
    "CREATE SEQUENCE counter",
    "CREATE VIEW seen AS SELECT * FROM kept",
)
ELEVATED = (
    "FUNCTION harmless() RETURNS int RETURN 1",
    "FUNCTION elevated() RETURNS int"
    " BEGIN INSERT INTO kept VALUES (99, 'x'); RETURN 1; END",
    "FUNCTION elevated_plain() RETURNS int"
    " BEGIN INSERT INTO plain VALUES (99); RETURN 1; END",
    "FUNCTION elevated_temporary() RETURNS int"
    " BEGIN CREATE TEMPORARY TABLE kept (a int); RETURN 1; END",
    "FUNCTION elevated_setting() RETURNS int"
    " BEGIN SET @evil = 1, SESSION sql_mode = 'ANSI'; RETURN GET_LOCK('evil', 0); END",
    "FUNCTION elevated_counter() RETURNS int RETURN NEXTVAL(counter)",
    "PROCEDURE elevated_procedure() DELETE FROM kept",
    "PROCEDURE elevated_commit() BEGIN COMMIT; START TRANSACTION READ WRITE;"
    " DELETE FROM kept; COMMIT; SELECT 1; END",
    "PROCEDURE elevated_dynamic(said text) EXECUTE IMMEDIATE said",
    "PROCEDURE elevated_reading() SELECT 1",
)
STATE = (
    "SELECT * FROM kept ORDER BY id",
    "SELECT * FROM plain",
    "SELECT * FROM crashable",
    "SELECT * FROM volatile",
    "SELECT * FROM parts",
    "SELECT * FROM counter",
    "SHOW CREATE TABLE parts",
    "SELECT * FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'shop'",
    "SELECT TABLE_NAME, TABLE_TYPE, ENGINE, CREATE_TIME, UPDATE_TIME, CHECK_TIME,"
    " TABLE_COMMENT, CREATE_OPTIONS FROM information_schema.TABLES"
    " WHERE TABLE_SCHEMA IN ('shop', 'made', 'test')",
    "SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS"
    " WHERE TABLE_SCHEMA = 'shop'",
    "SELECT * FROM information_schema.VIEWS WHERE TABLE_SCHEMA = 'shop'",
    "SELECT * FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'shop'",
    "SELECT * FROM information_schema.EVENTS",
    "SELECT * FROM information_schema.SCHEMATA",
    "SELECT * FROM mysql.proc WHERE db = 'shop'",
    "SELECT * FROM mysql.global_priv",
    "SELECT * FROM mysql.db",
    "SELECT * FROM mysql.tables_priv",
    "SELECT * FROM mysql.procs_priv",
    "SELECT * FROM mysql.roles_mapping",
    "SELECT * FROM mysql.func",
    "SELECT * FROM mysql.plugin",
    "SELECT * FROM mysql.servers",
    "XA RECOVER",
    "SHOW SLAVE STATUS",
    "SELECT VARIABLE_NAME, VARIABLE_VALUE FROM information_schema.GLOBAL_VARIABLES"
    " WHERE VARIABLE_NAME NOT LIKE 'gtid%' ORDER BY 1",
    "SELECT count(*) > 0 FROM information_schema.PROCESSLIST WHERE USER = 'root'",
)


@pytest.fixture(scope="module")
def shop(mariadb):
    """A database with something to lose, and functions of the administrator's in it."""
    with new_shop(mariadb) as target:
        with open_door(target, mariadb) as owner:
            for sql in SET_UP:
                run(owner, sql)
        for sql in ELEVATED:
            mariadb.run(f"CREATE DEFINER = root@localhost {sql}", "shop")
        mariadb.run("CREATE VIEW calling AS SELECT elevated() AS a", "shop")
        yield target


@pytest.fixture(scope="module")
def database(shop):
    """`shop` behind the wall."""
    database = open_target(shop)
    yield database
    database.close()


@pytest.fixture(scope="module")
def target(mariadb, database, open_folder, unparsed):
    """`shop` behind the wall, beside a folder in which the server could write."""
    folder = open_folder

    def look():
        return [mariadb.run(sql, "shop") for sql in STATE], [*folder.iterdir()]

    return Range(
        database=database,
        dialect="mariadb",
        place=Place(table="kept", column="name", folder=str(folder)),
        look=look,
        refusals=EXPECTED,
    )


def read(database, sql: str) -> list[dict[str, list[object]]]:
    """Read all there is, in at most two seconds."""
    with database.read(Statement(sql=sql), ReadOptions(seconds=2)) as stream:
        return [batch.to_pydict() for batch in stream.batches]


def test_the_elevated_function_would_have_worked(shop, mariadb):
    """Outside the wall, whoever is only asked to read can write through it."""
    with open_door(shop, mariadb) as owner:
        owner.begin()
        assert run(owner, "SELECT elevated()") == [(1,)]
        assert run(owner, "SELECT count(*) FROM kept") == [(3,)]
        owner.rollback()


def test_a_read_only_transaction_would_not_have_been_enough(mariadb):
    """A procedure ends it and begins another."""
    with new_shop(mariadb, "yard") as yard, open_door(yard, mariadb) as owner:
        run(owner, "CREATE TABLE kept (id int)")
        run(owner, "INSERT INTO kept VALUES (1)")
        run(owner, f"CREATE {ELEVATED[-3]}")
        run(owner, "START TRANSACTION READ ONLY")
        with pytest.raises(pymysql.OperationalError, match="READ ONLY"):
            run(owner, "DELETE FROM kept")
        run(owner, "CALL elevated_commit()")

        assert run(owner, "SELECT count(*) FROM kept") == [(0,)]


def test_what_a_function_may_set_is_told(mariadb, shop, database):
    """No wall stops it, only the REVOKE that the warning names."""
    mariadb.run(
        "CREATE DEFINER = root@localhost FUNCTION setting() RETURNS int"
        " BEGIN SET GLOBAL max_connections = 150; RETURN 1; END",
        "shop",
    )

    read(database, "SELECT setting()")

    assert mariadb.run("SELECT @@max_connections") == [(150,)]
    assert "functions" in database.greet().warnings[0]
    mariadb.run("SET GLOBAL max_connections = 151")
    mariadb.run("DROP FUNCTION setting", "shop")


def test_a_few_statements_leave_no_trace(target):
    """A sample of the corpus, and what has to work, in every run."""
    assert target.attack(few("mariadb")) == {}


@pytest.mark.fault
@pytest.mark.parametrize("family", families("mariadb"))
def test_no_statement_leaves_a_trace(target, family):
    """Rows, users, files and the next borrower's settings are as before."""
    assert target.attack(family) == {}


def test_the_corpus_is_large():
    """At least 150 attempts, and one statement that works beside each family."""
    check_corpus("mariadb")
