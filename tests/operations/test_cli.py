"""`entrepot db health`."""

from __future__ import annotations

import json
import os

from click.testing import CliRunner

from entrepot.cli import entrepot
from entrepot.migrations import ensure


def run(house, *arguments):
    """Run `entrepot db …` on a house."""
    return CliRunner().invoke(entrepot, ["db", *arguments], obj=house)


def test_a_healthy_database_ends_with_zero(our_house, kind):
    """The lines say state, version and time; `--json` has the same members."""
    ensure(our_house)

    told, members = run(our_house, "health"), run(our_house, "health", "--json")

    assert told.exit_code == members.exit_code == 0
    assert told.output.startswith("Status: healthy\nDatabase: ")
    assert json.loads(members.output)["database_type"] == kind


def test_a_lost_database_ends_with_one(house):
    """What is wrong stands in the message."""
    ensure(house)
    os.remove(house.store.url.database)

    told = run(house, "health")

    assert told.exit_code == 1
    assert "Message: SQLite connection failed: Its file is not there" in told.output
