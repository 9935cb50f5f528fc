"""From a sheet's source to the rows as the file is to have them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import import_module
from pathlib import Path

from entrepot.base.errors import TimedOut
from entrepot.base.rows import ReadOptions, RowSource, RowStream
from entrepot.connections import Database, StatementReader, Target
from entrepot.exports.spec import SheetPlan

Opener = Callable[[Target], AbstractContextManager[Database]]
"""Opens the database of a target for the time of a block."""


class Sources:
    """Opens the sources of one file; each database is opened once, for all of them.

    Use it as a block.
    """

    def __init__(self, opener: Opener, *, seconds: float, killable: bool) -> None:
        self._opener = opener
        self._ends_at = time.monotonic() + seconds
        self._killable = killable
        self._databases: dict[Target, Database] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Sources:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def open(self, source: RowSource) -> AbstractContextManager[RowStream]:
        """Begin to read a source; all reads together have the time that is given.

        Raises:
            TimedOut: Nothing is left of it.
        """
        left_seconds = self._ends_at - time.monotonic()
        if left_seconds <= 0:
            raise TimedOut("reading the rows took longer than it may")
        options = ReadOptions(seconds=left_seconds, killable=self._killable)
        if not isinstance(source, StatementReader):
            return source.open(options)
        return self._database(source.target).read(source.statement, options)

    def _database(self, target: Target) -> Database:
        if target not in self._databases:
            self._databases[target] = self._stack.enter_context(self._opener(target))
        return self._databases[target]


@contextmanager
def opened(
    sheet: SheetPlan,
    sources: Sources,
    folder: Path,
    tally: Callable[[RowStream], RowStream],
) -> Iterator[RowStream]:
    """Give the rows of a sheet: read, counted, worked on, and in the file's columns."""
    with ExitStack() as stack:
        stream = tally(stack.enter_context(sources.open(sheet.source)))
        if sheet.operations:
            joined = [stack.enter_context(sources.open(s)) for s in sheet.joined]
            applied = import_module("entrepot.exports.operations").applied
            worked = applied(stream, sheet.operations, joined, folder)
            stream = stack.enter_context(worked)
        if sheet.columns:
            shape = import_module("entrepot.exports.template.shape")
            stream = shape.shaped(stream, sheet.columns)
        yield stream
