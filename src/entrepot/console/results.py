"""Pages of the rows that a run has left, without running it again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.base.errors import Conflict, UnknownName
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.base.times import now
from entrepot.console import records, spools
from entrepot.console.errors import ResultElsewhere, ResultGone, StillRunning
from entrepot.console.models import Run
from entrepot.console.ordering import ordered_slices
from entrepot.console.spec import LIVE, ColumnHead

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """Some rows of a result.

    Attributes:
        batches: In order; types may differ from one to the next.
        total: Rows of the whole result.
    """

    heads: list[ColumnHead]
    batches: list[pa.RecordBatch]
    offset: int
    total: int
    truncated: bool


def kept_run(house: House, who: Identity, id: str) -> tuple[Run, Path]:
    """Return somebody's own run and where its rows are.

    Raises:
        NotThere: There is none, or it is another's: an admin's eyes count no more.
        StillRunning: It has not ended.
        Conflict: It failed, so it has no rows.
        ResultGone: They are not kept any more.
        ResultElsewhere: Another machine keeps them.
    """
    row = records.get(house, id, by=who.name)
    if row.state in LIVE:
        raise StillRunning("it has no rows to show before it has ended")
    if row.state != "completed":
        raise Conflict("it did not end well, so there are no rows")
    if not row.has_result or row.expires_at is None or row.expires_at < now():
        raise ResultGone(
            "the rows of this run are not kept any more", hint="run it again"
        )
    path = spools.path_of(house, id)
    if not path.exists():
        raise ResultElsewhere(
            "this server does not have the rows of this run: another one keeps them, "
            "or they had to make room for newer ones",
            hint="run it again",
        )
    return row, path


def read_result(
    house: House,
    who: Identity,
    id: str,
    *,
    offset: int = 0,
    limit: int = 100,
    columns: str = "",
    order_by: str = "",
) -> ResultPage:
    """Return the rows from `offset` on, in the run's order or by one column.

    Args:
        columns: Names by commas, or empty for all.
        order_by: `column`, or `column desc`.

    Raises:
        NotThere, StillRunning, Conflict, Expired: As `kept_run`.
        UnknownName: There is no such column.
    """
    row, path = kept_run(house, who, id)
    heads = [ColumnHead(name=c["name"], type=c["type"]) for c in row.columns or []]
    places = _places(heads, columns)
    with spools.open_spool(path) as spool:
        if order_by:
            found = ordered_slices(spool, path, heads, order_by, offset, limit)
        else:
            found = list(spool.slices(offset, limit))
        if columns:
            found = [batch.select(places) for batch in found]
    return ResultPage(
        heads=[heads[place] for place in places],
        batches=found,
        offset=offset,
        total=spool.rows,
        truncated=row.is_truncated,
    )


def _places(heads: list[ColumnHead], columns: str) -> list[int]:
    names = [head.name for head in heads]
    if not columns:
        return list(range(len(heads)))
    wanted = [columns] if columns in names else columns.split(",")
    for name in wanted:
        if name not in names:
            raise UnknownName("column", name, names)
    return [names.index(name) for name in wanted]
