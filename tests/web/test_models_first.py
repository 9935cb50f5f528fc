"""An application knows every model before it answers."""

from __future__ import annotations

import subprocess
import sys

from tests.running import ROOT

PROGRAM = """
from sqlalchemy.orm import configure_mappers
from entrepot.app import create_app
from entrepot.base.store import Model

create_app(is_open=True)
configure_mappers()
told = {mapper.class_.__tablename__ for mapper in Model.registry.mappers}
print(sorted({"users", "products", "product_images", "jobs", "system_logs"} - told))
"""


def test_no_thread_is_the_first_to_import_a_model(environ, tmp_path):
    """Mappers that are configured in the middle of an import stay broken."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**environ, "PYTHONPATH": str(ROOT / "src")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout.splitlines()[-1:], done.returncode) == (["[]"], 0), done.stderr
