"""`/api/logs` and what belongs to it, as people and programs ask it."""

from __future__ import annotations

import pytest

from entrepot.watch.events import LogCleared
from entrepot.watch.lines import service
from tests.watch.lines.conftest import entry, fill

__all__ = ["fill"]

RANGE = "start_date=2026-03-01&end_date=2026-03-01"
"""The day on which the tests' lines were written."""


@pytest.fixture
def filled(fill):
    """Six lines, a second after each other."""
    return fill(
        [
            entry(0, message="first"),
            entry(1, "WARNING", message="GET /a 200", logger="entrepot.access"),
            entry(2, "ERROR", message="it broke", request_id="abcdef0123456789"),
            entry(3, "DEBUG", message="looked", request_id="abcdef0123456789"),
            entry(4, "CRITICAL", message="the end"),
            entry(5, message="<b>last</b>"),
        ]
    )


def messages(answer):
    """Of the lines in an answer."""
    assert answer.status_code == 200, answer.json
    return [line["message"] for line in answer.json["data"]]


def test_lines_are_listed_newest_first(client, filled):
    """With the page's address, its limit and the total of all that are wanted."""
    answer = client.get(f"/api/logs?limit=2&{RANGE}")

    assert messages(answer) == ["<b>last</b>", "the end"]
    following = "start_date=2026-03-01&end_date=2026-03-01&before=5&limit=2"
    assert answer.json["page"] == {
        "next": f"/api/logs?{following}",
        "limit": 2,
        "total": 6,
    }
    assert messages(client.get(answer.json["page"]["next"])) == ["looked", "it broke"]


def test_a_line_has_the_documented_keys(client, filled):
    """And whatever else is known of it."""
    [line] = client.get(f"/api/logs?q=broke&{RANGE}").json["data"]

    assert line == {
        "id": 3,
        "timestamp": "2026-03-01T12:00:02.000Z",
        "level": "ERROR",
        "logger": "entrepot.feeds",
        "message": "it broke",
        "request_id": "abcdef0123456789",
        **dict.fromkeys(("trace_id", "user_id", "actor", "job_id", "ip_address")),
        **dict.fromkeys(("endpoint", "method", "status_code", "duration_ms")),
        **dict.fromkeys(("error_type", "stack_trace")),
        "fields": {},
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("level=error", ["it broke"]),
        ("level=Error,critical", ["the end", "it broke"]),
        ("level=ERROR&level=CRITICAL", ["the end", "it broke"]),
        ("min_level=error", ["the end", "it broke"]),
        ("level=debug,error&min_level=info", ["it broke"]),
        ("offset=4", ["GET /a 200", "first"]),
        ("after=4", ["<b>last</b>", "the end"]),
        ("logger=entrepot.access", ["GET /a 200"]),
        ("q=!!!&level=error", ["it broke"]),
        ("q=nothing", []),
        ("start_date=2026-03-01T12:00:04Z&end_date=2026-03-01T12:00:05Z", ["the end"]),
        ("start_date=2026-03-01T13:00:05%2B01:00", ["<b>last</b>"]),
        ("start_date=2026-03-01T13:00:05+01:00", ["<b>last</b>"]),
        ("end_date=2026-02-28", []),
    ],
)
def test_lines_are_narrowed(client, filled, asked, found):
    """By whatever is asked; a plus in an address may stand unquoted."""
    given = asked if "_date" in asked else f"{asked}&{RANGE}"
    answer = client.get(f"/api/logs?{given}")

    told = [m for m in messages(answer) if m != "Request answered"]
    assert [m for m in told if not m.startswith("GET /api")] == found


@pytest.mark.parametrize(
    ("asked", "code", "name"),
    [
        ("level=NOPE", "invalid-level", "level"),
        ("min_level=loud", "invalid-level", "min_level"),
        ("level=debug&min_level=error", "invalid-level", "level"),
        ("start_date=yesterday", "invalid-date", "start_date"),
        ("end_date=2026-02-30", "invalid-date", "end_date"),
        ("start_date=0000-01-01", "invalid-date", "start_date"),
        ("end_date=9999-12-31", "invalid-date", "end_date"),
        ("before=x", "invalid-cursor", "before"),
        ("after=-1", "invalid-cursor", "after"),
        ("after=9223372036854775807", "invalid-cursor", "after"),
        ("limit=0", "invalid", "limit"),
        ("limit=1001", "invalid", "limit"),
        ("limit=many", "invalid", "limit"),
        ("offset=-1", "invalid", "offset"),
        ("status=40", "invalid", "status"),
        ("min_duration_ms=nan", "invalid", "min_duration_ms"),
        ("user_id=ada", "invalid", "user_id"),
        (f"q={'x' * 20_000}", "invalid", "q"),
        (f"start_date={'1' * 10_000}", "invalid", "start_date"),
        ("level=INFO&nope=1", "unknown-name", "there is no parameter"),
    ],
)
def test_what_cannot_be_is_named(client, filled, asked, code, name):
    """The caller's mistake, in the field's name."""
    answer = client.get(f"/api/logs?{asked}")

    assert (answer.status_code, answer.json["code"]) == (400, code)
    assert answer.json["detail"].startswith(name)


def test_who_follows_hears_that_nothing_came(client, fill, filled):
    """304 until there is a line that is wanted."""
    address = f"/api/logs?after={filled}&level=critical"
    first = client.get(address)
    asked = {"If-None-Match": first.headers["ETag"]}

    assert messages(first) == []
    assert client.get(address, headers=asked).status_code == 304
    fill([entry(9, "CRITICAL", message="again")])
    assert messages(client.get(address, headers=asked)) == ["again"]


def test_one_line_is_shown_among_its_neighbours(client, filled):
    """Or alone; one that is not there is missing."""
    alone = client.get("/api/logs/3").json["data"]
    among = client.get("/api/logs/3?around=1").json["data"]

    assert (alone["line"]["message"], alone["around"]) == ("it broke", [])
    assert [line["id"] for line in among["around"]] == [4, 3, 2]
    assert client.get("/api/logs/99").status_code == 404
    assert client.get(f"/api/logs/{10**30}").status_code == 404


def test_a_request_is_told_from_its_beginning(client, filled):
    """Its lines, oldest first; a request of which nothing is known is missing."""
    told = client.get("/api/logs/request/abcdef0123456789").json["data"]

    assert [line["message"] for line in told.pop("logs")] == ["it broke", "looked"]
    assert told == {"target_request_id": "abcdef0123456789", "total_entries": 2}
    assert client.get("/api/logs/request/nobody").status_code == 404


@pytest.mark.parametrize(
    ("kind", "found"), [("access", ["GET /a 200"]), ("all", None), ("api", None)]
)
def test_recent_lines_are_those_of_the_last_hours(client, filled, kind, found):
    """Of requests, of the rest, or of both."""
    asked = f"type={kind}&lines=10&hours=80000"
    told = client.get(f"/api/logs/recent?{asked}").json["data"]

    shown = [line["message"] for line in told["logs"]]
    assert set(told) == {"logs", "total_found", "filters_applied", "request_id"}
    assert told["filters_applied"] == {
        "type": kind,
        "lines": 10,
        "level": "",
        "hours": 80000,
    }
    assert ("GET /a 200" in shown) == (kind != "api")
    assert ("first" in shown) == (kind != "access")
    assert client.get("/api/logs/recent?lines=10").json["data"]["total_found"] < 6


@pytest.mark.parametrize("asked", ["type=x", "lines=9", "lines=501", "hours=0"])
def test_recent_lines_have_limits(client, asked):
    """Each is told by its name."""
    answer = client.get(f"/api/logs/recent?{asked}")

    assert answer.status_code == 400
    assert answer.json["detail"].startswith(asked.partition("=")[0])


def test_lines_are_counted_over_time(client, filled):
    """In stretches of a round length, without gaps."""
    asked = "start_date=2026-03-01T12:00:00Z&end_date=2026-03-01T12:00:06Z&stretches=3"
    told = client.get(f"/api/logs/histogram?{asked}").json["data"]

    assert told == {
        "stretches": [
            {"at": "2026-03-01T12:00:00Z", "counts": {"INFO": 1, "WARNING": 1}},
            {"at": "2026-03-01T12:00:02Z", "counts": {"DEBUG": 1, "ERROR": 1}},
            {"at": "2026-03-01T12:00:04Z", "counts": {"CRITICAL": 1, "INFO": 1}},
        ],
        "step_seconds": 2,
        "is_exact": True,
    }
    for odd in ("end_date=0001-01-01", "start_date=0001-01-01", "end_date=9999-01-01"):
        assert client.get(f"/api/logs/histogram?{odd}").status_code == 200


@pytest.mark.parametrize("name", ["start_date", "end_date"])
def test_the_last_minute_of_the_calendar_may_be_asked_for(client, filled, name):
    """There is no moment after it."""
    asked = f"{name}=9999-12-31T23:59:59.5Z"
    expected = {"start_date": 0, "end_date": 6}[name]

    page = client.get(f"/api/logs?{asked}")

    assert page.status_code == 200
    assert client.get(f"/api/logs/histogram?{asked}").status_code == 200
    assert len(page.json["data"]) >= expected


def test_roles_are_kept_apart(signed_in, filled):
    """Lines tell of other people, numbers do not, and emptying cannot be undone."""
    viewer, analyst = signed_in("viewer"), signed_in("analyst")
    addresses = ("/api/logs", "/api/logs/1", "/api/logs/recent", "/api/logs/histogram")

    assert viewer.get("/api/logs/stats").status_code == 200
    assert {viewer.get(address).status_code for address in addresses} == {403}
    assert {analyst.get(address).status_code for address in addresses} == {200}
    assert analyst.post("/api/logs/clear").status_code == 403
    assert signed_in("admin").post("/api/logs/clear").status_code == 200


def test_the_log_is_emptied_and_that_is_recorded(client, house, filled, heard):
    """Numbers go on where they were."""
    answer = client.post("/api/logs/clear")
    trail = client.get("/api/audit?event=LogCleared").json["data"]

    deleted = answer.json["data"]["deleted"]
    assert deleted >= 6
    assert answer.json["message"] == f"{deleted} lines were removed from the log"
    assert [event for event in heard if isinstance(event, LogCleared)] == [
        LogCleared(lines=deleted)
    ]
    assert trail[0]["facts"] == {"lines": deleted}
    assert client.get(f"/api/logs?{RANGE}").json["data"] == []
    assert service.list_loggers(house) != [("entrepot.feeds", 5)]


def test_statistics_count_every_line(client, filled):
    """By level; errors and requests of the last hours only."""
    told = client.get("/api/logs/stats?hours=80000").json["data"]

    assert set(told) == {
        *("total", "debug", "info", "warning", "error", "critical"),
        *("time_period_hours", "errors", "performance", "generated_at"),
    }
    assert (told["debug"], told["error"], told["critical"]) == (1, 1, 1)
    assert told["errors"]["total_errors"] == 2
    assert [line["message"] for line in told["errors"]["recent_errors"]] == [
        "the end",
        "it broke",
    ]
    assert set(told["performance"]["response_times"]) == {
        *("count", "avg", "min", "max", "p50", "p95", "p99")
    }
