"""What happened, as values. Rooms emit; listeners make logs, counts and alerts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

Level = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened."""

    level: ClassVar[Level] = "info"
    audited: ClassVar[bool] = False


Listener = Callable[[Event], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Call `listener` with each event from now on; return a function that stops it."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def emit(event: Event) -> None:
    """Tell every listener, in the order they came."""
    for listener in list(_listeners):
        listener(event)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKeyMade(Event):
    """A secret key was made; without it, sealed passwords are lost: keep a copy."""

    level: ClassVar[Level] = "warning"

    path: str
