"""What tests of the metrics share: an answered request, and the numbers told."""

from __future__ import annotations

import pytest

from entrepot.base.events import RequestAnswered, emit
from entrepot.composition import hear
from entrepot.watch.metrics.exposition import tell
from entrepot.watch.metrics.reading import Reader

PATIENCE_SECONDS = 60.0
"""With a gauge: a busy machine is no failure."""


@pytest.fixture
def counting(house):
    """A house that counts, without a request so far."""
    hear(house)
    return house


@pytest.fixture
def answer():
    """A function that lets a request have been answered."""

    def put(endpoint="get_products", status=200, seconds=0.07, method="GET"):
        emit(
            RequestAnswered(
                method=method,
                path="/api/products",
                protocol="HTTP/1.1",
                endpoint=endpoint,
                status=status,
                seconds=seconds,
                size_bytes=None,
            )
        )

    return put


@pytest.fixture
def told(counting):
    """A function that gives the lines of one metric, as Prometheus gets them."""

    def lines(name):
        counting.shelf.get(Reader, lambda: Reader(PATIENCE_SECONDS))
        body = tell(counting).body.decode().splitlines()
        return [line for line in body if line.startswith(name)]

    return lines
