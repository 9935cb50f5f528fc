"""Files of one export in an archive, each with its own hash and place."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from entrepot.base.errors import TooMuch
from entrepot.base.rows import RowStream
from entrepot.base.times import now
from entrepot.exports import remarks
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
    rows: int
    extension: str
    sha256: str
    seconds: float


class Archive:
    """Files that are written to a folder, then packed."""

    def __init__(
        self,
        plan: FilePlan,
        format: ExportFormat,
        folder: Path,
        *,
        most_files: int = MOST_FILES,
    ) -> None:
        self._most_files = most_files
        self._plan = plan
        self._format = format
        self._folder = folder
        self._parts: list[_Part] = []
        self._at = now()
        self.cells_cut = 0
        self.warnings: list[str] = []

    @property
    def count(self) -> int:
        """Return how many files there are so far."""
        return len(self._parts)

    def add(self, sheet: SheetPlan, stream: RowStream, writing: Writing) -> None:
        """Write the next file.

        Raises:
            TooMuch: There are too many.
        """
        if len(self._parts) == self._most_files:
            raise TooMuch(
                f"the archive would have more than {self._most_files:,} files",
                hint="split into larger files",
            )
        begun = time.monotonic()
        path = self._folder / f"part-{len(self._parts) + 1}"
        with path.open("w+b", buffering=1 << 20) as file:
            written = self._format.write(stream, file, writing)
            file.flush()
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a BinaryIO can readinto
        self.cells_cut += written.cells_cut
        room = remarks.MOST_WARNINGS - len(self.warnings)
        file_title = f"file {len(self._parts) + 1}"
        self.warnings += islice(remarks.of_written(written, file_title), room)
        part = _Part(
            path=path,
            sheet=sheet.title or sheet.source.title,
            rows=written.rows,
            extension=written.extension or self._format.extension,
            sha256=sha256,
            seconds=time.monotonic() - begun,
        )
        self._parts.append(part)

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
        size_bytes = part.path.stat().st_size
        info = ZipInfo(name, self._at.timetuple()[:6])
        info.file_size = size_bytes
        is_packed = not (self._format.is_compressed or name.endswith(".gz"))
        info.compress_type = ZIP_DEFLATED if is_packed else ZIP_STORED
        with part.path.open("rb") as source, archive.open(info, "w") as member:
            offset = file.tell()
            shutil.copyfileobj(source, member, 1 << 20)
        part.path.unlink()
        return PartFile(
            name=name,
            rows=part.rows,
            size_bytes=size_bytes,
            sha256=part.sha256,
            offset=None if is_packed else offset,
            seconds=part.seconds,
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
            name = file_name(stem, part.extension)
            if name in names:
                name = file_name(f"{stem}_{number}", part.extension)
            names.append(name)
        return names


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _filled(pattern: str, **values: str) -> str:
    """Return the pattern with its places filled; other braces stay as they are."""
    places = "|".join(values)
    return re.sub(rf"\{{({places})\}}", lambda found: values[found[1]], pattern)
