"""Pages: what the forms of the first three steps say: format, mapping, rules."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.feeds import imports
from entrepot.feeds.feeds import change_feed
from entrepot.feeds.feeds_seen import (
    FeedChange,
)
from entrepot.feeds.pages.blueprint import bp
from entrepot.feeds.pages.file_step import read_options, show_file
from entrepot.feeds.pages.looking import look_at
from entrepot.feeds.pages.mapping_forms import read_mapping
from entrepot.feeds.pages.mapping_step import show_mapping
from entrepot.feeds.pages.plans import plan_of
from entrepot.feeds.pages.rule_forms import change_drafts, read_drafts
from entrepot.feeds.pages.rules_step import RulesStep, show_rules
from entrepot.feeds.pages.show import render_step
from entrepot.feeds.pages.steps import STEPS, Step
from entrepot.feeds.reading import Plan, check_plan
from entrepot.feeds.seen import (
    ImportChange,
    ImportSeen,
)
from entrepot.feeds.states import EMPTIES, MISSINGS
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house


@bp.post("/imports/<id>/file")
@needs("analyst")
def read_file(id: str) -> Response:
    """Read the file as another format, or with other options."""
    house, form = current_house(), request.form
    seen = imports.get_import(house, id)
    try:
        old = plan_of(seen) if seen.plan is not None else None
        options = read_options(form, old)
        is_same = old is not None and options == dict(old.options)
        if not is_same:
            name = form.get("format", "")
            found = look_at(house, seen, format=name, options=options)
            _keep(house, seen, found.plan)
    except EntrepotError as error:
        return render_step(seen, "file", show_file(house, seen), error=error)
    return _to(seen, _next("file"), said="" if is_same else "read")


@bp.post("/imports/<id>/mapping")
@needs("analyst")
def map_columns(id: str) -> Response:
    """Keep which column goes to which field."""
    house, form = current_house(), request.form
    seen = imports.get_import(house, id)
    plan = read_mapping(form, plan_of(seen))
    try:
        seen = _keep(house, seen, plan)
        _keep_ways(house, seen)
        _keep_for_feed(house, seen)
    except EntrepotError as error:
        return render_step(
            seen, "mapping", show_mapping(house, seen, plan), error=error
        )
    return _to(seen, _next("mapping"), said="kept")


@bp.post("/imports/<id>/rules")
@needs("analyst")
def rule(id: str) -> Response:
    """Keep the rules, or show what those that are being written would do."""
    house, form = current_house(), request.form
    seen = imports.get_import(house, id)
    go = form.get("go", "")
    drafts = change_drafts(read_drafts(form), go)
    part = show_rules(house, seen, drafts)
    if part.is_wrong or go not in (*STEPS, "run"):
        return render_step(seen, "rules", part)
    return _kept_rules(house, seen, part, go)


def _kept_rules(house: House, seen: ImportSeen, part: RulesStep, go: str) -> Response:
    try:
        seen = _keep(house, seen, part.plan)
        _keep_for_feed(house, seen)
        if go == "run":
            imports.preview_import(house, seen.id, by=require("analyst").name)
            return _to(seen, "preview")
    except EntrepotError as error:
        return render_step(seen, "rules", part, error=error)
    return _to(seen, _next("rules"), said="kept")


def _keep(house: House, seen: ImportSeen, plan: Plan) -> ImportSeen:
    """Keep another plan; the same one leaves the preview as it is."""
    check_plan(plan)
    if plan == seen.plan:
        return seen
    return imports.change_import(house, seen.id, ImportChange(plan=plan))


def _keep_ways(house: House, seen: ImportSeen) -> None:
    """Keep what empty cells do, and what becomes of products that are gone."""
    form = request.form
    empty = next((word for word in EMPTIES if word == form.get("empty")), None)
    missing = next((word for word in MISSINGS if word == form.get("missing")), None)
    change = ImportChange(
        empty=empty if empty != seen.empty else None,
        missing=missing if missing != seen.missing else None,
    )
    if change != ImportChange():
        imports.change_import(house, seen.id, change)


def _keep_for_feed(house: House, seen: ImportSeen) -> None:
    if seen.feed and "for_feed" in request.form:
        plan = imports.get_import(house, seen.id).plan
        change = FeedChange(plan=plan)
        change_feed(house, seen.feed, change, by=require("analyst").name)


def _next(here: Step) -> Step:
    """Return the step that the pressed button names."""
    go = request.form.get("go", "")
    return next((step for step in STEPS if step == go), here)


def _to(seen: ImportSeen, step: Step, *, said: str = "") -> Response:
    where = url_for("feeds_pages.show", id=seen.id, step=step, said=said or None)
    return redirect(where, code=303)
