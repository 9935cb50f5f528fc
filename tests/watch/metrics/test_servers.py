"""Counts are right whoever answers, and stay when whoever counted dies."""

from __future__ import annotations

import http.client
import os
import re
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from tests.house.repository import ROOT
from tests.serving.servers import SERVE, free_port, is_alive, started, until

pytestmark = pytest.mark.fault

WEB_ALONE = (*SERVE, "--no-worker")
GUNICORN = (sys.executable, "-m", "gunicorn", "app:app")
HEALTH = 'catalogue_http_requests_total{endpoint="health",method="GET",status="200"}'
COUNT = 'catalogue_http_request_duration_seconds_count{endpoint="health",method="GET"}'
WORKERS = 4


@contextmanager
def four_workers(name, environ, folder):
    """Run a server with four workers until the block ends."""
    variables = {**environ, "ENTREPOT_SERVING_WORKERS_COUNT": str(WORKERS)}
    command, place = (WEB_ALONE, folder) if name == "granian" else (GUNICORN, ROOT)
    with started(command, free_port(), variables, place) as server:
        until(server.answers)
        until(lambda: len(workers_of(server)) == WORKERS)
        yield server


def workers_of(server):
    """Return the processes of which none is another's parent."""
    family = [pid for pid in server.family() if is_alive(pid)]
    parents = {_parent(pid) for pid in family}
    return [pid for pid in family if pid not in parents and _is_worker(pid)]


def _parent(pid):
    with suppress(OSError), open(f"/proc/{pid}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[1])
    return 0


def _is_worker(pid):
    with suppress(OSError), open(f"/proc/{pid}/cmdline") as file:
        return "resource_tracker" not in file.read()
    return False


def scrape(server):
    """Return the metrics by name and labels."""
    status, body = server.get("/metrics", seconds=30)
    assert status == 200
    lines = [x for x in body.decode().splitlines() if not x.startswith("#")]
    return {n: float(v) for n, _, v in (x.rpartition(" ") for x in lines)}


def ask(server, times):
    """Ask for health from many threads, a connection each; all are answered."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: server.get(seconds=30)[0], range(times)))
    assert answers == [200] * times


@pytest.fixture(params=["granian", "gunicorn"])
def server(request, environ, tmp_path):
    """A server with four workers."""
    with four_workers(request.param, environ, tmp_path) as server:
        yield server


def test_a_thousand_requests_are_a_thousand(server):
    """Whoever of the workers is asked says the same, and never less than before."""
    before = scrape(server)[HEALTH]

    seen = []
    for _ in range(10):
        ask(server, 100)
        seen.append(scrape(server)[HEALTH])

    found = scrape(server)
    assert seen == [before + 100 * n for n in range(1, 11)]
    assert found[HEALTH] == found[COUNT] == before + 1_000


def test_killed_workers_take_no_counts_with_them(server):
    """Four are killed one by one between requests; pools are those of the living."""
    ask(server, 200)
    size = "entrepot_db_pool_size"
    before = scrape(server)[HEALTH]
    first = workers_of(server)
    seen = []
    for pid in first:
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: not is_alive(pid) and len(workers_of(server)) == WORKERS)
        until(server.answers)
        seen.append(scrape(server))
    polled = scrape(server)[HEALTH] - before

    counts = [found[HEALTH] for found in seen]
    assert counts == sorted(counts)
    assert polled >= WORKERS
    assert set(workers_of(server)).isdisjoint(first)
    ask(server, 100)
    assert scrape(server)[HEALTH] == before + polled + 100
    assert {found[size] % 10 for found in seen} == {0.0}
    assert max(found[size] for found in seen) <= 10.0 * WORKERS


def test_a_worker_killed_in_mid_traffic_loses_no_answer(server):
    """What was answered is counted; what was asked is not counted twice."""
    before = scrape(server)[HEALTH]
    killed, answered = workers_of(server)[0], []

    def ask_once(number):
        if number == 150:
            os.kill(killed, signal.SIGKILL)
        with suppress(OSError, http.client.HTTPException):
            answered.append(server.get(seconds=30)[0])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask_once, range(400)))

    counted = scrape(server)[HEALTH] - before
    assert set(answered) == {200}
    assert 300 < len(answered) <= counted <= 400


def test_processor_time_does_not_go_back_when_workers_die(server):
    """What the dead took counts on; memory and files are those of the living."""
    ask(server, 200)
    seen = [scrape(server)]
    for pid in workers_of(server):
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: not is_alive(pid) and len(workers_of(server)) == WORKERS)
        until(server.answers)
        seen.append(scrape(server))

    cpu = [found["process_cpu_seconds_total"] for found in seen]
    starts = {found["process_start_time_seconds"] for found in seen}
    assert cpu == sorted(cpu)
    assert cpu[0] > 0.5
    assert len(starts) == 1
    assert min(found["process_open_fds"] for found in seen) > 5 * WORKERS
    memory = [found["process_resident_memory_bytes"] for found in seen]
    assert min(memory) > 50e6 * WORKERS


def test_a_new_start_begins_at_zero(environ, tmp_path):
    """Yesterday's counts are not today's."""
    with four_workers("granian", environ, tmp_path) as server:
        ask(server, 50)
        assert scrape(server)[HEALTH] >= 50
    with four_workers("granian", environ, tmp_path) as server:
        found = scrape(server)

    assert found[HEALTH] < 50
    assert len(list((tmp_path / "home/run/metrics").iterdir())) < 12


def test_a_folder_that_cannot_be_written_stops_no_request(environ, tmp_path):
    """Each process counts alone."""
    (tmp_path / "in the way").write_text("")
    folder = str(tmp_path / "in the way" / "metrics")
    variables = {**environ, "PROMETHEUS_MULTIPROC_DIR": folder}
    with four_workers("granian", variables, tmp_path) as server:
        ask(server, 100)
        found = scrape(server)

    assert sum(v for k, v in found.items() if re.match(".*_requests_total", k)) > 0
