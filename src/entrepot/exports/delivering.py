"""What follows a completed export: it is sent where it was asked to be, or told of."""

from __future__ import annotations

from dataclasses import replace

from entrepot.base.errors import NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import render_time
from entrepot.delivery import Parcel, absolute, get_destination, send
from entrepot.exports import keeping, receipts
from entrepot.exports import settings as knobs
from entrepot.exports.events import RowsDropped
from entrepot.exports.receipts import Receipt
from entrepot.exports.wanted import ExportRequest

COMPLETED = "export.completed"


def check_destinations(house: House, request: ExportRequest) -> None:
    """Refuse a request that names a destination which is not there.

    Raises:
        NotThere: One of them is not.
    """
    for name in request.deliver_to:
        get_destination(house, name)


def compared(house: House, receipt: Receipt) -> tuple[Receipt, int | None]:
    """Return a receipt with its warnings, and the rows before where they dropped.

    It is warned of rows that dropped since the schedule's last completed export, and
    of destinations that were removed since they were named.
    """
    warnings = [
        f"the destination {name} is not there any more"
        for name in _names(house, receipt)
        if not _is_there(house, name)
    ]
    before = _rows_before(house, receipt)
    if before is not None:
        fewer = 100 * (1 - (receipt.rows or 0) / before)
        said = f"{receipt.rows or 0:,} rows, {fewer:.0f} % fewer than the last time"
        warnings.append(f"{said} ({before:,})")
    return replace(receipt, warnings=(*receipt.warnings, *warnings)), before


def _rows_before(house: House, receipt: Receipt) -> int | None:
    """Return what the schedule's last export had, where this one has far fewer."""
    if receipt.schedule is None or receipt.rows is None:
        return None
    last = receipts.find_last_of(house.store, receipt.schedule)
    if last is None or not last.rows:
        return None
    least = last.rows * (1 - house.settings[knobs.DROPPED])
    return last.rows if receipt.rows < least else None


def _names(house: House, receipt: Receipt) -> list[str]:
    asked = receipts.find_asked(house.store, receipt.id)
    return [] if asked is None else list(dict.fromkeys(asked.request.deliver_to))


def _is_there(house: House, name: str) -> bool:
    try:
        get_destination(house, name)
    except NotThere:
        return False
    return True


def announce(house: House, receipt: Receipt, *, rows_before: int | None) -> None:
    """Tell of dropped rows, and let the file be sent, in the caller's transaction."""
    if rows_before is not None and receipt.schedule is not None:
        emit(
            RowsDropped(
                id=receipt.id,
                schedule=receipt.schedule,
                rows=receipt.rows or 0,
                rows_before=rows_before,
            )
        )
    deliver(house, receipt)


def deliver(house: House, receipt: Receipt) -> None:
    """Let a completed export be sent to those destinations of its request that are."""
    for name in _names(house, receipt):
        if _is_there(house, name):
            send(house, name, _parcel(house, receipt), f"export:{receipt.id}")


def _parcel(house: House, receipt: Receipt) -> Parcel:
    rows = f"{receipt.rows or 0:,} rows"
    lines = [f"{receipt.file_name}, {rows}, {receipt.size_bytes or 0:,} bytes"]
    lines += [f"SHA-256 {receipt.sha256}", *receipt.warnings]
    if receipt.expires_at is not None:
        lines.append(f"The file is kept until {receipt.expires_at:%Y-%m-%d %H:%M} UTC.")
    return Parcel(
        event=COMPLETED,
        title=f"{receipt.title} – {rows}",
        text="\n".join(lines),
        facts=_facts(house, receipt),
        file=keeping.folder_of(house, receipt.id) / receipt.file_name,
        file_name=receipt.file_name,
        link=absolute(house.settings, f"/exports/{receipt.id}"),
    )


def _facts(house: House, receipt: Receipt) -> dict[str, object]:
    same = (
        "id status title connection schema table format file_name rows size_bytes "
        "sha256 seconds cells_cut template schedule created_by"
    )
    facts: dict[str, object] = {name: getattr(receipt, name) for name in same.split()}
    expires_at, path = receipt.expires_at, f"/api/exports/{receipt.id}/download"
    return facts | {
        "started_at": render_time(receipt.started_at),
        "expires_at": None if expires_at is None else render_time(expires_at),
        "warnings": list(receipt.warnings),
        "download_url": absolute(house.settings, path) or path,
    }
