"""Typed routes: who may ask, what is read, what is refused."""

from dataclasses import dataclass
from typing import Annotated

import pytest
from flask import Blueprint, Flask
from msgspec import Meta

from entrepot.web import guard, problems
from entrepot.web.routes import ROUTES, Doc, route


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The query string."""

    limit: int = 5
    names: Annotated[tuple[str, ...], Meta(max_length=2)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The body."""

    name: str
    count: int = 1


@pytest.fixture
def call(house):
    """Ask a small application of two routes as a person with some role."""
    bp = Blueprint("tried_api", __name__, url_prefix="/api")

    @route(bp, "GET", "/tried", Doc(query=Asked))
    def ask(query):
        """Ask."""
        return query

    @route(bp, "POST", "/tried", Doc(body=Sent, role="admin", status=201))
    def send(body):
        """Send."""
        return body

    del ROUTES["tried_api.ask"], ROUTES["tried_api.send"]
    roles = []

    def identify(request):
        return guard.Identity(name="ada", role=roles[0]) if roles[0] else None

    app = Flask(__name__)
    guard.install(app, house.settings, identify)
    problems.install(app)
    app.register_blueprint(bp)

    def call(method, path, role="admin", **sent):
        roles[:] = [role]
        return app.test_client().open(path, method=method, **sent)

    return call


def test_the_query_is_read_as_its_type(call):
    """Numbers are numbers, a list field may be repeated, the rest has defaults."""
    answer = call("GET", "/api/tried?limit=7&names=a&names=b")

    assert answer.json["data"] == {"limit": 7, "names": ["a", "b"]}


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("limit=abc", "limit: expected `int`, got `str`"),
        ("limit=1.5", "limit: expected `int`, got `str`"),
        ("names=a&names=b&names=c", "names: expected `array` of length <= 2"),
        ("limt=1", "there is no parameter named 'limt'"),
    ],
)
def test_a_wrong_query_names_the_parameter(call, query, detail):
    """What cannot be read is refused with the name and what was expected."""
    answer = call("GET", f"/api/tried?{query}")

    assert (answer.status_code, answer.json["detail"]) == (400, detail)


def test_the_body_is_read_as_its_type(call):
    """JSON becomes the dataclass, and the answer has the route's status."""
    answer = call("POST", "/api/tried", data=b'{"name": "x"}')

    assert answer.status_code == 201
    assert answer.json == {"success": True, "data": {"name": "x", "count": 1}}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"name": 1}',
        b'{"name": "x", "count": "1"}',
        b'{"name": "\xff"}',
        b'{"name": "x", "count": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
    ],
    ids=lambda body: repr(body[:25]),
)
def test_a_wrong_body_is_refused(call, body):
    """What is not JSON of the wanted shape is a bad request, never a fault of ours."""
    answer = call("POST", "/api/tried", data=body)

    assert (answer.status_code, answer.json["code"]) == (400, "invalid")


def test_who_asks_comes_before_what_is_asked(call):
    """Without the role nothing of the request is read."""
    stranger = call("POST", "/api/tried", role=None, data=b"{")
    viewer = call("POST", "/api/tried", role="viewer", data=b"{")

    assert (stranger.status_code, viewer.status_code) == (401, 403)
    assert call("GET", "/api/tried", role="viewer").status_code == 200
