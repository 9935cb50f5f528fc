"""Requests and traces as people and programs see them."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from entrepot.cli import entrepot

HTML = {"Accept": "text/html"}
RECORDS = {"source": {"records": [{"a": 1}]}, "format": "csv"}


@pytest.fixture
def run(house):
    """A function that runs `entrepot traces …` in the house."""

    def run_one(*arguments):
        done = CliRunner().invoke(entrepot, ["traces", *arguments], obj=house)
        assert done.exit_code == 0, done.output
        return done.output

    return run_one


def test_requests_are_listed_and_told(client):
    """By the API: the list, one request, its trace, and pages of the list."""
    name = client.get("/api/jobs").headers["X-Request-ID"]
    client.get("/api/jobs")

    listed = client.get("/api/requests?endpoint=jobs_api.list_some&limit=1").json
    following = client.get(listed["page"]["next"]).json
    [one] = following["data"]
    assert (one["request_id"], following["page"]["next"]) == (name, None)
    told = client.get(f"/api/requests/{name}").json["data"]
    assert told["request"] == one
    trace = client.get(f"/api/traces/{one['trace_id']}").json["data"]
    assert trace == told["trace"]
    slow = client.get("/api/requests/slow?min_duration_ms=0&status=2xx").json["data"]
    assert name in [each["request_id"] for each in slow]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("status=ok", "status: 'ok' is none"),
        ("endpoint=a*b", "endpoint: * may stand at the end only"),
        ("start_date=soon", "start_date"),
        ("before=x", "before: 'x' is no line's number"),
        ("nothing=1", "nothing"),
    ],
)
def test_a_wrong_question_is_refused(client, query, said):
    """And what was wrong with it is said."""
    assert client.get("/api/requests").status_code == 200

    refused = client.get(f"/api/requests?{query}")

    assert refused.status_code in (400, 404)
    assert said in str(refused.json)


@pytest.mark.parametrize(
    "path",
    ["/api/requests", "/api/requests/slow", "/traces", "/api/traces/0", "/traces/0"],
)
def test_traces_are_for_analysts(signed_in, path):
    """They tell of other people."""
    analyst, viewer = signed_in("analyst"), signed_in("viewer")

    assert analyst.get(path, headers=HTML).status_code in (200, 404)
    assert viewer.get(path, headers=HTML).status_code == 403


def test_the_page_of_a_trace_draws_its_steps(client):
    """A bar for each on one scale, and beside it the step that is chosen."""
    name = client.get("/api/jobs").headers["X-Request-ID"]

    found = client.get(f"/traces?request={name}", headers=HTML, follow_redirects=True)

    assert found.status_code == 200
    assert found.text.count("data-step") == 1 + found.text.count('class="s2"')
    assert "SELECT … FROM jobs" in found.text
    steps = re.findall(r'href="(/traces/[^"]+span=[0-9a-f]{16})#step"', found.text)
    last = client.get(steps[-1], headers=HTML)
    assert "Statement, without its values" in last.text


def test_from_an_export_to_its_request_in_two_clicks(client):
    """Its page leads to the trace, and to the lines of the log."""
    id = client.post("/api/exports", json=RECORDS).json["data"]["id"]
    row = f'href="/exports/{id}"'

    listed = client.get("/exports", headers=HTML).text
    page = client.get(f"/exports/{id}", headers=HTML).text

    assert row in listed
    [trace] = re.findall(r'href="(/traces/[0-9a-f]{32})"', page)
    shown = client.get(trace, headers=HTML).text
    assert "POST /api/exports" in shown
    assert "SELECT … FROM exports" in shown
    assert row in shown


def test_a_request_that_was_not_sampled_is_told_from_the_log(client, house):
    """Its page leads to the lines."""
    from entrepot.watch.traces.store import trace_store

    name = client.get("/api/jobs").headers["X-Request-ID"]
    trace_store(house).flush()
    trace_store(house).path.unlink()

    shown = client.get(f"/traces?request={name}", headers=HTML)

    assert shown.status_code == 200
    assert "This request was not sampled" in shown.text


def test_an_empty_list_says_so(client):
    """And which filter leaves nothing."""
    assert "Nothing was kept" in client.get("/traces?kind=job", headers=HTML).text
    found = client.get("/traces?only=failed", headers=HTML)
    assert "No request matches" in found.text


def test_the_command_shows_traces(client, run):
    """Newest first; one as a waterfall of letters, or as JSON."""
    answer = client.get("/api/jobs")
    name = answer.headers["X-Request-ID"]

    assert "GET /api/jobs" in run("list")
    shown = run("show", name)
    told = json.loads(run("show", name, "--json"))
    assert told["trace_id"] in shown
    assert "SELECT … FROM jobs" in shown
    assert run("list", "--failed") == ""


def test_the_list_leads_to_the_same_as_json(client):
    """Under the filters of the page."""
    client.get("/api/jobs")

    page = client.get("/traces?endpoint=jobs_api.list_some&status=2xx", headers=HTML)

    [address] = re.findall(r'href="(/api/requests[^"]+)"', page.text)
    found = client.get(address.replace("&amp;", "&")).json["data"]
    assert [one["path"] for one in found] == ["/api/jobs"]
