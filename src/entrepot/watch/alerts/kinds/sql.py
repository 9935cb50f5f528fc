"""Rules over a registered database: one number that a read-only query gives."""

from __future__ import annotations

import math
from datetime import datetime
from decimal import Decimal

from entrepot.base.errors import Invalid, TooMuch
from entrepot.base.house import House
from entrepot.base.rows import ReadOptions
from entrepot.connections import query_source
from entrepot.watch.alerts import settings as knobs
from entrepot.watch.alerts.condition import Condition, shown_number
from entrepot.watch.alerts.spec import Kind, Reading, Sample

MOST_ROWS = 100
MEMORY_BYTES = 256 * 1024 * 1024


def evaluate(house: House, condition: Condition, now: datetime) -> Reading:
    """Read the query's rows: the last column is compared, the others are labels."""
    given = condition.arguments
    source = query_source(house, given["connection"], given["query"])
    seconds = house.settings[knobs.ALERTS_QUERY_SECONDS]
    options = ReadOptions(
        seconds=seconds, batch_rows=MOST_ROWS + 1, memory_bytes=MEMORY_BYTES
    )
    rows: list[dict[str, object]] = []
    with source.open(options) as stream:
        names = list(stream.schema.names)
        for batch in stream.batches:
            rows.extend(batch.to_pylist())
            if len(rows) > MOST_ROWS:
                raise TooMuch(
                    f"the query has more than {MOST_ROWS} rows",
                    hint="count them in the query, or group fewer",
                )
    if not names or len(set(names)) != len(names):
        raise Invalid("the query's columns have no names of their own")
    return Reading(samples=tuple(_sample(condition, names, row) for row in rows))


def _sample(condition: Condition, names: list[str], row: dict[str, object]) -> Sample:
    *of, last = names
    labels = {name: str(row[name])[:100] for name in of}
    value = _number(last, row[last])
    connection = condition.arguments["connection"]
    told = "".join(f"{name} {text}, " for name, text in labels.items())
    shown = "nothing" if value is None else shown_number(value)
    return Sample(
        labels=labels,
        value=value,
        is_met=condition.holds(value),
        words=f"{told}{last} is {shown} in {connection} ({condition.limit})",
    )


def _number(name: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool | int | float | Decimal):
        number = float(value)
        return number if math.isfinite(number) else None
    raise Invalid(
        f"the query's last column {name!r} is no number",
        hint="count(*), sum(…) or another number comes last",
    )


KIND = Kind(
    name="sql",
    summary="A number that a read-only query on a registered database gives.",
    example='sql("warehouse", "SELECT count(*) AS late FROM orders") > 0',
    evaluate=evaluate,
)
