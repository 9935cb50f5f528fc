"""From a sheet's source to the rows as the file is to have them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from entrepot.base.errors import TimedOut
from entrepot.base.rows import ReadOptions, RowSource, RowStream
from entrepot.connections import Database, Reader, StatementReader, Target
from entrepot.exports.spec import SheetPlan

Opener = Callable[[Target], AbstractContextManager[Database]]
"""Opens the database of a target for the time of a block."""


class Sources:
    """Opens the sources of one file; what one database gives is of one state.

    Use it as a block.
    """

    def __init__(
        self,
        sheets: Sequence[SheetPlan],
        opener: Opener,
        *,
        seconds: float,
        killable: bool,
    ) -> None:
        self._opener = opener
        self._ends_at = time.monotonic() + seconds
        self._killable = killable
        self._reads = Counter(
            source.target
            for sheet in sheets
            for source in (sheet.source, *sheet.joined)
            if isinstance(source, StatementReader)
        )
        self._counted = {
            sheet.source.target
            for sheet in sheets
            if isinstance(sheet.source, StatementReader) and sheet.source.count
        }
        self._doors: dict[Target, Reader] = {}
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
        options = self._options()
        if not isinstance(source, StatementReader):
            return source.open(options)
        return self._door(source.target, options).read(source.statement, options)

    def count(self, source: RowSource) -> int | None:
        """Return how many rows a source has, in the state that is read, if known.

        Raises:
            TimedOut: No time is left.
        """
        if not isinstance(source, StatementReader) or source.count is None:
            return None
        options = self._options()
        with self._door(source.target, options).read(source.count, options) as stream:
            return sum(int(batch[0][0].as_py()) for batch in stream.batches)

    def _options(self) -> ReadOptions:
        left_seconds = self._ends_at - time.monotonic()
        if left_seconds <= 0:
            raise TimedOut("reading the rows took longer than it may")
        return ReadOptions(seconds=left_seconds, killable=self._killable)

    def _door(self, target: Target, options: ReadOptions) -> Reader:
        if target not in self._doors:
            database = self._stack.enter_context(self._opener(target))
            self._doors[target] = database
            if self._reads[target] > 1 or target in self._counted:
                snapshot = database.snapshot(options)
                self._doors[target] = self._stack.enter_context(snapshot)
        return self._doors[target]


@contextmanager
def opened(
    sheet: SheetPlan,
    sources: Sources,
    folder: Path,
    tally: Callable[[RowStream], RowStream],
    misfits: Counter[str] | None = None,
) -> Iterator[RowStream]:
    """Give the rows of a sheet: read, counted, worked on, and in the file's columns.

    Args:
        misfits: Counts, by header, the values that could not become their type.
    """
    with ExitStack() as stack:
        stream = tally(stack.enter_context(sources.open(sheet.source)))
        if sheet.operations:
            joined = [stack.enter_context(sources.open(s)) for s in sheet.joined]
            from entrepot.exports.operations import applied

            worked = applied(stream, sheet.operations, joined, folder)
            stream = stack.enter_context(worked)
        if sheet.columns:
            from entrepot.exports.template.shape import shaped

            stream = shaped(stream, sheet.columns, misfits)
        yield stream
