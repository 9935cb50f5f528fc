"""What a worker is called: the same after its death, and never two at once."""

from __future__ import annotations

import fcntl
import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from entrepot.base.errors import TooMuch

MOST_SLOTS = 64


@dataclass(frozen=True, slots=True)
class Slot:
    """A name that is this process's as long as it lives, or until it is closed."""

    name: str
    descriptor: int

    def close(self) -> None:
        """Let the next process have the name."""
        os.close(self.descriptor)


def take_slot(folder: Path) -> Slot:
    """Return the first free name of the workers that share a data folder.

    The lock on its file goes with the process, however that ends. Hosts may be named
    alike, as containers are, so the folder adds a word of its own.

    Raises:
        TooMuch: All are taken.
    """
    folder.mkdir(parents=True, exist_ok=True)
    place = f"{socket.gethostname()[:100]}-{_word(folder)}"
    for number in range(MOST_SLOTS):
        path = folder / f"worker-{number}.lock"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            continue
        return Slot(f"{place}-{number}", descriptor)
    raise TooMuch(f"there are {MOST_SLOTS} workers here already")


def _word(folder: Path) -> str:
    """Return what tells this data folder from all others."""
    path = folder / "place"
    with suppress(FileExistsError):
        made = folder / f".place-{uuid4().hex}"
        made.write_text(uuid4().hex[:8])
        try:
            os.link(made, path)  # whole, or not there: another may read it now
        finally:
            made.unlink()
    return path.read_text()
