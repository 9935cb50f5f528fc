"""What browsers report: kept, bounded, and never more than is bearable."""

from __future__ import annotations

import json
import sqlite3
import time

import pytest

from entrepot.app import create_app
from entrepot.watch.log.store import log_store
from entrepot.web.limits_counters import HostCounts

PATH = "/api/logs/client"
COLUMNS = "level, logger, message, ip_address, stack_trace, custom_fields"


@pytest.fixture
def stranger(house):
    """A browser whose person has not signed in."""
    return create_app(house).test_client()


@pytest.fixture
def kept(house):
    """A function that returns the reports in the log."""

    def kept():
        store = log_store(house)
        store.flush()
        asked = f"SELECT {COLUMNS} FROM logs WHERE logger = 'entrepot.browser'"
        with sqlite3.connect(store.path) as connection:
            return connection.execute(asked).fetchall()

    return kept


def test_a_report_is_a_line(stranger, kept):
    """With its place, and without what its address asks for."""
    report = {
        "level": "error",
        "message": "x is undefined",
        "url": "https://here.example/page?token=hunter2#part",
        "line": 3,
        "column": 7,
        "stack": "f@https://here.example/a.js?v=hunter2:3:7\n",
        "timestamp": "2026-11-21T06:13:36Z",
    }

    answer = stranger.post(PATH, json=report)

    assert (answer.status_code, answer.json) == (200, {"success": True, "data": None})
    ((*line, fields),) = kept()
    assert line == [
        "ERROR",
        "entrepot.browser",
        "x is undefined",
        "127.0.0.1",
        "f@https://here.example/a.js:3:7\n",
    ]
    assert json.loads(fields) == {
        "url": "https://here.example/page",
        "line": 3,
        "column": 7,
        "timestamp": "2026-11-21T06:13:36Z",
    }


@pytest.mark.parametrize(
    ("said", "level"),
    [("warn", "WARNING"), ("info", "INFO"), ("critical", "ERROR"), ("Fatal", "ERROR")],
)
def test_nothing_is_worse_than_an_error(stranger, kept, said, level):
    """A stranger wakes nobody."""
    stranger.post(PATH, json={"message": "x", "level": said})

    assert [row[0] for row in kept()] == [level]


def test_what_is_below_the_level_is_not_kept(stranger, kept):
    """LOG_LEVEL holds for browsers, too."""
    assert (
        stranger.post(PATH, json={"message": "x", "level": "debug"}).status_code == 200
    )
    assert kept() == []


@pytest.mark.parametrize(
    ("report", "named"),
    [
        ({"message": "x", "level": "loud"}, "level"),
        ({"level": "error"}, "message"),
        ({"message": ""}, "message"),
        ({"message": "x", "line": "three"}, "line"),
    ],
)
def test_a_wrong_report_is_refused(stranger, kept, report, named):
    """The field is named."""
    answer = stranger.post(PATH, json=report)

    assert answer.status_code == 400
    assert named in answer.json["error"]
    assert kept() == []


def test_a_large_report_is_refused(stranger, kept):
    """Sixteen kilobytes are enough for any stack."""
    fits = {"message": "x", "stack": "y" * 16_000}
    assert stranger.post(PATH, json=fits).status_code == 200

    answer = stranger.post(PATH, json={"message": "x", "stack": "y" * 17_000})

    assert (answer.status_code, answer.json["code"]) == (413, "too-much")
    assert len(kept()) == 1


def test_hostile_text_is_kept_harmless(stranger, kept):
    """Bounded, without secrets, and without signs that paint terminals."""
    text = "<script>alert(1)</script>\x1b[31m\0 password=hunter2 " + "x " * 2_000

    stranger.post(PATH, json={"message": text, "url": "javascript:alert(1)"})

    ((_, _, message, *_),) = kept()
    assert message.startswith("<script>alert(1)</script>␛[31m␀ password=*** x x")
    assert message.endswith(f"…+{len(text) - 2_000}")


def test_a_page_of_somebody_elses_reports_nothing(stranger, kept):
    """It would fill our log from its visitors' browsers."""
    headers = {"Origin": "https://evil.example"}

    assert (
        stranger.post(PATH, json={"message": "x"}, headers=headers).status_code == 403
    )
    assert kept() == []


def test_a_flood_is_sixty_lines(stranger, kept):
    """The rest is told to come again, one a second is heard; others are, too."""
    began = time.monotonic()
    asked = [
        stranger.post(PATH, json={"message": f"{n}"}).status_code for n in range(200)
    ]
    other = stranger.post(
        PATH, json={"message": "x"}, environ_base={"REMOTE_ADDR": "192.0.2.7"}
    )

    took_seconds = time.monotonic() - began
    assert asked[:60] == [200] * 60
    assert set(asked) == {200, 429}
    assert (other.status_code, len(kept())) == (200, asked.count(200) + 1)
    assert asked.count(200) <= 61 + took_seconds


def test_all_addresses_together_are_bounded(house, stranger, kept):
    """Six hundred a minute, however many there are; all processes count together."""
    assert stranger.post(PATH, json={"message": "x"}).status_code == 200
    sibling = HostCounts(house.home / "run")
    while not sibling.spend("all reports", 600).wait_seconds:
        pass
    sibling.close()

    answer = stranger.post(PATH, json={"message": "x"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert len(kept()) == 1


def test_signing_in_is_not_spent_by_reports(stranger):
    """They have a minute of their own."""
    for n in range(70):
        stranger.post(PATH, json={"message": f"{n}"})

    answer = stranger.post(
        "/api/auth/login", json={"email": "a@b.example", "password": "x"}
    )

    assert answer.status_code == 401
