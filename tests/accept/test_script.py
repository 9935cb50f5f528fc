"""The acceptance script passes on the demo and on every real database."""

from __future__ import annotations

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
        "table|rows|lists|structure|wrong column|export as",
    ),
}
CONNECTIONS = ("demo", "chinook", "northwind", "bestbuy", "chinook_postgresql")


@pytest.mark.parametrize("connection", CONNECTIONS)
@pytest.mark.parametrize("flags", FLAGS)
def test_the_script_passes(server, shared, flags, connection):
    """It ends with `N passed, 0 failed`, and N is not 0."""
    script = shared / "accept/accept.py"
    email, password = ADMIN
    options = ["--url", server, "--connection", connection, *FLAGS[flags]]
    options += ["--email", email, "--password", password]

    done = subprocess.run(
        [sys.executable, script, *options], capture_output=True, text=True, timeout=120
    )

    assert done.stdout.rstrip().endswith(" passed, 0 failed"), done.stdout
    assert not done.stdout.rstrip().endswith("\n0 passed, 0 failed")
