"""Many at once, and several processes: against real servers."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from entrepot.accounts import add_user
from entrepot.composition import build_house
from entrepot.migrations import ensure
from tests.conftest import PASSWORD
from tests.serving.servers import SERVE, free_port, started, until

pytestmark = pytest.mark.fault

LOGIN = json.dumps({"email": "ada@example.com", "password": PASSWORD})


def ask(port, method, path, body=None, token=""):
    """Ask once, over a connection of its own; return status and JSON."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    with closing(line):
        line.request(method, path, body, headers)
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())


@pytest.fixture
def server(environ, tmp_path):
    """`entrepot serve` with two workers where Ada is admin and must sign in."""
    house = build_house(environ)
    ensure(house)
    add_user(house, email="ada@example.com", password=PASSWORD, role="admin")
    house.close()
    # What bounds a flood here are sign-ins' own bounds, not those on all requests.
    without = {"RATE_LIMIT_PER_MINUTE": "0", "MAX_CONCURRENT_PER_IP": "0"}
    given = {**environ, **without, "ENTREPOT_AUTH": "required"}
    with started((*SERVE, "--no-worker"), free_port(), given, tmp_path) as server:
        server.wait_for_greeting()
        until(lambda: len(server.family()) == 3)
        yield server


def me(server, token, times=40):
    """Return the statuses of asking who one is, some times, by whichever worker."""
    asked = (ask(server.port, "GET", "/api/auth/me", token=token) for _ in range(times))
    return {status for status, _ in asked}


def memory_bytes(pid: int) -> int:
    """Return the most memory that a process ever had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def test_200_logins_at_once_are_survived(server):
    """Some get in, the others are told to come again; nobody is left without answer.

    Each password takes 32 MB to check: without a bound 200 would take 6 GB.
    """
    with ThreadPoolExecutor(200) as pool:
        answers = [
            pool.submit(ask, server.port, "POST", "/api/auth/login", LOGIN)
            for _ in range(200)
        ]
        health = [ask(server.port, "GET", "/health")[0] for _ in range(20)]
        counts = Counter(answer.result()[0] for answer in answers)

    assert health == [200] * 20
    assert set(counts) <= {200, 429}
    assert counts[200] >= 4
    assert max(map(memory_bytes, server.family())) < 400_000_000
    until(lambda: ask(server.port, "POST", "/api/auth/login", LOGIN)[0] == 200)


def test_every_worker_sees_a_sign_out_at_once(server):
    """Both knew the token; after the answer to logout neither takes it."""
    _, body = ask(server.port, "POST", "/api/auth/login", LOGIN)
    token = body["data"]["access_token"]
    before = {
        ask(server.port, "GET", "/api/auth/me", token=token)[0] for _ in range(40)
    }

    refresh = json.dumps({"refresh_token": body["data"]["refresh_token"]})
    assert ask(server.port, "POST", "/api/auth/logout", refresh)[0] == 200
    after = me(server, token)

    assert (before, after) == ({200}, {401})


def test_a_refresh_token_raced_for_is_won_once(server):
    """Of many that send it at the same moment one gets new tokens at the most."""
    _, body = ask(server.port, "POST", "/api/auth/login", LOGIN)
    refresh = json.dumps({"refresh_token": body["data"]["refresh_token"]})

    with ThreadPoolExecutor(8) as pool:
        answers = [
            pool.submit(ask, server.port, "POST", "/api/auth/refresh", refresh)
            for _ in range(8)
        ]
        counts = Counter(answer.result()[0] for answer in answers)

    assert counts == {200: 1, 401: 7}
