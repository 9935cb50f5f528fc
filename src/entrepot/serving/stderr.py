"""Warnings and errors among the events, as lines on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from entrepot.base import events
from entrepot.base.settings import Settings


@contextmanager
def listening() -> Iterator[None]:
    """Show each event of level warning or error inside the block."""
    stop = events.listen(show)
    try:
        yield
    finally:
        stop()


def warn(settings: Settings) -> None:
    """Show what is doubtful about the settings, such as aliases that disagree."""
    for warning in settings.warnings:
        sys.stderr.write(f"entrepot warning: {warning}\n")


def tell_skipped(settings: Settings) -> None:
    """Show which values of our own database do not hold."""
    for skipped in settings.skipped:
        line = f"configurations, {skipped.key}: {skipped.reason}; it is skipped"
        sys.stderr.write(f"entrepot warning: {line}\n")


def show(event: events.Event) -> None:
    """Write an event as a line, with its traceback if it has one."""
    if event.level not in ("warning", "error", "critical"):
        return
    told, facts = event.sentence(), event.facts()
    trace = facts.pop("traceback", "")
    shown = ", ".join(f"{name}={value}" for name, value in facts.items() if value)
    shown = f" ({shown})" if shown else ""
    sys.stderr.write(f"entrepot {event.level}: {told}{shown}\n{trace}")
    sys.stderr.flush()
