"""Lines for tests: of a fixed moment, told by their numbers."""

from __future__ import annotations

from collections.abc import Iterable

from entrepot.watch.spec import Entry

NOON = 1_800_014_400.0
"""2027-01-15, 12:00 UTC."""
DAY = 86_400


def line(
    message="m", *, at=NOON, level="INFO", logger="entrepot.test", **more
) -> Entry:
    """Return a line."""
    return Entry(at, level, logger, str(message), **more)


def request(path="/api/products", *, at=NOON, status=200, ms=2.5, **more) -> Entry:
    """Return the line of an answered request."""
    return Entry(
        at,
        "INFO",
        "entrepot.access",
        f"GET {path} {status}",
        endpoint="get_products",
        method="GET",
        status_code=status,
        duration_ms=ms,
        **more,
    )


def numbered(count: int, **more: object) -> Iterable[Entry]:
    """Yield lines that say their numbers, from 1."""
    return (line(number, **more) for number in range(1, count + 1))
