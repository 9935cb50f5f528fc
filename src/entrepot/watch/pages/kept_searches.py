"""Pages: one kept search is changed, and files of what it finds are scheduled."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError
from entrepot.delivery import list_destinations
from entrepot.exports import list_choices
from entrepot.watch.pages.blueprint import bp
from entrepot.watch.search import saved
from entrepot.watch.search.exporting import Wish, schedule_lines
from entrepot.watch.search.saved import SearchChange, SearchSeen
from entrepot.web import problems
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house

EVERY = (
    ("0 6 * * *", "Every day at 6:00"),
    ("0 6 * * 1-5", "Monday to Friday at 6:00"),
    ("0 6 * * 1", "Every Monday at 6:00"),
    ("0 * * * *", "Every hour"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDraft:
    """A kept search as its form has it."""

    name: str
    query: str
    description: str
    is_shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleDraft:
    """A schedule of files as its form has it."""

    name: str
    cron: str = EVERY[0][0]
    time_zone: str = "UTC"
    format: str = "csv"
    chosen: tuple[str, ...] = ()


@bp.get("/logs/searches/<int:id>")
@needs("analyst")
def kept_search(id: int) -> tuple[str, int]:
    """Show a kept search, to be changed by those who may."""
    one = saved.get_search(current_house(), require("analyst"), id)
    return _shown(one, draft_of(one))


@bp.post("/logs/searches/<int:id>")
@needs("analyst")
def change_search(id: int) -> Response | tuple[str, int]:
    """Change a search of one's own: name, text, what it is for, and who sees it."""
    house, who, form = current_house(), require("analyst"), request.form
    one = saved.get_search(house, who, id)
    draft = SearchDraft(
        name=form.get("name", one.name),
        query=form.get("query", one.query),
        description=form.get("description", one.description),
        is_shared="is_shared" in form,
    )
    change = SearchChange(
        name=draft.name,
        query=draft.query,
        description=draft.description,
        is_shared=draft.is_shared,
    )
    try:
        saved.change_search(house, who, id, change)
    except EntrepotError as error:
        return _shown(one, draft, error)
    return redirect(url_for("watch_pages.searches"), code=303)


@bp.get("/logs/searches/<int:id>/schedule")
@needs("analyst")
def ask_schedule_search(id: int) -> tuple[str, int]:
    """Show the form for a file of what a search finds, again and again."""
    one = saved.get_search(current_house(), require("analyst"), id)
    name = re.sub(r"[^\w.-]+", "-", one.name).strip("-")[:100]
    return _asked(one, ScheduleDraft(name=name or "lines"))


@bp.post("/logs/searches/<int:id>/schedule")
@needs("analyst")
def schedule_search(id: int) -> Response | tuple[str, int]:
    """Keep the form's schedule, or show what is wrong with it."""
    house, who, form = current_house(), require("analyst"), request.form
    one = saved.get_search(house, who, id)
    draft = ScheduleDraft(
        name=form.get("name", "").strip(),
        cron=form.get("other", "").strip() or form.get("cron", ""),
        time_zone=form.get("time_zone", "").strip() or "UTC",
        format=form.get("format", "csv"),
        chosen=tuple(form.getlist("deliver_to")),
    )
    wish = Wish(
        asked={"q": one.query},
        format=draft.format,
        title=draft.name,
        deliver_to=draft.chosen,
    )
    try:
        schedule_lines(
            house,
            who,
            wish,
            name=draft.name,
            cron=draft.cron,
            time_zone=draft.time_zone,
        )
    except EntrepotError as error:
        return _asked(one, draft, error)
    return redirect(url_for("exports_pages.schedules"), code=303)


def draft_of(one: SearchSeen) -> SearchDraft:
    """Return the form of a kept search before anybody wrote in it."""
    return SearchDraft(
        name=one.name,
        query=one.query,
        description=one.description,
        is_shared=one.is_shared,
    )


def _shown(
    one: SearchSeen, draft: SearchDraft, error: EntrepotError | None = None
) -> tuple[str, int]:
    text = render_template(
        "watch/kept_search.html",
        one=one,
        draft=draft,
        problem=problems.describe(error) if error else None,
    )
    return text, problems.status_of(error) if error else 200


def _asked(
    one: SearchSeen, draft: ScheduleDraft, error: EntrepotError | None = None
) -> tuple[str, int]:
    text = render_template(
        "watch/search_schedule.html",
        one=one,
        draft=draft,
        every=EVERY,
        formats=[(choice.name, choice.label) for choice in list_choices()],
        destinations=[found.name for found in list_destinations(current_house())],
        problem=problems.describe(error) if error else None,
    )
    return text, problems.status_of(error) if error else 200
