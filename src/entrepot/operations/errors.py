"""What can go wrong with our own database."""

from entrepot.base.errors import DatabaseError, Invalid, TimedOut


class DatabaseUnhealthy(DatabaseError):
    """Our own database is unhealthy."""


class QueryFailed(Invalid):
    """The query did not run."""


class QueryTooSlow(TimedOut):
    """The query took longer than it was given."""
