"""The states of a job, and what may lead from one to the next."""

from __future__ import annotations

MOVES: dict[str, tuple[str, ...]] = {
    "pending": ("running", "cancelled"),
    "running": ("completed", "failed", "cancelled", "pending"),
    "completed": (),
    "failed": ("pending",),
    "cancelled": ("pending",),
}
"""Each state, and where it leads.

A running job waits again when its worker shuts down or died, or when what it needs is
away; a cancelled one when somebody wants it after all.
"""

STUCK_SECONDS = 30 * 60
"""After so long without a sign of life a running job counts as stuck."""

LOG_CHARACTERS = 256_000
MESSAGE_CHARACTERS = 10_000


def cut_log(text: str) -> str:
    """Return the end of a log that is too long, below a line that says so.

    A log that was cut before and has grown since is cut again; its line stays one.
    """
    if len(text) <= LOG_CHARACTERS:
        return text
    line = f"… the beginning is left out, {LOG_CHARACTERS:,} characters are kept\n"
    return line + text[len(line) - LOG_CHARACTERS :]


def cut_message(text: str) -> str:
    """Return the beginning of a message that is too long."""
    if len(text) <= MESSAGE_CHARACTERS:
        return text
    return text[: MESSAGE_CHARACTERS - 1] + "…"
