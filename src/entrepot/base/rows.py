"""The shape in which rows travel between rooms: Arrow record batches, read once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from entrepot.base import deadline

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 16_384
"""The most rows a batch may have."""

DB_TYPE = b"db_type"
"""Key in a field's metadata: the database's own word for the column's type."""


@dataclass(frozen=True, slots=True)
class RowStream:
    """A result that is being read.

    Attributes:
        schema: Column names and the types that are expected of them.
        batches: At most `BATCH_ROWS` rows each, in order, to be read once.  Names
            are the schema's.  A batch may carry a wider type than the schema where
            the database types values and not columns (SQLite): a wider number, text
            in place of a date, or a dense union of int64, double, string and binary
            where one batch mixes them.
        is_uniform: Every batch will have exactly `schema`.
    """

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    is_uniform: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How a source is to be read.

    Attributes:
        seconds: Time limit for the whole read, or what the request that asks for it
            has left; `TimedOut` comes out of the batches.
        batch_rows: Rows in a batch, 1 to `BATCH_ROWS`.
        killable: The reader's process is its own and will be killed at the limit, so
            a driver that cannot be interrupted may serve.
        switch: Pulled from another thread it ends the read, and the statement in the
            database; `Stopped` comes out of the batches.
        memory_bytes: What the database may take for it, as far as that can be said;
            given where the statement is somebody's own. A driver that cannot be held
            to it in this process reads in another, which is killed at the limit.
    """

    seconds: float = 30.0
    batch_rows: int = BATCH_ROWS
    killable: bool = False
    switch: deadline.Switch | None = None
    memory_bytes: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "seconds", deadline.within(self.seconds))


class RowSource(Protocol):
    """Anything that rows can be read from: a table, a query, posted records."""

    @property
    def title(self) -> str:
        """What people call it; file and sheet names come from it."""

    def open(self, options: ReadOptions) -> AbstractContextManager[RowStream]:
        """Begin to read.

        Raises:
            EntrepotError: On entering, or out of the batches, of any kind.
        """
