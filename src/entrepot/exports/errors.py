"""The errors of this room."""

from __future__ import annotations

from entrepot.base.errors import Broken, Conflict, Missing, Unavailable


class ExportStopped(Conflict):
    """The export was cancelled."""


class ExportKilled(Unavailable):
    """The export's process was killed."""


class ExportCrashed(Broken):
    """The export's process broke."""


class UnknownFile(Missing):
    """No export left this file."""


class FileDiffers(Conflict):
    """The file is not what the receipt says."""
