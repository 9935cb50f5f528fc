"""What each process counts for history, one of each for the house."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.house import House
from entrepot.watch import settings as knobs
from entrepot.watch.history.counted import UsageTally
from entrepot.watch.history.statements.tally import StatementTally


@dataclass(frozen=True, slots=True)
class Tallies:
    """What this process counts for history."""

    usage: UsageTally
    statements: StatementTally

    def close(self) -> None:
        """Nothing is held open."""


def tallies(house: House) -> Tallies:
    """Return what this process counts for history."""

    def make() -> Tallies:
        slow_ms = house.settings[knobs.SLOW_STATEMENT_MS]
        return Tallies(UsageTally(), StatementTally(slow_ms))

    return house.shelf.get(Tallies, make)
