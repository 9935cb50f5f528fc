"""The states of a synchronisation, and where each leads."""

from __future__ import annotations

MOVES: dict[str, tuple[str, ...]] = {
    "pending": ("success", "failed", "partial"),
    "success": (),
    "failed": (),
    "partial": (),
}

NOTES_KEPT = 1_000
"""Warnings, and errors, that one synchronisation keeps; beyond it they are counted."""


def outcome(*, successful: int, failed: int) -> str:
    """Return how a synchronisation with these items ended."""
    if not failed:
        return "success"
    return "partial" if successful else "failed"
