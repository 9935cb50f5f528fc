"""Below the paths of the data management service errors look as it promised."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.databases import write_schema
from werkzeug.test import Client

from entrepot.app import create_app
from entrepot.composition import build_house
from entrepot.exports.api.family import PATHS, error_code

SENT = {"X-Request-ID": "asked-1"}


@pytest.fixture
def client(house):
    """A client of an application in which the person at this machine is admin."""
    return Client(create_app(house, is_open=True))


@pytest.mark.parametrize("begun", PATHS)
def test_an_unknown_path_is_an_error_of_the_family(client, begun):
    """Every member is there; nothing of another form is."""
    answer = client.get(f"{begun}nope", headers=SENT)

    assert (answer.status_code, answer.content_type) == (404, "application/json")
    assert answer.json == {
        "status": "error",
        "success": False,
        "message": f"nothing answers at {begun}nope",
        "error_code": "NOT_FOUND",
        "detail": f"nothing answers at {begun}nope",
        "code": "not-found",
        "retryable": False,
        "request_id": "asked-1",
    }


def test_what_is_too_large_is_refused_in_the_form(client):
    """No view was reached; the limit is said."""
    answer = client.post(
        "/api/ybb/export/participants",
        environ_overrides={"CONTENT_LENGTH": "104857601"},
    )

    assert answer.status_code == 413
    assert answer.json["error_code"] == "MEMORY_LIMIT"
    assert answer.json["detail"] == "the body is larger than 104857600 bytes"


@pytest.fixture
def stranger(environ, sqlite_template):
    """A client of a server where people must sign in, and nobody has."""
    write_schema(Path(environ["ENTREPOT_HOME"]), sqlite_template)
    house = build_house({**environ, "RATE_LIMIT_PER_MINUTE": "2"})
    yield Client(create_app(house))
    house.close()


def test_the_minute_of_a_caller_has_an_end(stranger):
    """The request beyond it is told when to come again."""
    answers = [stranger.get("/api/ybb/templates") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert [answer.json["error_code"] for answer in answers] == [
        "UNAUTHORIZED",
        "UNAUTHORIZED",
        "RATE_LIMITED",
    ]
    assert (
        int(answers[2].headers["Retry-After"]) == answers[2].json["retry_after_seconds"]
    )


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("invalid", 400, "VALIDATION_ERROR"),
        ("unknown-name", 400, "VALIDATION_ERROR"),
        ("unknown-template", 404, "TEMPLATE_NOT_FOUND"),
        ("not-there", 404, "FILE_NOT_FOUND"),
        ("expired", 410, "FILE_NOT_FOUND"),
        ("not-ready", 409, "EXPORT_NOT_READY"),
        ("conflict", 409, "CONFLICT"),
        ("too-much", 413, "MEMORY_LIMIT"),
        ("broken", 500, "EXPORT_FAILED"),
        ("unavailable", 503, "SERVICE_UNAVAILABLE"),
        ("im-a-teapot", 418, "IM_A_TEAPOT"),
    ],
)
def test_an_error_has_the_documented_name(code, status, said):
    """By the error itself where there is a name for it, else by its status."""
    assert error_code(code, status) == said
