"""Make the profile of a table's columns, or find the one made before."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from entrepot.base.house import House
from entrepot.base.times import render_time
from entrepot.connections import Column
from entrepot.dataproducts.kept import find_out
from entrepot.dataproducts.profile.column import look_at
from entrepot.dataproducts.profile.spec import ColumnProfile, Profile
from entrepot.dataproducts.reading import Limit, Subject
from entrepot.dataproducts.settings import PROFILE_SECONDS

KEPT_SECONDS = 300.0
"""How old a dear profile may be though the database is written to all the time."""

DEAR_SECONDS = 1.0
"""A profile that took less is made again after each change."""

USUAL_COLUMNS = 40
COLUMNS_AT_ONCE = 5
"""The time for all columns is that of so many."""


def make_profile(
    house: House, subject: Subject, columns: Sequence[str] = (), *, again: bool = False
) -> Profile:
    """Return the profile of some columns; of the first ones when none are named.

    Args:
        again: Look now, whatever was found before.

    Raises:
        UnknownName: There is no such column.
    """
    wanted = _wanted(subject, columns)
    each = house.settings[PROFILE_SECONDS]
    names = tuple(column.name for column in wanted)
    found = find_out(
        house,
        subject.key("profile", subject.where, names),
        None if again else subject.database.mark(),
        lambda: _make(subject, wanted, each),
        is_whole=lambda profile: not again,
        at_most_seconds=lambda profile: (
            KEPT_SECONDS if profile.seconds > DEAR_SECONDS else 0.0
        ),
    )
    return replace(found.value, made_at=render_time(found.at))


def _wanted(subject: Subject, names: Sequence[str]) -> list[Column]:
    if not names:
        return list(subject.structure.columns[:USUAL_COLUMNS])
    wanted = {subject.part().of(name).name for name in names}
    return [column for column in subject.structure.columns if column.name in wanted]


def _make(subject: Subject, wanted: Sequence[Column], each: float) -> Profile:
    began = time.monotonic()
    limit = Limit(each, each * COLUMNS_AT_ONCE)
    found = [look_at(subject, column, each, limit) for column in wanted]
    return Profile(
        columns=tuple(found),
        next_columns=_next(subject, wanted),
        is_whole=all(map(_is_whole, found)),
        seconds=time.monotonic() - began,
    )


def _is_whole(column: ColumnProfile) -> bool:
    return not column.problem and column.first_rows is None


def _next(subject: Subject, wanted: Sequence[Column]) -> tuple[str, ...]:
    last = wanted[-1].position if wanted else 0
    later = [c.name for c in subject.structure.columns if c.position > last]
    return tuple(later[:USUAL_COLUMNS])
