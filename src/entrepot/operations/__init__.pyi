from .backup import Backup, back_up, list_backups, remove_backup, verify_backup
from .cleanup import clean_up
from .configurations import (
    Change,
    Configured,
    get_configuration,
    get_value,
    list_configurations,
    remove_configuration,
    set_configuration,
)
from .errors import (
    BackupBroke,
    BackupDamaged,
    BrokenMigration,
    DatabaseInUse,
    MigrationFailed,
    MigrationsPending,
    NotOurBackup,
    RehearsalFailed,
    SchemaNewer,
    ToolMissing,
    WouldLoseData,
)
from .events import (
    BackupMade,
    BackupRemoved,
    ConfigurationChanged,
    ConfigurationRemoved,
    DatabaseRestored,
    RollbackBegan,
    SchemaMigrated,
    SchemaRolledBack,
)
from .kept import read_kept
from .migrate_draft import create_migration
from .migrate_moves import Moved, Plan, migrate, roll_back
from .migrate_rehearse import Rehearsed, rehearse
from .migrate_start import ensure
from .migrate_status import MigrationStatus, migration_status
from .models import Configuration
from .optimize_space import Optimized, optimize
from .overview import SettingLine, list_settings
from .restore_whole import Restored, plan_restore, restore
from .upkeep_info import DatabaseInfo, database_info

__all__ = [
    "Backup",
    "BackupBroke",
    "BackupDamaged",
    "BackupMade",
    "BackupRemoved",
    "BrokenMigration",
    "Change",
    "Configuration",
    "ConfigurationChanged",
    "ConfigurationRemoved",
    "Configured",
    "DatabaseInUse",
    "DatabaseInfo",
    "DatabaseRestored",
    "MigrationFailed",
    "MigrationStatus",
    "MigrationsPending",
    "Moved",
    "NotOurBackup",
    "Optimized",
    "Plan",
    "RehearsalFailed",
    "Rehearsed",
    "Restored",
    "RollbackBegan",
    "SchemaMigrated",
    "SchemaNewer",
    "SchemaRolledBack",
    "SettingLine",
    "ToolMissing",
    "WouldLoseData",
    "back_up",
    "clean_up",
    "create_migration",
    "database_info",
    "ensure",
    "get_configuration",
    "get_value",
    "list_backups",
    "list_configurations",
    "list_settings",
    "migrate",
    "migration_status",
    "optimize",
    "plan_restore",
    "read_kept",
    "rehearse",
    "remove_backup",
    "remove_configuration",
    "restore",
    "roll_back",
    "set_configuration",
    "verify_backup",
]
