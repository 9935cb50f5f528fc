"""Settings of this room."""

from entrepot.base.settings import AnySetting, Setting

SAMPLES_KEPT = Setting(
    "operations_samples_kept_days",
    7,
    "Days that the history of our own database's health is kept.",
    at_least=1,
    at_most=366,
)

AUTO_UPGRADE = Setting(
    "operations_migration_auto_upgrade",
    False,
    "Apply pending migrations at the start instead of refusing it.",
    variable="MIGRATION_AUTO_UPGRADE",
    early=True,
)
BACKUP_BEFORE_UPGRADE = Setting(
    "operations_migration_backup_before_upgrade",
    True,
    "Make a verified backup before migrations change a database with data.",
    variable="MIGRATION_BACKUP_BEFORE_UPGRADE",
    early=True,
)
BACKUPS_KEPT = Setting(
    "operations_backups_kept_count",
    14,
    "Backups kept in ENTREPOT_HOME/backups; older ones are removed, 0 keeps them all.",
    at_least=0,
)
BACKUP_NOW = Setting(
    "operations_backup_now_bytes",
    1_000_000_000,
    "Size up to which the API makes a backup while the caller waits.",
    at_least=0,
)
CONFIGURATIONS_KEPT = Setting(
    "operations_configurations_kept_count",
    30,
    "Files kept in ENTREPOT_HOME/backups/configuration; 0 keeps them all.",
    at_least=0,
)

SETTINGS: tuple[AnySetting, ...] = (
    SAMPLES_KEPT,
    AUTO_UPGRADE,
    BACKUP_BEFORE_UPGRADE,
    BACKUPS_KEPT,
    BACKUP_NOW,
    CONFIGURATIONS_KEPT,
)
