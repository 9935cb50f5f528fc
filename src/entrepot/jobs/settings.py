"""Settings of background work."""

from entrepot.base.settings import AnySetting, Setting

LOST_SECONDS = Setting(
    "jobs_lost_seconds",
    60,
    "After so long without a sign of life another worker takes over a worker's jobs.",
    at_least=5,
    at_most=3_600,
)
CRASHES = Setting(
    "jobs_crashes_count",
    3,
    "A job whose worker died so often in its midst is not tried again.",
    at_least=1,
    at_most=100,
)
RETENTION_DAYS = Setting(
    "jobs_retention_days",
    30,
    "Jobs that ended longer ago are deleted; 0 keeps them.",
    at_least=0,
    at_most=36_500,
)

SETTINGS: tuple[AnySetting, ...] = (LOST_SECONDS, CRASHES, RETENTION_DAYS)
