"""The OpenAPI document says what the routes do, all of them."""

import re
from dataclasses import dataclass
from typing import Annotated

import msgspec
import pytest
from flask import Blueprint
from msgspec import Meta

from entrepot.app import create_app
from entrepot.base.errors import Throttled, Unavailable
from entrepot.web import openapi
from entrepot.web.routes import ROUTES, Doc, route


@pytest.fixture
def app(house):
    """The whole application."""
    return create_app(house, is_open=True)


@pytest.fixture
def document(app):
    """Its OpenAPI document."""
    return app.test_client().get("/api/openapi.json").json


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for."""

    limit: Annotated[int, Meta(ge=1, le=10, description="How many.")] = 5
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A thing.

    Attributes:
        size, weight: In metres
            and grams.
    """

    size: int
    weight: int = 0


@pytest.fixture
def documented():
    """The document of one route of our own."""
    bp = Blueprint("things_api", __name__, url_prefix="/api/things")
    doc = Doc(
        query=Asked,
        data=list[Thing],
        is_paged=True,
        errors=(Unavailable, Throttled),
        path_examples={"kind": "small"},
    )

    @route(bp, "GET", "/<name:kind>/<int:place>", doc)
    def list_things(kind, place, query):
        """List the things.

        All of them.
        """

    built = openapi.build([ROUTES.pop("things_api.list_things")])
    return msgspec.json.decode(msgspec.json.encode(built))


def test_every_api_rule_is_documented(app, document):
    """Each rule under /api that is no page has a route, and each route an operation."""
    rules = [r for r in app.url_map.iter_rules() if r.rule.startswith("/api")]
    faces = {
        r.endpoint for r in rules if not r.endpoint.split(".")[0].endswith("pages")
    }
    routes = {rule.endpoint for rule in app.url_map.iter_rules()} & set(ROUTES)

    assert faces <= routes
    assert {
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
    } == {f"{ROUTES[e].tag}_{ROUTES[e].name}" for e in routes}


def test_every_documented_path_exists(app, document):
    """Each path and method of the document is one that the application routes."""
    adapter = app.url_map.bind("localhost")
    for path, operations in document["paths"].items():
        for method in operations:
            concrete = re.sub(r"\{\w+\}", "1", path)

            assert adapter.match(concrete, method.upper())


def test_no_route_promises_a_fault_of_ours(document):
    """500 is nobody's contract; every answer with a body has a content type."""
    answers = [
        (status, answer)
        for path in document["paths"].values()
        for operation in path.values()
        for status, answer in operation["responses"].items()
    ]

    assert answers
    assert all(status != "500" for status, _ in answers)
    assert all((s in ("204", "304")) != ("content" in answer) for s, answer in answers)


def test_parameters_come_from_the_path_and_the_query(documented):
    """Path values are required; query fields keep limits, defaults and words."""
    [operation] = documented["paths"]["/api/things/{kind}/{place}"].values()

    assert operation["parameters"] == [
        {
            "name": "kind",
            "in": "path",
            "required": True,
            "description": "Tilde-encoded: `/` as `~2F`, `~` as `~7E`.",
            "example": "small",
            "schema": {"type": "string", "minLength": 1},
        },
        {
            "name": "place",
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 0},
        },
        {
            "name": "limit",
            "in": "query",
            "description": "How many.",
            "schema": {"type": "integer", "minimum": 1, "maximum": 10, "default": 5},
        },
        {
            "name": "where",
            "in": "query",
            "schema": {"type": "array", "items": {"type": "string"}, "default": []},
        },
    ]


def test_statuses_come_from_the_errors(documented):
    """Those of the route, and those that every route of its kind may answer."""
    [operation] = documented["paths"]["/api/things/{kind}/{place}"].values()

    assert operation["summary"] == "List the things"
    assert operation["description"] == "All of them."
    assert {
        status: a["description"] for status, a in operation["responses"].items()
    } == {
        "200": "OK",
        "304": "Not changed since the ETag that was sent",
        "400": "The request is not valid",
        "401": "Sign in first",
        "403": "Not allowed",
        "404": "Not found",
        "429": "Too many requests",
        "503": "The other side cannot be reached now",
    }


def test_answers_wear_the_envelope(documented):
    """`success`, `data` and, for a cut list, `page`."""
    [operation] = documented["paths"]["/api/things/{kind}/{place}"].values()

    assert operation["responses"]["200"]["content"]["application/json"]["schema"] == {
        "type": "object",
        "properties": {
            "success": {"const": True},
            "data": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
            "page": {"$ref": "#/components/schemas/PageLinks"},
        },
        "required": ["success", "data", "page"],
    }


def test_properties_carry_the_words_of_the_docstring(documented):
    """What stands under `Attributes:` moves to the properties it is about."""
    assert documented["components"]["schemas"]["Thing"] == {
        "title": "Thing",
        "description": "A thing.",
        "type": "object",
        "properties": {
            "size": {"type": "integer", "description": "In metres and grams."},
            "weight": {
                "type": "integer",
                "default": 0,
                "description": "In metres and grams.",
            },
        },
        "required": ["size"],
    }


def test_the_document_is_sent_once(app):
    """Who has it already is told so by its ETag."""
    client = app.test_client()
    first = client.get("/api/openapi.json")

    again = client.get(
        "/api/openapi.json", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (first.status_code, again.status_code) == (200, 304)
    assert again.data == b""


def test_a_wrong_code_in_a_name_is_a_bad_request(app):
    """A `~` without two hex digits is answered with a problem, before any view."""
    answer = app.test_client().get("/api/connections/x~zz")

    assert (answer.status_code, answer.json["code"]) == (400, "bad-request")
    assert answer.json["detail"] == "'x~zz': a ~ is written ~7E"
