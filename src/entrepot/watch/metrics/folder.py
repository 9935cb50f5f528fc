"""The folder in which the processes of a server count together.

Each has a sheet of its own there. The counts of those that died are added up in one
file, so that a thousand of them leave one. That file names the sheets that are in it
and takes the place of the one before it in one step: whoever is killed before that step
has changed nothing, and what remains of a sheet after it is not counted again.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import msgspec

from entrepot.base import ground_settings as ground
from entrepot.base.settings import Settings
from entrepot.watch import settings as knobs
from entrepot.watch.metrics.keys import is_count
from entrepot.watch.metrics.sheet import Rows, Sheet, hold, is_held, read_file

SHEETS = "*.sheet"
SERVERS = "*.server"
DEAD = "dead.json"
GENERATION = "generation"
LEFT = "left-*.json"
MOST_LEFT = 50
"""Of what was left when all had died, the most that waits for history."""
_NUMBER = struct.Struct("=d")


@dataclass(frozen=True, slots=True)
class Dead:
    """What the dead counted, and whose sheets are in it."""

    sheets: list[str] = field(default_factory=list)
    rows: Rows = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Left:
    """What had been counted when the last process of a generation was gone.

    Attributes:
        at: About when that was, in seconds since 1970.
    """

    generation: str
    at: float
    rows: Rows = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What all processes counted, and what each of the living reads off.

    Attributes:
        gauges: One for each process.
        generation: Differs when all began at zero.
    """

    counts: Rows
    gauges: list[Rows]
    generation: str = ""


def folder_of(settings: Settings) -> Folder:
    """Return the folder in which the processes of a server count together."""
    given = settings[knobs.METRICS_FOLDER]
    own = Path(settings[ground.HOME]) / "run" / "metrics"
    return Folder(Path(given or own).absolute())


class Folder:
    """One folder; what is done in it is done in turns."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def new_sheet(self) -> Sheet:
        """Return a new sheet for this process; the first one alive begins at zero."""
        with suppress(OSError):
            self.path.mkdir(parents=True, exist_ok=True)
        name = f"{os.getpid()}-{uuid4().hex[:12]}.sheet"
        with self._turn():
            self._begin()
            return Sheet(self.path / name)

    def join(self) -> int | None:
        """Be here for a server whose workers come and go; return the handle.

        As long as whoever has the handle lives, nothing begins at zero, and what its
        processes take is added up. Where nothing can be written, there is none.
        """
        with suppress(OSError):
            self.path.mkdir(parents=True, exist_ok=True)
            with self._turn():
                self._begin()
                return hold(self.path / f"{os.getpid()}.server")
        return None

    def lead(self, office: str = "lead") -> int | None:
        """Become the one process of all that does what one must do; None if one is.

        The handle that is returned is the office: it ends with the process.
        """
        try:
            return hold(self.path / office)
        except OSError:
            return None

    def servers(self) -> set[int]:
        """Return the process ids of the servers that live."""
        return {int(p.stem) for p in self.path.glob(SERVERS) if is_held(p)}

    def never_less(self, server: int, number: float) -> float:
        """Return a number of a server, or the last one if that was more.

        What only grows must not seem to go back where a process was lost unseen.
        """
        path = self.path / f"{server}.server"
        with self._turn(), suppress(OSError), path.open("r+b") as file:
            before = file.read(_NUMBER.size)
            if len(before) == _NUMBER.size:
                number = max(number, _NUMBER.unpack(before)[0])
            file.seek(0)
            file.write(_NUMBER.pack(number))
        return number

    def gather(self, own: Sheet) -> Gathered:
        """Return the numbers of all, and put those of the dead together."""
        with self._turn():
            dead = self._read_dead()
            alive, gone = self._sort(dead, own)
            dead = self._bury(dead, gone)
            # In our turn: whoever dies now is still read, and buried later.
            living = [own.read(), *map(read_file, alive)]
        counts = dict(dead.rows)
        for rows in living:
            _add(counts, rows)
        gauges = [{k: v for k, v in r.items() if not is_count(k)} for r in living]
        return Gathered(counts, gauges, self.generation())

    def generation(self) -> str:
        """Return what differs when all began at zero; empty where nobody knows."""
        try:
            return (self.path / GENERATION).read_text()[:40]
        except OSError:
            return ""

    def list_left(self) -> list[Left]:
        """Return what was left whenever all had died, oldest first."""
        found = []
        for path in self.path.glob(LEFT):
            with suppress(OSError, msgspec.DecodeError):
                found.append(msgspec.json.decode(path.read_bytes(), type=Left))
        return sorted(found, key=lambda left: left.at)

    def remove_left(self, generations: Iterable[str]) -> None:
        """Remove what was left by these, which history has now."""
        _remove(self.path / f"left-{name}.json" for name in generations)

    def _begin(self) -> None:
        files = [*self.path.glob(SHEETS), *self.path.glob(SERVERS)]
        if any(map(is_held, files)):
            dead = self._read_dead()
            self._bury(dead, self._sort(dead)[1])
        else:
            self._leave(files)
            _remove([*files, self.path / DEAD])
            with suppress(OSError):
                (self.path / GENERATION).write_text(uuid4().hex)

    def _leave(self, files: list[Path]) -> None:
        """Keep for history what was counted since it looked last."""
        dead, newest = self._read_dead(), 0.0
        for path in (p for p in files if p.name not in dead.sheets):
            with suppress(OSError):
                newest = max(newest, path.stat().st_mtime)
            _add(dead.rows, read_file(path))
        generation = self.generation()
        if not dead.rows or not generation:
            return
        with suppress(OSError):
            left = msgspec.json.encode(Left(generation, newest, dead.rows))
            (self.path / f"left-{generation}.json").write_bytes(left)
            ordered = sorted(self.path.glob(LEFT), key=lambda p: p.stat().st_mtime)
            _remove(ordered[:-MOST_LEFT])

    def _sort(
        self, dead: Dead, own: Sheet | None = None
    ) -> tuple[list[Path], list[Path]]:
        """Return the sheets of the living and the dead, but for our own and the buried.

        What is left of those, and of servers that are gone, is removed.
        """
        alive, gone = [], []
        for path in self.path.glob(SHEETS):
            if own is not None and path.name == own.path.name:
                continue
            if path.name in dead.sheets:
                _remove([path])
            elif is_held(path):
                alive.append(path)
            else:
                gone.append(path)
        _remove(p for p in self.path.glob(SERVERS) if not is_held(p))
        return alive, gone

    def _bury(self, dead: Dead, gone: list[Path]) -> Dead:
        """Return the counts of the dead with those of `gone`, whose sheets go.

        On a full disk they stay, and are read again the next time.
        """
        if not gone:
            return dead
        left = [name for name in dead.sheets if (self.path / name).exists()]
        together = Dead([*left, *(path.name for path in gone)], dict(dead.rows))
        for path in gone:
            _add(together.rows, read_file(path))
        try:
            new = self.path / f"{DEAD}.new"
            new.write_bytes(msgspec.json.encode(together))
            os.replace(new, self.path / DEAD)
        except OSError:
            return together
        _remove(gone)
        return together

    def _read_dead(self) -> Dead:
        try:
            return msgspec.json.decode((self.path / DEAD).read_bytes(), type=Dead)
        except (OSError, msgspec.DecodeError):
            return Dead()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until no other thread or process is at work here."""
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            handle = os.open(self.path / "lock", flags, 0o600)
        except OSError:  # nobody can do anything here
            yield
            return
        try:
            with suppress(OSError):  # of a file system without locks: nobody waits
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            with suppress(OSError):  # in words: a child born meanwhile has it, too
                fcntl.flock(handle, fcntl.LOCK_UN)
            os.close(handle)


def _add(sums: Rows, rows: Rows) -> None:
    for key, numbers in rows.items():
        if is_count(key):
            before = sums.get(key)
            both = zip(before, numbers, strict=True) if before else None
            sums[key] = tuple(a + b for a, b in both) if both else numbers


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        with suppress(OSError):
            path.unlink()
