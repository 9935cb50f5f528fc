"""What tests of the watch share: all the time in the world."""

from __future__ import annotations

import pytest

from entrepot.watch.lines import service


@pytest.fixture(autouse=True)
def counted_to_the_end(monkeypatch):
    """Let lines be counted however long it takes: a busy machine is no failure."""
    monkeypatch.setattr(service, "COUNT_SECONDS", 60.0)
