"""One turn of the alerts: every rule, and the way out when our own database is away."""

from __future__ import annotations

from entrepot.base.house import House
from entrepot.base.store_errors import find_trouble
from entrepot.watch.alerts import settings as knobs
from entrepot.watch.alerts.evaluating import evaluate_all
from entrepot.watch.alerts.lifeline import Lifeline
from entrepot.watch.alerts.shipped import ship_rules


def take_turn(house: House) -> int:
    """Look at every rule; return how many there are.

    While our own database is away nothing can be kept of what is told: who is told then
    was remembered before, and is told directly.
    """
    if not house.settings[knobs.ALERTS_ENABLED]:
        return 0
    lifeline = house.shelf.get(Lifeline, lambda: Lifeline(house))
    try:
        ship_rules(house)
        count = evaluate_all(house)
        lifeline.is_well()
    except Exception as error:
        trouble = find_trouble(error)
        if trouble is not None:
            lifeline.is_down(trouble.said)
        raise
    return count
