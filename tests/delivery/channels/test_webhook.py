"""The channel `webhook`."""

import hashlib
import hmac
import json
from threading import Event

import pytest

from entrepot.base.errors import Invalid, Refused, TimedOut, Unavailable
from entrepot.base.fetch.errors import AddressDenied
from entrepot.composition import load_settings
from entrepot.delivery import Parcel
from entrepot.delivery.channels.webhook import CHANNEL, signature
from tests.answering import Answering, answering, reply
from tests.contracts.channel import ID, SECRET, ChannelContract

PARCEL = Parcel(
    event="export.completed",
    title="Orders – 1 row",
    facts={"rows": 1},
    link="https://entrepot.example/exports/7",
)


class Desk:
    """A receiver, and what came to it."""

    def __init__(self, server: Answering, settings):
        self.server = server
        self.settings = settings
        self.options = {"url": f"{server.url}/hook?token=7"}

    def taken(self):
        return [asked.body.decode() for asked in self.server.asked]

    def unplug(self):
        self.server.answer = lambda asked: reply(status="503 Service Unavailable")


class TestWebhook(ChannelContract):
    """It is a channel like the others."""

    channel = "webhook"

    @pytest.fixture
    def desk(self, environ):
        variables = {
            "ENTREPOT_FETCH_ALLOWED_NETWORKS": "127.0.0.1/32",
            "ENTREPOT_DELIVERY_WEBHOOK_SECONDS": "1",
        }
        with answering(lambda asked: reply(status="202 Accepted")) as server:
            yield Desk(server, load_settings({**environ, **variables}))

    def test_the_body_is_signed(self, send, desk):
        """Whoever has the secret can tell that it is ours, new, and unchanged."""
        answer = send(PARCEL, attempt=3).answer
        asked = desk.server.asked[0]
        stamp = asked.headers["x-entrepot-signature"].partition(",")[0][2:]
        signed = f"{stamp}.".encode() + asked.body
        digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()

        assert answer == "202 Accepted"
        assert (asked.method, asked.path) == ("POST", "/hook?token=7")
        assert json.loads(asked.body) == {
            "id": ID,
            "event": "export.completed",
            "title": "Orders – 1 row",
            "text": "",
            "link": "https://entrepot.example/exports/7",
            "facts": {"rows": 1},
        }
        assert asked.headers["x-entrepot-signature"] == f"t={stamp},v1={digest}"
        assert asked.headers["content-type"] == "application/json"
        assert asked.headers["idempotency-key"] == ID
        assert asked.headers["x-entrepot-delivery"] == ID
        assert asked.headers["x-entrepot-event"] == "export.completed"
        assert asked.headers["x-entrepot-attempt"] == "3"

    def test_each_try_sends_the_same(self, send, desk):
        """Body and delivery id do not change, so that the other side can tell."""
        send(PARCEL, attempt=1)
        send(PARCEL, attempt=2)
        first, second = desk.server.asked

        assert first.body == second.body
        assert first.headers["idempotency-key"] == second.headers["idempotency-key"]

    @pytest.mark.parametrize("status", ["200 OK", "204 No Content", "299 Fine"])
    def test_2xx_is_arrival(self, send, desk, status):
        """Whatever it says beside it."""
        desk.server.answer = lambda asked: reply(status=status)

        assert send(PARCEL).answer == status

    @pytest.mark.parametrize("status", ["500 E", "502 E", "429 E", "408 E", "425 E"])
    def test_some_answers_are_for_later(self, send, desk, status):
        """They are tried again."""
        desk.server.answer = lambda asked: reply(status=status)
        with pytest.raises(Unavailable, match=status):
            send(PARCEL)

    @pytest.mark.parametrize("status", ["400 E", "401 E", "404 E", "410 E", "304 E"])
    def test_other_answers_are_final(self, send, desk, status):
        """They would come again; 410 says so itself. The query is not told."""
        desk.server.answer = lambda asked: reply(status=status)
        with pytest.raises(Refused, match=status) as caught:
            send(PARCEL)

        assert "token" not in caught.value.detail

    def test_silence_is_for_later(self, send, desk):
        """A receiver that takes too long is tried again."""
        held = Event()
        desk.server.answer = lambda asked: [bytes(held.wait(3))]
        with pytest.raises(TimedOut):
            send(PARCEL)
        held.set()

    def test_inside_is_not_reached(self, send, desk, environ):
        """Without leave no webhook leads into our own network."""
        desk.settings = load_settings(environ)
        with pytest.raises(AddressDenied):
            send(PARCEL)

        assert desk.taken() == []


@pytest.mark.parametrize("url", ["", "hook", "ftp://example.com/", "http://u@h/"])
def test_what_is_no_url_is_refused(url, environ):
    """Before it is kept."""
    settings = load_settings(environ)
    CHANNEL.check({"url": "https://example.com/hook"}, settings)
    with pytest.raises(Invalid):
        CHANNEL.check({"url": url}, settings)


def test_the_signature_is_what_the_page_says():
    """An example worked out elsewhere: `printf '1.{}' | openssl dgst -hmac key`."""
    assert signature("key", 1, b"{}") == (
        "t=1,v1=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224"
    )
