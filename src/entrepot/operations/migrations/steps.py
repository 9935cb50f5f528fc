"""Take one migration, or take it back, in one transaction with what is noted of it."""

from __future__ import annotations

import io
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from entrepot.base.errors import EntrepotError
from entrepot.base.times import now
from entrepot.operations.errors import BrokenMigration, MigrationFailed
from entrepot.operations.migrations import book
from entrepot.operations.migrations.files import SCRIPTS, Number, Step, list_steps

SAVEPOINT = "entrepot_step"


class History:
    """The steps of some folders as Alembic reads them: what follows what.

    Raises:
        BrokenMigration: A file cannot be read; the message names it and the line.
    """

    def __init__(self, places: Sequence[Path]) -> None:
        self.steps = list_steps(places)
        self.by_version = {step.version: step for step in self.steps}
        self.directory = ScriptDirectory(
            str(SCRIPTS), version_locations=[str(place) for place in places]
        )
        with _told_by(self.steps, BrokenMigration):
            walked = {s.revision: s for s in self.directory.walk_revisions()}
        for version in {*self.by_version} - {*walked}:
            path = self.by_version[version].path
            raise BrokenMigration(f"{path}: its revision is not {version!r}")
        self._scripts = walked
        self.seen: dict[str, book.Entry] = {}

    def applied(self, heads: set[str]) -> list[Step]:
        """Return the steps that lead to the heads, lowest first."""
        found: set[str] = set()
        waiting = [head for head in heads if head in self._scripts]
        while waiting:
            version = waiting.pop()
            found.add(version)
            waiting += [v for v in self._before(version) if v not in found]
        return [step for step in self.steps if step.version in found]

    def pending(self, heads: set[str], up_to: Number | None = None) -> list[Step]:
        """Return what is to be taken, in the order in which it can be."""
        done = {step.version for step in self.applied(heads)}
        left = [s for s in self.steps if s.version not in done]
        order: list[Step] = []
        while left:
            step = next(s for s in left if set(self._before(s.version)) <= done)
            left.remove(step)
            done.add(step.version)
            if up_to is None or step.number <= up_to:
                order.append(step)
        return order

    def beyond(self, heads: set[str], stays: Number) -> list[Step]:
        """Return what is to be taken back so that nothing above `stays` is left."""
        done = self.applied(heads)
        order = []
        while above := [s for s in done if s.number > stays]:
            needed = {v for s in done for v in self._before(s.version)}
            step = next(s for s in reversed(above) if s.version not in needed)
            done.remove(step)
            order.append(step)
        return order

    def heads(self) -> tuple[str, ...]:
        """Return the steps that none follows."""
        return tuple(sorted(self.directory.get_heads()))

    def module(self, step: Step) -> Any:
        """Return the migration's module."""
        return self._scripts[step.version].module

    def script(self, step: Step) -> Script:
        """Return the migration as Alembic knows it."""
        return self._scripts[step.version]

    def _before(self, version: str) -> tuple[str, ...]:
        return tuple(self._scripts[version]._all_down_revisions)

    def take(self, engine: Engine, step: Step, *, by: str) -> None:
        """Apply a step that is next, unless another process was quicker.

        Raises:
            MigrationFailed: It failed, or its `validate_upgrade` said no; nothing
                of it is left.
        """
        began_at, began = now(), time.monotonic()
        back = self.offline_sql([step], engine.dialect.name, down=True)
        with _told_by([step]), one_transaction(engine) as connection:
            heads = book.read_heads(connection)
            if step in self.applied(heads):
                return
            self._run(connection, step, is_upgrade=True)
            self._ask(step, "validate_upgrade", connection)
            self.seen[step.version] = book.Entry(
                version=step.version,
                description=step.description,
                applied_at=began_at,
                applied_by=by[:100],
                checksum=step.checksum,
                duration_ms=round((time.monotonic() - began) * 1000),
                rollback_sql=back,
            )
            applied = self.applied(book.read_heads(connection))
            book.note_applied(connection, applied, self.seen)

    def take_back(self, engine: Engine, step: Step, *, by: str) -> None:
        """Take back a step that no other builds on.

        Raises:
            MigrationFailed: It failed, or its `can_rollback` or `validate_downgrade`
                said no; it stands as before.
        """
        with _told_by([step]), one_transaction(engine) as connection:
            self._ask(step, "can_rollback")
            applied = self.applied(book.read_heads(connection))
            book.note_applied(connection, applied, self.seen)
            self._run(connection, step, is_upgrade=False)
            self._ask(step, "validate_downgrade", connection)
            book.note_rolled_back(connection, step, by=by[:100])

    def offline_sql(self, steps: list[Step], dialect: str, *, down: bool) -> str | None:
        """Return the SQL of some steps, without a database; None if it takes one.

        On SQLite a change of a table copies it, which needs to see it.
        """
        place = {"dialect_name": dialect, "as_sql": True, "literal_binds": True}
        out = io.StringIO()
        own = {step.version for step in steps}
        before = {v for step in steps for v in self._before(step.version)}
        at = tuple(own - before if down else before - own)

        def run(heads: object, context: MigrationContext) -> list[MigrationStep]:
            return [self._step(step, is_upgrade=not down) for step in steps]

        try:
            self.environment(
                {**place, "output_buffer": out, "starting_rev": at or "base"},
                run,
                as_sql=True,
            )
        except Exception:  # noqa: BLE001  # a step may want anything of a database
            return None
        return out.getvalue()

    def environment(
        self,
        place: dict[str, object],
        run: Callable[[Any, MigrationContext], list[MigrationStep]],
        *,
        as_sql: bool = False,
        include_object: Callable[..., bool] | None = None,
    ) -> None:
        """Run `env.py`, which calls `run` and takes the steps it gives."""
        config = Config()
        config.attributes.update(place=place, include_object=include_object)
        with EnvironmentContext(config, self.directory, fn=run, as_sql=as_sql):
            self.directory.run_env()

    def _run(self, connection: Connection, step: Step, *, is_upgrade: bool) -> None:
        self.environment(
            {"connection": connection},
            lambda heads, context: [self._step(step, is_upgrade=is_upgrade)],
        )

    def _step(self, step: Step, *, is_upgrade: bool) -> MigrationStep:
        make = (
            MigrationStep.upgrade_from_script
            if is_upgrade
            else MigrationStep.downgrade_from_script
        )
        return make(self.directory.revision_map, self.script(step))

    def _ask(self, step: Step, hook: str, *given: Connection) -> None:
        ask = getattr(self.module(step), hook, None)
        if ask is not None and not ask(*given):
            raise MigrationFailed(
                f"{hook} of migration {step.version} said no ({step.path})",
                hint="the schema and its history are as they were before it",
            )


@contextmanager
def one_transaction(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction; on SQLite with foreign keys off.

    A changed table is a copied one there, and dropping the old one would empty the
    tables that refer to it. They are checked before the commit instead.

    Raises:
        MigrationFailed: References are broken that were not before, or the block
            ended the transaction itself.
    """
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        raw: Any = connection.connection.dbapi_connection
        if is_sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")  # does nothing once it has begun
        try:
            with connection.begin():
                connection.exec_driver_sql(f"SAVEPOINT {SAVEPOINT}")
                broken = _broken_references(connection)
                yield connection
                if len(new := _broken_references(connection)) > len(broken):
                    pairs = sorted({f"{row[0]} to {row[2]}" for row in new})
                    raise MigrationFailed(
                        f"references would lead nowhere: {', '.join(pairs)}"
                    )
                _still_ours(connection)
        finally:
            if is_sqlite:
                raw.execute("PRAGMA foreign_keys=ON")


def _broken_references(connection: Connection) -> list[Any]:
    if connection.dialect.name != "sqlite":
        return []  # PostgreSQL checks them itself
    return list(connection.exec_driver_sql("PRAGMA foreign_key_check"))


def _still_ours(connection: Connection) -> None:
    try:
        connection.exec_driver_sql(f"RELEASE SAVEPOINT {SAVEPOINT}")
    except DBAPIError as error:
        raise MigrationFailed(
            "a migration ended its transaction itself: what it did before that stays",
            hint="take COMMIT and ROLLBACK out of it, and look at the schema",
        ) from error


@contextmanager
def _told_by(
    steps: list[Step], kind: type[EntrepotError] = MigrationFailed
) -> Iterator[None]:
    """Turn whatever a migration's file raises into one of ours that names the line."""
    try:
        yield
    except EntrepotError:
        raise
    except Exception as error:  # a file of others may raise anything
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        where = _place(error, {str(step.path.resolve()) for step in steps})
        if where is None and len(steps) == 1:
            where = str(steps[0].path)
        raise kind(f"{where or 'migrations'}: {said}") from error


def _place(error: Exception, paths: set[str]) -> str | None:
    """Return the migration's file and line where the error came from."""
    if isinstance(error, SyntaxError) and error.filename in paths:
        return f"{error.filename}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{f.filename}:{f.lineno}" for f in frames if f.filename in paths]
    return lines[-1] if lines else None
