"""`/metrics` as Prometheus asks for it, and the numbers for charts."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from tests.databases import copy_schema

from entrepot.app import create_app
from entrepot.composition import build_house
from entrepot.watch.metrics.pulse import Pulse
from entrepot.watch.metrics.reading import read_process

PLAIN = "text/plain; version=0.0.4; charset=utf-8"


@pytest.fixture
def guarded(environ, sqlite_template):
    """A function that gives a client of a server with a METRICS_TOKEN."""
    house = build_house({**environ, "METRICS_TOKEN": "tok-né"})
    copy_schema(house, sqlite_template)
    yield create_app(house).test_client()
    house.close()


def test_prometheus_gets_the_documented_format(client):
    """Without a name or a word, in the text format of the documents."""
    answer = client.get("/metrics")

    assert (answer.status_code, answer.content_type) == (200, PLAIN)
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_scrape_itself_is_counted_as_metrics(client):
    """The endpoint's name is part of the contract."""
    client.get("/metrics")

    labels = '{endpoint="metrics",method="GET",status="200"}'
    line = f"catalogue_http_requests_total{labels} 1.0"
    assert line in client.get("/metrics").text.splitlines()


def test_who_accepts_openmetrics_gets_it(client):
    """The whole answer is read by its own parser but for a name that documents fix."""
    client.get("/health")
    accept = {"Accept": "application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1"}
    answer = client.get("/metrics", headers=accept)

    assert answer.content_type == (
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    )
    text = answer.text.replace("catalogue_products_total", "catalogue_products")
    names = {family.name for family in text_string_to_metric_families(text)}
    assert {"catalogue_http_requests", "process_cpu_seconds"} <= names


def test_promtool_finds_nothing_wrong_but_the_documented_name(client):
    """`catalogue_products_total` is a gauge: the documents say so, promtool objects."""
    client.get("/health")
    promtool = shutil.which("promtool")
    assert promtool, "promtool is missing: apt-get install prometheus"

    checked = subprocess.run(
        [promtool, "check", "metrics"],
        input=client.get("/metrics").text,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.stderr.splitlines() == [
        'catalogue_products_total non-counter metrics should not have "_total" suffix'
    ]


@pytest.mark.parametrize(
    "shown", [None, "Bearer", "Bearer tok", "Bearer tok-n", "Basic tok-né", "tok-né"]
)
def test_with_a_token_others_are_refused(guarded, shown):
    """Who shows the token reads; who does not is told how."""
    assert _ask(guarded, "Bearer tok-né").status_code == 200

    answer = _ask(guarded, shown)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "catalogue_" not in answer.text


def _ask(client, shown):
    given = shown and {"Authorization": shown.encode().decode("latin-1")}
    return client.get("/metrics", headers=given or {})


def test_an_admin_reads_without_the_token(environ, sqlite_template):
    """Signed in, they see it; a viewer does not."""
    from entrepot.accounts import Caller, add_user, log_in

    house = build_house({**environ, "METRICS_TOKEN": "tok"})
    copy_schema(house, sqlite_template)
    client, statuses = create_app(house).test_client(), {}
    for role in ("admin", "viewer"):
        email, password = f"{role}@example.com", "seven grey harbour cranes"
        add_user(house, email=email, password=password, role=role)
        tokens = log_in(house, email=email, password=password, caller=Caller())
        statuses[role] = _ask(client, f"Bearer {tokens.access_token}").status_code
    house.close()

    assert statuses == {"admin": 200, "viewer": 401}


def test_the_summary_tells_of_the_requests(client, monkeypatch):
    """How many, how many failed, and where."""
    for path in ("/health", "/health", "/api/nothing"):
        client.get(path)

    summary = client.get("/api/metrics/summary?hours=1").json["data"]

    assert summary["time_period_hours"] == 1.0
    assert summary["http_request_duration_ms"].keys() >= {"avg", "p50", "p95", "p99"}


@pytest.mark.parametrize(
    ("name", "unit", "statistics"),
    [
        ("http_request_duration", "ms", ["avg", "p50", "p95", "p99"]),
        ("request_rate", "requests/s", [None]),
        ("error_rate", "ratio", [None]),
    ],
)
def test_a_series_has_a_point_for_each_time(client, name, unit, statistics):
    """As many points as times, whatever is drawn."""
    asked = f"/api/metrics/timeseries?name={name}&hours=1&points=6"
    found = client.get(asked).json["data"]

    assert (found["name"], found["unit"]) == (name, unit)
    assert [c["labels"].get("statistic") for c in found["series"]] == statistics
    lengths = {len(curve["points"]) for curve in found["series"]}
    assert lengths == {len(found["timestamps"])}
    assert len(found["timestamps"]) in (6, 7)


def test_gauges_have_the_names_of_the_documents(client, house):
    """Memory and connections are drawn from what processes read off themselves."""
    at = datetime.now(UTC).timestamp() - 60
    pulse = house.shelf.get(Pulse, lambda: Pulse(house))
    pulse.sample(int(at), read_process(house))

    asked = "/api/metrics/timeseries?hours=0.1&name="
    memory = client.get(f"{asked}memory_usage").json["data"]
    pool = client.get(f"{asked}active_connections").json["data"]
    (curve,) = memory["series"]
    assert memory["unit"] == "bytes"
    assert next(point for point in curve["points"] if point) > 10e6
    assert [c["labels"] for c in pool["series"]] == [
        {"state": "idle"},
        {"state": "in_use"},
        {"state": "overflow"},
    ]


def test_an_unknown_series_is_refused_by_name(client):
    """The names that there are stand in the answer."""
    asked = "/api/metrics/timeseries?name=entrepot_thread"
    assert client.get(f"{asked}s").status_code == 200

    answer = client.get(asked)
    assert answer.status_code == 400
    assert "entrepot_threads" in answer.text


@pytest.mark.parametrize("query", ["hours=0", "hours=-1", "hours=nan", "hours=9999999"])
@pytest.mark.parametrize("path", ["summary", "timeseries"])
def test_hours_that_are_none_are_refused(client, path, query):
    """The parameter is named."""
    answer = client.get(f"/api/metrics/{path}?{query}")

    assert answer.status_code == 400
    assert "hours" in answer.json["detail"]


def test_charts_are_for_people_who_are_known(signed_in, house):
    """A viewer may see how the server does; nobody may not."""
    viewer = signed_in("viewer")

    assert viewer.get("/api/metrics/summary").status_code == 200
    viewer.environ_base.pop("HTTP_AUTHORIZATION")
    assert viewer.get("/api/metrics/summary").status_code == 401
