"""Counters that the processes of one host share: "has this changed since I looked?".

A process keeps what it read together with the generation it read it at.  Whoever
changes the thing bumps the generation after the commit, and every process on the
host sees it at its next look, without asking the database.  Other hosts see it when
their copy is too old.
"""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path
from typing import Literal, get_args

from entrepot.base.mapped import map_file

Name = Literal["accounts"]
NAMES: tuple[Name, ...] = get_args(Name)
FILE = "generations"

_COUNTER = struct.Struct("<Q")
_SIZE_BYTES = 4096


class Generations:
    """The counters in `folder`, mapped into memory; a read takes under 1 µs.

    Where nothing can be written they are this process's alone: others see its changes
    as late as other hosts do.
    """

    def __init__(self, folder: Path) -> None:
        self._handle, self._memory = map_file(folder / FILE, _SIZE_BYTES)

    def read(self, name: Name) -> int:
        """Return the counter as it is now; it only ever grows."""
        value: int = _COUNTER.unpack_from(self._memory, self._at(name))[0]
        return value

    def bump(self, name: Name) -> None:
        """Say that the thing changed."""
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        try:
            _COUNTER.pack_into(self._memory, self._at(name), self.read(name) + 1)
        finally:
            fcntl.flock(self._handle, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let the file go."""
        self._memory.close()
        os.close(self._handle)

    @staticmethod
    def _at(name: Name) -> int:
        return NAMES.index(name) * _COUNTER.size
