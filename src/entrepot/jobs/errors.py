"""The errors of this room."""

from __future__ import annotations

from entrepot.base.errors import Conflict


class JobStopped(Conflict):
    """The job was cancelled, or its worker shuts down."""
