"""Rollups, read: cut into moments, put together by labels, and asked for numbers."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.orm import Session

from entrepot.watch.history.amounts import Amount
from entrepot.watch.history.models import MetricRollup, MetricSeries
from entrepot.watch.history.names import WATCHED, Known
from entrepot.watch.history.quantiles import quantile
from entrepot.watch.history.spec import Statistic
from entrepot.watch.history.writing import parse_bins

PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}

Labels = tuple[tuple[str, str], ...]
Row = TypeVarTuple("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A time in moments of equal length.

    Attributes:
        first: Where the first begins, in seconds since 1970.
        kept: The length of the rollups that are read.
    """

    first: int
    step: int
    count: int
    kept: int

    @property
    def end(self) -> int:
        """Return where the last one ends."""
        return self.first + self.step * self.count


@dataclass(slots=True)
class Drawn:
    """What one curve did in each moment.

    Attributes:
        moments: Amounts by the moment's number; none where nothing was counted.
    """

    moments: dict[int, Amount] = field(default_factory=dict)

    def add(self, moment: int, amount: Amount) -> None:
        """Add an amount to a moment."""
        there = self.moments.get(moment)
        self.moments[moment] = amount if there is None else there.plus(amount)


@dataclass(frozen=True, slots=True)
class Found:
    """Curves by their labels, and for how long somebody looked in each moment."""

    curves: Mapping[Labels, Drawn]
    seconds: Mapping[int, float]


def read(
    session: Session,
    known: Known,
    cut: Cut,
    *,
    is_wanted: Callable[[Mapping[str, str]], bool],
    by: Sequence[str] | None,
) -> Found:
    """Return what the series of a metric did, put together by labels.

    Args:
        by: Labels that tell curves apart; None for all of them.
    """
    curves: dict[Labels, Drawn] = {}
    of_series = _series(session, known.stored, is_wanted, by)
    for number in sorted(set(of_series.values())):
        curves[number] = Drawn()
    if known.shown.kind == "gauge":
        for labels, moment, amount in _gauges(session, known, cut, of_series):
            curves[labels].add(moment, amount)
    else:
        for labels, moment, amount in _counts(session, known, cut, of_series):
            curves[labels].add(moment, amount)
    curves = {labels: drawn for labels, drawn in curves.items() if drawn.moments}
    return Found(curves, _watched(session, cut))


def number_of(
    amount: Amount | None, seconds: float, statistic: Statistic, factor: float
) -> float | None:
    """Return a number of a moment; None where nobody looked, or where it has none.

    Args:
        seconds: For how long somebody looked; 0 for nobody.
    """
    if statistic in ("count", "rate"):
        if amount is None and not seconds:
            return None
        count = amount.count if amount else 0.0
        return count if statistic == "count" else count / max(seconds, 1.0)
    if amount is None or not amount.count:
        return None
    if statistic in PERCENTILES:
        found = quantile(amount.bins or {}, PERCENTILES[statistic])
    else:
        found = _plain(amount, statistic)
    return None if found is None else found * factor


def _plain(amount: Amount, statistic: Statistic) -> float | None:
    if statistic == "avg":
        return None if amount.total is None else amount.total / amount.count
    if statistic == "sum":
        return amount.total
    return amount.low if statistic == "min" else amount.high


def _series(
    session: Session,
    name: str,
    is_wanted: Callable[[Mapping[str, str]], bool],
    by: Sequence[str] | None,
) -> dict[int, Labels]:
    series = select(MetricSeries.id, MetricSeries.labels)
    found = {}
    for number, text in session.execute(series.where(MetricSeries.name == name)):
        labels = json.loads(text)
        if is_wanted(labels):
            shown = labels if by is None else {n: labels.get(n, "") for n in by}
            found[number] = tuple(sorted(shown.items()))
    return found


Part = tuple[Labels, int, Amount]


def _counts(
    session: Session, known: Known, cut: Cut, of_series: Mapping[int, Labels]
) -> Iterable[Part]:
    if known.shown.kind == "histogram":
        yield from _histograms(session, known, cut, of_series)
        return
    wanted = select(
        MetricRollup.series_id, _moment(cut), func.sum(MetricRollup.count)
    ).group_by(MetricRollup.series_id, _moment(cut))
    for number, moment, count in session.execute(_within(wanted, known.stored, cut)):
        if number in of_series:
            yield of_series[number], int(moment), Amount(count)


def _histograms(
    session: Session, known: Known, cut: Cut, of_series: Mapping[int, Labels]
) -> Iterable[Part]:
    wanted = select(
        MetricRollup.series_id,
        _moment(cut),
        MetricRollup.count,
        MetricRollup.total,
        MetricRollup.bins,
    )
    heaps: dict[tuple[Labels, int], _Heap] = defaultdict(_Heap)
    rows = session.execute(_within(wanted, known.stored, cut))
    for number, moment, count, total, bins in rows:
        if number in of_series:
            heaps[of_series[number], int(moment)].add(count, total or 0.0, bins)
    for (labels, moment), heap in heaps.items():
        yield labels, moment, Amount(heap.count, heap.total, bins=heap.bins)


@dataclass(slots=True)
class _Heap:
    """Histograms thrown together in place: there may be tens of thousands."""

    count: float = 0.0
    total: float = 0.0
    bins: dict[float, float] = field(default_factory=dict)

    def add(self, count: float, total: float, bins: str | None) -> None:
        self.count += count
        self.total += total
        for bound, n in parse_bins(bins).items() if bins else ():
            self.bins[bound] = self.bins.get(bound, 0.0) + n


def _gauges(
    session: Session, known: Known, cut: Cut, of_series: Mapping[int, Labels]
) -> Iterable[Part]:
    """Yield each moment's mean, least and most; `count` is 1, so that means add up."""
    wanted = select(
        MetricRollup.series_id,
        _moment(cut),
        MetricRollup.source_id,
        func.sum(MetricRollup.total) / func.sum(MetricRollup.count),
        func.min(MetricRollup.low),
        func.max(MetricRollup.high),
    ).group_by(MetricRollup.series_id, _moment(cut), MetricRollup.source_id)
    read: dict[tuple[Labels, int], dict[int, list[tuple[float, ...]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    rows = session.execute(_within(wanted, known.stored, cut))
    for number, moment, source, mean, low, high in rows:
        if number in of_series:
            numbers = (mean or 0.0, low or 0.0, high or 0.0)
            read[of_series[number], int(moment)][source].append(numbers)
    for (labels, moment), sources in read.items():
        # Labels that are put together add up, whoever read them.
        sums = [tuple(map(sum, zip(*rows, strict=True))) for rows in sources.values()]
        shares = 1 if known.is_added else len(sums)
        mean, low, high = (sum(column) / shares for column in zip(*sums, strict=True))
        yield labels, moment, Amount(1.0, mean, low, high)


def _watched(session: Session, cut: Cut) -> dict[int, float]:
    """Return for how long somebody looked: hosts side by side count once."""
    wanted = select(
        _moment(cut), MetricRollup.source_id, func.sum(MetricRollup.count)
    ).group_by(_moment(cut), MetricRollup.source_id)
    seconds: dict[int, list[float]] = defaultdict(list)
    for moment, _, count in session.execute(_within(wanted, WATCHED, cut)):
        seconds[int(moment)].append(count)
    return {
        moment: min(sum(each), max(float(cut.step), *each))
        for moment, each in seconds.items()
    }


def _moment(cut: Cut) -> ColumnElement[int]:
    # Whole numbers are divided as such on both kinds. They stand in the text: of bound
    # ones PostgreSQL does not see that what is selected is what is grouped by.
    first: ColumnElement[int] = literal_column(f"{cut.first:d}")
    step: ColumnElement[int] = literal_column(f"{cut.step:d}")
    return (MetricRollup.at - first).self_group() // step


def _within(wanted: Select[*Row], name: str, cut: Cut) -> Select[*Row]:
    ids = select(MetricSeries.id).where(MetricSeries.name == name)
    return wanted.where(
        MetricRollup.step == cut.kept,
        MetricRollup.series_id.in_(ids),
        MetricRollup.at >= cut.first,
        MetricRollup.at < cut.end,
    )


def cut_time(
    since: float, until: float, *, step: int | None, points: int, kept: int
) -> Cut:
    """Cut a time into moments; whole ones of the rollups' length, at most `points`.

    Args:
        step: Wanted length; None for what fits the points.
    """
    span = max(until - since, 1.0)
    if points == 1:
        first = _floor(since, kept)
        whole = math.ceil((until - first) / kept) * kept
        return Cut(first=first, step=whole, count=1, kept=kept)
    is_fitting = step is not None and span / step <= points
    least = kept if is_fitting else span / (points - 1)
    length = _nice(max(step or 0, kept, least), kept)
    first = _floor(since, length)
    count = max(1, math.ceil((until - first) / length))
    return Cut(first=first, step=length, count=min(count, points), kept=kept)


def _floor(moment: float, step: int) -> int:
    return math.floor(moment / step) * step


NICE = (1, 2, 3, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440)
"""Lengths that people read well, as multiples of the rollups' own."""


def _nice(seconds: float, kept: int) -> int:
    times = math.ceil(seconds / kept)
    return kept * next((n for n in NICE if n >= times), times)
