"""Which requests are kept, and what of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from entrepot.app import create_app
from entrepot.base.errors import NotThere
from entrepot.watch.traces import service
from entrepot.watch.traces.spec import WantedRequests
from entrepot.watch.traces.store import trace_store

TRACE = "0af7651916cd43dd8448eb211c80319c"


def names(house, **wanted):
    """Of what was kept, newest first."""
    page = service.list_requests(house, WantedRequests(**wanted))
    return [(one.name, one.kept_for) for one in page.requests]


def test_a_request_is_kept_with_its_statements(client, house):
    """Under its id, and in the trace that its caller named."""
    sent = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-00"}

    answer = client.get("/api/jobs", headers=sent)

    found = service.get_request(house, answer.headers["X-Request-ID"])
    assert found.request.trace_id == found.trace.trace_id == TRACE
    assert found.request.endpoint == "jobs_api.list_some"
    kinds = [(span.kind, span.depth) for span in found.trace.spans]
    assert kinds[0] == ("request", 0)
    assert ("statement", 1) in kinds
    assert found.request.statements == len(kinds) - 1


def test_what_a_request_brings_is_kept_without_secrets(client, house):
    """Neither values that a name gives away, nor who somebody shows to be."""
    answer = client.get(
        "/api/jobs?limit=5&token=tulips&q=a",
        headers={"Authorization": "Bearer tulips", "Referer": "http://h/?token=tulips"},
    )

    found = service.get_request(house, answer.headers["X-Request-ID"])
    assert found.facts["query"] == {"limit": "5", "token": "***", "q": "a"}
    with closing(sqlite3.connect(trace_store(house).path)) as connection:
        dump = "".join(connection.iterdump())
    assert "limit" in dump
    assert "tulips" not in dump


def test_no_environ_is_kept(client, house, monkeypatch):
    """Servers copy the process's own into it."""
    answer = client.get("/api/jobs", environ_overrides={"HOUSE_SECRET": "tulips"})

    service.get_request(house, answer.headers["X-Request-ID"])
    with closing(sqlite3.connect(trace_store(house).path)) as connection:
        dump = "".join(connection.iterdump())
    assert "HOUSE_SECRET" not in dump
    assert "wsgi." not in dump


def test_an_export_leads_back_to_its_request(client, house):
    """With the statements that were read for it, in one trace."""
    asked = {"source": {"records": [{"a": 1}]}, "format": "csv"}

    answer = client.post("/api/exports", json=asked)

    id = answer.json["data"]["id"]
    origin = service.find_origin(house, f"export:{id}")
    assert origin.request_id == answer.headers["X-Request-ID"]
    trace = service.get_trace(house, origin.trace_id)
    assert service.list_subjects(house, trace) == [f"export:{id}"]
    assert "export" in [span.kind for span in trace.spans]


def test_the_documented_table_is_there(client, house):
    """For whoever reads the file by SQL."""
    client.get("/api/jobs?limit=3")
    trace_store(house).flush()

    with closing(sqlite3.connect(trace_store(house).path)) as connection:
        rows = connection.execute(
            "SELECT method, endpoint, query_params, response_status FROM request_logs"
        ).fetchall()
    assert rows == [("GET", "jobs_api.list_some", '{"limit":"3"}', 200)]


def test_a_request_that_nobody_kept_is_missing(client, house):
    """And one that only the log has is told from it."""
    with pytest.raises(NotThere):
        service.get_request(house, "feedfeedfeedfeed")


@pytest.fixture
def never(environ, house):
    """A client of a house that keeps nothing by chance."""
    from entrepot.composition import build_house

    settings = {"ENTREPOT_WATCH_TRACES_SAMPLED_PERCENT": "0"}
    made = build_house(environ | settings)
    app = create_app(made, is_open=True)

    @app.get("/breaks")
    def breaks():
        raise RuntimeError("it breaks")

    yield app.test_client(), made
    made.close()


def test_what_is_fine_and_quick_is_not_kept(never):
    """The log has it; its request is told from there."""
    client, house = never

    answer = client.get("/api/jobs")

    assert names(house) == []
    found = service.get_request(house, answer.headers["X-Request-ID"])
    assert (found.request.kept_for, found.trace) == ("log", None)
    assert (found.request.method, found.request.status) == ("GET", 200)


def test_what_fails_is_kept_always(never):
    """With the error's name."""
    client, house = never

    answer = client.get("/breaks")

    assert answer.status_code == 500
    assert names(house, is_failed=True) == [("GET /breaks", "failed")]
    [one] = service.list_requests(house).requests
    assert (one.error, one.status) == ("RuntimeError", 500)


def test_what_a_job_came_of_is_kept_always(never):
    """People follow it back from there."""
    client, house = never

    client.post(
        "/api/exports", json={"source": {"records": [{"a": 1}]}, "format": "csv"}
    )

    assert names(house) == [("POST /api/exports", "followed")]
