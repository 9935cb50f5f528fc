"""Answers that are kept: what is, for whom, until when, and within which bounds."""

from __future__ import annotations

import gzip

import pytest
from flask import Response, g, request

from entrepot.app import create_app
from entrepot.base.events import RequestAnswered
from entrepot.web.response_cache import (
    KEEPS,
    READS,
    Entries,
    Entry,
    PublicRead,
    canonical,
    find_read,
    plain_tags,
    takes_gzip,
)

BODY = b'{"text": "' + b"long " * 400 + b'"}'


class Site:
    """An application with one public read, whose state and calls a test sees."""

    def __init__(self, house, *, is_open=False):
        self.stamp, self.asked = "one", 0
        self.app = create_app(house, is_open=is_open)
        self.app.add_url_rule("/api/kept", "kept", self.view)
        self.client = self.app.test_client()

    def view(self):
        self.asked += 1
        request.environ[KEEPS] = True
        who = "" if g.identity is None else g.identity.name
        response = Response(BODY + who.encode(), content_type="application/json")
        response.headers["ETag"] = f'"{self.stamp}"'
        return response

    def get(self, query="", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(f"/api/kept{query}", headers=named)


@pytest.fixture
def site(house, monkeypatch):
    """A site that strangers read."""
    site = Site(house)
    _register(monkeypatch, site)
    return site


def _register(monkeypatch, site):
    read = PublicRead(
        endpoint="get_kept",
        stamp=lambda house: site.stamp,
        parameters=frozenset(("a", "b")),
    )
    monkeypatch.setitem(READS, "/api/kept", read)


def test_the_second_answer_asks_no_view(site):
    """And is the same, byte for byte and header for header but for its id."""
    first, second = site.get(), site.get()

    assert site.asked == 1
    assert second.data == first.data == BODY
    both = [dict(answer.headers) for answer in (first, second)]
    for headers in both:
        del headers["X-Request-ID"]
    assert both[1] == both[0] | {"Vary": "Accept-Encoding"}


def test_another_state_is_asked_for_anew(site):
    """At once."""
    site.get()
    site.stamp = "two"

    assert site.get().headers["ETag"] == '"two"'
    assert site.asked == 2


def test_where_nothing_names_the_state_nothing_is_kept(site):
    """Each is asked for."""
    site.stamp = ""
    site.get(), site.get()

    assert site.asked == 2


def test_what_the_caller_has_is_not_sent_again(site):
    """By its tag, or by that of its packed form; without a body."""
    site.get()

    for tag in ('"one"', 'W/"one"', '"x", "one-gzip"'):
        answer = site.get(If_None_Match=tag)
        assert (answer.status_code, answer.data) == (304, b"")
    assert site.get(If_None_Match='"other"').status_code == 200
    assert site.asked == 1


def test_it_is_packed_for_those_who_take_it(site):
    """With a tag of its own; who refuses gets it as it is."""
    site.get()
    packed = site.get(Accept_Encoding="br, gzip")

    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] == '"one-gzip"'
    assert gzip.decompress(packed.data) == BODY
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(BODY)
    assert site.get(Accept_Encoding="gzip;q=0").data == BODY


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Basic eDp5"},
        {"Cookie": "a=b"},
        {"X_API_Key": "ek_none"},
        {"Origin": "http://localhost"},
        {"Range": "bytes=0-1"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_whoever_shows_something_is_asked_for_apart(site, headers):
    """Nothing of theirs is kept, and nothing kept is theirs."""
    environ = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    site.client = site.app.test_client(use_cookies=False)
    site.get()
    site.client.get("/api/kept", environ_overrides=environ)
    assert site.asked == 2

    site.get()
    assert site.asked == 2


def test_parameters_are_known_and_in_any_order(site):
    """One that is unknown goes to the view, which says what it thinks of it."""
    site.get("?a=1&b=2"), site.get("?b=2&a=1")
    assert site.asked == 1

    site.get("?a=1&c=3"), site.get("?a=1&c=3")
    assert site.asked == 3


def test_a_foreign_host_is_refused_though_it_is_kept(site):
    """As it would be by the view."""
    assert site.get().status_code == 200

    assert site.get(Host="evil.example").status_code == 403


def test_an_address_has_no_more_at_once_than_it_may(house, monkeypatch):
    """A kept answer takes a place until it is sent."""
    site = Site(house)
    _register(monkeypatch, site)
    site.get()
    held = [site.client.get("/api/kept", buffered=False) for _ in range(10)]
    assert [answer.status_code for answer in held] == [200] * 10

    assert site.get().status_code == 429
    for answer in held:
        answer.close()
    assert site.get().status_code == 200


def test_the_person_at_this_machine_has_answers_of_their_own(house, monkeypatch):
    """And behind a proxy nobody is taken for them."""
    site = Site(house, is_open=True)
    _register(monkeypatch, site)
    site.get()

    assert site.get().data == BODY + b"local"
    assert site.asked == 1
    assert site.get(X_Forwarded_For="10.0.0.1").status_code == 400


def test_a_kept_answer_is_told_of_as_any_other(site, heard):
    """Under the endpoint's own name, with its size."""
    site.get()
    heard.clear()
    site.get()

    (told,) = [event for event in heard if isinstance(event, RequestAnswered)]
    assert (told.endpoint, told.status) == ("get_kept", 200)
    assert told.size_bytes == len(BODY)


def test_the_memory_is_bounded():
    """The longest unused goes first; what is replaced counts once."""
    entries = Entries(10_000)
    for n in range(4):
        entries.put(n, _entry(1_500))
        entries.get(0)

    assert [entries.get(n) is not None for n in range(4)] == [True, False, True, True]
    entries.put(0, _entry(1_500))
    assert len(entries) == 3
    assert entries.size_bytes <= 10_000


def test_nothing_is_kept_where_the_setting_says_so(environ, monkeypatch):
    """Each request is the view's."""
    from entrepot.composition import build_house

    house = build_house({**environ, "ENTREPOT_RESPONSE_CACHE_BYTES": "0"})
    site = Site(house)
    _register(monkeypatch, site)
    site.get(), site.get()
    house.close()

    assert site.asked == 2


def test_paths_of_numbers():
    """One registration for all of them, and for nothing else below."""
    READS["/api/of-numbers/"] = read = PublicRead(endpoint="x", stamp=str)
    try:
        assert find_read("/api/of-numbers/12") is read
        for other in ("0", "012", "x1", "1/2", "-1", "²", "1" * 20):
            assert find_read(f"/api/of-numbers/{other}") is None, other
    finally:
        del READS["/api/of-numbers/"]


def test_small_words():
    """Of queries, tags and encodings."""
    assert canonical("b=2&a=1&a=0", frozenset("ab")) == "a=1&a=0&b=2"
    assert canonical("a=" + "x" * 3_000, frozenset("a")) is None
    assert plain_tags('W/"a", "b-gzip"') == {"a", "b"}
    assert [takes_gzip(t) for t in ("gzip", "x, gzip;q=0.5", "gzip; q=0", "br")] == [
        True,
        True,
        False,
        False,
    ]


def _entry(size):
    return Entry("s", "200 OK", [], b"x" * size, "tag")
