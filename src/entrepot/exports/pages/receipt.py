"""Pages: one export while it runs, then its receipt, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from entrepot.base.errors import EntrepotError
from entrepot.delivery import DeliverySeen, list_deliveries
from entrepot.exports import again, receipts, scheduled, service
from entrepot.exports.api.asked import asker, check_may, get_seen
from entrepot.exports.pages.blueprint import bp
from entrepot.exports.pages.lines import Line, as_lines
from entrepot.exports.seen import ExportSeen
from entrepot.exports.wanted import ExportRequest
from entrepot.web import problems, shell
from entrepot.web.guard import needs, require
from entrepot.web.pieces import render_piece
from entrepot.web.routes import current_house

SAID = {
    "cached": "An earlier file of the same request and the same rows: nothing has "
    "changed since.",
    "running": "The same was asked for before and is not ready yet: this is that one.",
}
HINTS = {
    "timed-out": "Take fewer rows or columns, or ask when the database is less busy.",
    "too-much": "Narrow the rows with a filter, or split them over several files.",
    "unavailable": "What it needs was away. Try again when it is back.",
    "export-killed": "Its process was ended from outside, perhaps for want of memory.",
    "dead-letter": "It ended its worker again and again: look into the log first.",
    "database-error": "Look at the query, then try again.",
    "refused": "Look at the query and at what the connection may read.",
    "not-there": "What it was made of is not there any more.",
}
"""What to do about an error, by its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPage:
    """One export.

    Attributes:
        request: What was asked for, where it is known.
        said: What to know of how this page was reached.
        hint: What to do about what went wrong.
        panels: What other rooms know of it.
    """

    line: Line
    request: ExportRequest | None
    deliveries: list[DeliverySeen]
    can_schedule: bool
    said: str
    hint: str
    panels: list[tuple[str, object]]
    problem: dict[str, object] | None = None

    @property
    def seen(self) -> ExportSeen:
        """Return the export itself."""
        return self.line.seen


@bp.get("/exports/<id>")
@needs("viewer")
def receipt(id: str) -> Response:
    """Show how far an export is, then its receipt."""
    get_seen(id, require("viewer"))
    return _show(id)


@bp.post("/exports/<id>/cancel")
@needs("viewer")
def cancel(id: str) -> BaseResponse:
    """End an export that waits or runs."""
    get_seen(id, require("viewer"))
    service.cancel_export(current_house(), id)
    return _back(id)


@bp.post("/exports/<id>/again")
@needs("viewer")
def repeat(id: str) -> BaseResponse:
    """Have the same made anew, and show that one."""
    who = require("viewer")
    get_seen(id, who)
    house = current_house()
    try:
        asked = receipts.find_asked(house.store, id)
        if asked is not None:
            check_may(asked.request, who)
        made = again.repeat_export(house, id, asker(who))
    except EntrepotError as error:
        return _show(id, error)
    return redirect(address_of(made), code=303)


@bp.get("/exports/<id>/delete")
@needs("viewer")
def ask_delete(id: str) -> str:
    """Ask before a file is removed."""
    found = get_seen(id, require("viewer"))
    return render_template("exports/delete.html", receipt=found)


@bp.post("/exports/<id>/delete")
@needs("viewer")
def delete(id: str) -> BaseResponse:
    """Remove an export's file; its receipt stays."""
    get_seen(id, require("viewer"))
    service.delete_export(current_house(), id)
    return redirect(url_for("exports_pages.receipt", id=id), code=303)


def address_of(made: ExportSeen) -> str:
    """Return the page of an export that was just asked for."""
    said = (
        "running" if made.is_running_already else "cached" if made.is_cached else None
    )
    return url_for("exports_pages.receipt", id=made.id, said=said)


def _show(id: str, error: EntrepotError | None = None) -> Response:
    house = current_house()
    [line] = as_lines(house, [service.get_export(house, id)])
    asked = receipts.find_asked(house.store, id)
    page = ReceiptPage(
        line=line,
        request=asked.request if asked else None,
        deliveries=list_deliveries(house, subject=f"export:{id}"),
        can_schedule=scheduled.can_repeat(house, id),
        said=SAID.get(request.args.get("said", ""), ""),
        hint=HINTS.get(line.seen.error or "", ""),
        panels=shell.load_panels(house, "export", id),
        problem=problems.describe(error) if error else None,
    )
    status = problems.status_of(error) if error else 200
    return render_piece("exports/receipt.html", status=status, page=page)


def _back(id: str) -> BaseResponse:
    if request.form.get("back") == "list":
        return redirect(url_for("exports_pages.index"), code=303)
    return redirect(url_for("exports_pages.receipt", id=id), code=303)
