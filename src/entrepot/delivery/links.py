"""Addresses of ours, as those who get messages can open them."""

from __future__ import annotations

from entrepot.base.settings import Settings
from entrepot.delivery import settings as knobs


def absolute(settings: Settings, path: str) -> str:
    """Return the address of a path here; empty where nobody said where we are."""
    base = settings[knobs.LINK_URL].rstrip("/")
    return f"{base}{path}" if base else ""
