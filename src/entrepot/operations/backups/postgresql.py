"""Dumps of a PostgreSQL database by its own programs, and databases to try them in."""

from __future__ import annotations

import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine

from entrepot.base.errors import EntrepotError, TooMuch, Unavailable
from entrepot.base.stoppable import read_stoppable
from entrepot.jobs import QUEUE_SCHEMA
from entrepot.operations.backups.manifest import Contents, Drill
from entrepot.operations.backups.progress import Progress, silent
from entrepot.operations.errors import (
    BackupBroke,
    BackupDamaged,
    NotOurBackup,
    ToolMissing,
)

MAGIC = b"PGDMP"
SCRATCH = "entrepot_scratch_"
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/*/bin")
PARAMETERS = (
    *("host", "hostaddr", "port", "user", "dbname", "options", "connect_timeout"),
    *("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "channel_binding"),
    *("gssencmode", "krbsrvname", "target_session_attrs"),
)
"""What every version of PostgreSQL's programs knows; psycopg brings a newer libpq."""
QUIET = ("--no-owner", "--no-privileges", "--no-comments")
"""What a restored database need not have: it belongs to who restores it."""

_COPY = re.compile(rb"COPY ((?:\"(?:[^\"]|\"\")+\"|[^ ]+)) \(.*FROM stdin;\n")
_TABLES = """
    SELECT c.relname FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = current_schema() ORDER BY 1
"""

Raw = psycopg.Connection[Any]


class Server:
    """The PostgreSQL that holds our database, as its programs reach it."""

    def __init__(self, engine: Engine, progress: Progress = silent) -> None:
        self._progress = progress
        with engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            self.major = raw.info.server_version // 10_000
            given = raw.info.get_parameters()
            self._place = {k: v for k, v in given.items() if k in PARAMETERS}
            self._password = raw.info.password

    def place(self, database: str = "", application: str = "entrepot-upkeep") -> str:
        """Return where the database is, without the password."""
        named = {"dbname": database} if database else {}
        given = {**self._place, "application_name": application, **named}
        return make_conninfo(**given)

    def connect(self, database: str = "", *, autocommit: bool = False) -> Raw:
        """Open a connection of our own; close it."""
        place = make_conninfo(self.place(database), password=self._password)
        try:
            return psycopg.connect(place, autocommit=autocommit)
        except psycopg.OperationalError as error:
            said = str(error).splitlines()[0]
            raise Unavailable(f"our own database's server: {said}") from error

    def dump(self, target: Path) -> Contents:
        """Dump the database as of one moment; return what was in it then.

        Raises:
            ToolMissing: There is no pg_dump of this server's version, or newer.
            TooMuch: The disk is full.
            BackupBroke: pg_dump failed.
        """
        program = find_program("pg_dump", self.major)
        with self.connect() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            contents = read_contents(connection)
            row = connection.execute("SELECT pg_export_snapshot()").fetchone()
            snapshot = str(row[0]) if row else ""
            options = ["-Fc", *QUIET, f"--exclude-schema={QUEUE_SCHEMA}"]
            options += [f"--snapshot={snapshot}", "-f", str(target)]
            self.run([program, *options, "-d", self.place()], stage="dumping")
        return contents

    def drill(self, dump: Path) -> tuple[Drill, Contents]:
        """Restore a dump into a scratch database, or decode it where we may make none.

        Raises:
            BackupBroke: It cannot be restored.
        """
        try:
            with self.scratch_database() as name:
                self.restore_into(name, dump)
                with self.connect(name) as connection:
                    return "restored", read_contents(connection)
        except psycopg.errors.InsufficientPrivilege:
            self._progress("decoding", 0, 0)
            return "decoded", look_through(dump)

    def restore_into(self, database: str, dump: Path) -> None:
        """Restore a dump into an empty database, in one transaction."""
        program = find_program("pg_restore", self.major)
        options = [*QUIET, "--exit-on-error", "--single-transaction"]
        place = self.place(database)
        self.run([program, *options, "-d", place, str(dump)], stage="restoring")

    @contextmanager
    def scratch_database(self) -> Iterator[str]:
        """Give the name of a new database; it is dropped at the end.

        Raises:
            psycopg.errors.InsufficientPrivilege: The role may not create databases.
        """
        name = f"{SCRATCH}{secrets.token_hex(6)}"
        with self.connect(autocommit=True) as connection:
            _sweep(connection)
            connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
            make = sql.SQL("CREATE DATABASE {} TEMPLATE template0")
            connection.execute(make.format(sql.Identifier(name)))
            try:
                yield name
            finally:
                connection.execute(_drop(name))

    def run(self, command: Sequence[str], *, stage: str = "") -> None:
        """Run one of PostgreSQL's programs; the password goes by its environment.

        Raises:
            TooMuch: The disk is full.
            BackupBroke: It failed; the message is its own.
        """
        with subprocess.Popen(
            command,
            env={"PGPASSWORD": self._password or "", "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        ) as running:
            said = read_stoppable(running, lambda: self._progress(stage, 0, 0))
        if running.returncode:
            raise _failed(Path(command[0]).name, said)


def _drop(name: str) -> sql.Composed:
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    return drop.format(sql.Identifier(name))


def _sweep(connection: Raw) -> None:
    """Drop the scratch databases of processes that were killed: nobody locks them."""
    found = connection.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        " AND datdba = (SELECT oid FROM pg_roles WHERE rolname = current_user)",
        [SCRATCH],
    ).fetchall()
    for (name,) in found:
        query = "SELECT pg_try_advisory_lock(hashtext(%s))"
        row = connection.execute(query, [name]).fetchone()
        if row and row[0]:
            connection.execute(_drop(str(name)))
            connection.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


def read_contents(connection: Raw) -> Contents:
    """Count the rows of every table of our schema, within the open transaction."""
    names = [str(name) for (name,) in connection.execute(_TABLES).fetchall()]
    tables = {}
    for name in names:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
        row = connection.execute(query).fetchone()
        tables[name] = int(row[0]) if row else 0
    heads = []
    if "alembic_version" in tables:
        found = connection.execute("SELECT version_num FROM alembic_version ORDER BY 1")
        heads = [str(version) for (version,) in found.fetchall()]
    return Contents(heads=heads, tables=tables)


def look_through(dump: Path) -> Contents:
    """Decode a dump whole and count its rows; no server is needed.

    Raises:
        NotOurBackup: It is no dump, or not of Entrepôt.
        BackupDamaged: It cannot be decoded to its end.
        ToolMissing: There is no pg_restore here.
    """
    with dump.open("rb") as start:
        if start.read(len(MAGIC)) != MAGIC:
            raise NotOurBackup(f"{dump} is no dump in PostgreSQL's custom format")
    program = find_program("pg_restore")
    listing = [program, "--list", str(dump)]
    listed = subprocess.run(listing, capture_output=True, text=True, check=False)
    if listed.returncode:
        raise BackupDamaged(f"{dump}: {_last(listed.stderr)}")
    if " alembic_version " not in listed.stdout:
        raise NotOurBackup(f"{dump} is a dump, but not of Entrepôt")
    with subprocess.Popen(
        [program, *QUIET, "-f", "-", str(dump)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as decoding:
        assert decoding.stdout is not None
        assert decoding.stderr is not None
        tables, heads = _count(decoding.stdout)
        said = decoding.stderr.read().decode(errors="replace")
    if decoding.returncode:
        raise BackupDamaged(f"{dump}: {_last(said)}")
    return Contents(heads=heads, tables=tables)


def _count(lines: Any) -> tuple[dict[str, int], list[str]]:
    """Count the lines of each COPY; those of alembic_version are the heads."""
    tables: dict[str, int] = {}
    heads: list[str] = []
    name = ""
    for line in lines:
        if name and line == b"\\.\n":
            name = ""
        elif name:
            tables[name] += 1
            if name == "alembic_version":
                heads.append(line.decode().strip())
        elif line.startswith(b"COPY ") and (found := _COPY.fullmatch(line)):
            name = found[1].decode().rpartition(".")[2].strip('"')
            tables[name] = 0
    return dict(sorted(tables.items())), sorted(heads)


def find_program(name: str, major: int = 0) -> str:
    """Return the path of a program of this major version, or of the next newer one.

    Raises:
        ToolMissing: There is none.
    """
    found: dict[int, str] = {}
    paths = [p for place in PLACES for p in Path("/").glob(f"{place[1:]}/{name}")]
    on_path = shutil.which(name)
    for path in [*([on_path] if on_path else []), *map(str, sorted(paths))]:
        with suppress(OSError, subprocess.SubprocessError):
            found.setdefault(_major(path), path)
    fitting = sorted(version for version in found if version >= major)
    if not fitting:
        wanted = f" {major} or newer" if major else ""
        raise ToolMissing(
            f"{name}{wanted} is not installed here",
            hint="install PostgreSQL's client programs, such as postgresql-client",
        )
    return found[fitting[-1] if not major else fitting[0]]


def _major(path: str) -> int:
    said = subprocess.run(
        [path, "--version"], capture_output=True, text=True, timeout=10, check=True
    )
    found = re.search(r"(\d+)", said.stdout)
    return int(found[1]) if found else 0


def _failed(program: str, said: str) -> EntrepotError:
    if "No space left" in said or "File too large" in said:
        return TooMuch(f"the disk is full: {_last(said)}")
    return BackupBroke(f"{program} failed: {_last(said)}")


def _last(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it said nothing"])[0][:500]
