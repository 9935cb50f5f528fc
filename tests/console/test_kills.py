"""A server that is killed while statements run: nothing is left of them."""

from __future__ import annotations

import os
import signal
import sqlite3
import urllib.error
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.console.conftest import ENDLESS
from tests.console.test_servers import ADMIN, signed_in, wait_until
from tests.running import new_installation, serving

pytestmark = pytest.mark.fault

LONG = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT i, hex(randomblob(500)) AS x FROM n LIMIT 900000"
)


@pytest.fixture
def installation(tmp_path):
    """An installation with one web worker and an admin."""
    (tmp_path / "work").mkdir()
    made = new_installation(
        tmp_path / "work",
        ENTREPOT_SERVING_WORKERS_COUNT="1",
        ENTREPOT_CONSOLE_UNWATCHED_SECONDS="600",
    )
    made.run("db", "create-admin", *ADMIN)
    with closing(sqlite3.connect(made.folder / "shop.db")) as shop:
        shop.execute("CREATE TABLE item (id)")
    made.run("connections", "add", "shop", "shop.db")
    return made


def servers_of(installation):
    """Return the processes of an installation but for the one that starts the rest."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            environ = (folder / "environ").read_bytes()
            command = (folder / "cmdline").read_bytes().split(b"\0")
            is_ours = f"CONFIG_DIR={installation.folder}".encode() in environ
            if is_ours and command[-2:-1] != [b"serve"]:
                found.append(int(folder.name))
    return found


def run_of(call, id):
    """Return a run; None while no server answers."""
    with suppress(urllib.error.URLError, OSError):
        return call(f"sql/runs/{id}")
    return None


def test_runs_of_a_killed_server_have_failed(installation):
    """It is told so, what they had begun to keep is gone, and the next one runs."""
    results = installation.folder / "entrepot-data" / "console" / "results"
    with serving(installation) as url:
        call = signed_in(url)
        asked = {"wait": False, "timeout": 60, "max_rows": 1_000_000}
        ids = [
            call("sql/execute", {**asked, "query": sql})["query_id"]
            for sql in (ENDLESS, LONG)
        ]
        wait_until(lambda: [*results.glob("*.part")], 30)

        killed = servers_of(installation)
        for number in killed:
            os.kill(number, signal.SIGKILL)
        long_ago(installation)
        wait_until(lambda: run_of(call, ids[0]), 60)

        runs = [run_of(call, id) for id in ids]
        assert [(run["state"], run["error"]["code"]) for run in runs] == [
            ("failed", "lost")
        ] * 2
        assert killed
        assert not set(killed) & set(servers_of(installation))
        assert [*results.glob("*.part")] == []
        assert call("sql/running") == []
        assert call("sql/execute", {"query": "SELECT 1 AS a"})["rows"] == [{"a": 1}]


def long_ago(installation):
    """Have the runs' last sign of life be a minute old."""
    before = datetime.now(UTC) - timedelta(minutes=1)
    with closing(
        sqlite3.connect(installation.folder / "entrepot-data" / "entrepot.db")
    ) as ours:
        ours.execute(
            "UPDATE console_run SET beat_at = ?",
            [before.strftime("%Y-%m-%d %H:%M:%S.%f")],
        )
        ours.commit()
