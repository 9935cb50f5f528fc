"""The log as it grows, whichever process writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from entrepot.base.house import House
from entrepot.watch.lines.service import list_lines
from entrepot.watch.spec import Line, Lines, Wanted

AT_ONCE = 1000


def follow(
    house: House, wanted: Wanted, *, after: int, wait: Callable[[], None]
) -> Iterator[Line]:
    """Yield lines as they come, oldest first; without end.

    Args:
        after: The number of the last line that is known.
        wait: Called before each look.

    Raises:
        TimedOut: It took too long.
        Unavailable: The log cannot be read.
    """
    while True:
        wait()
        found = list_lines(house, wanted, limit=AT_ONCE, after=after)
        if found.newest < after:  # somebody removed the file, and numbers begin again
            after = 0
            continue
        yield from reversed([*found.lines, *_older(house, wanted, found, after)])
        after = found.newest


def _older(house: House, wanted: Wanted, found: Lines, after: int) -> Iterator[Line]:
    """Yield the rest of what came since, where it was more than one page."""
    while found.older is not None:
        found = list_lines(
            house, wanted, limit=AT_ONCE, after=after, before=found.older
        )
        yield from found.lines
