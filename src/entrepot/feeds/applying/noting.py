"""What an import has to say of its rows, as much as the history keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from entrepot.base.times import now, render_time
from entrepot.feeds.applying.spool import ERRORS, read_batches
from entrepot.feeds.states import NOTES_KEPT

if TYPE_CHECKING:
    import pyarrow as pa

Note = dict[str, Any]
_FACTS = ("line", "column", "value", "code", "hint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """Errors and warnings of rows, of each group some, in the file's order.

    Attributes:
        left_out: How many more there are: `errors_left_out`, `warnings_left_out`.
    """

    errors: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)


def read_notes(folder: Path) -> Notes:
    """Return what was noted of an import's rows.

    No more than the history keeps of each kind; of every reason in every column as
    many as of the others, so that a frequent one hides none that is rare.
    """
    if not (folder / ERRORS).exists():
        return Notes()
    errors, more_errors = _sample(folder, is_warning=False)
    warnings, more_warnings = _sample(folder, is_warning=True)
    more = {"errors_left_out": more_errors, "warnings_left_out": more_warnings}
    left_out = {name: count for name, count in more.items() if count}
    return Notes(errors=errors, warnings=warnings, left_out=left_out)


def _sample(folder: Path, *, is_warning: bool) -> tuple[list[Note], int]:
    groups: Counter[tuple[str, str]] = Counter()
    for batch in _batches(folder, is_warning=is_warning):
        names = (batch.column("code").to_pylist(), batch.column("column").to_pylist())
        groups.update(zip(*names, strict=True))
    total = groups.total()
    left = _shares(groups)
    at = render_time(now())
    found: list[Note] = []
    for batch in _batches(folder, is_warning=is_warning):
        if not any(left.values()):
            break
        for row in batch.to_pylist():
            key = (row["code"], row["column"])
            if left.get(key, 0):
                left[key] -= 1
                facts = {name: row[name] for name in _FACTS if row[name] != ""}
                found.append({"message": row["reason"], "at": at, **facts})
    return found, total - len(found)


def _shares(groups: Counter[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return how many of each group are kept: the rarest first, the rest is shared."""
    shares: dict[tuple[str, str], int] = {}
    rest, rarest_first = NOTES_KEPT, sorted(groups.items(), key=lambda one: one[1])
    for place, (key, count) in enumerate(rarest_first):
        shares[key] = min(count, rest // (len(groups) - place))
        rest -= shares[key]
    return shares


def _batches(folder: Path, *, is_warning: bool) -> Iterator[pa.RecordBatch]:
    import pyarrow.compute as pc

    for batch in read_batches(folder / ERRORS):
        chosen = batch.column("is_warning")
        yield batch.filter(chosen if is_warning else pc.invert(chosen))
