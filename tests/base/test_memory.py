"""What our processes have in common before they do anything."""

from __future__ import annotations

import subprocess
import sys


def test_arrow_takes_memory_from_the_system():
    """Whichever part of ours is imported first."""
    code = "import entrepot.base.rows, pyarrow as pa; "
    code += "print(pa.default_memory_pool().backend_name)"

    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert said.stdout == "system\n"
