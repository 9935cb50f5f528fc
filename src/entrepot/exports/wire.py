"""What an export's child process is told, and the lines it answers with."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from entrepot.base.faults import Fault
from entrepot.base.spans_apart import Step
from entrepot.exports.writer import Outcome, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A task with the keys to its databases; it travels over stdin only.

    Attributes:
        handle: Number of the open file to write to, which the child inherits.
        parent: Process without which the child must not live.
        is_traced: Somebody wants to know its steps.
    """

    task: Task
    handle: int
    parent: int
    is_traced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the child: how far it is, and at the end one of the other three.

    Attributes:
        total: Rows that the file must have, once that is known.
        steps: What it did, with the last line.
        errno: The system would not let it write; whoever opened the file knows where.
    """

    rows: int = 0
    total: int | None = None
    outcome: Outcome | None = None
    fault: Fault | None = None
    errno: int | None = None
    steps: list[Step] = field(default_factory=list)


def render_line(line: Line) -> bytes:
    """Return a line as JSON, with its end."""
    return msgspec.json.encode(line, enc_hook=str) + b"\n"


def parse_line(text: bytes) -> Line:
    """Read a line back."""
    return msgspec.json.decode(text, type=Line)
