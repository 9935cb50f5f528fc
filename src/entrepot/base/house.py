"""What every service is handed: the settings, our database, and open resources."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from entrepot.base import ground_settings as knobs
from entrepot.base.events import Listener, listen
from entrepot.base.generations import Generations
from entrepot.base.settings import Settings
from entrepot.base.store import Store


class Closable(Protocol):
    """Something that holds connections or files until it is closed."""

    def close(self) -> None: ...


C = TypeVar("C", bound=Closable)

_SHELVES: weakref.WeakSet[Shelf] = weakref.WeakSet()
"""What a fork must not inherit; the child forgets it before anything else runs."""


class Shelf:
    """Open things kept for the life of the process, by key; empty after a fork."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._things: dict[object, Closable] = {}
        _SHELVES.add(self)

    def get(self, key: object, make: Callable[[], C]) -> C:
        """Return what stands under the key, made now if it is not there."""
        thing = self._things.get(key)
        if thing is None:
            with self._lock:
                if key not in self._things:
                    self._things[key] = make()
                thing = self._things[key]
        return thing  # type: ignore[return-value]  # the key's own kind

    def __contains__(self, key: object) -> bool:
        return key in self._things

    def forget(self) -> None:
        """Leave everything to the parent, whose sockets they are: this is its child."""
        self._lock = threading.RLock()
        self._things = {}

    def drop(self, key: object) -> None:
        """Close what stands under the key, if anything does."""
        with self._lock:
            thing = self._things.pop(key, None)
        if thing is not None:
            thing.close()

    def close(self) -> None:
        """Close everything."""
        for key in list(self._things):
            self.drop(key)


def _forget_all() -> None:
    for shelf in list(_SHELVES):
        shelf.forget()


os.register_at_fork(after_in_child=_forget_all)


@dataclass(frozen=True, slots=True)
class _Hearing:
    close: Callable[[], None]


@dataclass(frozen=True, slots=True)
class House:
    """One running Entrepôt."""

    settings: Settings
    store: Store
    shelf: Shelf = field(default_factory=Shelf)

    @property
    def home(self) -> Path:
        """Return the data folder, absolute."""
        return Path(self.settings[knobs.HOME]).resolve()

    @property
    def generations(self) -> Generations:
        """Return the counters that this host's processes share."""
        return self.shelf.get(Generations, lambda: Generations(self.home / "run"))

    def hear(self, listener: Listener) -> None:
        """Call `listener` with each event until the house is closed."""
        self.shelf.get(listener, lambda: _Hearing(listen(listener)))

    def close(self) -> None:
        """Close whatever is open."""
        self.shelf.close()
        self.store.close()
