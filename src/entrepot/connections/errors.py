"""What can go wrong with the list of connections."""

from __future__ import annotations

from entrepot.base.errors import Conflict, Denied


class OutsideRoots(Denied):
    """The path is outside the allowed folders."""


class NameTaken(Conflict):
    """A connection has this name already."""


class GivenBySetting(Conflict):
    """A setting gives this connection."""
