"""A source that goes wrong as it is told, and two small formats to write it in."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from entrepot.connections import (
    DIALECTS,
    Statement,
    StatementSource,
    Target,
    open_target,
)
from entrepot.exports import FORMATS

PARTS = Path(__file__).parent / "parts"


@pytest.fixture(autouse=True)
def toy_parts(monkeypatch):
    """Let the registries find the parts of `parts/`, here and in child processes."""
    with monkeypatch.context() as patch:
        patch.syspath_prepend(str(PARTS))
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
        _look_again()
        yield
    _look_again()


def _look_again():
    for registry in (FORMATS, DIALECTS):
        registry.look_again()


@pytest.fixture
def drill():
    """Make a source: `drill(rows=5000, at=3000, act="kill")`."""

    def make(title="stock", table=None, estimated_rows=None, **plan):
        target = Target(name="depot", dialect="drill", url="drill://u:p4ss@here/x")
        statement = Statement(sql=json.dumps(plan), table=table)
        return StatementSource(
            target=target,
            statement=statement,
            title=title,
            database=open_target(target),
            estimated_rows=estimated_rows,
        )

    return make
