"""The head of the audit trail, written to a file of its own every hour.

The chain shows a record that was changed. That its end was cut off, or all of it
written anew with the right key, only shows who wrote down beforehand how it ended.

A restored database ends earlier, and rightly so. Then a line says where the trail goes
on, sealed with the trail's key over all lines before it: heads after that place hold no
more, and the line is good nowhere else in the file.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from entrepot.accounts.audit import Head, audit_key, find_head
from entrepot.accounts.events import AuditHead
from entrepot.base.errors import EntrepotError
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now, render_time

HOUR_SECONDS = 3600
FILE = Path("logs") / "audit-heads.log"
_TAIL_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Written:
    """A head in the file, and when it was written."""

    at: str
    id: int
    mac: str
    seal: str = ""


class _Hash(Protocol):
    def hexdigest(self) -> str: ...


class Heads:
    """Writes the head when an hour is over in which this process added records."""

    def __init__(self, house: House, clock: Callable[[], float] = time.time) -> None:
        self._house = house
        self._clock = clock
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._is_waiting = False

    def expect(self, before: Head | None) -> None:
        """See to it that the head is written when this hour is over.

        The head before is written now if its hour is over and nobody has done it.
        """
        if before is not None and self._is_due(before):
            write_head(self._house, before)
        with self._lock:
            if not self._is_waiting:
                left = HOUR_SECONDS - self._clock() % HOUR_SECONDS
                self._timer = threading.Timer(left, self._write)
                self._timer.daemon = True
                self._is_waiting = True
                self._timer.start()

    def close(self) -> None:
        """Write the head now, if this process added records since."""
        with self._lock:
            was_waiting, self._is_waiting = self._is_waiting, False
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        if was_waiting:
            self._try()

    def _is_due(self, head: Head) -> bool:
        over = (head.at.timestamp() // HOUR_SECONDS + 1) * HOUR_SECONDS
        return self._clock() >= over > _written_at(self._house)

    def _write(self) -> None:
        with self._lock:
            was_waiting, self._is_waiting = self._is_waiting, False
        if was_waiting:
            self._try()

    def _try(self) -> None:
        # Without a database or a disk the next hour has another chance, and health
        # says what is wrong.
        with suppress(EntrepotError, SQLAlchemyError, OSError):
            head = find_head(self._house)
            if head is not None:
                write_head(self._house, head)


def expect_head(house: House, before: Head | None) -> None:
    """See to it that the head is written when the hour is over, and the one before."""
    house.shelf.get(Heads, lambda: Heads(house)).expect(before)


def write_head(house: House, head: Head) -> None:
    """Append a head to the file, unless it stands there as the last."""
    at = render_time(now(), timespec="seconds")
    if _append(house.home / FILE, Written(at, head.id, head.mac)):
        emit(AuditHead(id=head.id, mac=head.mac))


def write_restart(house: House, last: Head | None) -> None:
    """Say that the trail goes on after `last`, because the database was restored."""
    at = render_time(now(), timespec="seconds")
    head = Written(at, last.id if last else 0, last.mac if last else "")
    _append(house.home / FILE, head, seal=audit_key(house))


def read_heads(house: House) -> list[Written]:
    """Return the heads that hold, the oldest first, without broken lines."""
    path = house.home / FILE
    if not path.exists():
        return []
    key, above = audit_key(house), hashlib.sha256()
    heads: list[Written] = []
    for line in path.read_bytes().splitlines(keepends=True):
        head = _parse(line.decode(errors="replace"))
        if head is not None:
            if hmac.compare_digest(head.seal, _seal(key, head, above)):
                heads = [earlier for earlier in heads if earlier.id <= head.id]
            heads.append(head)
        above.update(line)
    return [head for head in heads if head.id]


def _seal(key: bytes, head: Written, above: _Hash) -> str:
    text = f"restart|{head.at}|{head.id}|{head.mac}|{above.hexdigest()}"
    return hmac.new(key, text.encode(), "sha256").hexdigest()


def _parse(line: str) -> Written | None:
    with suppress(ValueError, KeyError, TypeError):
        found = json.loads(line)
        at, mac, seal = (str(found.get(name, "")) for name in ("at", "mac", "seal"))
        return Written(at, int(found["id"]), mac, seal)
    return None


def _append(path: Path, head: Written, *, seal: bytes = b"") -> bool:
    """Write the line, and wait until it is on the disk; False if it was there.

    Args:
        seal: The key that a restart is sealed with; such a line is always written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # processes come here at the same hour
        size = os.fstat(handle).st_size
        tail = os.pread(handle, _TAIL_BYTES, max(0, size - _TAIL_BYTES))
        last = _parse((tail.decode(errors="replace").splitlines() or [""])[-1])
        is_there = last is not None and (last.id, last.mac) == (head.id, head.mac)
        if is_there and not seal:
            os.utime(handle)
            return False
        line = {"at": head.at, "id": head.id, "mac": head.mac}
        line |= {"host": socket.gethostname()}
        start = "" if not tail or tail.endswith(b"\n") else "\n"
        if seal:
            above = hashlib.sha256(os.pread(handle, size, 0) + start.encode())
            line["seal"] = _seal(seal, head, above)
        os.write(handle, f"{start}{json.dumps(line)}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    return True


def _written_at(house: House) -> float:
    with suppress(OSError):
        return (house.home / FILE).stat().st_mtime
    return 0.0
