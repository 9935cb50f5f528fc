"""Rows that a room above gives by name; exports know no more of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from entrepot.base.house import House
from entrepot.base.identity import Role
from entrepot.base.rows import RowSource


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRows:
    """Rows that an export can be made of by their name alone.

    Attributes:
        name: `<room>.<rows>`.
        open: Given the house and the name, returns a source that can be pickled.
        mark: Likewise what stays the same as long as the rows do; None where nobody
            can tell.
        role: The lowest whose files may have them.
        takes_more: After the name may stand `?` and what narrows the rows, which is
            read by whoever gives them.
        estimate: Likewise about how many there are; None where that takes too long.
    """

    name: str
    summary: str
    open: Callable[[House, str], RowSource]
    mark: Callable[[House, str], str | None]
    role: Role = "viewer"
    takes_more: bool = False
    estimate: Callable[[House, str], int | None] = lambda house, name: None


NAMED: dict[str, NamedRows] = {}
"""What rooms register in a module that their `jobs` import, by name."""


def find_named(said: str) -> NamedRows | None:
    """Return the rows that a name means; None where there are none."""
    name, mark, _ = said.partition("?")
    found = NAMED.get(name)
    return found if found is None or found.takes_more or not mark else None
