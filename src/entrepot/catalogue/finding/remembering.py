"""Counts that a process keeps as long as the catalogue does not change."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from entrepot.catalogue.documents.generation import read_generation

T = TypeVar("T")
MOST = 100
"""Answers that are kept of one database."""

_KEPT: weakref.WeakKeyDictionary[Engine, OrderedDict[Hashable, Any]]
_KEPT = weakref.WeakKeyDictionary()


def remember(session: Session, asked: Hashable, make: Callable[[], T]) -> T:
    """Return what was made for the same question at the same generation, or make it.

    Who writes sees what nobody else does yet, and is answered anew.
    """
    bind = session.get_bind()
    if not bind.get_execution_options().get("is_read"):
        return make()
    kept = _KEPT.setdefault(bind.engine, OrderedDict())
    key = (read_generation(session), asked)
    if key not in kept:
        kept[key] = make()
        while len(kept) > MOST:
            kept.popitem(last=False)
    found: T = kept[key]
    return found
