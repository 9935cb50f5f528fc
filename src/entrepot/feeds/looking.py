"""Look at what an import would change, and why rows are not taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from entrepot.base.errors import Expired, IllegalMove, UnknownName
from entrepot.base.files import publish
from entrepot.base.house import House
from entrepot.feeds.feed_models import Import
from entrepot.feeds.records import FILE, folder_of, get_row, plan_of
from entrepot.feeds.seen import (
    ChangeFilter,
    ChangePage,
    ChangeRow,
    ErrorGroup,
    ErrorPage,
)
from entrepot.feeds.spec import RowError
from entrepot.feeds.states import ImportState

if TYPE_CHECKING:
    import pyarrow as pa

ANY = ChangeFilter()
NoteKind = Literal["errors", "warnings"]
"""Why rows are not taken, or what is to be known of those that are."""

NAMED_LINES = 20
BEFORE_PREVIEW: tuple[ImportState, ...] = (
    "fetching",
    "uploaded",
    "inspected",
    "previewing",
)
FORMATS = ("csv", "xlsx")
_TEXTS = ("line", "column", "value", "reason", "code", "hint")


def list_changes(
    house: House,
    id: str,
    wanted: ChangeFilter = ANY,
    *,
    limit: int = 100,
    after: int | None = None,
) -> ChangePage:
    """Return what it changes, in the file's order.

    Raises:
        Expired: They are not kept any more.
        IllegalMove: It was not previewed yet.
    """
    from pyarrow import array, int64

    from entrepot.feeds.applying.spool import CHANGES

    found: list[dict[str, Any]] = []
    total, first = 0, -1 if after is None else after
    with _kept(house, id, CHANGES) as batches:
        for number, batch in batches:
            chosen = _choose(batch, wanted)
            total += len(chosen)
            if len(found) <= limit:
                places = [at for at in chosen if number + at > first]
                places = places[: limit + 1 - len(found)]
                picked = batch.take(array(places, int64())).to_pylist()
                named = zip(places, picked, strict=True)
                found += [{"number": number + at, **row} for at, row in named]
    shown = found[:limit]
    values = _values(house, id, [r["line"] for r in shown if r["kind"] == "create"])
    return ChangePage(
        rows=tuple(_change(row, values) for row in shown),
        next=shown[-1]["number"] if len(found) > limit else None,
        total=total,
    )


def _change(row: dict[str, Any], values: Mapping[int, Mapping[str, str]]) -> ChangeRow:
    if row["kind"] == "create":
        return ChangeRow(**row, values=values.get(row["line"], {}))
    return ChangeRow(**row)


def _choose(batch: pa.RecordBatch, wanted: ChangeFilter) -> list[int]:
    import pyarrow.compute as pc

    if not (wanted.kind or wanted.field or wanted.q):
        return list(range(batch.num_rows))
    masks = []
    if wanted.kind:
        masks.append(pc.equal(batch.column("kind"), wanted.kind))
    if wanted.field:
        masks.append(pc.equal(batch.column("field"), wanted.field))
    if wanted.q:
        texts = [batch.column("sku"), batch.column("name")]
        hits = [pc.match_substring(t, wanted.q, ignore_case=True) for t in texts]
        masks.append(pc.or_(*(pc.fill_null(hit, False) for hit in hits)))
    mask = masks[0]
    for other in masks[1:]:
        mask = pc.and_(mask, other)
    return pc.indices_nonzero(mask).to_pylist()  # type: ignore[no-any-return]  # whole numbers


def _values(house: House, id: str, lines: list[int]) -> dict[int, Mapping[str, str]]:
    """Return the fields of rows that become products, as text."""
    if not lines:
        return {}
    import pyarrow as pa
    import pyarrow.compute as pc

    from entrepot.feeds.applying.spool import ROWS

    wanted = pa.array(lines, pa.int64())
    found: dict[int, Mapping[str, str]] = {}
    with _kept(house, id, ROWS) as batches:
        for _number, batch in batches:
            rows = batch.filter(pc.is_in(batch.column("line"), value_set=wanted))
            for row in rows.to_pylist():
                line = row.pop("line")
                found[line] = {n: _said(v) for n, v in row.items() if v is not None}
            if len(found) == len(lines):
                break
    return found


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def list_errors(
    house: House,
    id: str,
    *,
    code: str = "",
    kind: NoteKind = "errors",
    limit: int = 100,
    after: int | None = None,
) -> ErrorPage:
    """Return why rows were not taken, in the file's order; or what to know of others.

    Raises:
        Expired: They are not kept any more.
        IllegalMove: It was not previewed yet.
    """
    first = -1 if after is None else after
    found: list[tuple[int, RowError]] = []
    total = 0
    for error in _errors(house, id, kind=kind):
        if code and error.code != code:
            continue
        if total > first and len(found) <= limit:
            found.append((total, error))
        total += 1
    shown = found[:limit]
    return ErrorPage(
        rows=tuple(error for _number, error in shown),
        next=shown[-1][0] if len(found) > limit else None,
        total=total,
    )


def group_errors(house: House, id: str) -> list[ErrorGroup]:
    """Return the same by reason and column, the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    firsts: dict[tuple[str, str], list[RowError]] = {}
    for error in _errors(house, id):
        key = (error.code, error.column)
        counts[key] += 1
        some = firsts.setdefault(key, [])
        if len(some) < NAMED_LINES:
            some.append(error)
    return [
        ErrorGroup(
            code=code,
            column=column,
            reason=firsts[code, column][0].reason,
            hint=firsts[code, column][0].hint,
            count=count,
            lines=tuple(error.line for error in firsts[code, column]),
            example=firsts[code, column][0].value,
        )
        for (code, column), count in counts.most_common()
    ]


def make_errors_file(
    house: House, id: str, *, format: str, is_guarded: bool = True
) -> Path:
    """Return the rejected rows as the file had them, with `_error`; csv or xlsx.

    Args:
        is_guarded: What a spreadsheet would take for a formula begins with a quote.

    Raises:
        UnknownName: It is written in no such format.
        Expired: The file is not kept any more.
        IllegalMove: It was not previewed yet.
    """
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    from entrepot.base.rows import RowStream
    from entrepot.exports import FORMATS as WRITERS
    from entrepot.exports import Writing
    from entrepot.feeds.applying.rejected import annotated

    reasons = _reasons(house, id)
    with house.store.read_session() as session:
        plan = plan_of(get_row(session, id))
    folder = folder_of(house, id)
    if plan is None or not (folder / FILE).exists():
        raise Expired("the import's file is not kept any more")
    writer = WRITERS.get(format)
    options: dict[str, str | int | float | bool] = {
        option.name: option.default for option in writer.options
    }
    if "guard" in options:
        options["guard"] = is_guarded
    path = folder / f"errors.{format}"
    with annotated(folder / FILE, plan, reasons) as (schema, batches):
        stream = RowStream(schema=schema, batches=batches, is_uniform=True)
        with publish(path) as file:
            writing = Writing(title="Rejected rows", options=options, folder=folder)
            writer.write(stream, file, writing)
    return path


def _reasons(house: House, id: str) -> dict[int, str]:
    reasons: dict[int, str] = {}
    for error in _errors(house, id):
        said = f"{error.column}: {error.reason}" if error.column else error.reason
        known = reasons.get(error.line)
        reasons[error.line] = said if known is None else f"{known}; {said}"
    return reasons


def _errors(house: House, id: str, *, kind: NoteKind = "errors") -> Iterator[RowError]:
    from entrepot.feeds.applying.spool import ERRORS

    with _kept(house, id, ERRORS) as batches:
        for _number, batch in batches:
            for row in batch.to_pylist():
                if row["is_warning"] == (kind == "warnings"):
                    yield msgspec.convert({n: row[n] for n in _TEXTS}, RowError)


@contextmanager
def _kept(
    house: House, id: str, name: str
) -> Iterator[Iterator[tuple[int, pa.RecordBatch]]]:
    """Give the batches of one of an import's files, with the first row's number."""
    from entrepot.feeds.applying.spool import read_batches

    with house.store.read_session() as session:
        row = get_row(session, id)
    _check_previewed(row)
    path = folder_of(house, id) / name
    if not path.exists():
        raise Expired("what the import found is not kept any more")

    def numbered() -> Iterator[tuple[int, pa.RecordBatch]]:
        number = 0
        for batch in read_batches(path):
            yield number, batch
            number += batch.num_rows

    yield numbered()


def _check_previewed(row: Import) -> None:
    if row.state in BEFORE_PREVIEW:
        raise IllegalMove(
            f"an import that is {row.state} has no changes yet",
            hint="preview it first",
        )
