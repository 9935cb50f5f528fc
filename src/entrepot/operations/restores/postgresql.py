"""Replace the tables of a PostgreSQL database by a dump's, in one transaction."""

from __future__ import annotations

import tempfile
from pathlib import Path

from psycopg import sql

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.operations.backups.keeping import back_up, folder_of
from entrepot.operations.backups.manifest import Manifest
from entrepot.operations.backups.postgresql import (
    QUIET,
    Raw,
    Server,
    find_program,
    read_contents,
)
from entrepot.operations.errors import BackupBroke, DatabaseInUse

LOCK_SECONDS = 10
_MORE = """
    SELECT 'FUNCTION', p.oid::regprocedure::text FROM pg_catalog.pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace AND p.prokind = 'f'
    AND pg_get_userbyid(p.proowner) = current_user AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT 'TYPE', t.oid::regtype::text FROM pg_catalog.pg_type t
    WHERE t.typnamespace = current_schema()::regnamespace AND t.typtype = 'e'
    AND pg_get_userbyid(t.typowner) = current_user
    UNION ALL
    SELECT 'SEQUENCE', c.oid::regclass::text FROM pg_catalog.pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'S'
    AND pg_get_userbyid(c.relowner) = current_user
"""
"""Names as PostgreSQL itself writes them, quoted where they must be."""


def replace(house: House, server: Server, dump: Path, manifest: Manifest) -> str:
    """Put a dump's tables in the place of ours; return the backup of those before.

    Raises:
        DatabaseInUse: Others are connected to the database.
        BackupBroke: It failed, and nothing changed.
    """
    _refuse_others(server)
    # With a name of its own: making room for it could take away what we restore.
    name = f"pre-restore_{now():%Y%m%d_%H%M%S_%f}.dump"
    aside = back_up(
        house,
        path=folder_of(house) / name,
        description=f"before restoring {dump.name}",
    )
    with tempfile.TemporaryDirectory(prefix="entrepot-restore-") as name:
        script = Path(name) / "restore.sql"
        restore = [find_program("pg_restore", server.major), *QUIET]
        server.run([*restore, "-f", str(script), str(dump)])
        clearing = Path(name) / "clear.sql"
        with server.connect() as connection:
            clearing.write_text(_clearing(connection), encoding="utf-8")
        options = ["-X", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1"]
        psql = [find_program("psql", server.major), *options, "-d", server.place()]
        server.run([*psql, "-f", str(clearing), "-f", str(script)])
    with server.connect() as connection:
        if read_contents(connection) != manifest.contents:
            raise BackupBroke(
                "the restored database does not hold what the backup tells of",
                hint=f"the one before is in {aside.path}",
            )
    return aside.path


def _refuse_others(server: Server) -> None:
    with server.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND application_name = 'entrepot'"
            # Our own turn to migrate is held by such a connection, and by its lock.
            " AND pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')"
        ).fetchone()
    if row and row[0]:
        raise DatabaseInUse(
            f"{row[0]} connections of Entrepôt are open to the database",
            hint="stop the servers on every host that uses it, then restore again",
        )


def _clearing(connection: Raw) -> str:
    """Return the SQL that takes what is in our schema away; extensions stay."""
    rows = connection.execute(
        "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind = 'r' AND n.nspname = current_schema()"
    ).fetchall()
    drops = [
        sql.SQL("DROP TABLE {} CASCADE;\n")
        .format(sql.Identifier(str(schema), str(table)))
        .as_string(connection)
        for schema, table in rows
    ]
    drops += [
        f"DROP {kind} IF EXISTS {name} CASCADE;\n"
        for kind, name in connection.execute(_MORE).fetchall()
    ]
    return f"SET lock_timeout = '{LOCK_SECONDS}s';\n" + "".join(drops)
