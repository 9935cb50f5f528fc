"""Read a whole file by its plan."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.base.errors import Invalid
from entrepot.feeds.reading.grouping import grouped, is_possible
from entrepot.feeds.reading.mapping import Categories, Mapper
from entrepot.feeds.reading.plan import Plan
from entrepot.feeds.reading.planning import check_plan
from entrepot.feeds.reading.rules import Watch
from entrepot.feeds.reading.unpacking import unpacked
from entrepot.feeds.registry import FEED_FORMATS
from entrepot.feeds.spec import MappedBatch, RawBatch

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Categories", "MappedFeed", "open_mapped", "open_raw"]


@dataclass(slots=True)
class MappedFeed:
    """The products of a file, read once.

    Attributes:
        schema: Of every batch's rows.
        rows_read: How many rows the file gave so far, whatever became of them.
    """

    schema: pa.Schema
    batches: Iterator[MappedBatch]
    rows_read: int = 0

    def __iter__(self) -> Iterator[MappedBatch]:
        for batch in self.batches:
            wrong = {error.line for error in batch.errors}
            self.rows_read += batch.rows.num_rows + len(batch.skipped) + len(wrong)
            yield batch


@contextmanager
def open_mapped(
    path: Path,
    plan: Plan,
    *,
    categories: Categories | None = None,
    watch: Watch | None = None,
) -> Iterator[MappedFeed]:
    """Give the rows of a file as products, in its order.

    The file is read as large as it is now, even if it grows meanwhile. A row that
    cannot be taken is among a batch's errors, and so is the later of two rows with
    one SKU. Whether a product may lack a name or a price depends on what is there, so
    that is for whoever writes it to say.

    Args:
        watch: Sees what each rule does.

    Raises:
        Invalid: It is no file of the plan's format, or the plan is not possible.
        TooMuch: It is larger than it may be, once unpacked.
    """
    check_plan(plan)
    with open_rows(path, plan) as rows:
        first = next(rows)
        columns = first.rows.schema.names
        mapper = Mapper(plan, columns, categories=categories, watch=watch)
        batches = (mapper.map(batch) for batch in chain([first], rows))
        yield MappedFeed(mapper.schema, batches)


@contextmanager
def open_raw(path: Path, plan: Plan) -> Iterator[Iterator[RawBatch]]:
    """Give the rows as the file has them; for a file with a reason beside each row.

    Raises:
        Invalid: It is no file of the plan's format.
        TooMuch: It is larger than it may be, once unpacked.
    """
    with unpacked(path) as file:
        rows = iter(FEED_FORMATS.get(plan.format).read(file.path, plan.options))
        try:
            yield rows
        finally:
            _close(rows)


@contextmanager
def open_rows(path: Path, plan: Plan) -> Iterator[Iterator[RawBatch]]:
    """Give the rows that are products, variants with what their product says."""
    with open_raw(path, plan) as raw:
        first = next(raw, None)
        if first is None:
            raise Invalid("the file has no columns")
        rows = chain([first], raw)
        if plan.grouping is None:
            yield rows
            return
        if not is_possible(plan.grouping, first.rows.schema.names):
            raise Invalid(
                "the file lacks a column by which its rows belong together",
                hint="let the file be looked at again",
            )
        yield grouped(rows, plan.grouping)


def _close(rows: Iterator[RawBatch]) -> None:
    """Let a generator give back its files now, and not at some time later."""
    close = getattr(rows, "close", None)
    if close is not None:
        close()
