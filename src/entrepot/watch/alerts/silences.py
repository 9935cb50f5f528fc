"""Silences: times in which nobody is told of alerts that match."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from entrepot.base.acting import current
from entrepot.base.errors import Invalid, NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.watch.alerts.events import AlertsSilenced, SilenceEnded
from entrepot.watch.alerts.models import Silence
from entrepot.watch.alerts.spec import SilenceSeen, SilenceWanted

MOST_MATCHERS = 10
LONGEST_VALUE = 200
_NAME = re.compile(r"[A-Za-z_][\w.-]{0,99}")


def add_silence(house: House, wanted: SilenceWanted) -> SilenceSeen:
    """Let nobody be told of alerts that match, until a time.

    Raises:
        Invalid: Nothing would be matched, or nobody said why, or it is over already.
    """
    matchers = _checked(wanted.matchers)
    if not wanted.why.strip():
        raise Invalid("why: is needed", hint="say what others should know of it")
    if wanted.until <= now():
        raise Invalid("until: that time is over")
    row = Silence(
        matchers=matchers,
        begins_at=now(),
        until_at=wanted.until,
        why=wanted.why.strip()[:500],
        created_by=current().name,
    )
    with house.store.joined_session() as session:
        session.add(row)
        session.flush()  # its number is told
        emit(
            AlertsSilenced(
                id=row.id,
                matchers=matchers,
                until=wanted.until.isoformat(),
                why=row.why,
                by=current().name,
            )
        )
        return _seen(row, now())


def end_silence(
    house: House, id: int, *, now_at: datetime | None = None
) -> SilenceSeen:
    """Let people be told again from now on.

    Raises:
        NotThere: There is no such silence.
    """
    at = now_at or now()
    with house.store.joined_session() as session:
        row = session.get(Silence, id)
        if row is None:
            raise NotThere("silence", str(id), [])
        if row.until_at > at:
            row.until_at = at
            emit(SilenceEnded(id=id, by=current().name))
        return _seen(row, at)


def list_silences(house: House, *, limit: int = 100) -> list[SilenceSeen]:
    """Return silences, those that hold first, then the newest."""
    at = now()
    wanted = select(Silence).order_by(Silence.until_at.desc(), Silence.id.desc())
    with house.store.read_session() as session:
        found = [_seen(row, at) for row in session.scalars(wanted.limit(limit))]
    return sorted(found, key=lambda one: not one.is_active)


def active_silences(session: Session, at: datetime) -> list[Silence]:
    """Return those that hold at a moment."""
    wanted = select(Silence).where(Silence.until_at > at)
    return list(session.scalars(wanted.order_by(Silence.id)))


def find_silence(
    silences: Iterable[Silence], facts: Mapping[str, str]
) -> Silence | None:
    """Return the first that matches an alert, whose rule and severity are facts."""
    return next((s for s in silences if matches(s.matchers, facts)), None)


def matches(matchers: Mapping[str, str], facts: Mapping[str, str]) -> bool:
    """Tell whether every matcher holds of an alert."""
    return bool(matchers) and all(
        name in facts and fnmatch.fnmatchcase(facts[name], _glob(value))
        for name, value in matchers.items()
    )


def _glob(value: str) -> str:
    """Let `*` alone mean something."""
    return value.replace("[", "[[]").replace("?", "[?]")


def _checked(given: Mapping[str, str]) -> dict[str, str]:
    if not 0 < len(given) <= MOST_MATCHERS:
        raise Invalid(
            f"matchers: 1 to {MOST_MATCHERS}, not {len(given)}",
            hint='such as {"rule": "Database down"} or {"severity": "info"}',
        )
    for name, value in given.items():
        if not _NAME.fullmatch(name) or not 0 < len(value) <= LONGEST_VALUE:
            raise Invalid(f"matchers: {name[:60]!r} and its value cannot be matched")
    return dict(given)


def _seen(row: Silence, at: datetime) -> SilenceSeen:
    return SilenceSeen(
        id=row.id,
        matchers=row.matchers,
        begins_at=row.begins_at,
        until_at=row.until_at,
        why=row.why,
        by=row.created_by,
        is_active=at < row.until_at,
    )
