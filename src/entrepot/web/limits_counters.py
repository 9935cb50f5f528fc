"""Counters of requests that the processes of one host share, in one mapped file.

Two tables of fixed size. `buckets` holds for each caller when its token bucket will be
full again. `places` holds for each caller how many of its requests run now: a number
for each process, so that what a killed process had does not stay taken. A process
holds a lock on a small file of its own; who finds that lock free knows that it died.

A key is the keyed hash of a caller, so that nobody can choose to share a line with
somebody else.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from entrepot.base.mapped import map_file, open_shared

FILE = "limits"
PROCESSES = 128
MINUTE_SECONDS = 60.0

_WAYS = 8
_BUCKET_GROUPS, _PLACE_GROUPS = 2048, 256
_KEYS = struct.Struct(f"<{_WAYS}Q")
_KEY = struct.Struct("<Q")
_TIME = struct.Struct("<d")
_SEED_BYTES = 16
_BUCKETS = 4096
_TIMES = _BUCKETS + _BUCKET_GROUPS * _KEYS.size
_PLACES = _TIMES + _BUCKET_GROUPS * _WAYS * _TIME.size
_COUNTS = _PLACES + _PLACE_GROUPS * _KEYS.size
_SIZE_BYTES = _COUNTS + _PLACE_GROUPS * _WAYS * PROCESSES * 2


@dataclass(frozen=True, slots=True)
class Spent:
    """What asking for one more request came to.

    Attributes:
        wait_seconds: Until it may be asked again; 0 when it was granted.
        remaining: Requests that may follow at once.
        reset_seconds: Until the bucket is full again.
    """

    wait_seconds: float
    remaining: int
    reset_seconds: float


class Lock(Protocol):
    """A lock of threads that the same thread may take twice."""

    def acquire(self) -> bool:
        """Take it."""

    def release(self) -> None:
        """Give it back."""


class Lender(Protocol):
    """Whoever gave a place."""

    def leave(self, at: int) -> None:
        """Take it back."""


class Place:
    """A place among a caller's running requests; leaving twice does no harm."""

    __slots__ = ("_at", "_lender")

    def __init__(self, lender: Lender | None, at: int) -> None:
        self._lender = lender
        self._at = at

    def leave(self) -> None:
        """Give the place back."""
        lender, self._lender = self._lender, None
        if lender is not None:
            lender.leave(self._at)

    def __del__(self) -> None:
        self.leave()  # also where a server forgot to close the answer


class _Turn:
    """A lock over the threads of this process and all processes with the file."""

    __slots__ = ("_handle", "_lock")

    def __init__(self, lock: Lock, handle: int) -> None:
        self._lock = lock
        self._handle = handle

    def __enter__(self) -> None:
        self._lock.acquire()
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def __exit__(self, *_error: object) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_UN)
        self._lock.release()


class Counts(Protocol):
    """Whoever counts requests: this host's file, or Redis for several hosts."""

    def spend(self, caller: str, per_minute: int) -> Spent:
        """Take one request out of a caller's bucket, if there is one."""

    def give_back(self, caller: str, per_minute: int) -> None:
        """Put one request back: it turned out to be free."""

    def enter(self, caller: str, at_most: int) -> Place | None:
        """Take a place; None if the caller has all of them."""

    def close(self) -> None:
        """Let go of files and connections."""


def spent(full_at: float, now: float, step: float) -> tuple[float, Spent]:
    """Take one request from a bucket that is full again at `full_at`.

    Return when it will be full then, and what came of it. A bucket holds a minute's
    requests, each worth `step` seconds.
    """
    # After a restart of the machine its clock begins again: what lies too far is old.
    level = full_at if now < full_at <= now + MINUTE_SECONDS + step else now
    after = level + step
    wait = after - now - MINUTE_SECONDS
    if wait > 1e-6:
        return level, Spent(wait, 0, level - now)
    left = int((now + MINUTE_SECONDS - after + 1e-6) / step)
    return after, Spent(0.0, left, after - now)


class HostCounts:
    """The counters in `folder`, for every process of this host."""

    def __init__(
        self, folder: Path, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = threading.RLock()
        self._handle, self._memory = map_file(folder / FILE, _SIZE_BYTES)
        self._counts = memoryview(self._memory)[_COUNTS:].cast("H")
        self._is_open = True
        self._turn = _Turn(self._lock, self._handle)
        with self._turn:
            self._seed = self._read_seed()
            self._column, self._life = self._claim_column()
        self.key = functools.lru_cache(maxsize=4096)(self._key)

    def spend(self, caller: str, per_minute: int) -> Spent:
        """Take one request out of a caller's bucket, if there is one."""
        key, step = self.key(caller), MINUTE_SECONDS / per_minute
        with self._turn:
            now = self._clock()
            at = self._bucket(key, now)
            full_at, result = spent(self._time(at), now, step)
            _TIME.pack_into(self._memory, at, full_at)
        return result

    def give_back(self, caller: str, per_minute: int) -> None:
        """Put one request back: it turned out to be free."""
        with self._turn:
            at = self._bucket(self.key(caller), self._clock())
            less = self._time(at) - MINUTE_SECONDS / per_minute
            _TIME.pack_into(self._memory, at, less)

    def enter(self, caller: str, at_most: int) -> Place | None:
        """Take a place; None if the caller has all of them.

        What does not fit into the table, or into its columns, is not counted.
        """
        key = self.key(caller)
        if self._column is None:
            return Place(None, 0)
        # Mostly the caller has a line and few places, and no turn is needed: a place
        # is taken first and counted then, so that two never take the last one.
        line = self._find_line(key)
        if line is not None:
            at = line + self._column
            with self._lock:
                self._counts[at] += 1
            if self._running(line) <= at_most:
                return Place(self, at)
            self.leave(at)
        return self._enter_in_turn(key, at_most, self._column)

    def leave(self, at: int) -> None:
        """Give back one place of a line."""
        with self._lock:  # nobody else writes this column: no turn is needed
            if self._is_open and self._counts[at]:
                self._counts[at] -= 1

    def _enter_in_turn(self, key: int, at_most: int, column: int) -> Place | None:
        with self._turn:
            line = self._line(key)
            if line is None:
                return Place(None, 0)
            if self._running(line) >= at_most:
                self._bury(line)
                if self._running(line) >= at_most:
                    return None
            self._counts[line + column] += 1
            return Place(self, line + column)

    def close(self) -> None:
        """Let the files go; places that are still taken are free with that."""
        with self._lock:
            if self._is_open:
                self._is_open = False
                self._counts.release()
                self._memory.close()
                os.close(self._handle)
                if self._life is not None:
                    os.close(self._life)

    def _key(self, caller: str) -> int:
        digest = hashlib.blake2b(caller.encode(), digest_size=8, key=self._seed)
        return int.from_bytes(digest.digest(), "little") or 1

    def _read_seed(self) -> bytes:
        seed = self._memory[:_SEED_BYTES]
        if not any(seed):
            seed = os.urandom(_SEED_BYTES)
            self._memory[:_SEED_BYTES] = seed
        return seed

    def _time(self, at: int) -> float:
        value: float = _TIME.unpack_from(self._memory, at)[0]
        return value

    def _bucket(self, key: int, now: float) -> int:
        """Return where a caller's bucket is; the fullest of its group gives way."""
        group = key % _BUCKET_GROUPS
        keys = self._keys(_BUCKETS, group)
        first = _TIMES + group * _WAYS * _TIME.size
        if key in keys:
            return first + keys.index(key) * _TIME.size
        places = [first + way * _TIME.size for way in range(_WAYS)]
        at = min(places, key=self._time)
        self._write_key(_BUCKETS, group, places.index(at), key)
        _TIME.pack_into(self._memory, at, now)
        return at

    def _find_line(self, key: int) -> int | None:
        group = key % _PLACE_GROUPS
        keys = self._keys(_PLACES, group)
        if key not in keys:
            return None
        return (group * _WAYS + keys.index(key)) * PROCESSES

    def _line(self, key: int) -> int | None:
        """Return where a caller's counts begin; None if all of its group are busy."""
        line = self._find_line(key)
        if line is not None:
            return line
        group = key % _PLACE_GROUPS
        first = group * _WAYS * PROCESSES
        for way in range(_WAYS):
            line = first + way * PROCESSES
            if not self._running(line):
                self._write_key(_PLACES, group, way, key)
                return line
        return None

    def _keys(self, table: int, group: int) -> tuple[int, ...]:
        return _KEYS.unpack_from(self._memory, table + group * _KEYS.size)

    def _write_key(self, table: int, group: int, way: int, key: int) -> None:
        at = table + group * _KEYS.size + way * _KEY.size
        _KEY.pack_into(self._memory, at, key)

    def _running(self, line: int) -> int:
        return sum(self._counts[line : line + self._memory[_SEED_BYTES]])

    def _claim_column(self) -> tuple[int | None, int | None]:
        """Take the first column whose process is gone, and hold its lock."""
        for column in range(PROCESSES):
            life = self._take_life(column)
            if life is not None:
                self._clear(column)
                # So many columns are ever in use: the others need not be added up.
                self._memory[_SEED_BYTES] = max(self._memory[_SEED_BYTES], column + 1)
                return column, life
        return None, None

    def _take_life(self, column: int) -> int | None:
        handle, _ = open_shared(self._folder / f"{FILE}.{column}")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        return handle

    def _bury(self, line: int) -> None:
        """Free what dead processes had, if this line has something of theirs."""
        for column in range(self._memory[_SEED_BYTES]):
            if self._counts[line + column] and column != self._column:
                life = self._take_life(column)
                if life is not None:
                    self._clear(column)
                    os.close(life)

    def _clear(self, column: int) -> None:
        for at in range(column, len(self._counts), PROCESSES):
            self._counts[at] = 0
