"""What servers write to standard output, and what the documents' queries find in it.

https://grafana.com/docs/loki/latest/query/log_queries/: `|=` is "contains", `|~` is
"matches", `| json` reads a line as an object and `__error__=""` drops what is none.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from contextlib import suppress

import pytest

from tests.house.repository import ROOT
from tests.serving.servers import SERVE, free_port, run, started, until

GUNICORN = (sys.executable, "-m", "gunicorn", "app:app", "--workers", "2")
SERVERS = [
    pytest.param(SERVE, id="serve"),
    pytest.param(GUNICORN, id="gunicorn", marks=pytest.mark.fault),
    pytest.param((sys.executable, "app.py"), id="app.py", marks=pytest.mark.fault),
]
ASKED = ("/api/health", "/api/nothing?token=hunter2", "/nothing", "/health")
PLAIN = re.compile(
    r'\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] "GET /[\w/]* HTTP/1.1" \d{3} (INFO|WARNING) '
    r"duration=\d+\.\dms request_id=asked-\d"
)


def kept(path: str) -> int:
    """How many of our requests are in the log."""
    with (
        suppress(sqlite3.Error),
        sqlite3.connect(f"file:{path}?mode=ro", uri=True) as log,
    ):
        count = "SELECT count(*) FROM logs WHERE request_id LIKE 'asked-%'"
        return int(log.execute(count).fetchone()[0])
    return 0


def output_of(command, environ) -> list[str]:
    """Ask a server, end it, and return what it wrote to standard output."""
    with started(command, free_port(), environ, ROOT) as server:
        until(server.answers)
        for n, path in enumerate(ASKED):
            server.get(path, headers={"X-Request-ID": f"asked-{n}"})
        # What is in the log was shown before.
        until(lambda: kept(environ["LOG_DB_PATH"]) == len(ASKED))
        _, out, _ = server.end()
    return out.splitlines()


@pytest.mark.parametrize("command", SERVERS)
def test_requests_are_lines_as_documented(environ, command):
    """Each once, and none with a query."""
    lines = [line for line in output_of(command, environ) if "asked-" in line]

    assert sorted(line.rpartition("=")[2] for line in lines) == [
        f"asked-{n}" for n in range(len(ASKED))
    ]
    assert [line for line in lines if not PLAIN.fullmatch(line)] == []
    assert "hunter2" not in str(lines)


@pytest.mark.parametrize("command", SERVERS)
def test_lines_are_objects_where_that_is_wanted(environ, command):
    """`| json | __error__=""`; at least our own are read."""
    lines = output_of(command, {**environ, "LOG_FORMAT": "json"})

    read = [json.loads(line) for line in lines if line.startswith("{")]
    asked = {line["request_id"]: line for line in read if "asked-" in str(line)}
    assert len(asked) == len(ASKED)
    assert asked["asked-3"]["message"] == '"GET /health HTTP/1.1" 200'
    assert asked["asked-3"]["endpoint"] == "health"
    assert re.fullmatch(r"\d+\.\dms", asked["asked-3"]["duration"])


@pytest.mark.parametrize("form", ["plain", "json"])
def test_the_documents_queries_find_requests(environ, form):
    """In both forms."""
    lines = output_of(SERVE, {**environ, "LOG_FORMAT": form})
    ours = [line for line in lines if "asked-" in line]

    def found(*patterns: str) -> list[str]:
        chosen = [ln for ln in ours if all(re.search(p, ln) for p in patterns)]
        return sorted(re.findall(r"asked-\d", str(chosen)))

    assert found("GET|POST", "/api/") == ["asked-0", "asked-1"]
    assert found("GET.*200") == ["asked-0", "asked-3"]
    assert found('" 404') == ["asked-1", "asked-2"]
    assert found("ERROR") == []


def test_nothing_is_shown_where_that_is_wanted(environ):
    """`LOG_FORMAT=none`: warnings stay on standard error."""
    lines = output_of(SERVE, {**environ, "LOG_FORMAT": "none"})

    assert [line for line in lines if not line.startswith("Entrepôt is at")] == []


def test_commands_show_no_lines(environ, tmp_path):
    """Their output is what they were asked for."""
    command = (sys.executable, "-m", "entrepot", "db", "info", "--json")
    done = run(command, environ, tmp_path)

    assert done.returncode == 0, done.stderr
    assert isinstance(json.loads(done.stdout), dict)
