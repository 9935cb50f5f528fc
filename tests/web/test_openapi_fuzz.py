"""Whatever is sent to the API, it answers as its OpenAPI document says."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import duckdb
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.test import Client

from entrepot.app import create_app
from entrepot.composition import build_house
from entrepot.web.guard import Identity

CHECKS = [
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
SHOP, POND = "shop:main", "pond:main"
ADMIN = Identity(name="fuzz", role="admin")

LIMITS = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An allowed folder with two databases in which most kinds of values occur."""
    folder = tmp_path_factory.mktemp("fuzz")
    rows = [("lamp", 9.5, b"\0\xff", "2024-02-29"), (None, "dear", None, "then")] * 9
    with closing(sqlite3.connect(folder / "shop.db")) as connection:
        connection.execute(
            "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price NUMERIC, "
            "photo BLOB, sold_on DATE)"
        )
        connection.executemany(
            "INSERT INTO item (name, price, photo, sold_on) VALUES (?, ?, ?, ?)", rows
        )
        connection.commit()
    with duckdb.connect(str(folder / "pond.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE item AS SELECT 1 AS id, 'lamp' AS name, 9.50 AS price, "
            "'x'::BLOB AS photo, DATE '2024-02-29' AS sold_on, [1, 2] AS sizes"
        )
    return folder


@pytest.fixture(scope="module")
def app(folder):
    """The whole application, with connections that nobody can remove."""
    given = {"shop": str(folder / "shop.db"), "pond": str(folder / "pond.duckdb")}
    environ = {
        "ENTREPOT_HOME": str(folder / "home"),
        "CONFIG_DIR": str(folder / "config"),
        "LOG_DB_PATH": str(folder / "logs" / "app_logs.db"),
        "ENTREPOT_CONNECTIONS_ROOTS": str(folder),
        "ENTREPOT_CONNECTIONS": json.dumps(given),
    }
    house = build_house(environ)
    yield whole(create_app(house, identify=lambda _: ADMIN))
    house.close()


def whole(app):
    """Wrap an application so that answers that are files are read and closed."""

    def call(environ, start_response):
        chunks = app(environ, start_response)
        try:
            return [b"".join(chunks)]
        finally:
            if hasattr(chunks, "close"):  # lists have none
                chunks.close()

    return call


@pytest.fixture(scope="module")
def known(app):
    """Values of names in paths that are there, so that what is behind is reached."""
    client = Client(app)
    client.get(f"/api/data-products/{SHOP}/tables/item/export?format=csv")
    [export] = client.get("/api/exports").json["data"]
    posted = {"data": [{"id": 1}], "format": "csv"}
    made = client.post("/api/ybb/export/payments", json=posted).json["data"]
    names = {"export_id": made["export_id"], "export_type": "payments"}
    return {
        "schema": SHOP,
        "table": "item",
        "name": "shop",
        "id": export["id"],
        **names,
    }


def hold(operation, count, known, mode=GenerationMode.POSITIVE):
    """Send requests of one kind and hold each answer against the document.

    Return how many were sent.
    """
    sent = []

    @settings(LIMITS, max_examples=count)
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case):
        case.path_parameters.update(
            {name: known[name] for name in case.path_parameters if name in known}
        )
        answer = case.call()
        assert answer.status_code != 500
        case.validate_response(answer, checks=CHECKS)
        sent.append(answer.status_code)

    holds()
    return len(sent)


def hold_all(app, known, subtests, count):
    """Hold every operation: with right values, with wrong ones, with known names.

    Return how many answers of each held.
    """
    sent = {}
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    for found in schema.get_all_operations():
        operation = found.ok()
        name = f"{operation.method.upper()} {operation.path}"
        with subtests.test(name):
            sent[name] = hold(operation, count, {})
            sent[name] += hold(operation, count, known)
            if "{schema}" in operation.path:
                sent[name] += hold(operation, count, {**known, "schema": POND})
            if operation.query or operation.body:
                sent[name] += hold(operation, count, known, GenerationMode.NEGATIVE)
    return sent


def declared(app) -> set[str]:
    """Return the method and path of every operation but the document itself."""
    paths = Client(app).get("/api/openapi.json").json["paths"]
    found = {f"{m.upper()} {path}" for path, methods in paths.items() for m in methods}
    return found - {"GET /api/openapi.json"}  # schemathesis asks it first, once


def test_every_answer_is_declared(app, known, subtests):
    """No fault of ours, no undeclared status or content type, no other shape."""
    sent = hold_all(app, known, subtests, count=1)

    assert set(sent) == declared(app)
    assert min(sent.values()) >= 2


@pytest.mark.fault
def test_every_answer_to_many_requests_is_declared(app, known, subtests):
    """The same, with some thousands of requests."""
    sent = hold_all(app, known, subtests, count=8)

    assert set(sent) == declared(app)
    assert sum(sent.values()) >= 2_000


ODD_ROWS = [
    "where=name:eq:lamp",
    "where=name:eq",
    "where=nope:eq:1",
    "where=price:gt:abc",
    "where=price:between:1",
    "where=photo:eq:AP8=",
    "where=id:in:1,2,x",
    "where=id:eq:99999999999999999999999999",
    "where=name:contains:%00",
    "where=sold_on:lt:2024-13-01",
    "where=price:eq:NaN",
    "where=~zz:eq:1",
    "order_by=name desc,price",
    "order_by=nope",
    "columns=id,id",
    "columns=,",
    "columns=photo&shape=arrays",
    "after=xyz",
    "after=W10=",
    "limit=1&after=",
    "limit=0",
    "limit=-1",
    "limit=1e9",
    "limit=abc",
    "offset=99999999999999999999",
    "total=exact&limit=1",
    "total=all",
    "nope=1",
    "limit=1&limit=2",
    "%ff=%fe",
]


@pytest.mark.parametrize("query", ODD_ROWS)
@pytest.mark.parametrize("path", ["", "/export"])
@pytest.mark.parametrize("schema", [SHOP, POND])
def test_odd_questions_about_a_table_are_answered(app, schema, query, path):
    """An answer, or a problem that is the caller's; never a fault of ours."""
    answer = Client(app).get(f"/api/data-products/{schema}/tables/item{path}?{query}")

    assert answer.status_code in (200, 400, 404)
    if answer.status_code != 200:
        assert answer.content_type == "application/problem+json"
        assert answer.json["detail"]


@pytest.mark.parametrize(
    "path",
    ["/api/~", "/api/connections/~4", "/api/connections/%00", "/api/%ff", "/api/"],
)
def test_odd_paths_are_not_found_or_refused(app, path):
    """What is not there is a problem document too."""
    answer = Client(app).get(path)

    assert answer.status_code in (400, 404)
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_a_method_that_is_not_there_is_said_so(app, method):
    """405 names those that are, and is a problem document."""
    answer = Client(app).open("/api/connections", method=method)

    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
    assert answer.content_type == "application/problem+json"
