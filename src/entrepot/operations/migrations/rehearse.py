"""Try pending migrations on a copy of the real data: up, down, up."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, NullPool, create_engine, event, func, inspect, select
from sqlalchemy import table as named

from entrepot.base.errors import Denied
from entrepot.base.house import House
from entrepot.operations.backups import postgresql as backup_postgresql
from entrepot.operations.backups import sqlite as backup_sqlite
from entrepot.operations.backups.keeping import folder_of, scratch
from entrepot.operations.errors import RehearsalFailed
from entrepot.operations.migrations.book import BOOKS
from entrepot.operations.migrations.files import Step, folders
from entrepot.operations.migrations.moves import plan_migration
from entrepot.operations.migrations.steps import History
from entrepot.operations.upkeep.trouble import explained


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What a rehearsal saw: the steps, and the rows by table before and after."""

    versions: tuple[str, ...]
    before: dict[str, int]
    after: dict[str, int]


def rehearse(house: House, target: str = "") -> Rehearsed:
    """Apply what is pending to a copy of the data, take it back, apply it again.

    Raises:
        RehearsalFailed: Back is not where it came from, rows were lost on the way
            back, or the second time came out differently.
        MigrationFailed: A step failed on the copy.
        Denied: The role may not make a scratch database.
    """
    plan = plan_migration(house, target)
    history = History(folders(house.home))
    steps = [history.by_version[version] for version in plan.versions]
    if not steps:
        return Rehearsed(versions=(), before={}, after={})
    with explained(house.store), _copy(house) as engine:
        return _up_down_up(engine, history, steps)


def _up_down_up(engine: Engine, history: History, steps: list[Step]) -> Rehearsed:
    first, before = _shape(engine), _counts(engine)
    for step in steps:
        history.take(engine, step, by="rehearsal")
    second, after = _shape(engine), _counts(engine)
    for step in reversed(steps):
        history.take_back(engine, step, by="rehearsal")
    _compare("taken back, the schema is another than before", first, _shape(engine))
    _compare("taken back, tables have lost or won rows", before, _counts(engine))
    for step in steps:
        history.take(engine, step, by="rehearsal")
    _compare("the second time made another schema", second, _shape(engine))
    return Rehearsed(
        versions=tuple(step.version for step in steps), before=before, after=after
    )


def _compare(told: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    differing = sorted(n for n in {*one, *other} if one.get(n) != other.get(n))
    if differing:
        raise RehearsalFailed(f"{told}: {', '.join(differing)}")


@contextmanager
def _copy(house: House) -> Iterator[Engine]:
    """Give an engine on a copy of our database; it goes with the block."""
    if house.store.url.get_backend_name() == "sqlite":
        folder_of(house).mkdir(parents=True, exist_ok=True, mode=0o700)
        with scratch(folder_of(house)) as folder:
            file = folder / "rehearsal.db"
            source = Path(house.store.url.database or "")
            if source.exists():
                backup_sqlite.take(source, file)
            yield from _disposed(_sqlite_engine(file))
        return
    server = backup_postgresql.Server(house.store.engine)
    folder_of(house).mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with (
            scratch(folder_of(house)) as folder,
            server.scratch_database() as name,
        ):
            server.dump(folder / "rehearsal.dump")
            server.restore_into(name, folder / "rehearsal.dump")
            engine = create_engine(
                "postgresql+psycopg://",
                creator=lambda: server.connect(name),
                poolclass=NullPool,
            )
            yield from _disposed(engine)
    except psycopg.errors.InsufficientPrivilege as error:
        raise Denied(
            "the role of DATABASE_URL may not make the scratch database to rehearse in",
            hint="ALTER ROLE … CREATEDB, or rehearse as a role that may",
        ) from error


def _disposed(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    finally:
        engine.dispose()


def _sqlite_engine(file: Path) -> Engine:
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)

    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _shape(engine: Engine) -> dict[str, Any]:
    """Return all that can be seen of each table, to compare."""
    look = inspect(engine)
    return {
        name: (
            sorted(
                (c["name"], str(c["type"]), c["nullable"], str(c["default"]))
                for c in look.get_columns(name)
            ),
            look.get_pk_constraint(name)["constrained_columns"],
            _sorted(look.get_foreign_keys(name)),
            _sorted(look.get_unique_constraints(name)),
            _sorted(look.get_indexes(name)),
            _sorted(look.get_check_constraints(name)),
        )
        for name in look.get_table_names()
        if name not in BOOKS
    }


def _sorted(things: Any) -> list[str]:
    return sorted(str(_plain(thing)) for thing in things)


def _plain(thing: Any) -> Any:
    """Return texts for what would compare by its place in memory."""
    if isinstance(thing, dict):
        return [(name, _plain(thing[name])) for name in sorted(thing)]
    if isinstance(thing, list | tuple):
        return [_plain(part) for part in thing]
    return str(thing)


def _counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        names = [n for n in inspect(connection).get_table_names() if n not in BOOKS]
        return {
            name: connection.scalar(select(func.count()).select_from(named(name))) or 0
            for name in names
        }
