"""Houses whose schema is there, so that no test of the web waits for migrations."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.databases import write_schema


@pytest.fixture
def environ(environ, sqlite_template):
    """The variables of a house with a migrated database of its own."""
    write_schema(Path(environ["ENTREPOT_HOME"]), sqlite_template)
    return environ
