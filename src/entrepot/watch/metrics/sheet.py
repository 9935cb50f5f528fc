"""The numbers of one process, in a file that others can read while it counts.

Sixteen bytes say what it is and how much of it is used; then come the entries, each
with its size, its key and its numbers: doubles in the machine's own order, none across
a border of eight bytes, so that a reader sees the old one or the new one.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

SIZE_BYTES = 2 << 20
_ROOM_BYTES = SIZE_BYTES - 1024
_MAGIC = b"entrcnt1"
_USED = struct.Struct("=Q")
_SIZES = struct.Struct("=II")
_HEAD_BYTES = 16

Rows = dict[str, tuple[float, ...]]
"""Numbers by their key."""

_SHEETS: weakref.WeakSet[Sheet] = weakref.WeakSet()
"""What a fork must not inherit: the child would keep the lock of its parent's."""


class Sheet:
    """A file of numbers under lock: who finds the lock free knows that we died.

    Where the file cannot be made, or its disk is full, the numbers are this process's
    alone.

    Attributes:
        numbers: All of them; who adds to one holds `lock`.
        spare: Where numbers go for which there is no place: nobody reads them.
    """

    spare = _ROOM_BYTES // 8

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self._handle, self._memory = _make(path)
        self._memory[: len(_MAGIC)] = _MAGIC
        self._whole = memoryview(self._memory)
        self.numbers = self._whole.cast("d")
        self._used_bytes = 0
        self._use(_HEAD_BYTES)
        _SHEETS.add(self)

    @property
    def is_shared(self) -> bool:
        """Tell whether others can read it."""
        return self._handle is not None

    def place(self, key: str, width: int) -> int | None:
        """Return where new numbers stand, all zero; None where there is no room.

        Who asks holds `lock`.
        """
        encoded = key.encode()
        first = self._used_bytes + _SIZES.size + _padded(len(encoded))
        end = first + width * 8
        if end > _ROOM_BYTES:
            return None
        _SIZES.pack_into(self._memory, self._used_bytes, width, len(encoded))
        begin = self._used_bytes + _SIZES.size
        self._memory[begin : begin + len(encoded)] = encoded
        self._use(end)  # last: readers stop there
        return first // 8

    def read(self) -> Rows:
        """Return what stands there now."""
        return dict(read_rows(bytes(self._memory[: self._used_bytes])))

    def close(self) -> None:
        """Let the file go; what is counted from now on is counted for nobody."""
        with self.lock:
            self.numbers.release()
            self._whole.release()
            self.numbers = memoryview(bytearray(SIZE_BYTES)).cast("d")
            self._used_bytes = SIZE_BYTES
        self.forget()

    def forget(self) -> None:
        """Leave the file and its lock to whoever else has them."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def _use(self, end: int) -> None:
        self._used_bytes = end
        self._whole[8:16].cast("Q")[0] = end


def read_rows(written: bytes) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Yield keys and numbers of a file's beginning; what is cut off is not there."""
    if written[: len(_MAGIC)] != _MAGIC or len(written) < _HEAD_BYTES:
        return
    at, used = _HEAD_BYTES, _USED.unpack_from(written, 8)[0]
    while at + _SIZES.size <= min(used, len(written)):
        width, length = _SIZES.unpack_from(written, at)
        first = at + _SIZES.size + _padded(length)
        at = first + width * 8
        if at > len(written):
            return
        key = written[first - _padded(length) : first][:length]
        yield key.decode(), struct.unpack_from(f"={width}d", written, first)


def read_file(path: Path) -> Rows:
    """Return what stands in a file now; nothing if it is gone."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            used = _USED.unpack_from(head, 8)[0] if len(head) == _HEAD_BYTES else 0
            written = head + file.read(max(0, min(used, SIZE_BYTES) - _HEAD_BYTES))
    except OSError:
        return {}
    return dict(read_rows(written))


def is_held(path: Path) -> bool:
    """Tell whether a process lives that holds a file's lock."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def hold(path: Path) -> int:
    """Make a file and take its lock; return the handle, which holds it until death.

    Raises:
        OSError: It cannot be made, or somebody else has it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def _make(path: Path) -> tuple[int | None, mmap.mmap]:
    try:
        handle = hold(path)
    except OSError:
        return None, mmap.mmap(-1, SIZE_BYTES)
    try:
        return handle, _map(path)
    except OSError:
        os.close(handle)
        path.unlink(missing_ok=True)
        return None, mmap.mmap(-1, SIZE_BYTES)


def _map(path: Path) -> mmap.mmap:
    # Through a handle of its own: memory keeps its handle, and a lock with it, open.
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        # A write to a part that has no room on the disk would kill the process.
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(handle, 0, SIZE_BYTES)
        else:
            os.ftruncate(handle, SIZE_BYTES)
        return mmap.mmap(handle, SIZE_BYTES)
    finally:
        os.close(handle)


def _padded(size_bytes: int) -> int:
    return -(-size_bytes // 8) * 8


def _forget_all() -> None:
    for sheet in list(_SHEETS):
        sheet.forget()


os.register_at_fork(after_in_child=_forget_all)
