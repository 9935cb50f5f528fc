"""The channel `ntfy`."""

from __future__ import annotations

import json

import pytest

from entrepot.base.errors import Invalid, Refused
from entrepot.composition import load_settings
from entrepot.delivery import Parcel
from entrepot.delivery.channels.ntfy import CHANNEL
from tests.answering import Answering, answering, reply
from tests.contracts.channel import SECRET, ChannelContract


class Desk:
    """A server of ntfy, and what came to it."""

    def __init__(self, server: Answering, settings):
        self.server = server
        self.settings = settings
        self.options = {"server": server.url, "topic": "alerts"}

    def taken(self):
        return [asked.body.decode() for asked in self.server.asked]

    def unplug(self):
        self.server.answer = lambda asked: reply(status="503 Service Unavailable")


class TestNtfy(ChannelContract):
    """It is a channel like the others."""

    channel = "ntfy"

    @pytest.fixture
    def desk(self, environ):
        variables = {"ENTREPOT_FETCH_ALLOWED_NETWORKS": "127.0.0.1/32"}
        with answering(lambda asked: reply(b"{}")) as server:
            yield Desk(server, load_settings({**environ, **variables}))

    def test_the_message_is_published_as_json(self, send, desk):
        """With a priority by severity, and a link to click."""
        parcel = Parcel(
            event="alert.firing",
            title="Critical: Ü",
            text="3 lines",
            facts={"severity": "critical"},
            link="https://entrepot.example/alerts/7",
        )
        send(parcel)
        asked = desk.server.asked[0]

        assert (asked.method, asked.path) == ("POST", "/")
        assert asked.headers["authorization"] == f"Bearer {SECRET}"
        assert json.loads(asked.body) == {
            "topic": "alerts",
            "title": "Critical: Ü",
            "message": "3 lines",
            "priority": 5,
            "tags": ["rotating_light"],
            "click": "https://entrepot.example/alerts/7",
        }

    def test_the_end_of_an_alert_is_quiet(self, send, desk):
        """It has the usual priority and a tick."""
        facts = {"severity": "critical"}
        send(Parcel(event="alert.resolved", title="Resolved: x", facts=facts))
        told = json.loads(desk.taken()[0])

        assert (told["priority"], told["tags"]) == (3, ["white_check_mark"])

    def test_a_refusal_is_told(self, send, desk):
        """With its status, without the token."""
        desk.server.answer = lambda asked: reply(status="403 Forbidden")
        with pytest.raises(Refused, match="403 Forbidden") as caught:
            send(Parcel(event="test", title="Test"))

        assert SECRET not in caught.value.detail


@pytest.fixture
def settings(environ):
    """The settings of a house of its own."""
    return load_settings(environ)


@pytest.mark.parametrize("topic", ["", "a b", "../x", "x" * 65])
def test_a_topic_is_letters_and_digits(settings, topic):
    """What would be another address is refused."""
    good = {"server": "https://ntfy.sh", "topic": "our-alerts"}
    CHANNEL.check(good, settings)
    with pytest.raises(Invalid):
        CHANNEL.check(good | {"topic": topic}, settings)
