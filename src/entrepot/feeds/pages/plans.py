"""The plan of an import, where it has one."""

from __future__ import annotations

from entrepot.base.errors import IllegalMove
from entrepot.feeds.reading import Plan
from entrepot.feeds.seen import ImportSeen


def plan_of(seen: ImportSeen) -> Plan:
    """Return how an import's file is read.

    Raises:
        IllegalMove: Nobody has looked at the file yet.
    """
    if seen.plan is None:
        raise IllegalMove(
            "the file was not looked at yet",
            hint="choose its format in the first step",
        )
    return seen.plan
