"""Settings of this room."""

from entrepot.base.settings import AnySetting, Setting

INLINE_ROWS = Setting(
    "exports_inline_rows",
    50_000,
    "Rows up to which an export is written by the process that was asked.",
    at_least=0,
)
INLINE_SECONDS = Setting(
    "exports_inline_seconds",
    10,
    "Time after which an export moves to a process of its own.",
    at_least=1,
)
LIMIT = Setting(
    "exports_limit_seconds",
    900,
    "Time after which an export is ended for good.",
    at_least=1,
)
RETENTION = Setting(
    "exports_retention_hours",
    24,
    "Time for which a finished export can be downloaded again.",
    variable="EXPORT_RETENTION_HOURS",
    at_least=0,
)

INTAKE_SECONDS = Setting(
    "exports_intake_seconds",
    120,
    "Time after which the reading of a posted or uploaded body is ended.",
    at_least=1,
)
SMALL_ROWS = Setting(
    "exports_small_rows",
    5_000,
    "Rows up to which a request for an export waits for it, where they are known.",
    at_least=0,
)
LARGE_ROWS = Setting(
    "exports_large_rows",
    250_000,
    "Rows from which an export is a large one; few of those run at a time.",
    at_least=1,
)
QUOTA = Setting(
    "exports_quota_bytes",
    10 << 30,
    "Room for finished exports; the oldest make place for new ones. 0 for no limit.",
    at_least=0,
)
FOLDER = Setting(
    "exports_dir",
    "",
    "Folder for the files of exports; `exports` in the home where it is empty.",
    variable="EXPORT_DIR",
)
DROPPED = Setting(
    "exports_rows_dropped_ratio",
    0.3,
    "How much fewer rows than the last time a scheduled export may have before a "
    "warning is told.",
    at_least=0.0,
    at_most=1.0,
)

SETTINGS: tuple[AnySetting, ...] = (
    INLINE_ROWS,
    INLINE_SECONDS,
    LIMIT,
    RETENTION,
    INTAKE_SECONDS,
    SMALL_ROWS,
    LARGE_ROWS,
    QUOTA,
    FOLDER,
    DROPPED,
)
