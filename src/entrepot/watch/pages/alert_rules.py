"""Pages: alert rules, the form of one with its preview, and its removal."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.delivery import list_destinations
from entrepot.watch.alerts import rules as service
from entrepot.watch.alerts.kinds import KINDS
from entrepot.watch.alerts.previewing import preview
from entrepot.watch.alerts.spec import (
    SEVERITIES,
    Kind,
    Preview,
    RuleChange,
    RuleSeen,
    RuleWanted,
)
from entrepot.watch.pages.blueprint import bp
from entrepot.web import problems
from entrepot.web.guard import needs
from entrepot.web.routes import current_house


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleForm:
    """What the fields say."""

    name: str = ""
    condition: str = ""
    severity: str = "warning"
    channels: tuple[str, ...] = ()
    is_enabled: bool = True
    for_seconds: str = "0"
    cooldown_seconds: str = "300"
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePage:
    """A rule to look at and to change, or one to be made.

    Attributes:
        seen: None for a new one.
        preview: What the condition sees now, and would have done.
        problem: Why it could not be kept, or its condition not be read.
    """

    form: RuleForm
    kinds: list[Kind]
    severities: tuple[str, ...]
    destinations: list[str]
    seen: RuleSeen | None
    preview: Preview | None
    problem: dict[str, object] | None = None


@bp.get("/alerts/rules")
@needs("analyst")
def alert_rules() -> str:
    """List the rules."""
    found = service.list_rules(current_house())
    return render_template("watch/alerts/rules.html", rules=found)


@bp.get("/alerts/rules/new")
@needs("admin")
def new_alert_rule() -> Response:
    """Show an empty form, or one with a condition of the address."""
    return _show(RuleForm(condition=request.args.get("condition", "")[:4_000]))


@bp.post("/alerts/rules/new")
@needs("admin")
def add_alert_rule() -> BaseResponse:
    """Keep a new rule, or show what its condition would do."""
    form = _read()
    if "preview" in request.form:
        return _show(form)
    try:
        wanted = RuleWanted(
            name=form.name,
            condition=form.condition,
            severity=form.severity,  # type: ignore[arg-type]  # the service checks it
            channels=form.channels,
            is_enabled=form.is_enabled,
            for_seconds=_seconds("for", form.for_seconds),
            cooldown_seconds=_seconds("hold-off", form.cooldown_seconds),
            description=form.description,
        )
        service.add_rule(current_house(), wanted)
    except EntrepotError as error:
        return _show(form, error=error)
    return redirect(url_for("watch_pages.alert_rules"), code=303)


@bp.get("/alerts/rules/<int:id>")
@needs("analyst")
def alert_rule(id: int) -> Response:
    """Show one rule, and what it sees now."""
    found = service.get_rule(current_house(), id)
    return _show(_form_of(found), found)


@bp.post("/alerts/rules/<int:id>")
@needs("admin")
def change_alert_rule(id: int) -> BaseResponse:
    """Keep what changed, or show what the condition would do."""
    house, form = current_house(), _read()
    found = service.get_rule(house, id)
    if "preview" in request.form:
        return _show(form, found)
    try:
        change = RuleChange(
            name=None if found.is_shipped else form.name,
            condition=form.condition,
            severity=form.severity,  # type: ignore[arg-type]  # the service checks it
            channels=form.channels,
            is_enabled=form.is_enabled,
            for_seconds=_seconds("for", form.for_seconds),
            cooldown_seconds=_seconds("hold-off", form.cooldown_seconds),
            description=form.description,
        )
        service.change_rule(house, id, change)
    except EntrepotError as error:
        return _show(form, found, error=error)
    return redirect(url_for("watch_pages.alert_rules"), code=303)


@bp.post("/alerts/rules/<int:id>/switch")
@needs("admin")
def switch_alert_rule(id: int) -> BaseResponse:
    """Switch a rule on or off."""
    is_enabled = request.form.get("on") == "yes"
    service.change_rule(current_house(), id, RuleChange(is_enabled=is_enabled))
    return redirect(url_for("watch_pages.alert_rules"), code=303)


@bp.get("/alerts/rules/<int:id>/remove")
@needs("admin")
def ask_remove_alert_rule(id: int) -> str:
    """Ask before a rule is forgotten."""
    found = service.get_rule(current_house(), id)
    return render_template("watch/alerts/remove.html", rule=found)


@bp.post("/alerts/rules/<int:id>/remove")
@needs("admin")
def remove_alert_rule(id: int) -> BaseResponse:
    """Forget a rule."""
    service.remove_rule(current_house(), id)
    return redirect(url_for("watch_pages.alert_rules"), code=303)


def _read() -> RuleForm:
    said = {
        name: request.form.get(name, "").strip()
        for name in (
            *("name", "condition", "severity", "for_seconds"),
            *("cooldown_seconds", "description"),
        )
    }
    return RuleForm(
        **said,
        channels=tuple(request.form.getlist("channels")),
        is_enabled=request.form.get("enabled") == "yes",
    )


def _seconds(what: str, text: str) -> int:
    if not text.isdecimal() or not text.isascii() or len(text) > 7:
        raise Invalid(f"{what}: {text[:20]!r} is not a number of seconds")
    return int(text)


def _form_of(found: RuleSeen) -> RuleForm:
    return RuleForm(
        name=found.name,
        condition=found.condition,
        severity=found.severity,
        channels=found.channels,
        is_enabled=found.is_enabled,
        for_seconds=str(found.for_seconds),
        cooldown_seconds=str(found.cooldown_seconds),
        description=found.description,
    )


def _show(
    form: RuleForm,
    seen: RuleSeen | None = None,
    *,
    error: EntrepotError | None = None,
) -> Response:
    house = current_house()
    told = None
    if form.condition and (seen is None or _is_quick(form) or request.method == "POST"):
        try:
            told = _preview(house, form)
        except EntrepotError as wrong:
            error = error or wrong
    page = RulePage(
        form=form,
        kinds=list(KINDS),
        severities=SEVERITIES,
        destinations=[one.name for one in list_destinations(house)],
        seen=seen,
        preview=told,
        problem=problems.describe(error) if error else None,
    )
    text = render_template("watch/alerts/rule.html", page=page)
    status = problems.status_of(error) if error else 200
    return Response(text, status=status, content_type="text/html; charset=utf-8")


def _is_quick(form: RuleForm) -> bool:
    """Tell whether whoever only opens the page need not wait for another database."""
    return not re.match(r"\s*sql\b|\w*connection_failed\b", form.condition)


def _preview(house: House, form: RuleForm) -> Preview:
    seconds = _seconds("for", form.for_seconds)
    return preview(house, form.condition, now=now(), for_seconds=seconds)
