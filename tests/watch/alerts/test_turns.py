"""A turn of the alerts: rules of the program, settings, a database that is away."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from entrepot.base.errors import DatabaseConnectionError
from entrepot.composition import build_house, load_kinds
from entrepot.delivery import get_destination, list_deliveries, list_destinations
from entrepot.jobs import DUTIES
from entrepot.watch.alerts.lifeline import Lifeline
from entrepot.watch.alerts.models import AlertHistory
from entrepot.watch.alerts.parsing import parse_condition
from entrepot.watch.alerts.rules import change_rule, get_rule_named, list_rules
from entrepot.watch.alerts.shipped import SHIPPED, ship_rules
from entrepot.watch.alerts.spec import RuleChange
from entrepot.watch.alerts.telling import usual_destinations
from entrepot.watch.alerts.testing import send_test
from entrepot.watch.alerts.turns import take_turn
from tests.answering import reply
from tests.mailing import post_office
from tests.watch.alerts.conftest import START


def test_the_rules_of_the_program_come_once(house):
    """And stay as people left them."""
    assert ship_rules(house) == len(SHIPPED)
    rule = get_rule_named(house, "Backup failed")
    change_rule(house, rule.id, RuleChange(is_enabled=False, severity="info"))
    again = ship_rules(house)

    left = get_rule_named(house, "Backup failed")
    assert (again, left.is_enabled, left.severity) == (0, False, "info")
    assert [r.name for r in list_rules(house)] == sorted(SHIPPED)


def test_each_of_them_can_be_read():
    """And says in a sentence what it is for."""
    for rule in SHIPPED.values():
        parse_condition(rule.condition)
        assert rule.description.endswith(".")


def test_a_turn_looks_at_every_rule_that_is_on(house):
    """None of the program's is broken in a new house."""
    looked = take_turn(house)

    rules = list_rules(house)
    assert looked == sum(rule.is_enabled for rule in rules)
    assert [(r.name, r.error) for r in rules if r.error] == []


def test_a_worker_takes_turns(house):
    """The duty is registered, with the pause that the setting gives."""
    load_kinds()

    assert DUTIES["alerts"].seconds(house) == 30.0


@pytest.fixture
def given(surroundings, receiver):
    """A house whose settings say who is told, with a mail server."""
    with post_office() as post:
        said = {
            "ENTREPOT_FETCH_ALLOWED_NETWORKS": "127.0.0.1/32",
            "ENTREPOT_DELIVERY_SMTP_HOST": "127.0.0.1",
            "ENTREPOT_DELIVERY_SMTP_PORT": str(post.port),
            "ENTREPOT_DELIVERY_SMTP_TLS": "none",
            "ENTREPOT_DELIVERY_SMTP_FROM": "entrepot@example.com",
            "ALERT_EMAIL": "ops@example.com",
            "ALERT_SLACK_WEBHOOK": f"{receiver.url}/services/T0/B0/hidden",
        }
        house = build_house({**surroundings, **said})
        yield house, post
        house.close()


def test_settings_say_who_is_told(given, receiver):
    """By mail and by Slack; the address of Slack is sealed."""
    house, post = given
    sent = send_test(house)

    assert [(one.destination, one.is_delivered) for one in sent] == [
        ("alert-email", True),
        ("alert-slack", True),
    ]
    assert post.messages[0]["To"] == "ops@example.com"
    assert receiver.asked[0].path == "/services/T0/B0/hidden"
    assert get_destination(house, "alert-slack").options == {}
    assert usual_destinations(house).names == ("alert-email", "alert-slack")


def test_a_setting_that_cannot_work_is_told(surroundings):
    """Mail without a mail server tells nobody, and says so."""
    house = build_house({**surroundings, "ALERT_EMAIL": "ops@example.com"})
    told = usual_destinations(house)
    sent = send_test(house)
    house.close()

    assert told.names == ()
    assert "there is no mail server" in told.problems["ALERT_EMAIL"]
    assert [one.is_delivered for one in sent] == [False]


@pytest.fixture
def lifeline(house, hook):
    """What remembers that the receiver is told when our own database is away."""
    ship_rules(house)
    rule = get_rule_named(house, "Database down")
    change_rule(house, rule.id, RuleChange(channels=(hook,)))
    line = Lifeline(house)
    line.is_well(START)
    return line


def after(seconds):
    """Return a moment after the start."""
    return START + timedelta(seconds=seconds)


def test_a_database_that_is_away_is_told_directly(lifeline, house, receiver, messages):
    """Once, when it has lasted; and its end is written down and told."""
    lifeline.is_down("Connection refused", after(0))
    lifeline.is_down("Connection refused", after(20))
    early = len(receiver.asked)
    lifeline.is_down("Connection refused", after(31))
    lifeline.is_down("Connection refused", after(61))
    during = [json.loads(asked.body) for asked in receiver.asked]
    lifeline.is_well(after(90))

    assert early == 0
    assert [told["event"] for told in during] == ["alert.firing"]
    assert "Connection refused" in during[0]["text"]
    assert [told["event"] for told in messages()][1:] == ["alert.resolved"]
    with house.store.read_session() as session:
        row = session.scalars(select(AlertHistory)).one()
    assert (row.state, row.triggered_at, row.resolved_at) == (
        "resolved",
        after(0),
        after(90),
    )


def test_whoever_could_not_be_told_is_tried_again(lifeline, receiver):
    """With every turn, until they are."""
    receiver.answer = lambda asked: reply(status="503 Away")
    lifeline.is_down("gone", after(0))
    lifeline.is_down("gone", after(40))
    receiver.answer = lambda asked: reply()
    lifeline.is_down("gone", after(70))
    lifeline.is_down("gone", after(100))

    assert len(receiver.asked) == 2


def test_a_short_absence_is_told_to_nobody(lifeline, house, receiver):
    """Neither its beginning nor its end."""
    lifeline.is_down("gone", after(0))
    lifeline.is_well(after(10))

    assert (receiver.asked, list_deliveries(house)) == ([], [])


def test_a_turn_without_a_database_calls_the_lifeline(house, hook, receiver):
    """And raises, so that the worker tries again soon."""
    take_turn(house)
    rule = get_rule_named(house, "Database down")
    change_rule(house, rule.id, RuleChange(channels=(hook,), for_seconds=0))
    take_turn(house)
    assert [one.name for one in list_destinations(house)] == ["hook"]

    def away(*given, **named):
        raise DatabaseConnectionError("Connection refused")

    store, house_store = house.store.read_session, house.store
    house_store.read_session = away
    with pytest.raises(DatabaseConnectionError):
        take_turn(house)
    house_store.read_session = store

    assert [json.loads(a.body)["event"] for a in receiver.asked] == ["alert.firing"]
