"""Files that the processes of one host share by mapping them into memory."""

from __future__ import annotations

import mmap
import os
import tempfile
from pathlib import Path


def map_file(path: Path, size_bytes: int) -> tuple[int, mmap.mmap]:
    """Return a file's handle and its memory, zeros where it is new.

    Where the file cannot be written or the disk is full, both are this process's
    alone: counting goes on, by process.
    """
    handle, is_shared = open_shared(path)
    if not is_shared:
        return handle, mmap.mmap(-1, size_bytes)
    try:
        # A write to a part that has no room on the disk would kill the process.
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(handle, 0, size_bytes)
        else:
            os.ftruncate(handle, size_bytes)
    except OSError:
        return handle, mmap.mmap(-1, size_bytes)
    return handle, mmap.mmap(handle, size_bytes)


def open_shared(path: Path) -> tuple[int, bool]:
    """Open a file to lock or to map; tell whether others have it as well."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), True
    except OSError:
        return _own_handle(), False


def _own_handle() -> int:
    """Return a handle to lock: of a file elsewhere, or of nothing at all."""
    try:
        with tempfile.TemporaryFile() as file:
            return os.dup(file.fileno())
    except OSError:
        return os.open(os.devnull, os.O_RDWR)
