"""How alerts move: from samples of a rule and what is open, to what changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from entrepot.watch.alerts.spec import Sample

Move = Literal["begin", "fire", "keep", "resolve", "drop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """An alert that is not over.

    Attributes:
        since: When it was first seen, of a pending one; else when it began to fire.
    """

    fingerprint: str
    is_firing: bool
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What becomes of one thing.

    Attributes:
        move: `begin` waits for its time, `fire` begins to fire (open or not), `keep`
            goes on as it is, `resolve` ends a firing one, `drop` ends a pending one.
        sample: None where the thing is gone.
    """

    move: Move
    fingerprint: str
    labels: Mapping[str, str] = field(default_factory=dict)
    sample: Sample | None = None


def steps(
    rule_id: int,
    samples: Iterable[Sample],
    opened: Iterable[Open],
    *,
    for_seconds: int,
    now: datetime,
) -> list[Step]:
    """Return what becomes of every thing that was seen or is open."""
    known = {one.fingerprint: one for one in opened}
    seen: dict[str, Sample] = {}
    for sample in samples:
        seen.setdefault(fingerprint(rule_id, sample.labels), sample)
    found = [
        _step(print_, sample, known.get(print_), for_seconds, now)
        for print_, sample in seen.items()
    ]
    gone = [one for print_, one in known.items() if print_ not in seen]
    ended = [Step(move=_ending(one), fingerprint=one.fingerprint) for one in gone]
    return [step for step in found if step is not None] + ended


def fingerprint(rule_id: int, labels: Mapping[str, str]) -> str:
    """Return what is the same for the same thing of the same rule."""
    text = json.dumps([rule_id, sorted(labels.items())], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _step(
    print_: str, sample: Sample, one: Open | None, for_seconds: int, now: datetime
) -> Step | None:
    def step(move: Move) -> Step:
        return Step(move=move, fingerprint=print_, labels=sample.labels, sample=sample)

    if not sample.is_met:
        if one is None:
            return None
        # Nothing known is no news: what fires goes on until it is known to be well.
        if sample.value is None and one.is_firing:
            return step("keep")
        return step(_ending(one))
    if one is None:
        return step("begin" if for_seconds else "fire")
    is_due = now - one.since >= timedelta(seconds=for_seconds)
    return step("fire" if not one.is_firing and is_due else "keep")


def _ending(one: Open) -> Move:
    return "resolve" if one.is_firing else "drop"
