"""What tests of history share: a server whose minutes pass as the test says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from entrepot.base.events import RequestAnswered, emit
from entrepot.base.house import House
from entrepot.base.store import Store
from entrepot.composition import hear
from entrepot.watch.history import service
from entrepot.watch.history.listening import KEEPER
from entrepot.watch.history.roller import Roller
from entrepot.watch.metrics.reading import Reader

ENDPOINT = "get_products"


class Nobody:
    """Stands where the keeper would: minutes pass when a test says so, not before."""

    def close(self) -> None:
        """Nothing is held open."""


@dataclass
class Serving:
    """A server that counts, and its leader's clock.

    Attributes:
        at: What the clock on the wall says; the steady one is moved with it.
    """

    house: House
    at: datetime
    steady: float = 1_000.0
    roller: Roller = field(init=False)

    def __post_init__(self) -> None:
        self.again()

    def again(self) -> None:
        """Let another process lead from now on."""
        self.close()
        store = Store(self.house.settings)
        self.roller = Roller(self.house, store, "web", steady=lambda: self.steady)

    def close(self) -> None:
        """Let its connections go."""
        if hasattr(self, "roller"):
            self.roller._store.close()

    def answer(self, *seconds: float, status: int = 200, endpoint=ENDPOINT) -> None:
        """Let requests have been answered."""
        for took in seconds:
            emit(
                RequestAnswered(
                    method="GET",
                    path="/api/products",
                    protocol="HTTP/1.1",
                    endpoint=endpoint,
                    status=status,
                    seconds=took,
                    size_bytes=None,
                )
            )

    def passes(self, seconds: float = 60.0) -> None:
        """Let time pass, and history be written at its end."""
        self.at += timedelta(seconds=seconds)
        self.steady += seconds
        self.roller.write(self.at.timestamp())

    def read(self, name: str, minutes: int = 3, **asked):
        """Return the points of the only curve, the last minutes before now."""
        asked = {"by": (), **asked}
        until = self.at.replace(second=0)
        since = until - timedelta(minutes=minutes)
        found = service.read_series(
            self.house, name, since=since, until=until, **{"step_seconds": 60, **asked}
        )
        (curve,) = found.series
        return curve.points


@pytest.fixture
def serving(both):
    """A server at the beginning of the minute before this one, on either database."""
    yield from serve(both)


def serve(house):
    """Let a house count, without a keeper of its own."""
    hear(house)
    house.shelf.get(KEEPER, Nobody)
    house.shelf.get(Reader, lambda: Reader(60.0))  # a busy machine is no failure
    begins = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=5)
    serving = Serving(house, begins)
    serving.roller.write(begins.timestamp())
    yield serving
    serving.close()
