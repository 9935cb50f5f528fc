"""Pages: what fires, what fired, one alert, and silences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.delivery import DeliverySeen
from entrepot.watch.alerts import service, silences
from entrepot.watch.alerts.rules import list_rules
from entrepot.watch.alerts.spec import (
    SEVERITIES,
    AlertSeen,
    RuleSeen,
    SilenceSeen,
    SilenceWanted,
)
from entrepot.watch.alerts.telling import usual_destinations
from entrepot.watch.alerts.testing import TestSent, send_test
from entrepot.watch.pages.blueprint import bp
from entrepot.web import problems, shell
from entrepot.web.guard import needs
from entrepot.web.requests import quiet
from entrepot.web.routes import current_house

SHOWN = 50
HOURS = {"1": "1 hour", "4": "4 hours", "24": "1 day", "168": "1 week"}
"""How long silences of the form are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsPage:
    """What is pending or fires.

    Attributes:
        broken: Rules that cannot be looked at.
        nobody: No rule tells anybody: no destination is named and settings give none.
        sent: How a test went.
    """

    firing: list[AlertSeen]
    rules: list[RuleSeen]
    last: list[AlertSeen]
    nobody: bool
    problems: dict[str, str]
    sent: list[TestSent] | None = None
    problem: dict[str, object] | None = None

    @property
    def broken(self) -> list[RuleSeen]:
        """Return the rules that cannot be looked at."""
        return [rule for rule in self.rules if rule.error]

    @property
    def on(self) -> int:
        """Return how many rules are on."""
        return sum(rule.is_enabled for rule in self.rules)

    @property
    def failing(self) -> list[str]:
        """Return the destinations that could not be told."""
        return sorted({name for alert in self.firing for name in alert.failing})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """One alert, and what was sent about it."""

    alert: AlertSeen
    messages: list[DeliverySeen]
    condition: str
    hours: dict[str, str]
    problem: dict[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Alerts that fire or fired.

    Attributes:
        older: Number to go on before; None after the last.
    """

    alerts: list[AlertSeen]
    severity: str
    severities: tuple[str, ...]
    older: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SilencesPage:
    """The silences, and the form of a new one; its fields keep what was written."""

    silences: list[SilenceSeen]
    rules: list[RuleSeen]
    hours: dict[str, str]
    matchers: str
    why: str
    problem: dict[str, object] | None = None


@bp.get("/alerts")
@quiet
@needs("analyst")
def alerts() -> str:
    """List what is pending or fires now."""
    return _render_alerts(current_house())


@bp.post("/alerts/test")
@needs("admin")
def test_alerts() -> str:
    """Send a test now to those that settings give, or a rule's own."""
    house = current_house()
    id = request.form.get("rule_id", "")
    try:
        sent = send_test(house, rule_id=int(id) if id.isdecimal() else None)
    except EntrepotError as error:
        return _render_alerts(house, problem=problems.describe(error))
    return _render_alerts(house, sent=sent)


@bp.get("/alerts/history")
@needs("analyst")
def alert_history() -> str:
    """List alerts that fire or fired, newest first."""
    given = request.args.get("before", "")
    severity = request.args.get("severity", "")
    if severity not in ("", *SEVERITIES):
        raise Invalid(f"severity: one of {', '.join(SEVERITIES)}")
    before = int(given[:18]) if given.isdecimal() and given.isascii() else None
    found = service.list_history(
        current_house(), limit=SHOWN + 1, before=before, severity=severity
    )
    page = HistoryPage(
        alerts=found[:SHOWN],
        severity=severity,
        severities=SEVERITIES,
        older=found[SHOWN - 1].id if len(found) > SHOWN else None,
    )
    return render_template("watch/alerts/history.html", page=page)


@bp.get("/alerts/silences")
@needs("analyst")
def alert_silences() -> str:
    """List the silences, with the form of a new one."""
    return _render_silences(current_house(), matchers=request.args.get("match", ""))


@bp.post("/alerts/silences")
@needs("analyst")
def add_alert_silence() -> BaseResponse:
    """Keep a silence, or show what is wrong with it."""
    house = current_house()
    matchers, why = request.form.get("matchers", ""), request.form.get("why", "")
    try:
        hours = request.form.get("hours", "1")
        if hours not in HOURS:
            raise Invalid(f"hours: one of {', '.join(HOURS)}")
        until = now() + timedelta(hours=int(hours))
        wanted = SilenceWanted(matchers=read_matchers(matchers), until=until, why=why)
        silences.add_silence(house, wanted)
    except EntrepotError as error:
        said = problems.describe(error)
        text = _render_silences(house, matchers=matchers, why=why, problem=said)
        return _answer(text, problems.status_of(error))
    return redirect(url_for("watch_pages.alert_silences"), code=303)


@bp.post("/alerts/silences/<int:id>/end")
@needs("analyst")
def end_alert_silence(id: int) -> BaseResponse:
    """End a silence now."""
    silences.end_silence(current_house(), id)
    return redirect(url_for("watch_pages.alert_silences"), code=303)


@bp.get("/alerts/<int:id>")
@needs("analyst")
def alert(id: int) -> str:
    """Show one alert, and what was sent about it."""
    return _render_alert(current_house(), id)


@bp.post("/alerts/<int:id>/acknowledge")
@needs("analyst")
def acknowledge_alert(id: int) -> BaseResponse:
    """Say that one looks after it."""
    house = current_house()
    try:
        service.acknowledge(house, id, note=request.form.get("note", ""))
    except EntrepotError as error:
        if problems.status_of(error) == 404:
            raise
        said = problems.describe(error)
        return _answer(_render_alert(house, id, said), problems.status_of(error))
    return redirect(url_for("watch_pages.alert", id=id), code=303)


def read_matchers(text: str) -> dict[str, str]:
    """Return the matchers of a form: one `name=value` a line.

    Raises:
        Invalid: A line is none.
    """
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, equals, value = line.partition("=")
        if not equals:
            raise Invalid(
                f"{line[:60]!r} is not name=value", hint="such as rule=Database down"
            )
        found[name.strip()] = value.strip()
    return found


def _render_alerts(
    house: House,
    *,
    sent: list[TestSent] | None = None,
    problem: dict[str, object] | None = None,
) -> str:
    rules = list_rules(house)
    usual = usual_destinations(house)
    page = AlertsPage(
        firing=service.list_firing(house, limit=200),
        rules=rules,
        last=service.list_history(house, limit=5, state="resolved"),
        nobody=not usual.names and not any(rule.channels for rule in rules),
        problems=dict(usual.problems),
        sent=sent,
        problem=problem,
    )
    return render_template("watch/alerts/index.html", page=page)


def _render_alert(
    house: House, id: int, problem: dict[str, object] | None = None
) -> str:
    found = service.get_alert(house, id)
    conditions = {rule.id: rule.condition for rule in list_rules(house)}
    page = AlertPage(
        alert=found,
        messages=service.list_messages(house, id),
        condition=conditions.get(found.rule_id or 0, ""),
        hours=HOURS,
        problem=problem,
    )
    return render_template("watch/alerts/alert.html", page=page)


def _render_silences(
    house: House,
    *,
    matchers: str = "",
    why: str = "",
    problem: dict[str, object] | None = None,
) -> str:
    page = SilencesPage(
        silences=silences.list_silences(house),
        rules=list_rules(house),
        hours=HOURS,
        matchers=matchers[:2_000],
        why=why[:500],
        problem=problem,
    )
    return render_template("watch/alerts/silences.html", page=page)


def _answer(text: str, status: int) -> Response:
    return Response(text, status=status, content_type="text/html; charset=utf-8")


def _figures(house: House) -> list[shell.Figure]:
    who = g.get("identity")
    if who is None or who.role == "viewer":
        return []
    found = [one for one in service.list_firing(house) if one.state == "firing"]
    if not found:
        return []
    worst = "bad" if any(one.severity == "critical" for one in found) else "warn"
    return [
        shell.Figure(
            name="Alerts",
            count=len(found),
            note=found[0].rule,
            address=url_for("watch_pages.alerts"),
            tone=worst,  # type: ignore[arg-type]  # one of its two words
        )
    ]


shell.CARDS.append(shell.Card(endpoint="watch_pages.alerts", load=_figures, order=90))
shell.PLACES.append(
    shell.Place(
        label="Alerts",
        endpoint="watch_pages.alerts",
        icon="bell",
        group="Watch",
        letter="N",
        order=36,
    )
)
shell.SUBJECTS["alert"] = ("watch_pages.alert", "id")
