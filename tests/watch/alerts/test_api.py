"""`/api/alerts` and the pages of the same, from outside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from entrepot.app import create_app
from entrepot.base.times import now
from entrepot.watch.alerts.evaluating import evaluate_all
from entrepot.watch.alerts.models import AlertRule
from entrepot.watch.alerts.service import list_firing


@pytest.fixture
def client(house):
    """Somebody at this machine, who may do everything."""
    return create_app(house, is_open=True).test_client()


@pytest.fixture
def fired(house, say, client, hook):
    """A rule made by the API, and the number of the alert that it made."""
    said = {
        "name": "Errors",
        "condition": 'logs("level:ERROR") > 2 over 1 hour',
        "severity": "critical",
        "channels": [hook],
        "cooldown_seconds": 0,
    }
    made = client.post("/api/alerts/rules", json=said).get_json()["data"]
    say(3, at=now())
    evaluate_all(house, now=now() + timedelta(seconds=1))
    return made["id"], list_firing(house)[0].id


def test_a_rule_comes_changes_and_goes(client, hook):
    """Each answer is the rule as it is then."""
    said = {"name": "Failing", "condition": "error_rate > 10 per minute"}
    made = client.post("/api/alerts/rules", json=said)
    id = made.get_json()["data"]["id"]
    changed = client.put(f"/api/alerts/rules/{id}", json={"for_seconds": 60})
    listed = client.get("/api/alerts/rules").get_json()["data"]
    gone = client.delete(f"/api/alerts/rules/{id}")

    assert (made.status_code, made.get_json()["data"]["state"]) == (201, "ok")
    assert changed.get_json()["data"]["for_seconds"] == 60
    assert [one["condition"] for one in listed] == ["error_rate > 10 per minute"]
    assert gone.status_code == 200
    assert client.get(f"/api/alerts/rules/{id}").status_code == 404


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"condition": "error_rate >> 10"}, 400, "invalid-condition"),
        ({"severity": "bad"}, 400, "invalid"),
        ({"channels": ["nowhere"]}, 404, "not-there"),
        ({"for_seconds": -1}, 400, "invalid"),
        ({"name": "Errors"}, 409, "alert-rule-name-taken"),
    ],
)
def test_what_cannot_be_is_refused(client, fired, said, status, code):
    """With the code that programs go by."""
    whole = {"name": "Other", "condition": "error_rate > 10 per minute"}
    good = client.post("/api/alerts/rules", json=whole | {"name": "Good"})
    bad = client.post("/api/alerts/rules", json=whole | said)

    assert good.status_code == 201
    assert (bad.status_code, bad.get_json()["code"]) == (status, code)


def test_what_fires_is_told_with_its_messages(client, fired):
    """The alert, its delivery, and the history."""
    rule, id = fired
    told = client.get(f"/api/alerts/{id}").get_json()["data"]
    history = client.get("/api/alerts/history?severity=critical").get_json()["data"]

    assert [one["id"] for one in client.get("/api/alerts").get_json()["data"]] == [id]
    assert (told["alert"]["rule_id"], told["alert"]["state"]) == (rule, "firing")
    assert [one["destination"] for one in told["messages"]] == ["hook"]
    assert [one["id"] for one in history] == [id]


def test_a_silence_comes_and_ends(client, fired):
    """The alert shows it."""
    until = (now() + timedelta(hours=1)).isoformat()
    said = {"matchers": {"rule": "Errors"}, "until": until, "why": "we know"}
    made = client.post("/api/alerts/silences", json=said)
    silenced = client.get("/api/alerts").get_json()["data"][0]["is_silenced"]
    ended = client.delete(f"/api/alerts/silences/{made.get_json()['data']['id']}")

    assert (made.status_code, silenced) == (201, True)
    assert ended.get_json()["data"]["is_active"] is False
    assert client.get("/api/alerts").get_json()["data"][0]["is_silenced"] is False
    nobody = client.post("/api/alerts/silences", json=said | {"matchers": {}})
    assert nobody.status_code == 400


def test_somebody_looks_after_it(client, fired):
    """And what is over cannot be looked after."""
    said = client.post(f"/api/alerts/{fired[1]}/acknowledge", json={"note": "on it"})
    client.put(f"/api/alerts/rules/{fired[0]}", json={"enabled": False})

    assert said.get_json()["data"]["note"] == "on it"
    again = client.post(f"/api/alerts/{fired[1]}/acknowledge")
    assert (again.status_code, again.get_json()["code"]) == (409, "illegal-move")


def test_a_test_says_how_it_went(client, fired, receiver):
    """At each destination, without waiting for a worker."""
    sent = client.post("/api/alerts/test", json={"rule_id": fired[0]})
    nobody = client.post("/api/alerts/test")

    assert sent.get_json()["data"] == [
        {
            "destination": "hook",
            "is_delivered": True,
            "answer": "202 Accepted",
            "error": "",
        }
    ]
    assert len(receiver.asked) == 1
    assert (nobody.status_code, "nobody to be told" in nobody.text) == (400, True)


def test_an_unknown_channel_is_named(client, fired):
    """With the one that was meant, in whichever way it was asked for."""
    asked = client.post("/api/alerts/test", json={"channels": ["hook", "hok"]})
    client.delete("/api/delivery/destinations/hook")
    gone = client.post("/api/alerts/test", json={"rule_id": fired[0]})
    shown = client.post("/alerts/test", data={"rule_id": str(fired[0])})

    told = [(one["is_delivered"], one["error"]) for one in asked.get_json()["data"]]
    assert told == [
        (True, ""),
        (False, "there is no destination named 'hok'; did you mean 'hook'?"),
    ]
    (one,) = gone.get_json()["data"]
    assert one["error"].startswith("there is no destination named 'hook'")
    assert "here is no destination named &#39;hook&#39;" in shown.text


def test_a_preview_counts_what_would_have_fired(client, say):
    """In the last day, without keeping anything."""
    for hours in (2, 6, 7):
        say(3, at=now() - timedelta(hours=hours))
    said = {"condition": 'logs("level:ERROR") > 2 over 1 hour'}
    told = client.post("/api/alerts/rules/preview", json=said).get_json()["data"]

    assert told["fired"] == 2  # the hours 6 and 7 are one
    assert told["samples"][0]["is_met"] is False
    assert client.get("/api/alerts/rules").get_json()["data"] == []


def test_the_rule_file_is_given(client, fired):
    """As YAML, with the rule."""
    answer = client.get("/api/alerts/rules.yml")

    assert answer.content_type == "application/yaml; charset=utf-8"
    assert '- alert: "Errors"' in answer.text


def test_the_gauges_tell_of_it(client, fired):
    """What each rule saw last, and what fires."""
    text = client.get("/metrics").text

    assert 'entrepot_alert_value{rule="Errors"} 3.0' in text
    assert 'entrepot_alerts_firing{severity="critical"} 1.0' in text


PAGES = (
    "",
    "/rules",
    "/history",
    "/silences",
    "/rules/new",
    "/{alert}",
    "/rules/{rule}",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_stands_empty_and_full(client, request, path):
    """Without anything, and with an alert that fires."""
    if "{" not in path:
        assert client.get(f"/alerts{path}").status_code == 200
    rule, alert = request.getfixturevalue("fired")
    page = client.get("/alerts" + path.format(rule=rule, alert=alert))

    assert page.status_code == 200
    assert "Errors" in page.text or path in ("/silences", "/rules/new")


def test_the_forms_work(client, fired, house):
    """A rule is previewed, added, switched, removed; an alert is silenced."""
    form = {
        "name": "Form",
        "condition": 'logs("level:ERROR") > 1 over 1 hour',
        "severity": "info",
        "for_seconds": "0",
        "cooldown_seconds": "300",
        "enabled": "yes",
    }
    seen = client.post("/alerts/rules/new", data=form | {"preview": "yes"})
    wrong = client.post("/alerts/rules/new", data=form | {"condition": "x >"})
    added = client.post("/alerts/rules/new", data=form)
    rules = {r["name"]: r for r in client.get("/api/alerts/rules").get_json()["data"]}
    id = rules["Form"]["id"]
    client.post(f"/alerts/rules/{id}/switch", data={"on": "no"})
    off = client.get(f"/api/alerts/rules/{id}").get_json()["data"]["state"]
    client.post(f"/alerts/rules/{id}/remove")
    silence = {"matchers": "rule=Errors\nseverity=crit*", "hours": "4", "why": "known"}
    silenced = client.post("/alerts/silences", data=silence)
    bad = client.post("/alerts/silences", data=silence | {"matchers": "Errors"})

    assert "Would have fired" in seen.text
    assert (wrong.status_code, "at character" in wrong.text.lower()) == (400, True)
    assert (added.status_code, off) == (303, "off")
    assert client.get(f"/api/alerts/rules/{id}").status_code == 404
    assert (silenced.status_code, bad.status_code) == (303, 400)
    assert list_firing(house)[0].is_silenced


def test_a_shipped_rule_stays(client, house, fired):
    """It may be switched off, and not removed."""
    with house.store.session() as session:
        session.execute(update(AlertRule).values(is_shipped=True))
    off = client.put(f"/api/alerts/rules/{fired[0]}", json={"enabled": False})
    gone = client.delete(f"/api/alerts/rules/{fired[0]}")

    assert off.get_json()["data"]["is_enabled"] is False
    assert gone.status_code == 409
