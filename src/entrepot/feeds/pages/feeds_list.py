"""Pages: feeds with their schedules and last runs: made, changed, run and removed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.feeds import feeds, imports
from entrepot.feeds.feeds_seen import (
    FeedChange,
    FeedSeen,
    FeedWanted,
)
from entrepot.feeds.pages.blueprint import bp
from entrepot.feeds.pages.new import FEED, UPLOAD, Way, list_ways
from entrepot.feeds.pages.shown import EMPTIES, MISSINGS, STATES
from entrepot.feeds.reading import Plan
from entrepot.feeds.seen import (
    ImportChange,
    ImportFilter,
    ImportSeen,
)
from entrepot.web import problems
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house, read_values

RUNS = 10
EVERY = (
    ("", "Never by itself"),
    ("0 * * * *", "Every hour"),
    ("0 6 * * *", "Every day at 6:00"),
    ("0 6 * * 1-5", "Monday to Friday at 6:00"),
    ("0 6 * * 1", "Every Monday at 6:00"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedForm:
    """What the form of a feed says, as texts.

    Attributes:
        of_import: The import whose plan the new feed takes over.
    """

    name: str = ""
    description: str = ""
    source: str = "url"
    address: str = ""
    priority: str = "100"
    missing: str = "keep"
    empty: str = "keep"
    vanish_percent: str = "20"
    cron: str = ""
    other: str = ""
    time_zone: str = "UTC"
    of_import: str = ""

    @property
    def times(self) -> str:
        """Return the chosen times; those that were typed win."""
        return self.other or self.cron


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """A feed, or the form of a new one.

    Attributes:
        seen: None for a new one.
        runs: Its newest imports.
        taken_over: The import whose plan a new one takes.
    """

    form: FeedForm
    ways: list[Way]
    seen: FeedSeen | None = None
    runs: list[ImportSeen] = field(default_factory=list)
    taken_over: ImportSeen | None = None
    problem: dict[str, object] | None = None


@bp.get("/feeds")
@needs("analyst")
def list_page() -> str:
    """List the feeds."""
    found = feeds.list_feeds(current_house())
    return render_template("feeds/feeds.html", feeds=found, states=STATES)


@bp.get("/feeds/new")
@needs("admin")
def new_feed() -> Response:
    """Show the form of a new feed, filled in from an import where one is named."""
    id = request.args.get("of_import", "")
    if not id:
        return _show(FeedForm())
    seen = imports.get_import(current_house(), id)
    source = seen.source if seen.source != UPLOAD else "url"
    form = FeedForm(
        source=source,
        address=seen.address,
        missing=seen.missing,
        empty=seen.empty,
        of_import=seen.id,
    )
    return _show(form)


@bp.post("/feeds/new")
@needs("admin")
def add_feed() -> Response:
    """Keep a new feed."""
    house, form = current_house(), _read()
    try:
        values = _values(form) | {"name": form.name, "source": form.source}
        wanted: FeedWanted = read_values(values, FeedWanted)
        wanted = replace(wanted, plan=_plan(form))
        made = feeds.add_feed(house, wanted, by=require("admin").name)
        if form.of_import:
            change = ImportChange(feed=made.name)
            imports.change_import(house, form.of_import, change)
            return redirect(url_for("feeds_pages.show", id=form.of_import), code=303)
    except EntrepotError as error:
        return _show(form, error=error)
    return redirect(url_for("feeds_pages.feed", name=made.name), code=303)


@bp.get("/feeds/<name:name>")
@needs("analyst")
def feed(name: str) -> Response:
    """Show a feed, its form and its last runs."""
    seen = feeds.get_feed(current_house(), name)
    return _show(_form_of(seen), seen)


@bp.post("/feeds/<name:name>")
@needs("admin")
def change_feed(name: str) -> Response:
    """Keep what changed of a feed."""
    house, form = current_house(), _read()
    seen = feeds.get_feed(house, name)
    try:
        values = _values(form) | {"source": form.source}
        if form.name != seen.name:
            values["name"] = form.name
        change: FeedChange = read_values(values, FeedChange)
        changed = feeds.change_feed(house, name, change, by=require("admin").name)
    except EntrepotError as error:
        return _show(form, seen, error=error)
    return redirect(url_for("feeds_pages.feed", name=changed.name), code=303)


@bp.post("/feeds/<name:name>/run")
@needs("analyst")
def run_feed(name: str) -> Response:
    """Fetch its file now, and show what it would change."""
    house = current_house()
    seen = feeds.get_feed(house, name)
    if seen.source == UPLOAD:
        where = url_for("feeds_pages.new", feed=seen.name)
        return redirect(where, code=303)
    try:
        made = feeds.run_feed(house, name, by=require("analyst").name)
    except EntrepotError as error:
        return _show(_form_of(seen), seen, error=error)
    return redirect(url_for("feeds_pages.show", id=made.id), code=303)


@bp.post("/feeds/<name:name>/<any(pause,resume):what>")
@needs("admin")
def pause_feed(name: str, what: str) -> Response:
    """Let a feed rest, or go on."""
    change = FeedChange(is_active=what == "resume")
    feeds.change_feed(current_house(), name, change, by=require("admin").name)
    return redirect(url_for("feeds_pages.list_page"), code=303)


@bp.get("/feeds/<name:name>/remove")
@needs("admin")
def ask_remove(name: str) -> str:
    """Ask before a feed is forgotten."""
    seen = feeds.get_feed(current_house(), name)
    return render_template("feeds/remove.html", feed=seen)


@bp.post("/feeds/<name:name>/remove")
@needs("admin")
def remove_feed(name: str) -> Response:
    """Forget a feed; its products stay."""
    feeds.remove_feed(current_house(), name, by=require("admin").name)
    return redirect(url_for("feeds_pages.list_page"), code=303)


def _read() -> FeedForm:
    names = FeedForm.__dataclass_fields__
    given = {n: request.form[n].strip() for n in names if n in request.form}
    return FeedForm(**given)


def _values(form: FeedForm) -> dict[str, object]:
    """Return what the form says of any feed; an empty password is not one."""
    values: dict[str, object] = {
        "description": form.description,
        "address": form.address,
        "priority": _number(form.priority, "the priority"),
        "missing": form.missing,
        "empty": form.empty,
        "vanish_percent": _number(form.vanish_percent, "the limit"),
        "cron": form.times,
        "time_zone": form.time_zone or "UTC",
    }
    secret = request.form.get("secret", "")
    return values | ({"secret": secret} if secret else {})


def _plan(form: FeedForm) -> Plan | None:
    """Return the plan of the import that a new feed is made of."""
    house = current_house()
    return imports.get_import(house, form.of_import).plan if form.of_import else None


def _number(text: str, what: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Invalid(f"{what} {text[:20]!r} is not a whole number")
    return int(text)


def _form_of(seen: FeedSeen) -> FeedForm:
    is_usual = seen.cron in dict(EVERY)
    return FeedForm(
        name=seen.name,
        description=seen.description,
        source=seen.source,
        address=seen.address,
        priority=str(seen.priority),
        missing=seen.missing,
        empty=seen.empty,
        vanish_percent=str(seen.vanish_percent),
        cron=seen.cron if is_usual else "",
        other="" if is_usual else seen.cron,
        time_zone=seen.time_zone,
    )


def _show(
    form: FeedForm, seen: FeedSeen | None = None, *, error: EntrepotError | None = None
) -> Response:
    house = current_house()
    of_import = form.of_import
    runs = ImportFilter(feed=seen.name) if seen else None
    page = FeedPage(
        form=form,
        ways=[way for way in list_ways(has_feeds=False) if way.name != FEED],
        seen=seen,
        runs=imports.list_imports(house, runs, limit=RUNS) if runs else [],
        taken_over=imports.get_import(house, of_import) if of_import else None,
        problem=problems.describe(error) if error else None,
    )
    text = render_template(
        "feeds/feed.html",
        page=page,
        every=EVERY,
        missings=MISSINGS,
        empties=EMPTIES,
        states=STATES,
    )
    status = problems.status_of(error) if error else 200
    return Response(text, status=status, content_type="text/html; charset=utf-8")
