"""What can go wrong before a statement gets to its database."""

from __future__ import annotations

from entrepot.base.errors import Conflict, Denied, Expired, Invalid, Throttled


class MissingSql(Invalid):
    """There is no statement."""


class QueryTooLong(Invalid):
    """The statement is too long."""


class SeveralStatements(Invalid):
    """One statement at a time."""


class InvalidSql(Invalid):
    """The statement cannot be right."""


class TooManyRuns(Throttled):
    """Too many statements are running."""


class ResultGone(Expired):
    """The rows are not kept any more."""


class ResultElsewhere(Expired):
    """The rows are not on this server."""


class StillRunning(Conflict):
    """The statement is still running."""


class WritingIsOff(Denied):
    """The console only reads."""


class PreviewGone(Conflict):
    """The preview does not hold any more."""


class QueryNameTaken(Conflict):
    """A query of yours has this name already."""


class QueryNewer(Conflict):
    """Somebody changed the query meanwhile."""
