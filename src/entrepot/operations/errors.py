"""What can go wrong with our own database and its backups."""

from entrepot.base.errors import (
    Broken,
    Conflict,
    DatabaseError,
    Invalid,
    TimedOut,
    Unavailable,
)


class DatabaseUnhealthy(DatabaseError):
    """Our own database is unhealthy."""


class QueryFailed(Invalid):
    """The query did not run."""


class QueryTooSlow(TimedOut):
    """The query took longer than it was given."""


class MigrationFailed(Broken):
    """A migration failed; the database is as it was before it."""


class BrokenMigration(Broken):
    """The file of a migration cannot be used."""


class MigrationsPending(Conflict):
    """The database is older than this program."""


class SchemaNewer(Conflict):
    """The database is newer than this program."""


class WouldLoseData(Conflict):
    """A migration may lose data; nobody agreed to it."""


class BackupDamaged(Invalid):
    """The backup is not what was written."""


class NotOurBackup(Invalid):
    """The file is no backup of Entrepôt that fits here."""


class DatabaseInUse(Conflict):
    """Others use the database now."""


class ToolMissing(Unavailable):
    """A program of PostgreSQL is missing here."""


class BackupBroke(Broken):
    """A backup did not pass its drill; nothing was kept."""


class RehearsalFailed(Broken):
    """The rehearsal found a difference; the database itself was not touched."""
