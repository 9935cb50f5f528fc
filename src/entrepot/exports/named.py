"""Rows that a room above gives by name; exports know no more of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from entrepot.base.house import House
from entrepot.base.rows import RowSource


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRows:
    """Rows that an export can be made of by their name alone.

    Attributes:
        name: `<room>.<rows>`.
        open: Given the house and the name, returns a source that can be pickled.
        mark: Likewise what stays the same as long as the rows do.
    """

    name: str
    summary: str
    open: Callable[[House, str], RowSource]
    mark: Callable[[House, str], str]


NAMED: dict[str, NamedRows] = {}
"""What rooms register in a module that their `jobs` import, by name."""
