"""What a condition sees now, and how often it would have fired in the last day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.watch.alerts.condition import Condition, render_condition
from entrepot.watch.alerts.evaluating import look
from entrepot.watch.alerts.kinds import KINDS
from entrepot.watch.alerts.parsing import parse_condition
from entrepot.watch.alerts.spec import Point, Preview
from entrepot.watch.alerts.states import Open, fingerprint, steps

DAY = timedelta(days=1)
SHOWN = 20


def preview(house: House, text: str, *, now: datetime, for_seconds: int = 0) -> Preview:
    """Look with a condition, now and at the last day.

    Raises:
        InvalidCondition: It is none.
    """
    condition = parse_condition(text)
    looked = look(house, text, now)
    told = Preview(
        condition=render_condition(condition),
        kind=condition.kind,
        samples=looked.samples,
        error=looked.error,
    )
    if looked.error:
        return told
    moments = _fired(house, condition, now, for_seconds)
    if moments is None:
        return told
    return replace(told, fired=len(moments), fired_at=tuple(moments[-SHOWN:]))


def _fired(
    house: House, condition: Condition, now: datetime, for_seconds: int
) -> list[datetime] | None:
    replay = KINDS.get(condition.kind).replay
    is_claim = condition.arguments.get("is_claim") == "yes"
    if replay is None or is_claim:
        return None
    try:
        points = replay(house, condition, now - DAY, now)
    except EntrepotError:
        return None
    return fired_at(points, for_seconds=for_seconds)


def fired_at(points: list[Point], *, for_seconds: int) -> list[datetime]:
    """Return the moments at which something began to fire, oldest first.

    What is not seen again at a later point stays as it is: kinds that tell of events
    have a point for each.
    """
    opened: dict[str, Open] = {}
    moments = []
    for point in points:
        here = {fingerprint(0, s.labels) for s in point.samples}
        known = [one for print_, one in opened.items() if print_ in here]
        for step in steps(
            0, point.samples, known, for_seconds=for_seconds, now=point.at
        ):
            if step.move in ("begin", "fire"):
                is_firing = step.move == "fire"
                opened[step.fingerprint] = Open(
                    fingerprint=step.fingerprint, is_firing=is_firing, since=point.at
                )
                moments += [point.at] * is_firing
            elif step.move in ("resolve", "drop"):
                opened.pop(step.fingerprint, None)
    return moments
