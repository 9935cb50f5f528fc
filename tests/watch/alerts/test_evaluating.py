"""Rules are looked at, and people are told: once, and of the end as well."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from entrepot.base.acting import Actor, acting_as
from entrepot.base.events import listen
from entrepot.base.times import now
from entrepot.composition import build_house
from entrepot.delivery import list_deliveries
from entrepot.watch.alerts.evaluating import evaluate, evaluate_all
from entrepot.watch.alerts.events import AlertFired
from entrepot.watch.alerts.models import AlertHistory
from entrepot.watch.alerts.rules import get_rule
from entrepot.watch.alerts.service import acknowledge, list_firing, list_history
from entrepot.watch.alerts.silences import add_silence, end_silence
from entrepot.watch.alerts.spec import SilenceWanted
from entrepot.watch.errors import InvalidCondition
from tests.answering import reply
from tests.watch.alerts.conftest import START


def events_of(arrived):
    """Return which messages came."""
    return [message["event"] for message in arrived]


def test_nothing_fires_while_all_is_well(rule, say, look, messages, house):
    """Two lines are not more than two."""
    rule()
    say(2)
    look()

    assert (messages(), list_firing(house)) == ([], [])


def test_an_alert_is_told_once_and_its_end_too(rule, say, look, messages, house):
    """However often the rule is looked at; the message says what, since when, where."""
    made = rule(severity="critical")
    say(3)
    look(1)
    look(31)
    fired = messages()
    alert = list_firing(house)[0]
    look(200)

    assert events_of(messages()) == ["alert.firing", "alert.resolved"]
    assert fired[0]["title"] == "Critical: Errors"
    assert fired[0]["link"] == f"https://entrepot.example/alerts/{alert.id}"
    assert fired[0]["facts"]["value"] == 3
    assert "3 lines with level:ERROR" in fired[0]["text"]
    assert list_firing(house) == []
    assert get_rule(house, made.id).state == "ok"
    assert [one.state for one in list_history(house)] == ["resolved"]


def test_a_pending_alert_waits_for_its_time(rule, say, look, messages, house):
    """It is told when it held long enough, and never when it did not."""
    rule(for_seconds=30)
    say(3)
    look(1)
    waiting = [one.state for one in list_firing(house)]
    look(20)
    before = messages()
    look(40)

    assert waiting == ["pending"]
    assert before == []
    assert events_of(messages()) == ["alert.firing"]


def test_a_short_trouble_is_forgotten(rule, say, look, messages, house):
    """What ends before its time leaves nothing behind."""
    rule(for_seconds=120)
    say(3)
    look(1)
    look(100)

    assert (list_firing(house), list_history(house), messages()) == ([], [], [])


def test_a_flapping_alert_is_held_off(rule, say, look, messages, house):
    """Within the hold-off it is not told again; if it still fires after that, it is."""
    rule(cooldown_seconds=300)
    say(3)
    look(1)
    look(100)
    say(3, at=START + timedelta(seconds=150))
    look(151)
    held = list_firing(house)[0].held
    during = events_of(messages())
    look(200)
    say(3, at=START + timedelta(seconds=280))
    look(310)

    assert held.startswith("hold-off until ")
    assert during == ["alert.firing", "alert.resolved"]
    assert events_of(messages())[2:] == ["alert.firing"]


def test_two_processes_tell_once(rule, say, messages, house):
    """Whoever comes second, at the same moment, finds it done."""
    made = rule()
    say(3)
    at = START + timedelta(seconds=1)
    begin = threading.Barrier(4)

    def turn():
        begin.wait()
        evaluate(house, made.id, now=at)

    threads = [threading.Thread(target=turn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert events_of(messages()) == ["alert.firing"]


def test_a_crash_in_the_middle_loses_and_doubles_nothing(
    rule, say, look, messages, house
):
    """The alert and its message are one transaction: none of it, or all."""
    rule()
    say(3)

    class Crash(BaseException):
        """Nobody catches it, as nobody catches a kill."""

    def die(event):
        if isinstance(event, AlertFired):
            raise Crash

    stop = listen(die)
    with pytest.raises(Crash):
        look(1)
    stop()
    with house.store.read_session() as session:
        rows = session.scalars(select(AlertHistory)).all()
    left = (rows, list_deliveries(house))
    look(2)

    assert left == ([], [])
    assert events_of(messages()) == ["alert.firing"]


def test_a_silence_holds_messages_back_until_it_ends(rule, say, look, messages, house):
    """Nobody is told during it; whoever still fires afterwards is told then."""
    rule()
    wanted = SilenceWanted(
        matchers={"rule": "Err*"}, until=now() + timedelta(hours=1), why="we know"
    )
    silence = add_silence(house, wanted)
    say(3)
    look(1)
    seen = list_firing(house)[0]
    during = messages()
    end_silence(house, silence.id, now_at=START + timedelta(seconds=10))
    look(31)

    assert (seen.is_silenced, seen.held[:9], during) == (True, "silence 1", [])
    assert events_of(messages()) == ["alert.firing"]


def test_somebody_acknowledges(rule, say, look, house):
    """Their name and note stand there."""
    rule()
    say(3)
    look(1)
    with acting_as(Actor(name="anna@example.com", kind="person")):
        acknowledge(house, list_firing(house)[0].id, note="on it")

    alert = list_firing(house)[0]
    assert (alert.acknowledged_by, alert.note) == ("anna@example.com", "on it")


def test_a_refusing_channel_is_shown_as_failing(
    rule, say, look, messages, house, receiver
):
    """It is sent again while the alert fires, and stays visible until it arrives."""
    rule()
    say(3)
    receiver.answer = lambda asked: reply(status="403 Forbidden")
    look(1)
    messages()
    failing = list_firing(house)[0].failing
    later = now() + timedelta(hours=1)
    say(3, at=later - timedelta(seconds=10))
    receiver.answer = lambda asked: reply()
    evaluate_all(house, now=later)
    messages()

    assert failing == ("hook",)
    assert list_firing(house)[0].failing == ()
    assert [d.state for d in list_deliveries(house)] == ["delivered"]


def test_a_rule_that_cannot_be_looked_at_says_why_and_stays_off(rule, house):
    """An unknown metric, a connection that is not there, a query that is wrong."""
    unknown = rule("A", "no_such_thing > 3")
    nowhere = rule("B", 'sql("nowhere", "SELECT 1") > 0')

    assert (unknown.is_enabled, unknown.state) == (False, "broken")
    assert "no metric named 'no_such_thing'" in unknown.error
    assert (nowhere.is_enabled, "nowhere" in nowhere.error) == (False, True)


def test_a_rule_of_wrong_grammar_is_refused(rule):
    """The position is told."""
    with pytest.raises(InvalidCondition) as caught:
        rule("A", 'logs("level:ERROR") >> 3')

    assert caught.value.facts["position"] == 22


def test_alerts_may_be_switched_off(rule, say, surroundings, messages):
    """ALERTS_ENABLED=false looks at nothing."""
    rule()
    say(3)
    off = build_house({**surroundings, "ALERTS_ENABLED": "false"})

    assert evaluate_all(off, now=START) == 0
    off.close()
    assert messages() == []
