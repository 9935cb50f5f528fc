"""What the processes of this server take together: time, memory, open files.

From the kernel's /proc; where there is none, nothing is told.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one process takes.

    Attributes:
        cpu_seconds: With what its dead children took, and theirs.
        started_at: Seconds since the epoch.
        max_fds: None where there is no limit.
    """

    cpu_seconds: float
    resident_bytes: int
    virtual_bytes: int
    open_fds: int
    max_fds: int | None
    started_at: float


def list_family(pid: int, servers: set[int]) -> list[int]:
    """Return the processes of the server that a process belongs to, its oldest first.

    That is the highest of its ancestors that is among the servers, and all below it;
    the process alone where none is.
    """
    root = next((p for p in reversed(list(_above(pid))) if p in servers), pid)
    return [root, *_below(root)] if root != pid or pid in servers else [pid]


def list_usage(pids: Iterable[int]) -> list[Usage]:
    """Return what processes take; those that are gone are not there."""
    found = []
    for pid in pids:
        with suppress(OSError, ValueError, IndexError):
            found.append(_usage(pid))
    return found


def _usage(pid: int) -> Usage:
    folder, ticks = PROC / str(pid), os.sysconf("SC_CLK_TCK")
    stat = _stat(pid)
    return Usage(
        cpu_seconds=sum(map(int, stat[11:15])) / ticks,
        resident_bytes=int(stat[21]) * os.sysconf("SC_PAGE_SIZE"),
        virtual_bytes=int(stat[20]),
        open_fds=len(os.listdir(folder / "fd")) if stat[0] != "Z" else 0,
        max_fds=_max_fds(folder),
        started_at=_booted_at() + int(stat[19]) / ticks,
    )


def _stat(pid: int) -> list[str]:
    """Return the fields after the name, which may hold anything: the state first."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _max_fds(folder: Path) -> int | None:
    for line in (folder / "limits").read_text().splitlines():
        if line.startswith("Max open files"):
            soft = line.split()[3]
            return None if soft == "unlimited" else int(soft)
    return None


def _booted_at() -> float:
    for line in (PROC / "stat").read_text().splitlines():
        if line.startswith("btime "):
            return float(line.split()[1])
    return 0.0


def _above(pid: int) -> Iterator[int]:
    """Yield a process and its ancestors, nearest first."""
    with suppress(OSError, IndexError, ValueError):
        while pid > 1:
            yield pid
            pid = int(_stat(pid)[1])
        if pid == 1:
            yield 1


def _below(pid: int) -> Iterator[int]:
    """Yield the processes below one, zombies too: nobody else has their time yet."""
    with suppress(OSError):
        for task in (PROC / str(pid) / "task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                yield child
                yield from _below(child)
