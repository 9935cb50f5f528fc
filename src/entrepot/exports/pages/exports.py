"""Pages: the exports that were made, and the receipt of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.delivery import DeliverySeen, list_deliveries
from entrepot.exports import scheduled, service
from entrepot.exports.api.asked import get_seen
from entrepot.exports.api.exports import ExportsQuery
from entrepot.exports.pages.blueprint import bp
from entrepot.exports.receipts import Receipt
from entrepot.exports.settings import RETENTION
from entrepot.web import shell
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house, read_query

ON_HOME = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportsPage:
    """Receipts, newest first; `next` is the id after which the next page begins."""

    receipts: list[Receipt]
    next: str | None
    limit: int
    retention_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPage:
    """One receipt, until when its file is kept, and where it was sent.

    Attributes:
        can_repeat: It was asked for in a way that can be asked again.
    """

    receipt: Receipt
    kept_until: datetime
    deliveries: list[DeliverySeen]
    can_repeat: bool

    @property
    def is_kept(self) -> bool:
        """Tell whether the file can still be downloaded."""
        is_completed = self.receipt.status == "completed"
        return is_completed and now() < self.kept_until


@bp.get("/exports")
@needs("viewer")
def index() -> str:
    """List the exports; people see their own, admins all."""
    query: ExportsQuery = read_query(ExportsQuery)
    found = _receipts(current_house(), query.limit + 1, query.after)
    shown = found[: query.limit]
    page = ExportsPage(
        receipts=shown,
        next=shown[-1].id if len(found) > len(shown) else None,
        limit=query.limit,
        retention_hours=current_house().settings[RETENTION],
    )
    return render_template("exports/index.html", page=page)


@bp.get("/exports/<id>")
@needs("viewer")
def receipt(id: str) -> str:
    """Show an export's receipt."""
    found = get_seen(id, require("viewer"))
    hours = current_house().settings[RETENTION]
    page = ReceiptPage(
        receipt=found,
        kept_until=found.started_at + timedelta(hours=hours),
        deliveries=list_deliveries(current_house(), subject=f"export:{id}"),
        can_repeat=scheduled.can_repeat(current_house(), id),
    )
    return render_template("exports/receipt.html", page=page)


@bp.post("/exports/<id>/cancel")
@needs("viewer")
def cancel(id: str) -> Response:
    """End a running export."""
    get_seen(id, require("viewer"))
    service.cancel_export(current_house(), id)
    return redirect(url_for("exports_pages.receipt", id=id), code=303)


def _receipts(house: House, limit: int, after: str | None = None) -> list[Receipt]:
    who = require("viewer")
    by = None if who.role == "admin" else who.name
    return service.list_receipts(house, limit, after, by)


def _latest(house: House, subject: str) -> list[Receipt] | None:
    return _receipts(house, ON_HOME) or None


shell.PLACES.append(
    shell.Place(
        label="Exports",
        endpoint="exports_pages.index",
        icon="outbound",
        group="In and out",
        letter="X",
        order=20,
    )
)
shell.PANELS.append(
    shell.Panel(
        page="home",
        endpoint="exports_pages.index",
        template="exports/latest.html",
        load=_latest,
        order=20,
    )
)
shell.SUBJECTS["export"] = ("exports_pages.receipt", "id")
