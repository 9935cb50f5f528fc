"""Errors on their way from one of our processes to another."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from entrepot.base import errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An error in a form that can travel: its class, its words, its facts."""

    module: str
    name: str
    detail: str
    hint: str | None
    facts: dict[str, object]


def fault_of(error: errors.EntrepotError) -> Fault:
    """Return an error in a form that can travel."""
    return Fault(
        module=type(error).__module__,
        name=type(error).__name__,
        detail=error.detail,
        hint=error.hint,
        facts=error.facts,
    )


def error_of(fault: Fault) -> errors.EntrepotError:
    """Return the error again, of the same class, with the same words and facts."""
    found = getattr(import_module(fault.module), fault.name)
    error: errors.EntrepotError = found.__new__(found)
    # Not the class's own constructor: that makes the words, and we have them.
    errors.EntrepotError.__init__(error, fault.detail, hint=fault.hint, **fault.facts)
    return error
