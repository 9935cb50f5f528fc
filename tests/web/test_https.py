"""Nothing but HTTPS, where that is asked for."""

from __future__ import annotations

import pytest

from entrepot.app import create_app
from entrepot.composition import build_house


@pytest.fixture
def open_client(environ):
    """A function that opens a client behind a trusted proxy."""
    houses = []

    def open_one(**variables):
        given = {"TRUSTED_PROXIES": "1", "ENTREPOT_AUTH": "required", **variables}
        house = build_house({**environ, "FORCE_HTTPS": "true", **given})
        houses.append(house)
        app = create_app(house)
        app.add_url_rule("/door", "door", lambda: "in", methods=["GET", "POST"])
        return app.test_client()

    yield open_one
    for house in houses:
        house.close()


def headers(scheme):
    """Return what a proxy says of a request."""
    return {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": scheme}


def test_plain_reads_are_sent_to_https(open_client):
    """The same address with its query, for good, and with the method kept."""
    answer = open_client().get("/door?a=1&b=%2F", headers=headers("http"))

    assert answer.status_code == 308
    assert answer.headers["Location"] == "https://localhost/door?a=1&b=%2F"
    assert "Strict-Transport-Security" not in answer.headers


def test_plain_writes_are_refused(open_client):
    """What was sent in clear is lost already: it is said, and not repeated."""
    answer = open_client().post("/door", headers=headers("http"))

    assert (answer.status_code, answer.json["code"]) == (403, "denied")


def test_https_is_answered_and_remembered(open_client):
    """Browsers are told for how long."""
    answer = open_client().post("/door", headers=headers("https"))

    assert (answer.status_code, answer.text) == (200, "in")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_probes_need_no_tls(open_client):
    """/health answers beside the proxy."""
    assert open_client().get("/health").status_code == 200


def test_how_long_browsers_remember_is_a_setting(open_client):
    """0 says nothing."""
    for seconds, said in (("60", "max-age=60"), ("0", None)):
        client = open_client(ENTREPOT_HSTS_SECONDS=seconds)
        answer = client.get("/door", headers=headers("https"))

        assert answer.headers.get("Strict-Transport-Security") == said


def test_without_the_setting_plain_is_answered(open_client):
    """And nothing is remembered, which would break other servers on this machine."""
    client = open_client(FORCE_HTTPS="false")

    assert client.get("/door", headers=headers("http")).text == "in"
    answer = client.get("/door", headers=headers("https"))
    assert "Strict-Transport-Security" not in answer.headers
