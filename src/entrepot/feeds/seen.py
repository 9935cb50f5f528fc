"""Imports and feeds as people see them, and what they ask of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from entrepot.feeds.reading.plan import Plan
from entrepot.feeds.spec import RowError
from entrepot.feeds.states import ChangeKind, Conflicts, Empty, ImportState, Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of the rows of a file, or would.

    Attributes:
        rows: All that were read, taken or not.
        skipped: Left out by a rule, or unticked.
        held: Fields that were left because a person or a higher feed holds them.
        vanished: Products that the feed carried and its file has no longer.
        fields: How often each field changes, of the updates.
    """

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: int = 0
    held: int = 0
    vanished: int = 0
    warnings: int = 0
    fields: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """How much of a feed would vanish, and whether that needs a person's word.

    Attributes:
        carried: Products that the feed carried until now.
        limit_percent: More than this is not done unasked.
        is_tripped: It is more; never where products that are gone stay as they are.
    """

    carried: int
    vanished: int
    percent: float
    limit_percent: int
    is_tripped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the job on an import is; `percent` is None while nobody can know."""

    job: str
    stage: str
    percent: float | None
    rows: int | None
    rows_total: int | None
    seconds_left: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an import did, for good.

    Attributes:
        sync_id: Of the record in the history.
        seconds: By stage: reading, comparing, writing.
    """

    sync_id: int
    file_name: str
    size_bytes: int
    sha256: str
    changes_sha256: str
    counts: Counts
    by: str
    started_at: datetime
    completed_at: datetime
    seconds: Mapping[str, float]
    plan: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A field that an undo found changed since the import."""

    product_id: int
    sku: str
    field: str
    now: str | None
    former: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoReport:
    """What an undo did.

    Attributes:
        deleted: Products that the import had made.
        restored: Products whose fields have their former values again.
        kept: Products that were left as a whole, because they changed since.
        conflicts: The first of the fields that were changed since.
        is_forced: Those were set back as well.
    """

    sync_id: int
    deleted: int
    restored: int
    kept: int
    conflict_count: int
    conflicts: tuple[Conflict, ...]
    is_forced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSeen:
    """An import.

    Attributes:
        feed: Name of its feed; empty for a single file.
        address: Without its password; empty for an upload.
        plan: How the file is read; None until it was inspected.
        excluded: Lines of the file that were unticked.
        staying: Products that left the file and were unticked: they stay as they are.
        has_moved: The catalogue changed since the preview; None where nobody looked.
        can_undo: It was applied, and not too long ago.
        undo_until: The last moment for it.
        retry_of: The import whose rejected rows these are.
    """

    id: str
    feed: str
    feed_id: int | None
    state: ImportState
    source: str
    address: str
    file_name: str
    size_bytes: int
    sha256: str
    plan: Plan | None
    missing: Missing
    empty: Empty
    vanish_percent: int
    excluded: tuple[int, ...]
    staying: tuple[int, ...]
    counts: Counts | None
    guard: Guard | None
    has_moved: bool | None
    progress: Progress | None
    job: str
    error: str
    error_code: str
    receipt: Receipt | None
    undo: UndoReport | None
    can_undo: bool
    undo_until: datetime | None
    retry_of: str
    by: str
    created_at: datetime
    previewed_at: datetime | None
    applied_at: datetime | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportWanted:
    """A file to be fetched: of a feed by its name, or from a source's address.

    Attributes:
        secret: What the source asks for, such as a password; never kept in the open.
    """

    feed: str = ""
    source: str = ""
    address: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportChange:
    """What shall be different; None leaves it.

    Attributes:
        plan: A whole one, as `inspect_import` or the import itself gives it; with
            another one there is no preview any more.
        excluded: Every line that is unticked, not only new ones.
        staying: Every product that left the file and stays all the same.
        feed: Name of the feed that it shall belong to.
    """

    plan: Plan | None = None
    missing: Missing | None = None
    empty: Empty | None = None
    vanish_percent: int | None = None
    excluded: tuple[int, ...] | None = None
    staying: tuple[int, ...] | None = None
    feed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applying:
    """What somebody agrees to when an import is applied.

    Attributes:
        accept_changes: The catalogue moved since the preview: write what differs too.
        accept_vanished: More of the feed vanishes than its limit allows.
    """

    accept_changes: bool = False
    accept_vanished: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What an undo does where a field was changed since."""

    conflicts: Conflicts = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFilter:
    """Which imports; what is empty does not matter."""

    feed: str = ""
    states: tuple[ImportState, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One field of one product that an import changes, or a product it makes.

    Attributes:
        number: Its place among the changes, from 0; the key of the pages.
        line: Of the file; 0 for a product that vanishes.
        product_id: None for one that is not there yet.
        field: Empty where `kind` is `create`: then `values` has every field.
        old, new: As text; None for no value.
    """

    number: int
    line: int
    product_id: int | None
    sku: str
    name: str
    kind: ChangeKind
    field: str
    old: str | None
    new: str | None
    values: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilter:
    """Which changes; what is empty does not matter. `q` is a part of SKU or name."""

    kind: ChangeKind | None = None
    field: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePage:
    """Some changes; `next` is the `after` of the following page."""

    rows: tuple[ChangeRow, ...]
    next: int | None
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """Some errors of rows; `next` is the `after` of the following page."""

    rows: tuple[RowError, ...]
    next: int | None
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorGroup:
    """Errors of one reason in one column; `lines` are the first of them."""

    code: str
    column: str
    reason: str
    hint: str
    count: int
    lines: tuple[int, ...]
    example: str
