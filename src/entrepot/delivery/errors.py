"""The errors of this room."""

from __future__ import annotations

from entrepot.base.errors import Conflict


class DestinationNameTaken(Conflict):
    """A destination has this name already."""


class StillWaiting(Conflict):
    """The delivery is on its way already."""
