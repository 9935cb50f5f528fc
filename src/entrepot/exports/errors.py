"""The errors of this room."""

from __future__ import annotations

from entrepot.base.errors import Broken, Conflict, Missing, NotThere, Unavailable


class ExportStopped(Conflict):
    """The export was cancelled."""


class ExportKilled(Unavailable):
    """The export's process was killed."""


class ExportCrashed(Broken):
    """The export's process broke."""


class NotReady(Conflict):
    """The export has no file yet.

    Attributes:
        retry_after_seconds: When to come again.
    """

    def __init__(self, detail: str, *, retry_after_seconds: int) -> None:
        super().__init__(
            detail,
            hint="ask for its status until it is completed",
            retry_after_seconds=retry_after_seconds,
        )
        self.retry_after_seconds = retry_after_seconds


class PartsDiffer(Conflict):
    """The parts do not make one whole."""


class UnknownFile(Missing):
    """No export left this file."""


class FileDiffers(Conflict):
    """The file is not what the receipt says."""


class UnknownTemplate(NotThere):
    """No such template."""
