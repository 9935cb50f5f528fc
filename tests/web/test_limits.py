"""Limits as callers meet them: at once, a minute, in size."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Response, request

from entrepot.app import create_app
from entrepot.base.errors import Invalid
from entrepot.composition import build_house
from entrepot.web.guard import Identity

ANN = Identity(name="ann@example.com", role="viewer", via="session", user_id=1)
KEY = Identity(name="stage", role="viewer", via="key", user_id=1)
RATED = ["/api/ybb/x", "/api/export", "/api/data/x", "/api/upload/csv", "/api/auth/x"]
FREE = ["/api/data-products/x", "/api/exports/x", "/api/database", "/api/dataset", "/x"]


@pytest.fixture
def open_client(environ):
    """A function that opens a client of a house with small limits, as somebody."""
    houses = []

    def open_one(who=None, **variables):
        small = {"RATE_LIMIT_PER_MINUTE": "3", "MAX_CONCURRENT_PER_IP": "2"}
        house = build_house({**environ, **small, **variables})
        houses.append(house)
        app = create_app(house, identify=lambda _: who)
        for path in (*RATED, *FREE, "/login/x", "/same", "/broken"):
            add(app, path)
        return app.test_client()

    yield open_one
    for house in houses:
        house.close()


def add(app, path):
    """Add a view: it answers, breaks, or says that nothing has changed."""

    def view():
        if path == "/broken":
            raise ZeroDivisionError
        if path == "/same":
            return Response(status=304)
        request.get_data()
        return "in"

    methods = ["GET", "POST"]
    app.add_url_rule(path, f"try_{path}", view, methods=methods)


def ask(client, path="/api/data/x", count=1, **options):
    """Ask so many times; return the statuses."""
    return [
        client.get(path, buffered=True, **options).status_code for _ in range(count)
    ]


@pytest.mark.parametrize("path", RATED)
def test_a_caller_has_so_many_requests_a_minute(open_client, path):
    """The one too many is a 429 that says when to come back."""
    client = open_client()

    assert ask(client, path, 4) == [200, 200, 200, 429]

    answer = client.get(path)
    assert answer.json["code"] == "throttled"
    assert answer.json["retryable"] is True
    assert 1 <= int(answer.headers["Retry-After"]) <= 20
    assert answer.headers["RateLimit-Limit"] == "3"


@pytest.mark.parametrize("path", FREE)
def test_a_path_that_only_begins_alike_is_not_counted(open_client, path):
    """Paths are compared by segments."""
    client = open_client()

    assert ask(client, "/api/data/x", 4)[-1] == 429
    assert ask(client, path, 9) == [200] * 9


def test_an_answer_says_what_is_left(open_client):
    """The RateLimit headers count down."""
    client = open_client()

    left = [client.get("/api/ybb/x").headers["RateLimit-Remaining"] for _ in range(3)]

    assert left == ["2", "1", "0"]


def test_paths_share_one_count(open_client):
    """A caller has one bucket, not one for each path."""
    client = open_client()

    assert [ask(client, path)[0] for path in RATED] == [200, 200, 200, 429, 429]


def test_a_signed_in_person_may_ask_more(open_client):
    """People's limit is another setting; a key of theirs has the small one."""
    many = {"ENTREPOT_PERSON_RATE_LIMIT_PER_MINUTE_COUNT": "5"}

    assert ask(open_client(ANN, **many), count=6) == [200] * 5 + [429]
    assert ask(open_client(KEY, **many), count=4) == [200] * 3 + [429]


def test_callers_are_counted_apart(open_client):
    """Another address has its own minute; a network's /64 is one caller."""
    client = open_client()
    here, there = "2001:db8::1", "2001:db8::ffff:2"

    assert ask(client, count=4)[-1] == 429
    assert ask(client, count=1, environ_overrides={"REMOTE_ADDR": "192.0.2.9"}) == [200]
    seen = [
        ask(client, environ_overrides={"REMOTE_ADDR": address})[0]
        for address in (here, there, here, there)
    ]
    assert seen == [200, 200, 200, 429]


@pytest.mark.parametrize("variable", ["RATE_LIMIT_PER_MINUTE", "MAX_CONCURRENT_PER_IP"])
def test_zero_is_no_limit(open_client, variable):
    """0 switches a limit off."""
    client = open_client(**{variable: "0"})
    taken = [client.get("/x") for _ in range(2)]

    path = "/api/data/x" if variable.startswith("RATE") else "/x"
    closed = [taken.pop().close() for _ in range(2)] if path != "/x" else []
    assert ask(client, path, 9) == [200] * 9
    assert len(taken) + len(closed) == 2


def test_nothing_new_costs_nothing(open_client):
    """Asking beforehand what may be asked is not counted."""
    client = open_client()

    assert {client.options("/api/data/x").status_code for _ in range(9)} == {200}
    assert ask(client, count=3) == [200] * 3


def test_a_304_is_given_back(open_client):
    """Asking whether something changed may go on for ever where nothing did."""
    client = open_client()
    app = client.application
    app.add_url_rule("/api/data/same", "same", lambda: Response(status=304))

    assert ask(client, "/api/data/same", 9) == [304] * 9


def test_an_address_has_so_many_requests_at_once(open_client):
    """Until an answer is closed its place is taken; then it is free again."""
    client = open_client()
    first, second = client.get("/x"), client.get("/x")

    refused = client.get("/x")

    assert (first.status_code, second.status_code, refused.status_code) == (
        200,
        200,
        429,
    )
    assert refused.headers["Retry-After"] == "1"
    assert "2 requests running already" in refused.json["detail"]
    second.close()
    assert ask(client, "/x", 3) == [200] * 3


def test_another_address_has_places_of_its_own(open_client):
    """Nobody takes somebody else's."""
    client = open_client()
    taken = [client.get("/x") for _ in range(2)]

    assert ask(client, "/x") == [429]
    assert ask(client, "/x", environ_overrides={"REMOTE_ADDR": "::1"}) == [200]
    assert len(taken) == 2


@pytest.mark.parametrize(
    ("path", "status"), [("/broken", 500), ("/nothing", 404), ("/same", 304)]
)
def test_a_place_is_given_back_whatever_happens(open_client, path, status):
    """Faults, wrong paths and empty answers leave nothing taken."""
    client = open_client()

    assert ask(client, path, 5) == [status] * 5
    assert client.head("/x", buffered=True).status_code == 200
    assert ask(client, "/x", 5) == [200] * 5


@pytest.mark.parametrize("path", ["/health", "/static/mark.svg", "/favicon.ico"])
def test_probes_and_static_files_take_no_place(open_client, path):
    """They are answered also to an address that has all its places taken."""
    client = open_client()
    taken = [client.get("/x") for _ in range(2)]

    assert ask(client, "/x") == [429]
    assert ask(client, path, 3) == [200] * 3
    assert len(taken) == 2


@pytest.mark.parametrize("path", ["/api/auth/x", "/login/x"])
def test_a_sign_in_is_small(open_client, path):
    """64 kB are read, one byte more is refused before anything is read."""
    client = open_client(ENTREPOT_AUTH="open")

    assert client.post(path, data=b"x" * 65_536).status_code == 200
    answer = client.post(path, data=b"x" * 65_537)

    assert (answer.status_code, answer.json["code"]) == (413, "too-much")
    assert answer.json["detail"] == "the body is larger than 65536 bytes"


@pytest.mark.parametrize(("size", "status"), [(65_536, 200), (65_537, 413)])
def test_a_body_without_length_is_bounded_too(open_client, size, status):
    """One byte over the limit is refused, not cut off, where no length was said."""
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}

    answer = open_client().post(
        "/login/x", input_stream=BytesIO(b"x" * size), environ_overrides=chunked
    )

    assert answer.status_code == status


def test_other_bodies_have_the_larger_limit(open_client):
    """MAX_CONTENT_LENGTH holds everywhere else."""
    client = open_client(MAX_CONTENT_LENGTH="100000")

    assert client.post("/x", data=b"x" * 100_000).status_code == 200
    assert client.post("/x", data=b"x" * 100_001).status_code == 413


@pytest.mark.parametrize("text", ["-1", "many", "1.5"])
def test_a_limit_is_a_number(environ, text):
    """A start with something else says which setting."""
    with pytest.raises(Invalid, match="RATE_LIMIT_PER_MINUTE must be"):
        build_house({**environ, "RATE_LIMIT_PER_MINUTE": text})
