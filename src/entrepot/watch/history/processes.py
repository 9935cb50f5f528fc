"""What this server's processes take, by what they do: processor time and memory."""

from __future__ import annotations

import os
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from entrepot.watch.metrics.family import PROC, list_family

Role = Literal["web", "jobs", "supervisor"]
_WORKER = b"worker_process"
"""In the command of the process that does jobs."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What the processes of a role take together.

    Attributes:
        cpu_seconds: Since they began, with their dead children's.
    """

    cpu_seconds: float
    resident_bytes: float


@dataclass(slots=True)
class Family:
    """Looks at the processes again and again; processor time is told as it grows.

    Attributes:
        role: Of this process, where it is not below a server.
    """

    role: Role
    _before: dict[Role, float] = field(default_factory=dict)

    def look(self, servers: set[int]) -> tuple[dict[Role, Taken], dict[Role, float]]:
        """Return what each role takes, and the processor seconds since the last look.

        The first look tells of none: nobody knows when they were spent.
        """
        taken = _taken(list_family(os.getpid(), servers), self.role)
        grown = {
            role: max(0.0, now.cpu_seconds - self._before[role])
            for role, now in taken.items()
            if role in self._before
        }
        self._before = {role: now.cpu_seconds for role, now in taken.items()}
        return taken, grown


def _taken(pids: list[int], role: Role) -> dict[Role, Taken]:
    cpu: dict[Role, float] = defaultdict(float)
    memory: dict[Role, float] = defaultdict(float)
    roles = _roles(pids, role)
    for pid, of in roles.items():
        with suppress(OSError, ValueError, IndexError):
            stat = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            # A supervisor's dead children were counted as what they were.
            times = stat[11:13] if of == "supervisor" else stat[11:15]
            cpu[of] += sum(map(int, times)) / os.sysconf("SC_CLK_TCK")
            memory[of] += int(stat[21]) * os.sysconf("SC_PAGE_SIZE")
    return {of: Taken(cpu[of], memory[of]) for of in cpu}


def _roles(pids: list[int], role: Role) -> dict[int, Role]:
    root, *below = pids
    if not below:
        return {root: role}
    found: dict[int, Role] = {root: "supervisor"}
    for pid in below:  # a child stands behind its parent
        above = found.get(_parent(pid), "supervisor")
        found[pid] = above if above != "supervisor" else _role(pid)
    return found


def _role(pid: int) -> Role:
    with suppress(OSError):
        if _WORKER in (PROC / str(pid) / "cmdline").read_bytes():
            return "jobs"
    return "web"


def _parent(pid: int) -> int:
    with suppress(OSError, ValueError, IndexError):
        text = (PROC / str(pid) / "stat").read_text()
        return int(text.rpartition(")")[2].split()[1])
    return 0
