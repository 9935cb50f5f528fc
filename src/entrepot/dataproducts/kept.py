"""What was found out about tables, kept as long as nothing is written to them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from entrepot.base.house import House
from entrepot.base.times import now

T = TypeVar("T")

MOST_THINGS = 500
"""Findings kept in a process; the one not asked for longest leaves first."""


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """Something found out, the state of the database it holds for, and when."""

    value: T
    mark: str | None
    at: datetime


class Kept:
    """Findings by what was asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[Hashable, Found[object]] = OrderedDict()

    def look(self, key: Hashable) -> Found[object] | None:
        """Return what was found last, whatever has been written since."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def keep(self, key: Hashable, found: Found[object]) -> None:
        """Keep a finding in place of the last."""
        with self._lock:
            self._found[key] = found
            self._found.move_to_end(key)
            while len(self._found) > MOST_THINGS:
                self._found.popitem(last=False)

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._found.clear()


def find_out(
    house: House,
    key: Hashable,
    mark: str | None,
    look: Callable[[], T],
    *,
    is_whole: Callable[[T], bool] = lambda _: True,
    at_most_seconds: Callable[[T], float] = lambda _: 0.0,
) -> Found[T]:
    """Return what was found before, if it still holds; else look now.

    Args:
        mark: The state the database is in, as `Database.mark` tells it.
        is_whole: What is not whole is looked for again.
        at_most_seconds: How old a finding will do although something was written.
    """
    kept = house.shelf.get(Kept, Kept)
    found: Found[T] | None = kept.look(key)  # type: ignore[assignment]  # of this key's kind
    if found is not None:
        is_same = mark is not None and found.mark == mark
        age_seconds = (now() - found.at).total_seconds()
        is_young = age_seconds < at_most_seconds(found.value)
        if (is_same or is_young) and is_whole(found.value):
            return found
    found = Found(look(), mark, now())
    kept.keep(key, found)  # type: ignore[arg-type]  # read back by the same key only
    return found
