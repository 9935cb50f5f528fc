"""A real Prometheus scrapes a real server, and the documents' queries give numbers."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.house.repository import ROOT
from tests.services import own_prometheus
from tests.serving.servers import free_port, started, until

pytestmark = pytest.mark.fault

COMMAND = (
    *(sys.executable, "-m", "gunicorn", "tests.watch.metrics.breaking:app"),
    *("--workers", "4", "--threads", "4"),
)
REQUESTS = "catalogue_http_requests_total"
SECONDS = "catalogue_http_request_duration_seconds"
SLOW, BROKEN = 60, 20


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory):
    """A Prometheus that has seen 60 slow requests and 20 broken ones."""
    folder = tmp_path_factory.mktemp("scraped")
    environ = {
        "ENTREPOT_HOME": str(folder / "home"),
        "CONFIG_DIR": str(folder / "config"),
        "LOG_DB_PATH": str(folder / "log.db"),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    port = free_port()
    with started(COMMAND, port, environ, ROOT) as server:
        until(server.answers)
        _ask(server, [("/slow", 200), ("/broken", 500)])  # a rate begins at the second
        with own_prometheus(f"127.0.0.1:{port}") as prometheus:
            until(lambda: _sum(prometheus, f'{REQUESTS}{{endpoint="slow"}}') == 1)
            _ask(server, [("/slow", 200)] * SLOW + [("/broken", 500)] * BROKEN)
            until(
                lambda: _sum(prometheus, f'{REQUESTS}{{endpoint="slow"}}') == 1 + SLOW
            )
            yield prometheus


def _ask(server, wanted):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda w: server.get(w[0], 30)[0], wanted))
    assert answers == [status for _, status in wanted]


def _sum(prometheus, query):
    return sum(prometheus.ask(query).values())


def _one(prometheus, query):
    (value,) = prometheus.ask(query).values()
    return value


def test_the_server_is_up_for_prometheus(prometheus):
    """No scrape failed, and no metric was refused."""
    assert _one(prometheus, "min_over_time(up[1m])") == 1.0


def test_counts_are_exact(prometheus):
    """Over four workers, by endpoint and status."""
    found = prometheus.ask(f'{REQUESTS}{{endpoint=~"slow|broken"}}')

    labels = {json.loads(k)["endpoint"]: json.loads(k)["status"] for k in found}
    assert labels == {"slow": "200", "broken": "500"}
    assert sorted(found.values()) == [1 + BROKEN, 1 + SLOW]


def test_the_rate_of_requests(prometheus):
    """`rate` gives requests a second: those that came, over the minute it looks at."""
    rate = _one(prometheus, f'rate({REQUESTS}{{endpoint="slow"}}[1m])')

    # It reckons a little on at both ends of what it has seen.
    assert SLOW / 60 <= rate <= SLOW / 60 * 1.5


def test_the_rate_of_errors(prometheus):
    """Requests that broke are counted as 500, as the documents ask for them."""
    found = prometheus.ask(f'rate({REQUESTS}{{status="500"}}[1m])')

    assert [json.loads(labels)["endpoint"] for labels in found] == ["broken"]
    assert BROKEN / 60 <= sum(found.values()) <= BROKEN / 60 * 1.5


def test_the_average_duration(prometheus):
    """Sum through count is how long one took."""
    of = '{endpoint="slow"}[1m]'
    query = f"rate({SECONDS}_sum{of}) / rate({SECONDS}_count{of})"

    assert _one(prometheus, query) == pytest.approx(0.2, abs=0.1)
    assert _one(prometheus, query) >= 0.2


def test_the_quantile_of_durations(prometheus):
    """All took between 0.1 and 0.5 seconds, so 95 % of the way lies at 0.48."""
    of = '{endpoint="slow"}[1m]'

    found = _one(prometheus, f"histogram_quantile(0.95, rate({SECONDS}_bucket{of}))")
    assert found == pytest.approx(0.48, abs=0.001)


def test_what_is_read_off(prometheus):
    """Database, products and the version, right without a request that asked."""
    assert _one(prometheus, "catalogue_db_connection_status") == 1.0
    assert _one(prometheus, "catalogue_products_total") == 5.0
    assert _one(prometheus, "entrepot_build_info") == 1.0


def test_what_the_processes_take(prometheus):
    """All six are there, for the whole family."""
    assert _one(prometheus, "process_resident_memory_bytes") > 200e6
    assert _one(prometheus, "process_virtual_memory_bytes") > 200e6
    assert _one(prometheus, "process_open_fds") > 20
    assert _one(prometheus, "process_open_fds < process_max_fds") > 20
    assert 0 < _one(prometheus, "time() - process_start_time_seconds") < 600
    assert _one(prometheus, "rate(process_cpu_seconds_total[1m])") > 0
