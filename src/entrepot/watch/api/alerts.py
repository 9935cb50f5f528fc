"""`/api/alerts`: what fires and fired, who looks after it, silences, and a test."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import urlencode

from entrepot.base.errors import IllegalMove, NotThere
from entrepot.watch.alerts import service, silences
from entrepot.watch.alerts.spec import AlertSeen, SilenceSeen, SilenceWanted
from entrepot.watch.alerts.testing import TestSent, send_test
from entrepot.watch.api.alert_bodies import (
    WHO,
    Acknowledgement,
    AlertDetail,
    HistoryQuery,
    NewSilence,
    TestWanted,
    utc,
)
from entrepot.watch.api.blueprint import bp
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route

MOST = 200


@route(bp, "GET", "/api/alerts", Doc(role="analyst", data=list[AlertSeen], errors=WHO))
def list_firing_alerts() -> list[AlertSeen]:
    """List what is pending or fires now: firing first, the worst, then the newest."""
    return service.list_firing(current_house(), limit=MOST)


@route(
    bp,
    "GET",
    "/api/alerts/history",
    Doc(
        role="analyst",
        query=HistoryQuery,
        data=list[AlertSeen],
        errors=WHO,
        is_paged=True,
    ),
)
def list_alert_history(query: HistoryQuery) -> Page:
    """List alerts that fire or fired, newest first."""
    found = service.list_history(
        current_house(),
        limit=query.limit + 1,
        before=query.before,
        rule_id=query.rule_id,
        severity=query.severity,
        state=query.state,
    )
    shown, following = found[: query.limit], None
    if len(found) > query.limit:
        asked = asdict(query) | {"before": shown[-1].id}
        following = "/api/alerts/history?" + urlencode(
            {name: value for name, value in asked.items() if value}
        )
    return Page(shown, Cut(next=following, limit=query.limit))


@route(
    bp,
    "POST",
    "/api/alerts/test",
    Doc(
        role="admin",
        body=TestWanted,
        data=list[TestSent],
        errors=(*WHO, NotThere),
        is_body_optional=True,
    ),
)
def test_alerts(body: TestWanted) -> list[TestSent]:
    """Send a test now, and say how it went at each destination."""
    return send_test(current_house(), rule_id=body.rule_id, channels=body.channels)


@route(
    bp,
    "GET",
    "/api/alerts/silences",
    Doc(role="analyst", data=list[SilenceSeen], errors=WHO),
)
def list_alert_silences() -> list[SilenceSeen]:
    """List the silences, those that hold first."""
    return silences.list_silences(current_house())


@route(
    bp,
    "POST",
    "/api/alerts/silences",
    Doc(role="analyst", body=NewSilence, data=SilenceSeen, status=201, errors=WHO),
)
def add_alert_silence(body: NewSilence) -> SilenceSeen:
    """Let nobody be told of alerts that match, until a time."""
    wanted = SilenceWanted(matchers=body.matchers, until=utc(body.until), why=body.why)
    return silences.add_silence(current_house(), wanted)


@route(
    bp,
    "DELETE",
    "/api/alerts/silences/<int:id>",
    Doc(
        role="analyst",
        data=SilenceSeen,
        errors=(*WHO, NotThere),
        path_examples={"id": "1"},
    ),
)
def end_alert_silence(id: int) -> SilenceSeen:
    """End a silence now; it stays in the list."""
    return silences.end_silence(current_house(), id)


@route(
    bp,
    "GET",
    "/api/alerts/<int:id>",
    Doc(
        role="analyst",
        data=AlertDetail,
        errors=(*WHO, NotThere),
        path_examples={"id": "1"},
    ),
)
def get_alert(id: int) -> AlertDetail:
    """Show one alert, and what was sent about it with every try."""
    house = current_house()
    return AlertDetail(
        alert=service.get_alert(house, id), messages=service.list_messages(house, id)
    )


@route(
    bp,
    "POST",
    "/api/alerts/<int:id>/acknowledge",
    Doc(
        role="analyst",
        body=Acknowledgement,
        data=AlertSeen,
        errors=(*WHO, NotThere, IllegalMove),
        path_examples={"id": "1"},
        is_body_optional=True,
    ),
)
def acknowledge_alert(id: int, body: Acknowledgement) -> AlertSeen:
    """Say that you look after it; others see that and your note."""
    return service.acknowledge(current_house(), id, note=body.note)
