"""What people and rules may ask of history."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from entrepot.base.errors import Invalid
from entrepot.base.house import House
from entrepot.watch.history import reading
from entrepot.watch.history.names import (
    ERROR_RATE,
    FAILED,
    Known,
    get_known,
    known_metrics,
)
from entrepot.watch.history.reading import Cut, Found, cut_time
from entrepot.watch.history.spec import (
    OF_KIND,
    Curve,
    MetricName,
    Series,
    Statistic,
    Used,
    UsedThing,
)
from entrepot.watch.history.using import list_used
from entrepot.watch.history.writing import DAY, HOUR, KEPT_SECONDS, MINUTE

MOST_POINTS = 1_000
MOST_CURVES = 50


def list_metrics(house: House) -> list[MetricName]:
    """Return the metrics that history keeps, by name."""
    return [known.shown for known in known_metrics().values()]


def read_series(
    house: House,
    name: str,
    *,
    since: datetime,
    until: datetime,
    step_seconds: int | None = None,
    points: int = 120,
    labels: Mapping[str, str] | None = None,
    by: Sequence[str] | None = None,
    statistics: Sequence[Statistic] = (),
    most_curves: int = MOST_CURVES,
) -> Series:
    """Return a metric over time; gaps are None.

    Args:
        step_seconds: How long a moment is; as fits the points where it is not given.
            Minutes are kept for two days, hours for 90, days for two years: a step is
            never finer than what is left of `since`.
        points: The most moments, at most `MOST_POINTS`.
        labels: Only curves with these.
        by: Labels that tell curves apart, the others are added up; None for all.
        statistics: Which; the usual one of its kind where there are none. With more
            than one each curve names its own as the label `statistic`.
        most_curves: Beyond these the largest.

    Raises:
        UnknownName: There is no such metric.
        Invalid: It has no such label, or cannot be asked that.
    """
    known = get_known(name)
    wanted = _checked(known, statistics, {*(labels or ()), *(by or ())})
    cut = _cut(since, until, step_seconds, max(1, min(points, MOST_POINTS)))
    with house.store.read_session() as session:
        found = _find(session, known, cut, labels or {}, by)
        if name == ERROR_RATE:
            curves = _rates(session, known, cut, found, labels or {}, by)
        else:
            curves = _curves(known, cut, found, wanted)
    return _series(known, cut, curves, most_curves)


def read_number(
    house: House,
    name: str,
    *,
    statistic: Statistic,
    since: datetime,
    until: datetime,
    labels: Mapping[str, str] | None = None,
) -> float | None:
    """Return one number for a whole time, all curves together; None if unknown.

    Minutes are written when they are over: the last one that counts ended at most a
    minute ago.

    Raises:
        UnknownName: There is no such metric.
        Invalid: It has no such label, or cannot be asked that.
    """
    found = read_series(
        house,
        name,
        since=since,
        until=until,
        points=1,
        labels=labels,
        by=(),
        statistics=(statistic,),
    )
    return found.series[0].points[0] if found.series else None


def usage(
    house: House,
    *,
    of: UsedThing,
    since: datetime,
    until: datetime,
    name: str = "",
    is_by_person: bool = False,
    limit: int = 100,
) -> list[Used]:
    """Return how endpoints or data products were used, the most used first.

    Whole hours count, those that the time begins and ends in as well.

    Args:
        name: Only this endpoint or product.
        is_by_person: One for each person and thing, not one for each thing.
    """
    begin, end = _bounds(since, until)
    with house.store.read_session() as session:
        return list_used(
            session,
            of,
            since=begin,
            until=end,
            name=name,
            is_by_person=is_by_person,
            limit=limit,
        )


def _checked(
    known: Known, statistics: Sequence[Statistic], labels: set[str]
) -> tuple[Statistic, ...]:
    usual = OF_KIND[known.shown.kind]
    for statistic in statistics:
        if statistic not in usual:
            raise Invalid(
                f"{known.shown.name} is a {known.shown.kind}: it has no {statistic}",
                hint=f"it has {', '.join(usual)}",
            )
    unknown = labels - set(known.shown.labels)
    if unknown:
        names = ", ".join(known.shown.labels)
        raise Invalid(
            f"{known.shown.name} has no label {min(unknown)[:60]!r}",
            hint=f"its labels are {names}" if names else "it has none",
        )
    return tuple(statistics) or usual[:1]


def _bounds(since: datetime, until: datetime) -> tuple[float, float]:
    begin, end = since.timestamp(), until.timestamp()
    if end <= begin:
        raise Invalid("the time ends before it begins", hint="`from` comes first")
    return begin, end


def _series(known: Known, cut: Cut, curves: list[Curve], most: int) -> Series:
    return Series(
        name=known.shown.name,
        unit=known.shown.unit,
        step_seconds=float(cut.step),
        timestamps=[_words(cut.first + n * cut.step) for n in range(cut.count)],
        series=sorted(curves, key=_size)[:most],
        is_cut=len(curves) > most,
    )


def _cut(since: datetime, until: datetime, step: int | None, points: int) -> Cut:
    begin, end = _bounds(since, until)
    # One number for a whole time is of that time: no hour is cut off or put on.
    kept = _kept(begin, step or 0, (end - begin) / points if points > 1 else 0.0)
    return cut_time(begin, end, step=step, points=points, kept=kept)


def _kept(begin: float, step: int, fits: float) -> int:
    """Return the length of the rollups to read: the finest that are left and needed."""
    age = time.time() - begin
    for kept, larger in ((MINUTE, HOUR), (HOUR, DAY)):
        is_left = age <= KEPT_SECONDS[kept] + larger
        if is_left and (fits < larger or 0 < step < larger):
            return kept
    return DAY


def _find(
    session: Session,
    known: Known,
    cut: Cut,
    labels: Mapping[str, str],
    by: Sequence[str] | None,
) -> Found:
    def is_wanted(found: Mapping[str, str]) -> bool:
        return all(found.get(name) == value for name, value in labels.items())

    return reading.read(session, known, cut, is_wanted=is_wanted, by=by)


def _curves(
    known: Known, cut: Cut, found: Found, statistics: Sequence[Statistic]
) -> list[Curve]:
    curves = dict(found.curves)
    if not curves and known.shown.kind != "gauge" and found.seconds:
        curves[()] = reading.Drawn()  # nothing happened while somebody looked
    return [
        Curve(
            labels={
                **dict(labels),
                **({"statistic": statistic} if len(statistics) > 1 else {}),
            },
            points=[
                reading.number_of(
                    drawn.moments.get(n),
                    found.seconds.get(n, 0.0),
                    statistic,
                    known.factor,
                )
                for n in range(cut.count)
            ],
        )
        for labels, drawn in curves.items()
        for statistic in statistics
    ]


def _rates(
    session: Session,
    known: Known,
    cut: Cut,
    found: Found,
    labels: Mapping[str, str],
    by: Sequence[str] | None,
) -> list[Curve]:
    """Return the share of requests that failed; none is a gap, not 0 of 0."""

    def is_failed(seen: Mapping[str, str]) -> bool:
        asked = all(seen.get(name) == value for name, value in labels.items())
        return asked and seen["status"].startswith(FAILED)

    shown = () if by is None else by
    failed = reading.read(session, known, cut, is_wanted=is_failed, by=shown).curves
    whole = found.curves if by is not None else _together(found)
    curves = []
    for key, drawn in whole.items():
        bad = failed[key].moments if key in failed else {}
        points = [
            (bad[n].count if n in bad else 0.0) / drawn.moments[n].count
            if n in drawn.moments and drawn.moments[n].count
            else None
            for n in range(cut.count)
        ]
        curves.append(Curve(labels=dict(key), points=points))
    return curves


def _together(found: Found) -> dict[reading.Labels, reading.Drawn]:
    whole = reading.Drawn()
    for drawn in found.curves.values():
        for moment, amount in drawn.moments.items():
            whole.add(moment, amount)
    return {(): whole} if whole.moments else {}


def _size(curve: Curve) -> tuple[float, list[tuple[str, str]]]:
    return -sum(p for p in curve.points if p is not None), sorted(curve.labels.items())


def _words(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
