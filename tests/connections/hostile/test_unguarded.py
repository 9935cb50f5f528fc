"""Without the wall hostile statements run, so that it is the wall that refuses them."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing, suppress

import duckdb
import psycopg
import pymysql
import pytest
from pymysql.constants import CLIENT
from sqlalchemy.engine import make_url

from entrepot.connections.hostile import Place, load_attempts
from tests.connections.shops import new_shop
from tests.services import connect

SECONDS = 0.3
"""What still runs then would run on: a bomb."""

TABLE = "CREATE TABLE kept (id int, name varchar(9))"
MADE = "entrepot_selftest_made"
pytestmark = pytest.mark.fault

# What fails without a wall, too: it names nothing that is there, so that it would do
# no harm on a live database, or a function that only some builds have.
SQLITE = {
    "SELECT writefile('{folder}/entrepot_selftest', 'x')",
    "SELECT readfile('{folder}/entrepot_selftest')",
    "SELECT edit('x', 'true')",
    "SELECT shell('true')",
    "SELECT load_extension('{folder}/entrepot_selftest')",
    "SELECT load_extension('{folder}/entrepot_selftest', 'x')",
    "SELECT 1 WHERE load_extension('{folder}/entrepot_selftest') IS NULL",
    "SELECT fts3_tokenizer('entrepot_selftest')",
    "SELECT sqlite_rename_column('x', 'x', 'x', 'x', 'x', 'x', 0, 0, 0)",
    "UPDATE sqlite_master SET sql = sql WHERE 1 = 0",
    "DELETE FROM sqlite_master WHERE 1 = 0",
    "SELECT zeroblob(2000000000)",
}
DUCKDB = {
    "FROM 'https://127.0.0.1:1/entrepot_selftest.parquet'",
    "SELECT * FROM '/etc/hostname'",
    "LOAD '{folder}/entrepot_selftest.duckdb_extension'",
    "LOAD entrepot_selftest_extension",
    "INSTALL entrepot_selftest_extension",
    "SELECT * FROM query('CREATE TABLE entrepot_selftest_made (a INTEGER)')",
    "SELECT * FROM query('SELECT 1; CREATE TEMP TABLE entrepot_selftest_made "
    "(a INTEGER)')",
    "SELECT * FROM entrepot_selftest_variable",
    "SELECT getenv('PATH')",
    "CREATE TABLE temp.main.entrepot_selftest_made (a INTEGER)",
    "CALL force_checkpoint()",
    "SET enable_external_access = true",
}
POSTGRESQL = {
    "COMMENT ON TABLE entrepot_selftest_made IS 'x'",
    "CREATE FUNCTION entrepot_selftest_made() RETURNS int LANGUAGE c AS "
    "'entrepot_selftest_library', 'x'",
    "LOAD 'entrepot_selftest_library'",
    "CREATE EXTENSION entrepot_selftest_extension",
    "SELECT lo_export(0, '{folder}/entrepot_selftest_out')",
    "SELECT lo_import('{folder}/entrepot_selftest_missing')",
    "SELECT pg_read_file('entrepot_selftest_missing')",
    "SELECT pg_read_binary_file('entrepot_selftest_missing')",
    "SELECT query_to_xml('CREATE TABLE entrepot_selftest_made (a int)', true, false, "
    "'')",
    "SELECT query_to_xml('DELETE FROM {table} WHERE 1 = 0', true, false, '')",
    "SELECT set_config('session_authorization', 'entrepot_selftest_made', true)",
    "SELECT set_config('transaction_isolation', 'serializable', true)",
    "SELECT pg_reload_conf() WHERE 1 / (SELECT 0) = 1",
    "GRANT pg_write_server_files TO entrepot_selftest_made",
    "ALTER SYSTEM RESET entrepot_selftest.a",
    "CALL entrepot_selftest_procedure()",
    "COPY (SELECT 1) TO STDOUT",  # psycopg wants its own way for it
}
MARIADB = {
    "CALL entrepot_selftest_procedure()",
    "INSTALL SONAME 'entrepot_selftest_made'",
    "UNINSTALL SONAME 'entrepot_selftest_made'",
    "KILL QUERY 0",
    "SELECT NEXTVAL(entrepot_selftest_made)",
    "SELECT SETVAL(entrepot_selftest_made, 9)",
}


def empty(folder) -> None:
    """Remove the files in a folder."""
    for file in folder.iterdir():
        file.unlink()


def refused(dialect, run, folder) -> set[str]:
    """Return what fails outside of a transaction and inside of one as well."""
    place = Place(table="kept", column="name", folder=str(folder))
    return {
        attempt.sql
        for attempt in load_attempts(dialect)
        if attempt.sign in ("!", "~") and "levenshtein" not in attempt.sql
        if not any(run(place.fill(attempt.sql), begin) for begin in ("", "BEGIN"))
    }


def test_sqlite_would_run_them(tmp_path):
    """On a connection of one's own, to a file that is copied for each."""
    template, file = tmp_path / "template.db", tmp_path / "copy.db"
    with closing(sqlite3.connect(template)) as connection:
        connection.execute(TABLE)

    def run(sql: str, begin: str) -> bool:
        (tmp_path / "entrepot_selftest.db").unlink(missing_ok=True)
        file.write_bytes(template.read_bytes())
        ends = time.monotonic() + SECONDS
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > ends, 10_000)
            try:
                connection.executescript(f"{begin};{sql}")
            except sqlite3.Error as error:
                return "interrupted" in str(error)
            except MemoryError:  # of the limit that readers of this process have
                return True
            return True

    assert refused("sqlite", run, tmp_path) == SQLITE


def test_duckdb_would_run_them(tmp_path):
    """On a connection of one's own; nothing is fetched from elsewhere."""
    out = tmp_path / "out"
    config = {
        "autoinstall_known_extensions": "false",
        "custom_extension_repository": str(out),
    }

    def run(sql: str, begin: str) -> bool:
        with closing(duckdb.connect(":memory:", config=config)) as connection:
            connection.execute(TABLE)
            clock = threading.Timer(SECONDS, connection.interrupt)
            clock.start()
            try:
                connection.execute(f"{begin};{sql}" if begin else sql)
            except duckdb.InterruptException:
                return True
            except duckdb.Error:
                return False
            finally:
                clock.cancel()
            return True

    out.mkdir()
    assert refused("duckdb", run, out) == DUCKDB


def test_postgresql_would_run_them(postgresql, open_folder):
    """As a superuser, under the protocol that takes several statements."""
    with new_shop(postgresql) as shop:
        url = postgresql.admin_url.set(database=make_url(shop.url).database)
        url = url.render_as_string(hide_password=False)

        def run(sql: str, begin: str) -> bool:
            empty(open_folder)
            for what in ("SCHEMA", "VIEW", "TABLE", "FUNCTION", "ROLE"):
                with suppress(psycopg.Error):
                    admin.execute(f"DROP {what} {MADE}")
            line = connect(url)
            try:
                line.execute(f"SET statement_timeout = {SECONDS * 1000:.0f}")
                line.execute(f"{begin};{sql}")
            except psycopg.errors.QueryCanceled:
                return True
            except psycopg.Error:
                return False
            finally:
                line.close()
            return True

        with connect(url) as admin:
            admin.execute(TABLE)
            found = refused("postgresql", run, open_folder)
        assert found == POSTGRESQL


def test_mariadb_would_run_them(mariadb, open_folder):
    """As root, on a connection that takes several statements."""
    mariadb.run("CREATE DATABASE bare")
    mariadb.run(TABLE, "bare")

    def run(sql: str, begin: str) -> bool:
        empty(open_folder)
        for what in ("DATABASE", "VIEW", "TABLE", "SEQUENCE", "ROLE", "USER"):
            with suppress(pymysql.Error):
                mariadb.run(f"DROP {what} {MADE}", "bare")
        with (
            closing(
                pymysql.connect(
                    user="root",
                    unix_socket=str(mariadb.folder / "socket"),
                    database="bare",
                    client_flag=CLIENT.MULTI_STATEMENTS,
                )
            ) as line,
            line.cursor() as cursor,
        ):
            cursor.execute(f"SET max_statement_time = {SECONDS}")
            try:
                cursor.execute(f"{begin};{sql}" if begin else sql)
                while cursor.nextset():
                    pass
            except pymysql.Error as error:
                return error.args[0] == 1969
            return True

    assert refused("mariadb", run, open_folder) == MARIADB
    mariadb.run("DROP DATABASE bare")
