"""Errors leave as problem documents, whatever went wrong."""

from __future__ import annotations

import pytest
from flask import request

from entrepot.app import create_app
from entrepot.base import errors
from entrepot.base.events import RequestAnswered
from entrepot.web.events import RequestBroke

SENT = {"X-Request-ID": "asked-1"}


@pytest.fixture
def broken(house):
    """A client of an application with routes that fail in the ways there are."""
    app = create_app(house, is_open=True)
    failures = {
        "missing": errors.NotThere("table", "ordrs", ["orders"]),
        "throttled": errors.Throttled("too often", retry_after_seconds=7),
        "stranger": errors.Unauthenticated("who is it?"),
        "late": errors.TimedOut("no answer in 5 s"),
        "fault": errors.Broken("this cannot be"),
        "bug": ZeroDivisionError("password=hunter2"),
    }

    @app.get("/api/fail/<name>")
    def fail(name):
        raise failures[name]

    @app.post("/api/take")
    def take():
        return {"size": len(request.get_data())}

    return app.test_client()


def test_an_error_has_every_promised_member(broken):
    """The document is RFC 9457's, with the facts, and with what the documents add."""
    answer = broken.get("/api/fail/missing", headers=SENT)

    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json == {
        "type": "/problems/not-there",
        "title": "No such thing",
        "status": 404,
        "detail": "there is no table named 'ordrs'",
        "instance": "urn:entrepot:request:asked-1",
        "code": "not-there",
        "retryable": False,
        "hint": "did you mean 'orders'?",
        "known": ["orders"],
        "success": False,
        "error": "there is no table named 'ordrs'",
        "message": "No such thing",
        "request_id": "asked-1",
    }


@pytest.mark.parametrize(
    ("name", "status", "retryable", "header", "value"),
    [
        ("throttled", 429, True, "Retry-After", "7"),
        ("stranger", 401, False, "WWW-Authenticate", "Bearer"),
        ("late", 504, True, "Content-Type", "application/problem+json"),
    ],
)
def test_a_kind_has_its_status_and_header(
    broken, name, status, retryable, header, value
):
    """Callers learn from status and header what to do next."""
    answer = broken.get(f"/api/fail/{name}")

    assert (answer.status_code, answer.json["retryable"]) == (status, retryable)
    assert answer.headers[header] == value


@pytest.mark.parametrize("path", ["/api/nothing", "/api/fail/", "/nothing"])
def test_an_unknown_path_is_404(broken, path):
    """What is not there is said as JSON, with the path."""
    answer = broken.get(path)

    assert (answer.status_code, answer.json["code"]) == (404, "not-found")
    assert answer.json["detail"] == f"nothing answers at {path}"


def test_api_errors_are_json_for_browsers_too(broken):
    """Below /api a browser gets the document, elsewhere a page."""
    wanted = {"Accept": "text/html,*/*;q=0.8"}

    assert broken.get("/api/nothing", headers=wanted).json["status"] == 404
    assert broken.get("/nothing", headers=wanted).mimetype == "text/html"


def test_a_wrong_method_names_the_right_ones(broken):
    """405 carries Allow."""
    answer = broken.delete("/api/health")

    assert (answer.status_code, answer.json["code"]) == (405, "method-not-allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_body_over_the_limit_is_413(broken):
    """The limit stands in the answer, and a body below it passes."""
    broken.application.config["MAX_CONTENT_LENGTH"] = 10

    fits = broken.post("/api/take", data=b"x" * 10)
    over = broken.post("/api/take", data=b"x" * 11)

    assert fits.json == {"size": 10}
    assert (over.status_code, over.json["code"]) == (413, "too-much")
    assert over.json["detail"] == "the body is larger than 10 bytes"


def test_a_bug_is_told_to_us_and_not_to_the_caller(broken, heard):
    """The answer has no details; the event has the traceback and the request's id."""
    answer = broken.get("/api/fail/bug?token=abc", headers=SENT)

    (event,) = [event for event in heard if isinstance(event, RequestBroke)]
    assert (answer.status_code, answer.json["code"]) == (500, "broken")
    assert b"hunter2" not in answer.data
    assert (event.request_id, event.method, event.path) == (
        "asked-1",
        "GET",
        "/api/fail/bug",
    )
    assert event.traceback.endswith("ZeroDivisionError: password=hunter2\n")


def test_a_fault_raised_on_purpose_is_told_too(broken, heard):
    """`Broken` is an error like others to the caller, and an event to us."""
    answer = broken.get("/api/fail/fault")

    assert (answer.status_code, answer.json["detail"]) == (500, "this cannot be")
    assert [type(event) for event in heard].count(RequestBroke) == 1


def test_what_the_caller_did_wrong_is_no_event(broken, heard):
    """Errors of callers are answered, and told as any other answer."""
    heard.clear()

    broken.get("/api/fail/missing")

    assert [(type(event), event.status) for event in heard] == [(RequestAnswered, 404)]
