"""What a feed's format has to be, and what a feed's rows become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from entrepot.base.settings import Settings
from entrepot.feeds import settings as knobs

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "LINE",
    "FeedFormat",
    "FeedSource",
    "Fetched",
    "Fetching",
    "Grouping",
    "Known",
    "MappedBatch",
    "Options",
    "RawBatch",
    "RowError",
    "Sniffed",
    "knobs",
]

Options = Mapping[str, str | int | float | bool]

LINE = "line"
"""The column of a batch that says where in the file its row begins, counted from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """Why a row of a file cannot be taken.

    Attributes:
        line: Where its row begins, counted from 1 and with the header; of formats
            that count records which record it is.
        column: As the file names it; empty where the row as a whole is wrong.
        value: What stands there, cut after 200 characters.
        reason: For people, e.g. "is not a number in this file's format".
        code: One word a reason, to group by, e.g. `not-a-number`.
        hint: What to do.
    """

    line: int
    column: str
    value: str
    reason: str
    code: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Rows as the file has them.

    Attributes:
        rows: `line` as int64, then a text column for each of the file's, in its
            order; an absent cell is NULL, an empty one is empty.
        errors: Rows that could not be read at all.
        warnings: What is left out, such as a field that only later rows have.
    """

    rows: pa.RecordBatch
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sniffed:
    """What a format makes of a file.

    Attributes:
        likelihood: 0 for not at all to 1 for certain.
        options: What it would read it with, such as encoding and delimiter.
        remarks: What people should know of it.
    """

    likelihood: float
    options: Options = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Several rows that are about one product and its variants.

    A row that names the same in `by` as one before it is a variant, or only a picture
    of it where all of `told_by` are empty. A variant has its own row's values, and in
    `filled` those of its product where its own are empty.

    Attributes:
        by: The column that holds the product's handle.
        told_by: The columns of which one at least is filled in for a variant.
        filled: The columns that only the product's first row holds.
        picture: The column with the address of one picture.
        position: The column with that picture's place, from 1.
        options: Pairs of columns with an option's name and a variant's value of it,
            which become attributes of that name.
    """

    by: str
    told_by: tuple[str, ...]
    filled: tuple[str, ...]
    picture: str = ""
    position: str = ""
    options: tuple[tuple[str, str], ...] = ()


class FeedFormat(Protocol):
    """A kind of file that products come in: one module in `formats/`, `FORMAT`.

    Attributes:
        counts: What a row's number counts: lines of text, rows of a sheet, records.
    """

    name: str
    label: str
    summary: str
    extensions: tuple[str, ...]
    counts: str

    def group(self, columns: tuple[str, ...]) -> Grouping | None:
        """Return how rows belong together in a file with these columns."""

    def sniff(self, path: Path) -> Sniffed:
        """Look at the beginning of a file; never raises for its content."""

    def read(self, path: Path, options: Options) -> Iterator[RawBatch]:
        """Yield the rows in the file's order, at most 4,096 a batch.

        All batches have one schema, the columns of the file.

        Raises:
            Invalid: It is no such file at all.
            TooMuch: It is larger than it may be, once unpacked.
        """


@dataclass(frozen=True, slots=True)
class MappedBatch:
    """Rows as products.

    Attributes:
        rows: `line` as int64, then one column for each mapped field: text as string,
            money as decimal128(12, 2), number as double, integer as int64, boolean as
            bool, list and object as JSON text; `id` as int64 where the file has our
            ids; `category_path` as string, names joined by ` > `, instead of
            `category_id`. What is NULL was empty in the file. All batches of a feed
            have one schema.
        errors: Rows that are not in `rows`; one row may have several.
        warnings: About rows that are.
        skipped: The lines of rows that a rule leaves out.
    """

    rows: pa.RecordBatch
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    skipped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was last seen at an address; empty where nothing was."""

    etag: str = ""
    modified: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """A file that somebody wants.

    Attributes:
        address: A URL or a path, as the source takes it.
        secret: In the clear; empty where there is none.
        to: Where the file is to be; nothing is left there when it fails.
        stream: What was sent, for the source that is handed its file.
        known: Of the last time, so that what did not change need not come again.
    """

    address: str
    to: Path
    settings: Settings
    secret: str = field(default="", repr=False)
    stream: IO[bytes] | None = field(default=None, repr=False)
    known: Known = Known()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A file that came.

    Attributes:
        name: As it is called where it came from.
        is_unchanged: It is what was known; then there is no file, and `sha256` is the
            known one.
    """

    name: str
    sha256: str
    size_bytes: int
    etag: str = ""
    modified: str = ""
    is_unchanged: bool = False

    @property
    def known(self) -> Known:
        """Return what to remember for the next time."""
        return Known(etag=self.etag, modified=self.modified, sha256=self.sha256)


class FeedSource(Protocol):
    """A place that files come from: one module in `sources/`, `SOURCE`.

    Attributes:
        needs_address: There is one to give, other than for what is handed over.
    """

    name: str
    label: str
    summary: str
    needs_address: bool

    def check(self, address: str, settings: Settings) -> None:
        """Look at an address without asking anybody.

        Raises:
            Invalid: It is none of this source.
            Denied: It is not one that may be used.
        """

    def fetch(self, asked: Fetching) -> Fetched:
        """Bring the file to `asked.to`, or tell that it did not change.

        Raises:
            Invalid, Denied: As `check`.
            Missing: There is no such file.
            TooMuch: It is larger than a feed's file may be.
            Refused: The far side does not give it.
            Unavailable: The far side does not answer.
        """
