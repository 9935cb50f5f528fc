from .backups.keeping import Backup, back_up, list_backups, remove_backup, verify_backup
from .cleanup import clean_up
from .configurations.keeping import (
    Change,
    Configured,
    get_configuration,
    get_value,
    list_configurations,
    remove_configuration,
    set_configuration,
)
from .configurations.kept import read_kept
from .configurations.overview import SettingLine, list_settings
from .configurations.saved import SavedConfiguration, save_configuration
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
    ConfigurationSaved,
    DatabaseRestored,
    RollbackBegan,
    SchemaMigrated,
    SchemaRolledBack,
)
from .migrations.draft import create_migration
from .migrations.moves import Moved, Plan, migrate, roll_back
from .migrations.rehearse import Rehearsed, rehearse
from .migrations.start import ensure
from .migrations.status import MigrationStatus, migration_status
from .models import Configuration
from .restores.whole import Restored, plan_restore, restore
from .upkeep.info import DatabaseInfo, database_info
from .upkeep.space import Optimized, optimize

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
    "ConfigurationSaved",
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
    "SavedConfiguration",
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
    "save_configuration",
    "set_configuration",
    "verify_backup",
]
