"""The acceptance script passes on the demo and on every real database."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from tests.accept.conftest import ADMIN

FLAGS = {
    "house": ("--only", "house"),
    "tables": (
        "--only",
        "000,002",
        "--grep",
        "table|rows|lists|structure|wrong column|export as"
        "|sql/execute|a write|a syntax",
    ),
}
CHECKS = 37
"""So many the script has, at the least."""
CONNECTIONS = ("demo", "chinook", "northwind", "bestbuy", "chinook_postgresql")


@pytest.mark.parametrize("connection", CONNECTIONS)
@pytest.mark.parametrize("flags", FLAGS)
def test_the_script_passes(server, shared, flags, connection):
    """It ends with `N passed, 0 failed`, and N is not 0."""
    said = run(shared, server, "--connection", connection, *FLAGS[flags])

    assert said.endswith(" passed, 0 failed"), said
    assert not said.endswith("\n0 passed, 0 failed")


def test_the_whole_script_passes(server_of_workers, shared):
    """All checks of all five documents, over either database of our own."""
    said = run(shared, server_of_workers)

    passed, failed = re.findall(r"(\d+) (?:passed|failed)", said.splitlines()[-1])
    assert (failed, int(passed) >= CHECKS) == ("0", True), said


def test_exports_are_as_the_document_says(shared, server):
    """All nine checks: tables in every format, exports as objects, and YBB's."""
    which = "export as|POST /api/exports|YBB|templates"

    said = run(shared, server, "--only", "000,002", "--grep", which)

    assert said.count("\nok   002 ") == 9, said
    assert said.endswith(" passed, 0 failed"), said


def test_the_log_is_as_the_document_says(shared, server_of_workers):
    """A line is there two seconds later, whichever worker wrote it."""
    options = ("--only", "000", "--grep", "logs")

    said = [run(shared, server_of_workers, *options) for _ in range(4)]

    assert [text.splitlines()[-1] for text in said] == ["2 passed, 0 failed"] * 4, said


def run(shared, url, *options) -> str:
    """Run the script against a server as its admin; return what it printed."""
    email, password = ADMIN
    script = shared / "accept/accept.py"
    who = ("--email", email, "--password", password)
    done = subprocess.run(
        [sys.executable, script, "--url", url, *who, *options],
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout.rstrip()
