"""Who uses this home: servers and commands share a lock, a restore wants it alone."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from entrepot.base.house import House
from entrepot.operations.errors import DatabaseInUse

FILE = "in-use"


@dataclass(frozen=True, slots=True)
class _Presence:
    handle: int

    def close(self) -> None:
        os.close(self.handle)


def be_present(house: House) -> None:
    """Hold a restore back while this house is open; waits for one that runs.

    The kernel ends it with the process and its children, however they end.
    """
    house.shelf.get("presence", lambda: _Presence(_locked(house, fcntl.LOCK_SH)))


@contextmanager
def alone(house: House) -> Iterator[None]:
    """Keep servers and commands of this home out for the time of the block.

    Raises:
        DatabaseInUse: One is there already.
    """
    try:
        handle = _locked(house, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise DatabaseInUse(
            f"a server or a command of {house.home} is running",
            hint="stop it, then try again",
        ) from None
    try:
        yield
    finally:
        os.close(handle)


def _locked(house: House, how: int) -> int:
    folder = house.home / "run"
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, how)
    except BaseException:
        os.close(handle)
        raise
    return handle
