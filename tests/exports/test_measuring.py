"""What a process held is measured, not guessed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
MB = 1 << 20

PROGRAM = """
import json
from entrepot.exports.measuring import Memory
memory = Memory()
held = bytearray(b"x") * {bytes}
during = memory.measures()
del held
later = Memory()
little = bytearray(b"x") * {few}
print(json.dumps([during, later.measures()]))
"""


def test_the_peak_and_what_was_needed_are_told():
    """Once the peak was higher before, what is held now counts."""
    program = PROGRAM.format(bytes=64 * MB, few=16 * MB)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(SRC)},
        capture_output=True,
        check=True,
    )
    first, second = json.loads(done.stdout)

    assert 63 * MB < first["used_bytes"] < 70 * MB
    assert first["peak_bytes"] > first["used_bytes"]
    assert 15 * MB < second["used_bytes"] < 20 * MB
    assert second["peak_bytes"] == pytest.approx(first["peak_bytes"], abs=MB)


def test_what_the_parent_holds_is_not_counted():
    """A child of a large process begins small."""
    held = bytearray(b"x") * (256 * MB)
    program = "from entrepot.base.memory import peak_bytes; print(peak_bytes())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(SRC)},
        capture_output=True,
        check=True,
    )

    assert int(done.stdout) < len(held)
