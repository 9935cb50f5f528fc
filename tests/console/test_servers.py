"""Statements on a real PostgreSQL, run and stopped by a server of two workers."""

from __future__ import annotations

import json
import time
import urllib.request

import pytest
from tests.connections.shops import new_shop
from tests.running import new_installation, serving

pytestmark = pytest.mark.fault

ADMIN = ("admin@example.com", "secret-long-one")
RUNAWAY = "SELECT count(*) /* {} */ FROM generate_series(1, 100000000000) AS n"
ACTIVE = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE state = 'active' AND query LIKE '%{}%generate_series%'"
    " AND pid <> pg_backend_pid()"
    " AND clock_timestamp() - query_start > '300 ms'"
)
"""It is parsed first, and idle for a moment, which would look like its end."""


@pytest.fixture(scope="module")
def call(postgresql, tmp_path_factory):
    """A function that asks a server of two workers, each time by a new connection."""
    installation = new_installation(
        tmp_path_factory.mktemp("console"),
        ENTREPOT_SERVING_WORKERS_COUNT="2",
        ENTREPOT_CONSOLE_UNWATCHED_SECONDS="4",
    )
    installation.run("db", "create-admin", *ADMIN)
    with new_shop(postgresql) as shop:
        installation.run("connections", "add", "shop", shop.url)
        with serving(installation) as url:
            yield signed_in(url)


def signed_in(url):
    """Return a function that asks as the admin."""
    headers = {"Content-Type": "application/json"}

    def call(path, body=None):
        raw = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{url}/api/{path}", raw, headers)
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return json.load(answer)["data"]

    email, password = ADMIN
    tokens = call("auth/login", {"email": email, "password": password})
    headers["Authorization"] = f"Bearer {tokens['access_token']}"
    return call


def count_active(postgresql, word):
    """Return how many statements with this word the server itself says it runs."""
    return postgresql.run(ACTIVE.format(word))[0][0]


def wait_until(claim, seconds):
    """Wait until something holds; return how long that took."""
    began = time.monotonic()
    while not claim():
        assert time.monotonic() - began < seconds
    return time.monotonic() - began


def ended(call, query_id):
    """Return the run once its worker has written how it ended, a little later."""
    path = f"sql/runs/{query_id}"
    wait_until(lambda: call(path)["state"] != "running", 20)
    return call(path)


@pytest.mark.parametrize("word", ["one", "two", "three", "four"])
def test_whichever_worker_is_asked_the_statement_ends(call, postgresql, word):
    """It is gone from PostgreSQL's own list within two seconds."""
    asked = {"query": RUNAWAY.format(word), "wait": False, "timeout": 30}
    begun = call("sql/execute", asked)
    wait_until(lambda: count_active(postgresql, word), 10)

    call(f"sql/runs/{begun['query_id']}/cancel", {})

    assert wait_until(lambda: not count_active(postgresql, word), 10) < 2.0
    run = ended(call, begun["query_id"])
    assert (run["state"], run["stopped_by"]) == ("stopped", ADMIN[0])


def test_what_nobody_asks_for_ends(call, postgresql):
    """A page that was closed leaves no statement on the server."""
    begun = call(
        "sql/execute", {"query": RUNAWAY.format("left"), "wait": False, "timeout": 30}
    )
    wait_until(lambda: count_active(postgresql, "left"), 10)

    wait_until(lambda: not count_active(postgresql, "left"), 10)

    run = ended(call, begun["query_id"])
    assert run["error"]["detail"] == "nobody asked for it any more"


def test_an_error_has_the_place_that_postgresql_names(call):
    """Counted in what was written, though `:n` became `$1`; with SQLSTATE."""
    asked = {
        "query": "SELECT :n::int, :n::int\nFROM nowhere",
        "params": {"n": 1},
        "connection": "shop",
    }

    with pytest.raises(urllib.error.HTTPError) as refused:
        call("sql/execute", asked)

    said = json.load(refused.value)
    assert [said[k] for k in ("status", "line", "column", "database_code")] == [
        400,
        2,
        6,
        "42P01",
    ]
