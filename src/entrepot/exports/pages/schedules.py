"""Pages: exports that are wanted again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError, NotThere
from entrepot.base.house import House
from entrepot.delivery import list_destinations
from entrepot.exports import receipts, scheduled
from entrepot.exports.api.asked import check_may, get_seen
from entrepot.exports.api.schedules import get_schedule_seen
from entrepot.exports.pages.blueprint import bp
from entrepot.exports.receipts import Receipt
from entrepot.exports.scheduled import ExportSchedule
from entrepot.exports.wanted import ExportRequest
from entrepot.jobs import ScheduleChange
from entrepot.web import problems
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house

EVERY = (
    ("0 6 * * *", "Every day at 6:00"),
    ("0 6 * * 1-5", "Monday to Friday at 6:00"),
    ("0 6 * * 1", "Every Monday at 6:00"),
    ("0 6 1 * *", "The first of each month at 6:00"),
    ("0 * * * *", "Every hour"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePage:
    """A form for a schedule of an export that was made once.

    Attributes:
        destinations: Names to choose from; `chosen` are ticked.
    """

    receipt: Receipt
    destinations: list[str]
    name: str
    cron: str = EVERY[0][0]
    time_zone: str = "UTC"
    chosen: list[str] = field(default_factory=list)
    every: tuple[tuple[str, str], ...] = EVERY
    problem: dict[str, object] | None = None


@bp.get("/exports/schedules")
@needs("viewer")
def schedules() -> str:
    """List the scheduled exports; people see their own, admins all."""
    who = require("viewer")
    by = "" if who.role == "admin" else who.name
    found = scheduled.list_export_schedules(current_house(), by=by)
    return render_template("exports/schedules.html", schedules=found)


@bp.get("/exports/<id>/schedule")
@needs("analyst")
def ask_schedule(id: str) -> str:
    """Show the form for doing an export again and again."""
    receipt = get_seen(id, require("analyst"))
    asked = _asked(current_house(), id)
    page = SchedulePage(
        receipt=receipt,
        destinations=_names(),
        name=f"{receipt.table or receipt.title}-daily"[:100],
        chosen=asked.deliver_to,
    )
    return render_template("exports/schedule.html", page=page)


@bp.post("/exports/<id>/schedule")
@needs("analyst")
def add_schedule(id: str) -> Response | tuple[str, int]:
    """Keep the form's schedule, or show what is wrong with it."""
    who, form = require("analyst"), request.form
    receipt, chosen = get_seen(id, who), form.getlist("deliver_to")
    cron = form.get("other", "").strip() or form.get("cron", "")
    name, zone = form.get("name", "").strip(), form.get("time_zone", "").strip()
    wanted = msgspec.structs.replace(
        _asked(current_house(), id), deliver_to=chosen, wait=None
    )
    try:
        check_may(wanted, who)
        scheduled.schedule_export(
            current_house(),
            wanted,
            role=who.role,
            name=name,
            cron=cron,
            time_zone=zone or "UTC",
        )
    except EntrepotError as error:
        page = SchedulePage(
            receipt=receipt,
            destinations=_names(),
            name=name,
            cron=cron,
            time_zone=zone,
            chosen=chosen,
            problem=problems.describe(error),
        )
        said = render_template("exports/schedule.html", page=page)
        return said, problems.status_of(error)
    return redirect(url_for("exports_pages.schedules"), code=303)


@bp.post("/exports/schedules/<name:name>/<any(run,pause,resume,remove):what>")
@needs("analyst")
def change_schedule(name: str, what: str) -> Response:
    """Run it now, let it rest or go on, or forget it."""
    get_schedule_seen(name, require("analyst"))
    CHANGES[what](current_house(), name)
    return redirect(url_for("exports_pages.schedules"), code=303)


def _pause(house: House, name: str) -> ExportSchedule:
    change = ScheduleChange(is_paused=True)
    return scheduled.change_export_schedule(house, name, change=change)


def _resume(house: House, name: str) -> ExportSchedule:
    change = ScheduleChange(is_paused=False)
    return scheduled.change_export_schedule(house, name, change=change)


CHANGES: dict[str, Callable[[House, str], object]] = {
    "run": scheduled.run_export_schedule,
    "pause": _pause,
    "resume": _resume,
    "remove": scheduled.remove_export_schedule,
}
"""What a button of the list does."""


def _asked(house: House, id: str) -> ExportRequest:
    asked = receipts.find_asked(house.store, id)
    if asked is None:
        raise NotThere("request of the export", id, [])
    return asked.request


def _names() -> list[str]:
    return [found.name for found in list_destinations(current_house())]
