"""The rows of a run as a file, without running it again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

import msgspec

from entrepot.base.allowances import allowance
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.console.results import kept_run
from entrepot.console.spools import Spool, open_spool
from entrepot.exports import (
    Asker,
    Bounds,
    ExportRequest,
    ExportSeen,
    SpoolFacts,
    adopt_spool,
    create_export,
)

_SIGN = re.compile(r"[\\|<]")
_LINE_END = re.compile("\r\n|[\r\n]")


def export_result(
    house: House,
    who: Identity,
    id: str,
    *,
    format: str = "",
    options: Mapping[str, str | int | float | bool] | None = None,
    template: str = "",
    title: str = "",
    wait: bool | None = None,
) -> ExportSeen:
    """Have a file made of the rows that a run of one's own has left.

    Raises:
        NotThere, StillRunning, Conflict, Expired: As `results.kept_run`.
        EntrepotError: The format is wrong, or there is no room.
    """
    row, path = kept_run(house, who, id)
    title = title or f"Query {row.started_at:%Y-%m-%d %H.%M.%S}"
    with open_spool(path) as spool:
        facts = SpoolFacts(
            rows=spool.rows,
            sha256=hashlib.sha256(row.id.encode()).hexdigest(),
            title=title,
            is_uniform=_suits_all(spool),
        )
    said = {
        "source": {"spool": adopt_spool(house, path, facts)},
        "format": format,
        "options": dict(options or {}),
        "template": template,
        "title": title,
        "wait": wait,
    }
    may = allowance(who.role, house.settings)
    bounds = Bounds(rows=may.export_rows, seconds=may.export_seconds)
    request = msgspec.convert(said, ExportRequest)
    return create_export(house, request, Asker(name=who.name, bounds=bounds))


def _suits_all(spool: Spool) -> bool:
    import pyarrow as pa

    return spool.is_uniform and not any(map(pa.types.is_union, spool.schema().types))


def markdown(names: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return rows as a table in Markdown; NULL is empty, and `|` is escaped."""
    heads = [_cell(name) for name in names]
    lines = [heads, ["---"] * len(heads), *([_cell(v) for v in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    # What ends a cell or a line would end it in the table, too; and `<` begins HTML.
    text = _SIGN.sub(r"\\\g<0>", text)
    return _LINE_END.sub("<br>", text)
