"""Errors by their causes over HTTP, as a report, and at the terminal."""

from __future__ import annotations

import json
import logging

import pytest
from click.testing import CliRunner
from sqlalchemy import delete

from entrepot.app import create_app
from entrepot.base.version import VERSION
from entrepot.cli import entrepot
from entrepot.watch.groups import service
from entrepot.watch.groups.models import ErrorGroupRow
from entrepot.watch.groups.spec import Wish
from entrepot.watch.lines.service import list_lines
from entrepot.watch.spec import Wanted
from tests.watch.groups.causes import error, traced, write

HTML = {"Accept": "text/html"}


@pytest.fixture
def group(house):
    """A group of two errors."""
    fields = {"endpoint": "get_products", "release": "1.0"}
    trace = traced("KeyError: 'a`b'")
    for n in (1, 2):
        more = {"actor": "anna@example.com", "request_id": f"{n:016x}"}
        write(house, error("broke", stack_trace=trace, fields=fields, **more))
    return service.list_groups(house, Wish()).groups[0]


def test_errors_are_listed_and_read(signed_in, group):
    """With how many there are, and when they came."""
    analyst = signed_in("analyst")
    listed = analyst.get("/api/errors?state=open&q=keyerror").json
    read = analyst.get(f"/api/errors/{group.id}").json["data"]

    assert [one["id"] for one in listed["data"]] == [group.id]
    assert listed["page"] == {"next": None, "limit": 50, "total": 1}
    assert listed["data"][0]["last_seen_at"].endswith("Z")
    assert read["frames"] == ["exports/service.py:88 in export"]
    assert read["group"]["title"] == "KeyError: 'a`b'"
    assert [one["name"] for one in read["users"]] == ["anna@example.com"]


def test_a_line_leads_to_its_group(signed_in, house, group):
    """Also one that nobody put into a group yet; without a group to a list of such."""
    write(house, error("another", request_id="a1"))
    analyst = signed_in("analyst")
    (line,) = list_lines(house, Wanted(q="another", levels=("ERROR",)), limit=9).lines
    first = analyst.get("/logs/1", headers=HTML).text
    last = analyst.get(f"/logs/{line.id}", headers=HTML).text
    (other,) = service.list_groups(house, Wish(q="another")).groups
    with house.store.session() as session:
        session.execute(delete(ErrorGroupRow).where(ErrorGroupRow.key == other.id))

    assert f'href="/errors/{group.id}?state=all"' in first
    assert f'href="/errors/{other.id}?state=all"' in last
    gone = analyst.get(f"/logs/{line.id}", headers=HTML).text
    assert 'href="/errors?state=all&amp;q=a1"' in gone


def test_pages_of_errors_lead_to_the_next(signed_in, house, group):
    """Groups and occurrences alike."""
    write(house, error("another"))
    analyst = signed_in("analyst")
    first = analyst.get("/api/errors?limit=1").json
    second = analyst.get(first["page"]["next"]).json
    newest = analyst.get(f"/api/errors/{group.id}/occurrences?limit=1").json
    older = analyst.get(newest["page"]["next"]).json

    assert [p["data"][0]["title"][:5] for p in (first, second)] == ["anoth", "KeyEr"]
    assert second["page"]["next"] is None
    assert [p["data"][0]["request_id"][-1] for p in (newest, older)] == ["2", "1"]


@pytest.mark.parametrize(
    ("what", "body", "state"),
    [
        ("resolve", None, "resolved"),
        ("ignore", None, "ignored"),
        ("reopen", None, "open"),
        ("mute", {"hours": 2}, "muted"),
        ("mute", {"more": 7}, "muted"),
        ("mute", {"until": "2100-01-01T00:00:00Z"}, None),
        ("mute", {"until": "0001-01-01T00:00:00+14:00"}, None),
        ("mute", {}, None),
        ("mute", {"hours": 1, "until": "2100-01-01T00:00:00Z"}, None),
    ],
)
def test_what_becomes_of_an_error_is_said(signed_in, group, what, body, state):
    """By an analyst; a viewer may not, and what has no end is refused."""
    path = f"/api/errors/{group.id}/{what}"
    refused = signed_in("viewer").post(path, json=body).status_code
    analyst = signed_in("analyst")
    answer = analyst.post(path, json=body)
    now = analyst.get(f"/api/errors/{group.id}").json["data"]["group"]["state"]

    assert refused == 403
    assert answer.status_code == (400 if state is None else 200)
    assert now == (state or "open")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/errors?after=nonsense", 400),
        ("/api/errors?after=2026-11-20~7", 400),
        ("/api/errors?after=0001-01-01T00:00:00%2B14:00~1", 400),
        ("/api/errors?order=count&after=99999999999999999999~1", 400),
        ("/api/errors?state=loud", 400),
        ("/api/errors/nothing", 404),
        ("/api/errors/nothing/occurrences", 404),
        ("/api/errors/nothing/report", 404),
        ("/errors/nothing", 404),
        ("/errors?state=loud", 400),
        ("/errors?range=1y", 400),
    ],
)
def test_what_cannot_be_is_refused(signed_in, path, status):
    """With our words, and no fault."""
    answer = signed_in("analyst").get(path, headers={"Accept": "text/html"})

    assert answer.status_code == status


def test_a_report_is_markdown(signed_in, group):
    """Ticks end no code, and nobody is named."""
    answer = signed_in("analyst").get(f"/api/errors/{group.id}/report")

    assert answer.content_type == "text/markdown; charset=utf-8"
    head, *facts = answer.text.splitlines()
    assert head == "# KeyError: 'a\\`b'"
    assert "- Times: 2" in facts
    assert "- Routes: `get_products` (2)" in facts
    assert "exports/service.py:88 in export" in facts
    assert "anna" not in answer.text


def test_a_request_that_breaks_is_a_group(house, monkeypatch):
    """With its route, our version, its request, and the line of the log."""
    app = create_app(house, is_open=True)
    monkeypatch.setitem(app.view_functions, "jobs_api.list_kinds", lambda: 1 / 0)
    answers = [app.test_client().get("/api/jobs/kinds") for _ in range(3)]

    (group,) = service.list_groups(house, Wish()).groups
    found = service.read_group(house, group.id)

    assert (group.title, group.count) == ("ZeroDivisionError: division by zero", 3)
    assert (group.route, group.last_release) == ("jobs_api.list_kinds", VERSION)
    ids = [answer.headers["X-Request-ID"] for answer in answers]
    assert [one.request_id for one in found.occurrences] == ids[::-1]
    line = app.test_client().get(f"/api/logs/{group.line_id}").json["data"]["line"]
    assert line["request_id"] == ids[-1]


def test_what_a_library_says_is_a_group_with_its_route(house, monkeypatch):
    """Though it knows nothing of requests."""
    app = create_app(house, is_open=True)

    def view():
        logging.getLogger("somelibrary").error("socket %d is gone", 7)
        return "fine"

    monkeypatch.setitem(app.view_functions, "jobs_api.list_kinds", view)
    app.test_client().get("/api/jobs/kinds")
    found = service.list_groups(house, Wish(logger="somelibrary")).groups

    assert [(one.title, one.route) for one in found] == [
        ("socket 7 is gone", "jobs_api.list_kinds")
    ]


def test_what_browsers_report_is_a_group(house):
    """One for all pages and people."""
    stranger = create_app(house).test_client()
    for n in (1, 2):
        report = {
            "message": "Uncaught TypeError: x is null",
            "url": f"https://here.example/jobs/{n}",
            "stack": f"f@https://here.example/static/build/app-AAAAAA{n}B.js:3:{n}",
        }
        assert stranger.post("/api/logs/client", json=report).status_code == 200

    (group,) = service.list_groups(house, Wish()).groups

    assert (group.count, group.error_type) == (2, "TypeError")
    assert (group.logger, group.route) == ("entrepot.browser", "/jobs/#")


def run(house, *arguments):
    """Run a command of the terminal."""
    return CliRunner().invoke(entrepot, ["errors", *arguments], obj=house)


def test_errors_at_the_terminal(house, group):
    """Listed, shown, resolved; then no longer among the open ones."""
    listed = run(house, "list")
    shown = run(house, "show", group.id)
    done = run(house, "resolve", group.id)
    left = json.loads(run(house, "list", "--json").output)

    assert listed.output.splitlines()[1].split("\t")[:3] == [group.id, "open", "2"]
    assert "exports/service.py" in shown.output
    assert done.output == f"{group.id}: resolved\n"
    assert (left["groups"], left["counts"]["resolved"]) == ([], 1)


def test_muting_at_the_terminal(house, group):
    """It needs an end; what is not there has an exit code."""
    endless = run(house, "mute", group.id)
    muted = run(house, "mute", group.id, "--more", "5")
    shown = json.loads(run(house, "show", group.id, "--json").output)

    assert endless.exit_code != 0
    assert (muted.exit_code, shown["group"]["muted_left"]) == (0, 5)
    assert run(house, "resolve", "nothing").exit_code != 0
    report = run(house, "show", group.id, "--markdown").output
    assert report.startswith("# KeyError")
