"""The channel `slack`."""

from __future__ import annotations

import json

import pytest

from entrepot.base.errors import Invalid, Refused, Unavailable
from entrepot.base.fetch.errors import AddressDenied
from entrepot.composition import load_settings
from entrepot.delivery import Parcel
from entrepot.delivery.channels.slack import CHANNEL
from tests.answering import Answering, answering, reply
from tests.contracts.channel import ChannelContract

TOKEN = "T000/B000/hidden-part"


class Desk:
    """What takes Slack's webhooks, and what came to it."""

    options = {}

    def __init__(self, server: Answering, settings):
        self.server = server
        self.settings = settings
        self.secret = f"{server.url}/services/{TOKEN}"

    def taken(self):
        return [asked.body.decode() for asked in self.server.asked]

    def unplug(self):
        self.server.answer = lambda asked: reply(status="503 Service Unavailable")


class TestSlack(ChannelContract):
    """It is a channel like the others."""

    channel = "slack"

    @pytest.fixture
    def desk(self, environ):
        variables = {"ENTREPOT_FETCH_ALLOWED_NETWORKS": "127.0.0.1/32"}
        with answering(lambda asked: reply(b"ok")) as server:
            yield Desk(server, load_settings({**environ, **variables}))

    def test_the_message_has_title_text_and_link(self, send, desk):
        """In the shape that incoming webhooks take; marks of theirs are words."""
        parcel = Parcel(
            event="alert.firing",
            title="Critical: a < b",
            text="3 lines",
            facts={"severity": "critical"},
            link="https://entrepot.example/alerts/7",
        )
        send(parcel)
        asked = desk.server.asked[0]
        title = "Critical: a &lt; b"
        link = f"*<https://entrepot.example/alerts/7|{title}>*"

        assert (asked.method, asked.path) == ("POST", f"/services/{TOKEN}")
        assert asked.headers["content-type"] == "application/json"
        assert json.loads(asked.body) == {
            "text": title,
            "attachments": [
                {
                    "color": "#b42318",
                    "fallback": title,
                    "blocks": [
                        {"type": "section", "text": {"type": "mrkdwn", "text": link}},
                        {
                            "type": "section",
                            "text": {"type": "mrkdwn", "text": "3 lines"},
                        },
                    ],
                }
            ],
        }

    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            ("404 Not Found", Refused),
            ("429 Too Many", Unavailable),
            ("302 Found", Exception),
        ],
    )
    def test_no_answer_tells_the_address(self, send, desk, status, kind):
        """It is the secret; and no redirect is followed."""
        desk.server.answer = lambda asked: reply(
            b"no_service", status=status, Location="https://elsewhere.example/"
        )
        with pytest.raises(kind) as caught:
            send(Parcel(event="test", title="Test"))

        assert "hidden-part" not in str(caught.value)

    def test_an_address_of_this_machine_is_not_asked(self, send, desk, environ):
        """Unless somebody allowed it."""
        desk.settings = load_settings(environ)
        with pytest.raises(AddressDenied):
            send(Parcel(event="test", title="Test"))

        assert desk.taken() == []


@pytest.fixture
def settings(environ):
    """The settings of a house of its own."""
    return load_settings(environ)


@pytest.mark.parametrize("secret", ["not a url at all", "ftp://hooks.slack.com/x/y/z"])
def test_what_is_no_address_is_refused(settings, secret):
    """When the destination is made."""
    CHANNEL.check_secret("https://hooks.slack.com/services/T0/B0/x", settings)
    with pytest.raises(Invalid):
        CHANNEL.check_secret(secret, settings)
