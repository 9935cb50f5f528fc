"""Errors have another form below the paths for which one is promised."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Blueprint

from entrepot.app import create_app
from entrepot.base.errors import NotThere, Throttled, Unavailable
from entrepot.web import openapi
from entrepot.web.routes import ROUTES, Doc, route
from entrepot.web.shapes import SHAPES, Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Woe:
    """An error in few words."""

    woe: str
    number: int


@pytest.fixture
def shaped(monkeypatch):
    """Errors below `/api/old/` are woes."""
    shape = Shape(
        type=Woe, render=lambda d: {"woe": d["detail"], "number": d["status"]}
    )
    monkeypatch.setitem(SHAPES, "/api/old/", shape)


@pytest.fixture
def client(shaped, house):
    """A client of an application with routes below that path and beside it."""
    app = create_app(house, is_open=True)

    @app.get("/api/old/things")
    @app.get("/api/older")
    def lose():
        raise NotThere("thing", "lamp", [])

    @app.get("/api/old/often")
    def often():
        raise Throttled("too often", retry_after_seconds=7)

    return app.test_client()


def test_an_error_below_the_path_has_the_promised_form(client):
    """Status and text are the same; the members are the document's own."""
    answer = client.get("/api/old/things")

    assert (answer.status_code, answer.content_type) == (404, "application/json")
    assert answer.json == {"woe": "there is no thing named 'lamp'", "number": 404}


def test_an_error_beside_the_path_is_a_problem(client):
    """A path that only begins with the same letters is another."""
    answer = client.get("/api/older")

    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "not-there"


@pytest.mark.parametrize("path", ["/api/old/nope", "/api/old", "/api/old/things/x/y"])
def test_what_nothing_answers_has_the_form_too(client, path):
    """Clients of these paths can read every answer, the router's too."""
    answer = client.get(path)

    assert answer.json == {"woe": f"nothing answers at {path}", "number": 404}


def test_what_a_hook_refuses_has_the_form_too(client):
    """No view was reached: the host is not ours."""
    answer = client.get("/api/old/things", headers={"Host": "elsewhere.example"})

    assert answer.status_code == 403
    assert answer.json["woe"].startswith("this server does not answer to")


def test_headers_stay_as_they_are(client):
    """When to come again is said in both forms."""
    answer = client.get("/api/old/often")

    assert answer.headers["Retry-After"] == "7"
    assert answer.json == {"woe": "too often", "number": 429}


def test_the_openapi_document_says_which_form(shaped):
    """Good answers of another status stand there too."""
    bp = Blueprint("old_api", __name__, url_prefix="/api/old")
    doc = Doc(
        data=dict[str, str],
        media_types=("text/csv",),
        also={202: dict[str, int]},
        errors=(Unavailable,),
        is_public=True,
        is_bare=True,
    )
    route(bp, "POST", "/make", doc)(make)
    made = openapi.build([ROUTES.pop("old_api.make")])

    answers = made["paths"]["/api/old/make"]["post"]["responses"]
    assert answers["503"]["content"] == {
        "application/json": {"schema": {"$ref": "#/components/schemas/Woe"}}
    }
    assert list(answers["200"]["content"]) == ["text/csv", "application/json"]
    assert answers["202"] == {
        "description": "Accepted",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "additionalProperties": {"type": "integer"},
                }
            }
        },
    }


def make() -> dict[str, str]:
    """Make a thing."""
    return {}
