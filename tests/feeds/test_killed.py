"""A process killed in the midst of an import leaves all of it, or nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import text

from entrepot import feeds
from entrepot.feeds import here, working

ROWS = 3_000
CHILD = """
import sys
from entrepot.composition import build_house
from entrepot.migrations import import_models
import_models()
import os
from entrepot.feeds import here, Applying
house = build_house(dict(os.environ))

class Told(here.Here):
    def advance(self, *, rows=None, rows_total=None, percent=None, stage=None):
        print(stage, flush=True)
        if stage == sys.argv[2]:
            sys.stdin.readline()

here.Here = Told
print("begun", flush=True)
here.apply_here(house, sys.argv[1], Applying())
"""


def _facts(house):
    counted = {
        "products": "SELECT count(*) FROM products",
        "versions": "SELECT count(*) FROM catalogue_version",
        "documents": "SELECT count(*) FROM catalogue_document",
        "records": "SELECT count(*) FROM sync_history",
    }
    with house.store.read_session() as session:
        return {n: session.scalar(text(sql)) for n, sql in counted.items()}


@pytest.mark.fault
@pytest.mark.parametrize("stage", ["writing", "documents", "committing"])
def test_a_kill_leaves_nothing(both, surroundings, tmp_path, stage):
    """Killed before its commit, an import was never there; then it can be done."""
    lines = [f"K{n},Name {n},{n}.50" for n in range(ROWS)]
    file = tmp_path / "goods.csv"
    file.write_text("\n".join(["SKU,Name,Price", *lines]) + "\n")
    seen = here.preview_here(both, file, feed="", by="ann")
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, seen.id, stage],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **surroundings},
    )
    try:
        assert child.stdout is not None
        for line in child.stdout:
            if line.strip() == stage:
                break
        else:
            pytest.fail("it never came to that stage")
    finally:
        child.send_signal(signal.SIGKILL)
        child.communicate()

    assert _facts(both) == dict.fromkeys(_facts(both), 0)
    with both.store.session() as session:
        working.fail(session, seen.id, "failed", "killed", "killed")
    done = here.apply_here(both, seen.id, feeds.Applying())
    assert done.state == "applied"
    assert _facts(both) == {
        "products": ROWS,
        "versions": ROWS,
        "documents": ROWS,
        "records": 1,
    }
