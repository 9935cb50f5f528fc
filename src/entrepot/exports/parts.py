"""Files of one export in an archive, each with its own hash and place."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from entrepot.base.errors import Broken, TooMuch
from entrepot.base.rows import RowStream
from entrepot.base.times import now
from entrepot.exports import remarks
from entrepot.exports.kept import PartNote, find_part, note_part
from entrepot.exports.naming import file_name
from entrepot.exports.plan import FilePlan
from entrepot.exports.spec import ExportFormat, SheetPlan, Writing

MOST_FILES = 10_000
"""More files than this in one archive nobody opens."""

LEVEL = 1
"""Of deflate: a higher one costs several times as much and saves a tenth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFile:
    """One file of an archive.

    Attributes:
        offset: Where its bytes begin in the archive; None where they are packed.
        seconds: That writing it took.
    """

    name: str
    rows: int
    size_bytes: int
    sha256: str
    offset: int | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    path: Path
    sheet: str
    note: PartNote


class Archive:
    """Files that are written to a folder, then packed.

    Attributes:
        reused: How many were whole already, and were not written again.
    """

    def __init__(
        self,
        plan: FilePlan,
        format: ExportFormat,
        folder: Path,
        *,
        most_files: int = MOST_FILES,
        is_kept: bool = False,
    ) -> None:
        """Begin an archive.

        Args:
            is_kept: Files that are whole already in the folder are taken as they are.
        """
        self._is_kept = is_kept
        self._most_files = most_files
        self._plan = plan
        self._format = format
        self._folder = folder
        self._parts: list[_Part] = []
        self._at = now()
        self.cells_cut = self.reused = 0
        self.warnings: list[str] = []

    @property
    def count(self) -> int:
        """Return how many files there are so far."""
        return len(self._parts)

    def add(self, sheet: SheetPlan, stream: RowStream, writing: Writing) -> None:
        """Write the next file, unless it is whole already.

        Raises:
            TooMuch: There are too many.
            Broken: It is whole, but has not the rows of this stream.
        """
        if len(self._parts) == self._most_files:
            raise TooMuch(
                f"the archive would have more than {self._most_files:,} files",
                hint="split into larger files",
            )
        path = self._folder / f"part-{len(self._parts) + 1}"
        note = find_part(path) if self._is_kept else None
        if note is None:
            note = self._written(path, stream, writing)
        else:
            _pass_over(stream, note)
            self.reused += 1
        self.cells_cut += note.cells_cut
        self.warnings += note.warnings[: remarks.MOST_WARNINGS - len(self.warnings)]
        title = sheet.title or sheet.source.title
        self._parts.append(_Part(path=path, sheet=title, note=note))

    def _written(self, path: Path, stream: RowStream, writing: Writing) -> PartNote:
        begun = time.monotonic()
        with path.open("w+b", buffering=1 << 20) as file:
            written = self._format.write(stream, file, writing)
            file.flush()
            if self._is_kept:
                os.fsync(file.fileno())
            size_bytes = file.seek(0, 2)
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a BinaryIO can readinto
        told = remarks.of_written(written, f"file {len(self._parts) + 1}")
        note = PartNote(
            rows=written.rows,
            size_bytes=size_bytes,
            extension=written.extension or self._format.extension,
            sha256=sha256,
            seconds=time.monotonic() - begun,
            cells_cut=written.cells_cut,
            warnings=tuple(islice(told, remarks.MOST_WARNINGS)),
        )
        if self._is_kept:
            note_part(path, note)
        return note

    def pack(self, file: BinaryIO) -> tuple[PartFile, ...]:
        """Write all files to the archive; they are gone from the folder then."""
        names = self._names()
        with ZipFile(file, "w", ZIP_STORED, compresslevel=LEVEL) as archive:
            return tuple(
                self._pack(archive, file, name, part)
                for name, part in zip(names, self._parts, strict=True)
            )

    def _pack(
        self, archive: ZipFile, file: BinaryIO, name: str, part: _Part
    ) -> PartFile:
        info = ZipInfo(name, self._at.timetuple()[:6])
        info.file_size = part.note.size_bytes
        is_packed = not (self._format.is_compressed or name.endswith(".gz"))
        info.compress_type = ZIP_DEFLATED if is_packed else ZIP_STORED
        with part.path.open("rb") as source, archive.open(info, "w") as member:
            offset = file.tell()
            shutil.copyfileobj(source, member, 1 << 20)
        part.path.unlink()
        return PartFile(
            name=name,
            rows=part.note.rows,
            size_bytes=part.note.size_bytes,
            sha256=part.note.sha256,
            offset=None if is_packed else offset,
            seconds=part.note.seconds,
        )

    def _names(self) -> list[str]:
        """Return a safe name for each file, none of them twice."""
        names: list[str] = []
        for number, part in enumerate(self._parts, start=1):
            stem = _filled(
                self._plan.part_name,
                stem=_stem(self._plan.file_name),
                sheet=part.sheet,
                number=str(number),
                total=str(len(self._parts)),
            )
            name = file_name(stem, part.note.extension)
            if name in names:
                name = file_name(f"{stem}_{number}", part.note.extension)
            names.append(name)
        return names


def _pass_over(stream: RowStream, note: PartNote) -> None:
    rows = sum(batch.num_rows for batch in stream.batches)
    if rows != note.rows:
        raise Broken(f"a file was kept with {note.rows} rows, but {rows} were sent")


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _filled(pattern: str, **values: str) -> str:
    """Return the pattern with its places filled; other braces stay as they are."""
    places = "|".join(values)
    return re.sub(rf"\{{({places})\}}", lambda found: values[found[1]], pattern)
