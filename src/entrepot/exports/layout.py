"""What a plan becomes: a file of one stream, of sheets, or an archive of files."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Protocol

from entrepot.base.rows import RowStream
from entrepot.exports import remarks
from entrepot.exports.parts import Archive, PartFile
from entrepot.exports.pipeline import Sources, opened
from entrepot.exports.plan import FilePlan
from entrepot.exports.registry import FORMATS
from entrepot.exports.spec import (
    ExportFormat,
    Sheet,
    SheetPlan,
    Writing,
    Written,
)
from entrepot.exports.splitting import Splitter
from entrepot.exports.spool import spooled

TITLE_CHARACTERS = 31
"""What Excel takes."""


class Counting(Protocol):
    """Counts rows on their way."""

    def beat(self, _rows: int = 0) -> None:
        """Tell how far the reading is; it may raise."""

    def count_read(self, stream: RowStream) -> RowStream:
        """Return the same stream, counted as it comes from its source."""

    def count_given(self, stream: RowStream) -> RowStream:
        """Return the same stream, counted as it goes to the format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """What the file has become.

    Attributes:
        parts: Rows by sheet, where there are sheets.
        files: Of an archive that was made here.
        measures: `packing_seconds` of that archive, and `files_reused`: so many were
            whole already.
    """

    rows: int
    cells_cut: int = 0
    parts: dict[str, int]
    extension: str = ""
    files: tuple[PartFile, ...] = ()
    measures: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def write_layout(
    plan: FilePlan,
    sources: Sources,
    tally: Counting,
    file: BinaryIO,
    folder: Path,
    *,
    kept: Path | None = None,
) -> LaidOut:
    """Write all rows of a plan.

    Args:
        kept: Where the files of an archive outlive the process.
    """
    job = _Layout(plan, FORMATS.get(plan.format), sources, tally, folder, kept)
    laid_out = job.write(file)
    told = (*laid_out.warnings, *remarks.of_misfits(job.misfits))
    return replace(laid_out, warnings=told[: remarks.MOST_WARNINGS])


@dataclass(frozen=True, slots=True)
class _Layout:
    plan: FilePlan
    format: ExportFormat
    sources: Sources
    tally: Counting
    folder: Path
    kept: Path | None
    misfits: Counter[str] = field(default_factory=Counter)

    def write(self, file: BinaryIO) -> LaidOut:
        plan = self.plan
        if plan.split is not None:
            return self.archive(file, plan.split.rows)
        if len(plan.sheets) == 1:
            return self.single(file)
        if self.format.write_sheets is not None:
            return self.sheets(file)
        return self.archive(file, None)

    def single(self, file: BinaryIO) -> LaidOut:
        sheet = self.plan.sheets[0]
        with self._stream(sheet) as stream:
            return _laid_out(self.format.write(stream, file, self._writing(sheet)))

    def sheets(self, file: BinaryIO) -> LaidOut:
        assert self.format.write_sheets is not None
        writing = self._writing(self.plan.sheets[0])
        with closing(self._each()) as sheets:
            return _laid_out(self.format.write_sheets(sheets, file, writing))

    def archive(self, file: BinaryIO, rows: int | None) -> LaidOut:
        archive = self._archive()
        for sheet in self.plan.sheets:
            with self._stream(sheet) as stream:
                for part in Splitter(stream, rows).parts():
                    titled = replace(sheet, title=_part_title(sheet, archive.count + 1))
                    archive.add(sheet, part, self._writing(titled))
        begun = time.monotonic()
        packed = archive.pack(file)
        return LaidOut(
            rows=sum(part.rows for part in packed),
            cells_cut=archive.cells_cut,
            parts={part.name: part.rows for part in packed},
            extension="zip",
            files=packed,
            measures={
                "packing_seconds": time.monotonic() - begun,
                **({"files_reused": archive.reused} if archive.reused else {}),
            },
            warnings=tuple(archive.warnings),
        )

    def _archive(self) -> Archive:
        if self.kept is None:
            return Archive(self.plan, self.format, self.folder)
        self.kept.mkdir(exist_ok=True)
        return Archive(self.plan, self.format, self.kept, is_kept=True)

    def _each(self) -> Generator[Sheet]:
        for sheet in self.plan.sheets:
            with self._stream(sheet) as stream:
                yield Sheet(title=_title(sheet), stream=stream, look=sheet.look)

    @contextmanager
    def _stream(self, sheet: SheetPlan) -> Iterator[RowStream]:
        with ExitStack() as stack:
            tally, folder = self.tally.count_read, self.folder
            read = opened(sheet, self.sources, folder, tally, self.misfits)
            rows = stack.enter_context(read)
            stream = self.tally.count_given(rows)
            if self.format.needs_uniform and not stream.is_uniform:
                stream = stack.enter_context(spooled(stream, self.folder))
            yield stream

    def _writing(self, sheet: SheetPlan) -> Writing:
        return Writing(
            title=_title(sheet),
            options=self.plan.options,
            folder=self.folder,
            progress=self.tally.beat,
            properties=self.plan.properties,
            look=sheet.look,
            columns=sheet.columns,
            about=self.plan.about,
        )


def _part_title(sheet: SheetPlan, number: int) -> str:
    """Return the sheet's name in one of several files: cut before its number is."""
    title, pattern = _title(sheet), sheet.part_title
    if not pattern:
        return sheet.title
    ending = pattern.removeprefix(title).replace("{number}", str(number))
    begun = title if pattern.startswith(title) else ""
    return begun[: max(0, TITLE_CHARACTERS - len(ending))].rstrip() + ending


def _title(sheet: SheetPlan) -> str:
    return sheet.title or sheet.source.title


def _laid_out(written: Written) -> LaidOut:
    return LaidOut(
        rows=written.rows,
        cells_cut=written.cells_cut,
        warnings=tuple(remarks.of_written(written)),
        parts=dict(written.parts),
        extension=written.extension,
    )
