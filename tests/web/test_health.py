"""Health: of the process, and of what it stands on."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta

import pytest

from entrepot.base.checks import CHECKS, Check
from entrepot.base.version import VERSION

WELL = {name: "healthy" for name in ("log_store", "trace_store", "jobs")}


@pytest.fixture
def check(monkeypatch):
    """Register a check of one's own; every look is counted."""
    looks = []

    def register(name, trouble=None, otherwise="unhealthy"):
        def look(house):
            looks.append(name)
            if trouble:
                raise trouble

        monkeypatch.setitem(
            CHECKS, name, Check(summary="Tried.", look=look, otherwise=otherwise)
        )
        return looks

    return register


def test_the_process_says_exactly_this(client):
    """`/health` is the document's body to the byte, and says the version beside it."""
    answer = client.get("/health")

    assert (answer.status_code, answer.data) == (200, b'{"status":"healthy"}')
    assert answer.content_type == "application/json"
    assert answer.headers["X-Service-Version"] == VERSION


def test_health_tells_every_check(client):
    """The bare report has the time in UTC, the version and each check's state."""
    answer = client.get("/api/health").json

    told_at = datetime.fromisoformat(answer.pop("timestamp").replace("Z", "+00:00"))
    assert timedelta() <= datetime.now(UTC) - told_at < timedelta(minutes=1)
    assert answer == {
        "status": "healthy",
        "version": VERSION,
        "checks": {"database": "healthy", **WELL},
    }


def test_a_lost_database_is_unhealthy(client, house):
    """Without its file the server is unhealthy; only `strict` makes that a 503."""
    os.remove(house.store.url.database)

    plain, strict = client.get("/api/health"), client.get("/api/health?strict=1")

    assert (plain.status_code, plain.json["status"]) == (200, "unhealthy")
    assert (strict.status_code, strict.json["checks"]) == (
        503,
        {"database": "unhealthy", **WELL},
    )
    assert client.get("/health").status_code == 200


def test_a_weaker_check_only_degrades(client, check):
    """What a server can do without makes it degraded, which is no 503."""
    check("letters", trouble=OSError("no post"), otherwise="degraded")

    answer = client.get("/api/health?strict=1")

    assert (answer.status_code, answer.json["status"]) == (200, "degraded")
    assert answer.json["checks"] == {
        "database": "healthy",
        "letters": "degraded",
        **WELL,
    }


def test_good_news_is_told_again(client, check):
    """Many who ask make one look."""
    looks = check("letters")

    for _ in range(5):
        client.get("/api/health")

    assert looks == ["letters"]


def test_a_check_that_hangs_holds_nobody_up(client, monkeypatch):
    """It counts as failed in the time it is given, and at once for who asks later."""
    free = threading.Event()
    hangs = Check(
        summary="Hangs.", look=lambda house: free.wait(30), patience_seconds=0.05
    )
    monkeypatch.setitem(CHECKS, "far", hangs)

    states = [client.get("/api/health").json["checks"]["far"] for _ in range(3)]

    free.set()
    assert states == ["unhealthy"] * 3


@pytest.mark.parametrize("query", ["strict=maybe", "strct=1", "strict=1&strict=0"])
def test_a_wrong_question_is_refused(client, query):
    """Probes that are written wrongly learn it."""
    assert client.get(f"/api/health?{query}").status_code == 400
