"""A JSON object as texts by column: what is inside of it by names with points."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

MOST_LEVELS = 4
DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
"""Numbers stay as they are written: 12.90 is not 12.9."""


def flatten(record: Mapping[str, object]) -> dict[str, str | None]:
    """Return a record's values as text; lists, and what is nested deep, as JSON."""
    return dict(_flat(record, "", 1))


def _flat(
    record: Mapping[str, object], before: str, level: int
) -> Iterator[tuple[str, str | None]]:
    for key, value in record.items():
        if isinstance(value, str):
            yield before + key, value
        elif value is None:
            yield before + key, None
        elif isinstance(value, bool):
            yield before + key, "true" if value else "false"
        elif isinstance(value, dict) and value and level < MOST_LEVELS:
            yield from _flat(value, f"{before}{key}.", level + 1)
        else:
            yield (
                before + key,
                json.dumps(value, ensure_ascii=False, separators=(",", ":")),
            )
