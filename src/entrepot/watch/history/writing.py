"""Rollups, written: each amount is added to its minute, its hour and its day."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from entrepot.watch.history.amounts import Amount, Amounts, SeriesKey
from entrepot.watch.history.models import MetricRollup, MetricSeries, MetricSource
from entrepot.watch.history.names import WATCHED, labels_of
from entrepot.watch.history.upserting import put, put_if_new
from entrepot.watch.metrics.sheet import Rows

MINUTE, HOUR, DAY = 60, 3_600, 86_400
KEPT_SECONDS = {MINUTE: 48 * HOUR, HOUR: 90 * DAY, DAY: 731 * DAY}
"""How long each length of a rollup is kept."""
MOST_SERIES = 10_000
"""Beyond these new ones are left out: labels must not fill the database."""
LABEL_CHARACTERS = 100

_KEY = ("step", "series_id", "at", "source_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What was counted when history was written last.

    Attributes:
        at: Then, in seconds since 1970; 0 for never.
        done: Generations whose last numbers are written, and may still lie there.
    """

    source_id: int
    generation: str
    at: float
    rows: Rows
    done: tuple[str, ...] = ()


def load_baseline(session: Session, source: str) -> Baseline:
    """Return where a source is; it is made where it is not there."""
    row = {"name": source, "generation": "", "at": 0.0}
    put_if_new(session, MetricSource, [row], key=("name",))
    found = session.scalars(select(MetricSource).filter_by(name=source)).one()
    kept = _unpack(found.rows) if found.rows else _Kept({}, ())
    return Baseline(
        source_id=found.id,
        generation=found.generation,
        at=found.at,
        rows=kept.rows,
        done=kept.done,
    )


def save_baseline(session: Session, baseline: Baseline) -> None:
    """Write where a source is now."""
    source = session.get_one(MetricSource, baseline.source_id)
    source.generation, source.at = baseline.generation, baseline.at
    kept = _Kept(baseline.rows, baseline.done)
    source.rows = zlib.compress(msgspec.json.encode(kept), 1)


def add_amounts(session: Session, source_id: int, at: int, amounts: Amounts) -> None:
    """Add what happened in a minute to it, and to its hour and its day."""
    ids = _series_ids(session, amounts)
    for step in KEPT_SECONDS:
        begins = at // step * step
        there = _there(session, step, begins, source_id)
        rows = []
        for key, amount in amounts.items():
            if key in ids:
                before = there.get(ids[key])
                whole = amount if before is None else before.plus(amount)
                rows.append(_row((step, ids[key], begins, source_id), whole))
        put(session, MetricRollup, rows, key=_KEY)


def prune(session: Session, now: float) -> int:
    """Remove rollups whose time is over, and series without any; return how many."""
    gone = 0
    for step, kept in KEPT_SECONDS.items():
        is_old = MetricRollup.at < int(now) - kept - step
        found = session.execute(
            delete(MetricRollup).where(MetricRollup.step == step, is_old)
        )
        gone += found.rowcount  # type: ignore[attr-defined]  # of a DELETE there is one
    used = select(MetricRollup.series_id).where(
        MetricRollup.series_id == MetricSeries.id
    )
    session.execute(delete(MetricSeries).where(~used.exists()))
    return gone


def write_labels(name: str, values: Sequence[str]) -> str:
    """Return labels as a series keeps them."""
    pairs = zip(labels_of(name), values, strict=False)
    short = {label: value[:LABEL_CHARACTERS] for label, value in pairs}
    return json.dumps(short, sort_keys=True, ensure_ascii=False)


def write_bins(bins: Mapping[float, float]) -> str:
    """Return the counts of a histogram as a rollup keeps them."""
    # JSON has no infinity: beyond the last bound is null.
    pairs = ([None if b == float("inf") else b, n] for b, n in sorted(bins.items()))
    return msgspec.json.encode(list(pairs)).decode()


def parse_bins(text: str) -> dict[float, float]:
    """Read the counts of a histogram."""
    return {float("inf") if b is None else b: n for b, n in _BINS.decode(text)}


_BINS = msgspec.json.Decoder(list[tuple[float | None, float]])


@dataclass(frozen=True, slots=True)
class _Kept:
    rows: Rows
    done: tuple[str, ...]


def _unpack(packed: bytes) -> _Kept:
    return msgspec.json.decode(zlib.decompress(packed), type=_Kept)


def _series_ids(session: Session, keys: Iterable[SeriesKey]) -> dict[SeriesKey, int]:
    labels = {key: write_labels(*key) for key in keys}
    known = _known(session, {name for name, _ in labels})
    new = {(key[0], text) for key, text in labels.items()} - known.keys()
    count = session.scalar(select(func.count()).select_from(MetricSeries)) or 0
    # What tells whether anybody looked always has its place.
    ordered = sorted(new, key=lambda pair: (pair[0] != WATCHED, pair))
    room = max(1 if (WATCHED, "{}") in new else 0, MOST_SERIES - count)
    rows = [{"name": n, "labels": text} for n, text in ordered[:room]]
    if rows:
        put_if_new(session, MetricSeries, rows, key=("name", "labels"))
        known = _known(session, {name for name, _ in labels})
    return {
        key: known[key[0], text]
        for key, text in labels.items()
        if (key[0], text) in known
    }


def _known(session: Session, names: set[str]) -> dict[tuple[str, str], int]:
    series = select(MetricSeries.name, MetricSeries.labels, MetricSeries.id)
    found = session.execute(series.where(MetricSeries.name.in_(sorted(names))))
    return {(name, labels): number for name, labels, number in found}


def _there(session: Session, step: int, at: int, source_id: int) -> dict[int, Amount]:
    wanted = select(
        MetricRollup.series_id,
        MetricRollup.count,
        MetricRollup.total,
        MetricRollup.low,
        MetricRollup.high,
        MetricRollup.bins,
    ).where(
        MetricRollup.step == step,
        MetricRollup.at == at,
        MetricRollup.source_id == source_id,
    )
    return {
        number: Amount(count, total, low, high, parse_bins(bins) if bins else None)
        for number, count, total, low, high, bins in session.execute(wanted)
    }


def _row(key: tuple[int, int, int, int], amount: Amount) -> dict[str, object]:
    return {
        **dict(zip(_KEY, key, strict=True)),
        "count": amount.count,
        "total": amount.total,
        "low": amount.low,
        "high": amount.high,
        "bins": write_bins(amount.bins) if amount.bins else None,
    }
