"""As many workbooks as the rows need: one is the file, several go into one ZIP."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import pyarrow as pa

from entrepot.exports.formats.xlsx.book import Book, Plan
from entrepot.exports.formats.xlsx.draft import Draft
from entrepot.exports.formats.xlsx.names import file_stem
from entrepot.exports.formats.xlsx.sheet import Sheet
from entrepot.exports.spec import MOST_CUTS, Written


class Volumes:
    """Workbooks that are being written, one after the other.

    The first is written to `file`; further ones to `folder` until all are packed.
    """

    def __init__(self, file: BinaryIO, folder: Path, plan: Plan) -> None:
        self._file, self._folder, self._plan = file, folder, plan
        self._parts: list[BinaryIO] = []
        self._books = [Book(file, plan)]
        self._draft: Draft | None = None

    def begin(self, draft: Draft) -> None:
        """Begin a sheet for what is written from now on."""
        self._draft = draft
        self._books[-1].begin(draft)

    def write(self, piece: pa.RecordBatch) -> None:
        """Write rows, in a further workbook where one is full."""
        done = 0
        while done < piece.num_rows:
            done += self._books[-1].write(piece.slice(done))
            if done < piece.num_rows:
                self._begin_next()

    def finish(self) -> Written:
        """Write what is left and say what the file has become."""
        self._books[-1].finish()
        is_packed = len(self._books) > 1
        if is_packed:
            self._pack()
        sheets = [sheet for book in self._books for sheet in book.sheets]
        return Written(
            rows=sum(sheet.rows for sheet in sheets),
            cells_cut=sum(sheet.cells_cut for sheet in sheets),
            cuts=tuple(islice(chain.from_iterable(s.cuts for s in sheets), MOST_CUTS)),
            warnings=tuple(_warnings(sheets)),
            parts={sheet.name: sheet.rows for sheet in sheets},
            extension="zip" if is_packed else "",
            media_type="application/zip" if is_packed else "",
        )

    def close(self) -> None:
        """Close the files in the folder."""
        for part in self._parts:
            part.close()

    def _begin_next(self) -> None:
        assert self._draft is not None
        self._books[-1].finish()
        part = self._open_part(len(self._books) + 1)
        self._books.append(Book(part, self._plan))
        self._books[-1].begin(self._draft)

    def _open_part(self, number: int) -> BinaryIO:
        part = (self._folder / f"workbook-{number}.xlsx").open("w+b")
        self._parts.append(part)
        return part

    def _pack(self) -> None:
        first = self._open_part(1)
        self._file.seek(0)
        shutil.copyfileobj(self._file, first, 1 << 20)
        self._file.seek(0)
        self._file.truncate()
        stem = file_stem(self._plan.title)
        with ZipFile(self._file, "w", ZIP_STORED) as archive:
            for number, part in enumerate([first, *self._parts[:-1]], start=1):
                info = ZipInfo(f"{stem}-{number}.xlsx", self._plan.at.timetuple()[:6])
                part.seek(0)
                with archive.open(info, "w", force_zip64=True) as member:
                    shutil.copyfileobj(part, member, 1 << 20)


def _warnings(sheets: Iterable[Sheet]) -> Iterator[str]:
    for sheet in sheets:
        links = sheet.links
        if links is not None and links.left_out:
            yield (
                f"{links.left_out:,} addresses in the sheet {sheet.name} are text: "
                f"a sheet has up to {links.most:,} links"
            )
