"""The API and the pages of history, as people and programs ask them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from entrepot.app import create_app
from entrepot.watch.history.keeper import Keeper
from entrepot.watch.history.listening import KEEPER
from entrepot.watch.history.models import StatementShape
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Entry
from tests.watch.history.conftest import ENDPOINT, Nobody

HTML = {"Accept": "text/html"}
PLAN = update(StatementShape).values(plan="SCAN of ours", planned_at=datetime.now(UTC))


@pytest.fixture
def client(house):
    """A client of a server that answered a little, all of it written."""
    house.shelf.get(KEEPER, Nobody)
    client = create_app(house, is_open=True).test_client()
    keeper = Keeper(house, "web")
    keeper.write(time.time())  # where counting begins
    for _ in range(3):
        client.get("/api/products")
    client.get("/api/nothing")
    log_store(house).put(Entry(time.time(), "INFO", "entrepot.jobs", "A job ended"))
    log_store(house).put(Entry(time.time(), "ERROR", "entrepot.web", "It <b>broke</b>"))
    log_store(house).flush()
    keeper.look(time.time())
    keeper.write(time.time())
    yield client
    keeper.close()


def data(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def test_the_names_are_listed(client):
    """With unit, labels and what can be asked."""
    found = {metric["name"]: metric for metric in data(client, "/api/metrics")}

    assert found["http_request_duration"]["unit"] == "ms"
    assert found["http_request_duration"]["labels"] == ["method", "endpoint"]
    assert "p99" in found["http_request_duration"]["statistics"]


def test_a_metric_is_told_over_time_by_a_label(client):
    """Any parameter that is none of ours is a label."""
    asked = "name=catalogue_http_requests_total&statistic=count&points=10"
    found = data(client, f"/api/metrics/timeseries?{asked}&by=endpoint&status=200")

    sums = {
        c["labels"]["endpoint"]: sum(filter(None, c["points"])) for c in found["series"]
    }
    assert sums == {ENDPOINT: 3.0}
    assert len(found["timestamps"]) <= 10


def test_a_time_is_asked_for(client):
    """From and to, in steps; more than can be told is fewer and longer ones."""
    asked = "name=request_rate&from=2026-01-01&to=2026-01-02"
    found = data(client, f"/api/metrics/timeseries?{asked}&step=3600&points=1000")
    fewer = data(client, f"/api/metrics/timeseries?{asked}&step=60&points=100")

    assert found["timestamps"][0] == "2026-01-01T00:00:00Z"
    assert found["step_seconds"] >= 3600
    assert len(fewer["timestamps"]) <= 100


@pytest.mark.parametrize(
    "asked",
    [
        "name=request_rate&colour=red",
        "name=request_rate&statistic=p17",
        "name=request_rate&statistic=p99",
        "name=request_rate&from=tomorrow",
        "name=request_rate&from=2026-01-02&to=2026-01-01",
        "name=request_rate&step=5",
        "name=request_rate&points=100000",
        "name=nothing",
    ],
)
def test_what_cannot_be_is_refused(client, asked):
    """With what would have gone."""
    assert client.get("/api/metrics/timeseries?name=request_rate").status_code == 200

    answer = client.get(f"/api/metrics/timeseries?{asked}")
    assert answer.status_code in (400, 404, 422)
    assert answer.json["code"]


def test_the_summary_tells_of_the_machine_too(client):
    """Whether it is out of the log or out of history."""
    recent = data(client, "/api/metrics/summary?hours=1")
    months = data(client, "/api/metrics/summary?hours=2000")

    assert recent["requests"] >= 4
    assert months["requests"] >= 4
    assert months["statuses"]["404"] == 1
    assert months["http_request_duration_ms"]["p95"] > 0
    assert {e["endpoint"] for e in months["endpoints"]} >= {ENDPOINT}
    assert recent["memory_bytes"]["web"]["avg"] > 1_000_000


def test_usage_and_statements_are_listed(client):
    """By person if asked; our own database's statements are among them."""
    used = data(client, "/api/metrics/usage?of=endpoint")
    people = data(client, "/api/metrics/usage?of=endpoint&by_person=true")
    found = data(client, "/api/metrics/statements?connection=-&sort=times")

    assert {u["name"]: u["times"] for u in used}[ENDPOINT] == 3
    assert any(u["who"] for u in people)
    assert found["statements"][0]["times"] >= found["statements"][-1]["times"]


def test_a_server_that_cannot_tell_says_so(client):
    """SQLite counts nothing; a connection that is not there is missing."""
    found = data(client, "/api/metrics/statements?source=server&connection=-")
    missing = client.get("/api/metrics/statements?connection=nothing")

    assert (found["statements"], bool(found["problem"])) == ([], True)
    assert missing.status_code == 404


def test_the_durable_log_is_read_in_pages(client):
    """Each page has the address of the next."""
    first = client.get("/api/system-logs?limit=1").json
    second = client.get(first["page"]["next"]).json

    assert first["page"]["total"] == 2
    assert first["data"][0]["message"] == "It <b>broke</b>"
    assert second["data"][0]["id"] < first["data"][0]["id"]
    assert second["page"]["next"] is None


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/usage", "Metrics"),
        ("/usage?name=catalogue_http_requests_total&by=endpoint&range=1h", ENDPOINT),
        ("/usage?name=memory_usage&statistic=max&by=process", "memory_usage"),
        ("/usage?name=request_rate&range=2y&label=method=GET", "method: GET"),
        ("/usage?name=db_query_duration", "Nothing in the last"),
        ("/usage/used", ENDPOINT),
        ("/usage/used?of=product", "Nothing was used"),
        (f"/usage/used?name={ENDPOINT}", "Who"),
        ("/usage/statements?connection=-&sort=mean", "our own"),
        ("/usage/statements?connection=-&source=server", "only PostgreSQL"),
        ("/system-logs?level=&q=broke", "It &lt;b&gt;broke"),
        ("/system-logs?q=nothing-says-this", "No line matches"),
    ],
)
def test_pages_show_it(client, address, words):
    """Each has an address that holds its state."""
    answer = client.get(address, headers=HTML)

    assert answer.status_code == 200, answer.text[:2000]
    assert words in answer.text


@pytest.mark.parametrize(
    "address", ["/usage?range=3w", "/usage/used?of=x", "/usage/statements?sort=x"]
)
def test_odd_addresses_are_refused(client, address):
    """They say what would have gone."""
    assert client.get(address, headers=HTML).status_code in (400, 422)


@pytest.mark.parametrize(
    "address",
    ["/api/metrics/usage", "/api/metrics/statements", "/api/system-logs", "/usage/used",
     "/usage/statements", "/system-logs"],
)  # fmt: skip
def test_viewers_see_no_people_and_no_statements(signed_in, address):
    """An analyst does."""
    assert signed_in("analyst").get(address).status_code == 200

    assert signed_in("viewer").get(address).status_code == 403


def test_plans_of_our_own_database_are_for_admins(house, signed_in):
    """On the page and in the API; an analyst sees the statements without them."""
    house.shelf.get(KEEPER, Nobody)
    admin, analyst = signed_in("admin"), signed_in("analyst")
    keeper = Keeper(house, "web")
    keeper.write(time.time())
    with house.store.session() as session:
        session.execute(PLAN)
    keeper.close()

    told = [
        "SCAN of ours" in client.get(f"{path}?connection=-").text
        for client in (admin, analyst)
        for path in ("/api/metrics/statements", "/usage/statements")
    ]
    assert told == [True, True, False, False]
