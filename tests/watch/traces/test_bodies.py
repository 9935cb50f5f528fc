"""Bodies beside traces, where somebody switched that on."""

from __future__ import annotations

import json

import pytest

from entrepot.watch.traces.asked import clean_body


@pytest.fixture
def environ(environ):
    """Bodies are captured."""
    return environ | {"LOG_REQUEST_BODY": "true", "LOG_RESPONSE_BODY": "true"}


def test_captured_bodies_are_without_secrets(client):
    """Of both, where somebody switched that on."""
    asked = {"email": "ben@x.org", "password": "tulips", "note": "hello"}
    name = client.post("/api/auth/login", json=asked, buffered=True).headers[
        "X-Request-ID"
    ]

    facts = client.get(f"/api/requests/{name}").json["data"]["facts"]

    assert json.loads(facts["request_body"]) == asked | {"password": "***"}
    assert json.loads(facts["response_body"])["success"] is False
    assert "tulips" not in json.dumps(facts)


def test_a_body_that_is_cut_off_is_looked_through_as_text(client):
    """It is no JSON any more, and a name gives its value away all the same."""
    told = clean_body("application/json", b'{"a": 1, "api_key": "tulips", "b": "x')

    assert told == '{"a": 1, "api_key": "***", "b": "x'
