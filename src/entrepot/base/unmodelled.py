"""Tables of ours that no model can describe, such as an index of words."""

from __future__ import annotations

UNMODELLED: set[str] = set()
"""Their names, which rooms add beside their models.

Whoever compares models with a database, or lists what is in it, leaves them out: they
hold nothing that is not in the others.
"""
