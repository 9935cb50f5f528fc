"""What stands around every answer: id, headers, ETag, methods."""

from __future__ import annotations

import re

import pytest

READ = "/jump.json"


@pytest.mark.parametrize("sent", ["abc", "a-b.c:d_1", "x" * 128])
def test_a_valid_request_id_is_kept(client, sent):
    """Callers find their own id again."""
    answer = client.get("/health", headers={"X-Request-ID": sent})

    assert answer.headers["X-Request-ID"] == sent


@pytest.mark.parametrize("sent", ["", "a b", "x" * 129, "a;b", "ä", "<script>"])
def test_another_request_id_is_replaced(client, sent):
    """What could disturb a log line is not taken."""
    answer = client.get("/health", headers={"X-Request-ID": sent})

    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-ID"])


@pytest.mark.parametrize("path", ["/", "/health", "/api/health", "/api/nothing"])
def test_every_answer_has_the_security_headers(client, path):
    """Pages, data and errors are dressed alike."""
    headers = client.get(path).headers

    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_what_the_caller_has_is_not_sent_again(client):
    """The same read answers 304 without a body, another tag the whole answer."""
    first = client.get(READ)
    tag = {"If-None-Match": first.headers["ETag"]}

    again = client.get(READ, headers=tag)
    other = client.get(READ, headers={"If-None-Match": '"other"'})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert (other.status_code, other.data) == (200, first.data)


def test_head_is_get_without_the_body(client):
    """Length, type and tag are those of GET."""
    got, head = client.get(READ), client.head(READ)

    names = ("Content-Length", "Content-Type", "ETag")
    assert (head.status_code, head.data) == (200, b"")
    assert [head.headers[n] for n in names] == [got.headers[n] for n in names]


def test_options_names_the_methods(client):
    """OPTIONS answers what a path understands."""
    answer = client.options("/api/health")

    assert answer.status_code == 200
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_nobody_between_keeps_what_somebody_may_see(client):
    """A page for people we know is theirs; what is public says nothing of it."""
    answer = client.get("/api/docs")

    assert answer.headers["Cache-Control"] == "private, no-cache"
