"""URLs that lead where nobody may go, however they are written."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from threading import Event

import pytest

from entrepot.base.errors import EntrepotError, TimedOut
from entrepot.base.fetch.addresses import is_public
from entrepot.base.fetch.errors import AddressDenied
from entrepot.base.fetch.targets import parse_target
from tests.answering import answering, reply

NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "metadata.google.internal": ["169.254.169.254"],
    "inside.example": ["10.0.0.7"],
    "half.example": ["93.184.216.34", "10.0.0.7"],
    "mapped.example": ["::ffff:10.0.0.7"],
    "scoped.example": ["2a00::1%2"],
    "silly.example": ["not an address"],
    "xn--bcher-kva.example": ["192.168.0.1"],
}
LINES = (Path(__file__).parent / "hostile.txt").read_text().splitlines()
CORPUS = [line.rsplit(None, 1) for line in LINES if line and line[0] != "#"]


def resolve(host, port):
    """Return what the test's names stand for."""
    if host not in NAMES:
        raise OSError("no such host")
    return NAMES[host]


@pytest.mark.parametrize(("url", "code"), CORPUS, ids=[url for url, _ in CORPUS])
def test_a_hostile_url_is_refused(ask, url, code):
    """It is refused before anything is connected, with the reason there is for it."""
    with pytest.raises(EntrepotError) as caught:
        ask(url.rstrip(), resolve=resolve, networks="")

    assert type(caught.value).code() == code


@pytest.mark.parametrize(
    "text",
    ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00::1", "64:ff9b::808:808"],
)
def test_public_addresses_are_public(text):
    """The rules refuse what is inside, not the internet."""
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("url", ["//a:%s@b/", "//a:%s@[::1", "//x:%s@h:x/"])
def test_a_password_in_a_refused_url_is_not_told(url):
    """The message shows `***`, or nothing."""
    with pytest.raises(EntrepotError) as caught:
        parse_target("http:" + url % "hush")

    assert "hush" not in caught.value.detail


def test_a_name_that_changes_its_address_is_asked_where_it_was_checked(ask):
    """Looked up once: what a second look-up would say does not matter (rebinding)."""
    said = [["127.0.0.1"], ["169.254.169.254"]]

    def rebinding(host, port):
        return said.pop(0)

    with answering(lambda asked: reply(b"outside")) as server:
        url = f"http://rebind.example:{server.port}/x"
        answer = ask(url, resolve=rebinding)

    assert answer.body == b"outside"
    assert server.asked[0].headers["host"] == f"rebind.example:{server.port}"
    assert said == [["169.254.169.254"]]


def test_each_redirect_is_looked_up_and_checked(ask):
    """The second answer of a name is checked as the first was."""
    said = [["127.0.0.1"], ["169.254.169.254"]]
    again = reply(status="302 Found", Location="/again")
    with answering(lambda asked: again) as server:
        url = f"http://rebind.example:{server.port}/x"
        with pytest.raises(AddressDenied, match=r"169\.254\.169\.254"):
            ask(url, resolve=lambda host, port: said.pop(0))

    assert len(server.asked) == 1


def test_a_redirect_inside_is_refused(ask):
    """A server outside cannot send us to this machine."""
    front = {"resolve": lambda host, port: ["127.0.0.1"], "hosts": "front.example"}
    with answering(lambda asked: reply(b"secret")) as inside:
        away = reply(status="302 Found", Location=f"{inside.url}/secret")
        with answering(lambda asked: away) as outside:
            url = f"http://front.example:{outside.port}/"
            assert ask(url, **front).body == b"secret"
            with pytest.raises(AddressDenied, match=r"127\.0\.0\.1 is not a public"):
                ask(url, **front, networks="")

    assert len(inside.asked) == 1
    assert len(outside.asked) == 2


def test_a_look_up_that_hangs_is_given_up(ask):
    """The time limit holds while the system's resolver says nothing."""
    over = Event()
    hanging = {"resolve": lambda host, port: [str(over.wait(5))]}
    with pytest.raises(TimedOut):
        ask("http://slow.example/", **hanging, total_seconds=0.1)
    over.set()
