"""Fixtures: a house that keeps every trace, and parts that somebody made."""

from __future__ import annotations

import pytest

from entrepot.base import spans
from entrepot.watch.traces.store import trace


@pytest.fixture
def environ(environ):
    """Every trace is kept."""
    return environ | {"ENTREPOT_WATCH_TRACES_SAMPLED_PERCENT": "100"}


@pytest.fixture
def traced(house):
    """A house that keeps traces, though nothing is served."""
    trace(house)
    return house


@pytest.fixture
def statements(traced):
    """A function that makes a part with the same statement again and again."""

    def make(count, *, sql="SELECT a FROM t WHERE id = {}", name="exports.run"):
        with spans.part("job", name) as part, spans.span("work", "loop"):
            for n in range(count):
                spans.add("statement", "", part.began, sql=sql.format(n))
        return part

    return make
