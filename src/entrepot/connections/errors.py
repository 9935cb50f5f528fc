"""What can go wrong with the list of connections."""

from __future__ import annotations

from entrepot.base.errors import Conflict, Denied, Unavailable


class OutsideRoots(Denied):
    """The path is outside the allowed folders."""


class NameTaken(Conflict):
    """A connection has this name already."""


class GivenBySetting(Conflict):
    """A setting gives this connection."""


class NotConfigured(Unavailable):
    """No such database is registered."""

    retryable = False
