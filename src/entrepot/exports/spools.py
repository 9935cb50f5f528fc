"""Rows that were sent, kept as an Arrow file that can be read any number of times."""

from __future__ import annotations

import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from entrepot.base.errors import Expired, NotThere, TimedOut
from entrepot.base.files import publish
from entrepot.base.house import House
from entrepot.base.rows import ReadOptions, RowStream

if TYPE_CHECKING:
    import pyarrow as pa

FOLDER = "spools"
_NAME = re.compile("[0-9a-z-]{8,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolFacts:
    """What is known of a spool; it stands in a file beside it.

    Attributes:
        sha256: Of what was sent, or of what else names these rows for good.
        is_uniform: It is one stream, of types that every format takes.
    """

    rows: int
    sha256: str
    title: str = "records"
    is_uniform: bool = True


def spool_folder(house: House) -> Path:
    """Return the folder of the spools."""
    return house.home / "exports" / FOLDER


def spool_path(house: House, name: str) -> Path:
    """Return where the spool of a name is, if there is one.

    Raises:
        NotThere: There can be none of this name.
    """
    if not _NAME.fullmatch(name):
        raise NotThere("upload", name, [])
    return spool_folder(house) / f"{name}.arrow"


def note_facts(spool: Path, facts: SpoolFacts) -> str:
    """Write what is known of a spool beside it; return the name to ask for it by."""
    with publish(_beside(spool)) as file:
        file.write(msgspec.json.encode(facts))
    return spool.stem


def adopt_spool(house: House, file: Path, facts: SpoolFacts) -> str:
    """Make a spool of somebody's Arrow file, which stays theirs; return its name.

    Raises:
        Expired: The file is not there any more.
    """
    spool = spool_folder(house) / f"{uuid.uuid4().hex}.arrow"
    spool.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, spool)
    except FileNotFoundError:
        raise Expired(f"the rows of {facts.title} are gone") from None
    except OSError:  # it is on another disk, or one without links
        shutil.copy(file, spool)  # with its mode: nobody else may read it
    return note_facts(spool, facts)


def find_facts(spool: Path) -> SpoolFacts | None:
    """Return what is known of a spool; None if it is not there."""
    try:
        return msgspec.json.decode(_beside(spool).read_bytes(), type=SpoolFacts)
    except FileNotFoundError:
        return None


def remove_spool(spool: Path) -> None:
    """Remove a spool and what is beside it, should they be there."""
    spool.unlink(missing_ok=True)
    _beside(spool).unlink(missing_ok=True)


def _beside(spool: Path) -> Path:
    return spool.with_suffix(".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolSource:
    """The rows of a spool, as a `RowSource` that can be pickled.

    Attributes:
        path: Of Arrow's stream format: one stream, or several one behind the other
            where types change on the way.
        is_uniform: It is one stream.
    """

    path: Path
    title: str
    is_uniform: bool = True

    @contextmanager
    def open(self, options: ReadOptions) -> Iterator[RowStream]:
        """Begin to read.

        Raises:
            Expired: The spool is not kept any more.
            TimedOut: Out of the batches, when the time is over.
        """
        import pyarrow as pa

        ends_at = time.monotonic() + options.seconds
        try:
            file = pa.memory_map(str(self.path))
        except FileNotFoundError:
            raise Expired(f"the rows sent for {self.title} are gone") from None
        with file:
            first = pa.ipc.open_stream(file)
            batches = _timed(_cut(_streams(file, first), options.batch_rows), ends_at)
            yield RowStream(first.schema, batches, is_uniform=self.is_uniform)


def _streams(
    file: pa.NativeFile, first: pa.RecordBatchReader
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    yield from first
    while file.tell() < file.size():
        yield from pa.ipc.open_stream(file)


def _cut(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for start in range(0, batch.num_rows, rows):
            yield batch.slice(start, rows)


def _timed(
    batches: Iterator[pa.RecordBatch], ends_at: float
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        if time.monotonic() > ends_at:
            raise TimedOut("reading the rows took longer than it may")
        yield batch
