"""Lines on standard output, for people at a terminal and for what collects logs."""

from __future__ import annotations

import os
import select
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from entrepot.base.house import House
from entrepot.watch import settings as knobs
from entrepot.watch.listeners import log_writer
from entrepot.watch.log.library import APART
from entrepot.watch.log.lines import RENDERS, Render
from entrepot.watch.log.text import bounded
from entrepot.watch.spec import Entry

OUT = 1
WHOLE_BYTES = 4096
"""So much goes into a pipe at once and unmixed (PIPE_BUF on Linux; POSIX wants 512)."""
PATIENCE_MS = 250
"""How long a batch waits for whoever reads; then its rest is not shown."""
_MESSAGE_CHARACTERS, _TRACE_CHARACTERS = 1_000, 1_500
"""Of a line that is too long to go out at once."""


def show_lines(house: House) -> bool:
    """Show lines from now on as LOG_FORMAT says; tell whether it says so."""
    render = RENDERS.get(house.settings[knobs.LOG_FORMAT])
    if render is not None:
        log_writer(house).shown = Shown(render)
    return render is not None


@dataclass(slots=True, eq=False)
class Shown:
    """Writes lines to standard output, each whole, and waits for nobody for long.

    Attributes:
        hidden: Lines that were not shown, because nobody read on.
    """

    render: Render
    out: int = OUT
    hidden: int = 0
    _is_stuck: bool = False

    def __call__(self, entries: Sequence[Entry]) -> None:
        """Show a batch."""
        lines = [self._line(entry) for entry in entries if entry.logger not in APART]
        left, patience_ms = len(lines), 0 if self._is_stuck else PATIENCE_MS
        try:
            with _opened(self.out) as out:
                for count, block in _blocks(lines):
                    if not _is_ready(out, patience_ms):
                        break
                    os.write(out, block)
                    left -= count
        except OSError:  # nobody reads any more, or not at once
            pass
        self._is_stuck = left > 0
        self.hidden += left

    def _line(self, entry: Entry) -> bytes:
        line = self._encoded(entry)
        if len(line) <= WHOLE_BYTES:
            return line
        fields = {"left_out": len(entry.fields)} if entry.fields else None
        entry = entry._replace(
            message=bounded(entry.message, _MESSAGE_CHARACTERS),
            stack_trace=_end(entry.stack_trace),
            fields=fields,
        )
        line = self._encoded(entry)
        return line if len(line) <= WHOLE_BYTES else self._shortest(entry)

    def _shortest(self, entry: Entry) -> bytes:
        # Signs of four bytes, or such as are escaped: a fifth of them fits anyhow.
        message = bounded(entry.message, _MESSAGE_CHARACTERS // 5)
        return self._encoded(entry._replace(message=message, stack_trace=""))

    def _encoded(self, entry: Entry) -> bytes:
        return f"{self.render(entry)}\n".encode("utf-8", "replace")


def _end(trace: str) -> str:
    if len(trace) <= _TRACE_CHARACTERS:
        return trace
    return f"…+{len(trace) - _TRACE_CHARACTERS}…\n{trace[-_TRACE_CHARACTERS:]}"


def _blocks(lines: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield as many lines together as go out at once, and how many they are."""
    block: list[bytes] = []
    size = 0
    for line in lines:
        if block and size + len(line) > WHOLE_BYTES:
            yield len(block), b"".join(block)
            block, size = [], 0
        block.append(line)
        size += len(line)
    if block:
        yield len(block), b"".join(block)


@contextmanager
def _opened(out: int) -> Iterator[int]:
    """Give a handle that does not wait, if there can be one: others write there too.

    What a pipe's end was told by `fcntl` would hold for everybody who has it, so it is
    opened once more.
    """
    own = -1
    if stat.S_ISFIFO(os.fstat(out).st_mode):
        with suppress(OSError):  # not ours to open
            flags = os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC
            own = os.open(f"/proc/self/fd/{out}", flags)
    try:
        yield out if own < 0 else own
    finally:
        if own >= 0:
            os.close(own)


def _is_ready(out: int, patience_ms: int) -> bool:
    waits = select.poll()
    waits.register(out, select.POLLOUT)
    found = waits.poll(patience_ms)
    return bool(found) and not found[0][1] & (select.POLLERR | select.POLLNVAL)
