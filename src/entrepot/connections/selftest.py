"""Try hostile statements on a live database through the wall, and tell what came."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from entrepot.base import deadline
from entrepot.base.errors import Broken, EntrepotError
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.rows import ReadOptions
from entrepot.connections.events import ConnectionSelfTested
from entrepot.connections.hostile import Attempt, Place, load_attempts
from entrepot.connections.parts import DIALECTS, open_target, sql_dialect
from entrepot.connections.service import get_target
from entrepot.connections.spec import Database, Statement, Table, Target

WHOLE_SECONDS = 20.0
"""Time limit of a self-test; what it did not come to is said."""

STATEMENT_SECONDS = 5.0
HOSTILE_SECONDS = 2.0
BOMB_SECONDS = 0.5
BOMBS = "bombs"

MEMORY_BYTES = 1_000_000_000
"""What a bomb may take; with it, it is read as a statement of the console's."""

SCHEMAS_MOST = 20
"""Schemas that are looked through for a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A statement that did what it should not, or did not what it should."""

    sql: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyReport:
    """What came of one family of statements.

    Attributes:
        tried: Statements that ran or were refused.
        left_out: Statements that want a table where there is none, or more time.
    """

    name: str
    tried: int
    left_out: int = 0
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """Whether the wall before one database holds.

    Attributes:
        server: As in a greeting.
        is_sound: Nothing got through, and what should work did.
        is_complete: All families were tried in the time allowed.
        has_mark_moved: The database's mark is another than before: others wrote to it
            meanwhile, or a statement began to and was undone. None where it has none.
        warnings: What the role cannot be denied here, each with its remedy.
    """

    name: str
    dialect: str
    server: str
    seconds: float
    is_sound: bool
    is_complete: bool
    has_mark_moved: bool | None
    families: tuple[FamilyReport, ...]
    warnings: tuple[str, ...] = ()

    @property
    def tried(self) -> int:
        """Return how many statements were tried."""
        return sum(family.tried for family in self.families)

    @property
    def failed(self) -> int:
        """Return how many did what they should not, or did not what they should."""
        return sum(len(family.failures) for family in self.families)


def selftest_connection(
    house: House,
    name: str,
    *,
    by: str,
    tell: Callable[[FamilyReport], None] = lambda family: None,
) -> SelfTest:
    """Try the wall before a registered database, in at most 20 seconds.

    Only statements are tried that would do no harm if they got through. It is
    recorded, whether the wall holds, does not, or could not be tried.

    Args:
        tell: Is told of each family when it is through.

    Raises:
        NotThere: There is none of that name, or nothing to try on its kind.
        Refused, Unavailable, Denied: It does not let us in, or went away.
    """
    target = get_target(house, name)
    is_file = DIALECTS.get(target.dialect).is_file
    # One place, so that the next reader has what the last one left; a file has another
    # for the reader that holds it open.
    target = replace(target, pool_count=2 if is_file else 1)
    try:
        with closing(open_target(target)) as database:
            found = _try(target, database, tell)
    except EntrepotError as error:
        _record(house, ConnectionSelfTested(name=name, error=error.detail, by=by))
        raise
    event = ConnectionSelfTested(
        name=name, tried=found.tried, failed=found.failed, by=by
    )
    _record(house, event)
    return found


def _record(house: House, event: ConnectionSelfTested) -> None:
    with house.store.session():  # the record of it is written in it
        emit(event)


def _try(
    target: Target, database: Database, tell: Callable[[FamilyReport], None]
) -> SelfTest:
    begun, ends = time.monotonic(), time.monotonic() + deadline.within(WHOLE_SECONDS)
    greeting, before = database.greet(), database.mark()
    with tempfile.TemporaryDirectory(prefix="entrepot_selftest_") as folder:
        place = _place(target, database, Path(folder))
        trial = _Trial(target.dialect, database, place, ends)
        families = []
        with _held(target, database):
            for family in trial.run():
                tell(family)
                families.append(family)
    return SelfTest(
        name=target.name,
        dialect=target.dialect,
        server=greeting.server,
        seconds=time.monotonic() - begun,
        is_sound=not any(family.failures for family in families),
        is_complete=not trial.is_late,
        has_mark_moved=None if before is None else database.mark() != before,
        families=tuple(families),
        warnings=greeting.warnings,
    )


@contextmanager
def _held(target: Target, database: Database) -> Iterator[None]:
    """Keep a file open: some dialects open it for each read otherwise."""
    if not DIALECTS.get(target.dialect).is_file:
        yield
        return
    with database.read(Statement(sql="SELECT 1"), ReadOptions(seconds=WHOLE_SECONDS)):
        yield


def _place(target: Target, database: Database, folder: Path) -> Place:
    """Return what the statements name: a table that is there, and an empty folder."""
    place = Place(folder=str(folder), file=target.path)
    quote = sql_dialect(target.dialect).identifier_preparer.quote_identifier
    for schema in database.list_schemas()[:SCHEMAS_MOST]:
        table = next(filter(_is_plain, database.list_tables(schema.name)), None)
        if table is not None:
            columns = database.describe(schema.name, table.name).columns
            return replace(
                place,
                table=f"{quote(schema.name)}.{quote(table.name)}",
                column=quote(columns[0].name),
            )
    return place


def _is_plain(table: Table) -> bool:
    return table.type == "table"


class _Trial:
    """One run through a corpus.

    Attributes:
        is_late: The time was over before its end.
    """

    def __init__(
        self, dialect: str, database: Database, place: Place, ends: float
    ) -> None:
        self._database = database
        self._place = place
        self._ends = ends
        attempts = load_attempts(dialect)
        self._questions = [a for a in attempts if a.sign == "?"]
        self._attempts = [a for a in attempts if a.sign in ("+", "!", "~")]
        self.is_late = False

    def run(self) -> Iterator[FamilyReport]:
        """Yield what came of each family."""
        self._seen = self._see()
        for name, family in groupby(self._attempts, lambda attempt: attempt.family):
            yield self._try_family(name, list(family))

    def _try_family(self, name: str, attempts: list[Attempt]) -> FamilyReport:
        failures: list[Failure] = []
        tried = 0
        for attempt in attempts:
            if attempt.wants_table and not self._place.table:
                continue
            if self._left() <= 0:
                self.is_late = True
                break
            tried += 1
            failures += self._try(attempt)
        failures += self._changes(f"one of the family {name!r}")
        return FamilyReport(
            name=name,
            tried=tried,
            left_out=len(attempts) - tried,
            failures=tuple(failures),
        )

    def _try(self, attempt: Attempt) -> list[Failure]:
        sql = self._place.fill(attempt.sql)
        try:
            memory_bytes = MEMORY_BYTES if attempt.family == BOMBS else None
            rows = self._ask(sql, _seconds(attempt), memory_bytes)
        except Broken:
            raise
        except EntrepotError as error:
            if attempt.sign != "+":
                return []
            return [Failure(sql=sql, what=f"it does not work: {error.detail}")]
        if attempt.sign == "!":
            return [Failure(sql=sql, what="it ran"), *self._changes(sql)]
        return [] if attempt.sign == "+" or rows is None else self._changes(sql)

    def _changes(self, sql: str) -> list[Failure]:
        """Return what is not as it was, once."""
        before, self._seen = self._seen, self._see()
        return [
            Failure(sql=sql, what=f"it left something behind: {_difference(was, now)}")
            for was, now in zip(before, self._seen, strict=True)
            if was != now
        ]

    def _see(self) -> list[list[str]]:
        """Return what the next reader sees, and the files that came."""
        answers = [self._ask(q.sql, STATEMENT_SECONDS) for q in self._questions]
        files = sorted(path.name for path in Path(self._place.folder).iterdir())
        return [*answers, files]

    def _ask(
        self, sql: str, seconds: float, memory_bytes: int | None = None
    ) -> list[str]:
        """Return at most a batch of rows, as texts."""
        options = ReadOptions(seconds=seconds, memory_bytes=memory_bytes)
        with self._database.read(Statement(sql=sql), options) as stream:
            first = next(stream.batches, None)
        return [] if first is None else [str(row) for row in first.to_pylist()]

    def _left(self) -> float:
        return self._ends - time.monotonic()


def _seconds(attempt: Attempt) -> float:
    if attempt.sign == "+":
        return STATEMENT_SECONDS
    return BOMB_SECONDS if attempt.family == BOMBS else HOSTILE_SECONDS


def _difference(before: list[str], after: list[str]) -> str:
    """Return the first line that came, or else that went."""
    came = [line for line in after if line not in before]
    went = [line for line in before if line not in after]
    return (came or went)[0][:200]
