"""The channel `apprise`: the library runs apart, and reaches only what it may."""

from __future__ import annotations

import json

import pytest

from entrepot.base.errors import Invalid, Refused, Unavailable
from entrepot.base.fetch.errors import AddressDenied
from entrepot.composition import load_settings
from entrepot.delivery import CHANNELS, Parcel, Sending
from entrepot.delivery.channels.apprise import CHANNEL
from entrepot.delivery.channels.apprise.schemas import SCHEMAS
from tests.answering import answering, reply

PARCEL = Parcel(
    event="alert.firing",
    title="Critical: Database down",
    text="It does not answer",
    facts={"severity": "critical"},
    link="https://entrepot.example/alerts/7",
)


@pytest.fixture
def server():
    """A server that takes everything until it is told otherwise."""
    with answering(lambda asked: reply(status="204 No Content")) as running:
        yield running


@pytest.fixture
def settings(environ):
    """The settings of a house of its own."""
    return load_settings(environ)


@pytest.fixture
def send(environ, server):
    """A function that sends to the server, or elsewhere; loopback may be reached."""

    def send_one(url="", networks="127.0.0.1/32"):
        variables = {"ENTREPOT_FETCH_ALLOWED_NETWORKS": networks}
        sending = Sending(
            delivery_id="5f0c8a52",
            attempt=1,
            options={},
            secret=url or f"json://127.0.0.1:{server.port}/hook-of-ours",
            settings=load_settings({**environ, **variables}),
        )
        return CHANNELS.get("apprise").send(PARCEL, sending)

    return send_one


def test_a_parcel_arrives(send, server):
    """As the service has it; the answer names the service alone."""
    sent = send()
    told = json.loads(server.asked[0].body)

    assert sent.answer == "taken by json"
    assert server.asked[0].path == "/hook-of-ours"
    assert (told["title"], told["type"]) == ("Critical: Database down", "failure")
    assert told["message"] == "It does not answer\nhttps://entrepot.example/alerts/7"


def test_what_is_not_public_is_not_reached(send, server):
    """Nobody allowed this machine: no connection is made, whatever a name means."""
    for host in ("127.0.0.1", "localhost"):
        with pytest.raises(AddressDenied) as caught:
            send(f"json://{host}:{server.port}/hook", networks="")
        assert "hook" not in caught.value.detail

    assert server.asked == []


def test_a_redirect_leads_nowhere(send, server):
    """Not even to where one may go."""
    server.answer = lambda asked: reply(
        status="302 Found", Location=f"{server.url}/elsewhere"
    )
    with pytest.raises(Unavailable):
        send()

    assert {asked.path for asked in server.asked} == {"/hook-of-ours"}


@pytest.mark.parametrize(
    ("status", "kind"), [("401 Unauthorized", Refused), ("503 Away", Unavailable)]
)
def test_a_refusal_is_told_apart_from_trouble(send, server, status, kind):
    """Only what may work later is tried again."""
    server.answer = lambda asked: reply(status=status)
    with pytest.raises(kind, match=f"json answered {status[:3]}"):
        send()


def test_an_address_that_the_service_cannot_have_is_refused(send):
    """The library makes nothing of it."""
    with pytest.raises(Refused, match="none that discord can have"):
        send("discord://only-half")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mailto://a:b@example.com", "mailto is no service"),
        ("syslog://", "syslog is no service"),
        ("file:///etc/passwd", "file is no service"),
        ("hooks.example.com", "it is no service"),
        ("json://hooks.example.com/?verify=no", "verify may not be set"),
        ("json://hooks.example.com/?Template=/etc/passwd", "template may not be set"),
        ("json://a.example.com/ json://b.example.com/", "one address"),
    ],
)
def test_what_may_not_be_used_is_refused(settings, url, said):
    """When the destination is made; and nothing of the address is told."""
    CHANNEL.check_secret("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", settings)
    with pytest.raises(Invalid, match=said) as caught:
        CHANNEL.check_secret(url, settings)

    assert "example.com" not in caught.value.detail


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_service_of_the_list_is_there():
    """The library knows each; a newer one that drops some is noticed."""
    from apprise import Apprise

    known = set()
    for one in Apprise().details()["schemas"]:
        known |= {*(one["protocols"] or ()), *(one["secure_protocols"] or ())}

    assert known >= SCHEMAS
