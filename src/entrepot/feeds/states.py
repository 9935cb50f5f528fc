"""The states of a synchronisation and of an import, and where each leads."""

from __future__ import annotations

from typing import Literal, get_args

MOVES: dict[str, tuple[str, ...]] = {
    "pending": ("success", "failed", "partial"),
    "success": (),
    "failed": (),
    "partial": (),
}

ImportState = Literal[
    "fetching",
    "uploaded",
    "inspected",
    "previewing",
    "previewed",
    "applying",
    "applied",
    "unchanged",
    "failed",
    "cancelled",
    "undoing",
    "undone",
]
"""`unchanged` is a feed's file that is what it was the last time: nothing was done."""

IMPORT_MOVES: dict[str, tuple[str, ...]] = {
    "fetching": ("uploaded", "inspected", "unchanged", "failed", "cancelled"),
    "uploaded": ("inspected", "previewing", "failed", "cancelled"),
    "inspected": ("previewing", "failed", "cancelled"),
    "previewing": ("previewed", "inspected", "failed", "cancelled"),
    "previewed": ("previewing", "inspected", "applying", "cancelled"),
    "applying": ("applied", "previewed", "failed", "cancelled"),
    "applied": ("undoing",),
    "unchanged": (),
    "failed": ("inspected", "previewing", "cancelled"),
    "cancelled": ("inspected", "previewing"),
    "undoing": ("undone", "applied"),
    "undone": ("previewing", "inspected"),
}

BUSY: tuple[ImportState, ...] = ("fetching", "previewing", "applying", "undoing")
"""States in which a job is at work on an import."""

Missing = Literal["keep", "archive", "deactivate"]
MISSINGS: tuple[Missing, ...] = get_args(Missing)
"""What becomes of a feed's products that its file has no longer."""

Empty = Literal["keep", "clear"]
EMPTIES: tuple[Empty, ...] = get_args(Empty)
"""What an empty cell does to the field: it leaves it, or takes its value away."""

ChangeKind = Literal["create", "update", "vanish"]
CHANGE_KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)

Conflicts = Literal["skip", "force"]
"""What an undo does where a field was changed since: leave it, or set it back too."""

NOTES_KEPT = 1_000
"""Warnings, and errors, that one synchronisation keeps; beyond it they are counted."""


def outcome(*, successful: int, failed: int) -> str:
    """Return how a synchronisation with these items ended."""
    if not failed:
        return "success"
    return "partial" if successful else "failed"
