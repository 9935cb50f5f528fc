"""Run hostile statements, and compare what is there after each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import pytest

from entrepot.base.errors import Broken, EntrepotError
from entrepot.base.rows import ReadOptions
from entrepot.connections import Database, Statement
from entrepot.connections.hostile import Attempt, Place, load_attempts

Way = Callable[[str, float], list[object] | None]
"""Runs a statement within so many seconds, and returns the first of its rows.

None is returned where it may run, if only it leaves no trace.
"""

WORKING_SECONDS = 30.0
ATTEMPT_SECONDS = 0.5
"""Time limit of one hostile statement."""

BOMB_SECONDS = 0.2
"""Time limit of a bomb, which goes on for as long."""

MEMORY_BYTES = 512_000_000

BATCHES_MOST = 3
"""Batches that are read of what runs; a bomb may give rows without end."""


def families(dialect: str) -> list[object]:
    """Return a corpus as one parameter for each family: its statements."""
    return [
        pytest.param(list(family), id=name)
        for name, family in groupby(tried(dialect), lambda attempt: attempt.family)
    ]


def few(dialect: str) -> list[Attempt]:
    """Return a few of them from all over the file, and what has to work."""
    found = tried(dialect)
    few = [a for n, a in enumerate(found) if a.sign == "+" or n % 25 == 0]
    return [a for a in few if a.family != "bombs"]


def tried(dialect: str) -> list[Attempt]:
    """Return all but the questions."""
    return [a for a in load_attempts(dialect) if a.sign != "?"]


@dataclass(slots=True)
class Range:
    """A database to shoot at.

    Attributes:
        look: Gives all that may not change, seen from outside the wall.
        ways: In which each statement is run; as people read, where none are named.
        refusals: Kinds that a refusal may have; any other counts as left behind.
        memory_bytes: What each statement may take; None for one of our own.
        last: What was seen after the last statement.
    """

    database: Database
    dialect: str
    place: Place
    look: Callable[[], object]
    ways: Sequence[Way] = ()
    refusals: tuple[type[EntrepotError], ...] = (EntrepotError,)
    memory_bytes: int | None = MEMORY_BYTES
    last: object = None

    def __post_init__(self) -> None:
        self.last = self.state()

    def state(self) -> object:
        """Return what may not change: from outside, and for the next reader."""
        asked = [a.sql for a in load_attempts(self.dialect) if a.sign == "?"]
        return self.look(), [self.run(sql, WORKING_SECONDS) for sql in asked]

    def run(self, sql: str, seconds: float) -> list[object]:
        """Read a few batches behind the wall, as people do."""
        options = ReadOptions(seconds=seconds, memory_bytes=self.memory_bytes)
        return self.read(Statement(sql=sql), options)

    def read(self, statement: Statement, options: ReadOptions) -> list[object]:
        """Return the rows of a few batches."""
        with self.database.read(statement, options) as stream:
            found = [batch for batch, _ in zip(stream.batches, range(BATCHES_MOST))]  # noqa: B905  # it ends at the first of both
        return [row for batch in found for row in batch.to_pylist()]

    def attack(self, attempts: Sequence[Attempt]) -> dict[str, list[object]]:
        """Run statements; return each that did what it should not, and what that is.

        The state is looked at after each of them.
        """
        found = {}
        for attempt in attempts:
            before, wrong = self.last, list(self._shoot(attempt))
            self.last = self.state()
            if self.last != before:
                wrong += ["it left something behind", before, self.last]
            if wrong:
                found[attempt.sql] = wrong
        return found

    def _shoot(self, attempt: Attempt) -> Iterator[object]:
        sql = self.place.fill(attempt.sql)
        for way in self.ways or (self.run,):
            try:
                rows = way(sql, _seconds(attempt))
            except Broken:
                raise
            except EntrepotError as error:
                yield from self._wrong(attempt, error)
                continue
            if rows is None:
                continue
            if attempt.sign == "!":
                yield "it ran"
            if attempt.sign == "+" and not rows:
                yield "it gives no rows"
            yield from map(str, filter(_is_private, rows))

    def _wrong(self, attempt: Attempt, error: EntrepotError) -> Iterator[object]:
        """Yield what is wrong about a refusal."""
        if attempt.sign == "+" or not isinstance(error, self.refusals):
            yield error
        file = self.place.file
        if file and file in error.detail and "{f" not in attempt.sql:
            yield f"it tells where the file is: {error.detail}"


def _seconds(attempt: Attempt) -> float:
    if attempt.sign == "+":
        return WORKING_SECONDS
    return BOMB_SECONDS if attempt.family == "bombs" else ATTEMPT_SECONDS


def _is_private(row: object) -> bool:
    """Tell whether a row is out of the server's files, which are nobody's to read."""
    return "root:" in str(row) and ":0:" in str(row)


def check_corpus(dialect: str) -> None:
    """Check that a corpus is large, and that each family shows what works."""
    found = load_attempts(dialect)
    families = {a.family for a in found if a.sign != "?"}

    assert len({a.sql for a in found}) == len(found)
    assert len([a for a in found if a.sign not in "+?" or not a.sign]) >= 150
    assert {a.family for a in found if a.sign == "+"} == families
    assert {a.family for a in found if a.sign in ("!", "~")} >= families - {"oddities"}
    assert [a for a in found if a.sign == "?"]
