"""Settings of this room."""

from pathlib import Path

from entrepot.base import ground_settings as base_knobs
from entrepot.base.errors import Invalid
from entrepot.base.offered import OFFERED, OfferedFile
from entrepot.base.settings import AnySetting, Setting, Settings
from entrepot.watch.alerts import settings as alert_knobs

LOG_DB_PATH = Setting(
    "watch_log_db_path",
    "logs/app_logs.db",
    "File of the log; made where it is not there.",
    variable="LOG_DB_PATH",
    early=True,
    guards=True,
)
LOG_LEVEL = Setting(
    "watch_log_level",
    "INFO",
    "The lowest level that is kept and shown.",
    variable="LOG_LEVEL",
    choices=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    development="DEBUG",
    early=True,
)
LOG_FORMAT = Setting(
    "watch_log_format",
    "plain",
    "How lines are shown on standard output: plain, json, or none.",
    variable="LOG_FORMAT",
    choices=("plain", "json", "none"),
    early=True,
)
LOG_QUEUE = Setting(
    "watch_queue_count",
    50_000,
    "Lines of a process that may wait to be written; more are dropped and counted.",
    at_least=1_000,
    early=True,
)
LOG_BATCH_SIZE = Setting(
    "watch_log_batch_size_count",
    1000,
    "Lines written at once; fewer are written after a second.",
    variable="LOG_BATCH_SIZE",
    aliases=("BATCH_SIZE",),
    at_least=1,
    at_most=50_000,
    early=True,
)
LOG_RETENTION_DAYS = Setting(
    "watch_log_retention_days",
    2,
    "Days that lines are kept.",
    variable="LOG_RETENTION_DAYS",
    at_least=1,
    at_most=3_660,
)
LOG_DEBUG_RETENTION_HOURS = Setting(
    "watch_debug_retention_hours",
    12,
    "Hours that lines of level DEBUG are kept, at most as long as the others.",
    at_least=1,
)
LOG_CLEANUP_INTERVAL = Setting(
    "watch_log_cleanup_interval_hours",
    6,
    "Hours between two clean-ups of the log.",
    variable="LOG_CLEANUP_INTERVAL",
    aliases=("CLEANUP_INTERVAL",),
    at_least=1,
    at_most=168,
)
LOG_MAX_DB_SIZE_MB = Setting(
    "watch_log_max_db_size_mb",
    2_000,
    "Size of the log's file in megabytes; beyond it the oldest lines go early.",
    variable="LOG_MAX_DB_SIZE_MB",
    at_least=16,
)
LOGS_KEPT = Setting(
    "watch_logs_kept_count",
    3,
    "Copies of the log's file kept in ENTREPOT_HOME/backups/log; 0 keeps them all.",
    at_least=0,
)
LOG_SLOW_REQUEST_THRESHOLD = Setting(
    "watch_log_slow_request_threshold_ms",
    1_000,
    "From how long on a request's line is a warning.",
    variable="LOG_SLOW_REQUEST_THRESHOLD",
    at_least=1,
    early=True,
)
SLOW_STATEMENT_MS = Setting(
    "watch_slow_statement_ms",
    500,
    "From how long on a statement on a connection is asked for its plan.",
    at_least=1,
)
METRICS_TOKEN = Setting(
    "watch_metrics_token",
    "",
    "What whoever reads /metrics must show as Authorization: Bearer; empty lets "
    "everybody read it.",
    variable="METRICS_TOKEN",
    secret=True,
    guards=True,
)
METRICS_PROCESS = Setting(
    "watch_metrics_process",
    "family",
    "Whose process_* figures /metrics tells: of all processes of this server together "
    "(family), of the one that answers (own), or none.",
    variable="METRICS_PROCESS",
    choices=("family", "own", "none"),
)
METRICS_BUCKETS = Setting(
    "watch_metrics_buckets",
    "0.01,0.05,0.1,0.5,1,2,5",
    "Upper bounds in seconds of the histograms of request durations, ascending.",
    variable="METRICS_BUCKETS",
    early=True,
)
METRICS_FOLDER = Setting(
    "watch_prometheus_multiproc_dir",
    "",
    "Folder in which the processes of this server count together; empty is one in "
    "the home.",
    variable="PROMETHEUS_MULTIPROC_DIR",
    aliases=("prometheus_multiproc_dir",),
    early=True,
    guards=True,
)
ERROR_GROUPS = Setting(
    "watch_error_groups_count",
    5_000,
    "Groups of errors that are told apart; further ones count together.",
    at_least=10,
)
ERROR_OCCURRENCES = Setting(
    "watch_error_occurrences_count",
    100,
    "Errors of each group that are kept one by one; the others are counted.",
    at_least=1,
    at_most=10_000,
)

TRACES_DB_PATH = Setting(
    "watch_traces_db_path",
    "",
    "File of the traces; empty is traces.db beside the log.",
    early=True,
    guards=True,
)
TRACES_SAMPLED = Setting(
    "watch_traces_sampled_percent",
    10.0,
    "Share of requests whose trace is kept whatever becomes of them; slow and failed "
    "ones, and those that make a job or an export, are kept always.",
    at_least=0.0,
    at_most=100.0,
)
TRACES_QUEUE = Setting(
    "watch_traces_queue_count",
    10_000,
    "Traces of a process that may wait to be written; more are dropped and counted.",
    at_least=100,
    early=True,
)
TRACES_RETENTION_DAYS = Setting(
    "watch_traces_retention_days",
    7,
    "Days that traces are kept.",
    at_least=1,
    at_most=3_660,
)
TRACES_MAX_DB_SIZE_MB = Setting(
    "watch_traces_max_db_size_mb",
    500,
    "Size of the traces' file in megabytes; beyond it the oldest go early.",
    at_least=16,
)
OTLP_URL = Setting(
    "watch_otlp_url",
    "",
    "Collector of OpenTelemetry that kept traces are sent to as well, such as "
    "http://127.0.0.1:4318; needs the extra otel. Empty sends them nowhere.",
    variable="OTEL_EXPORTER_OTLP_ENDPOINT",
    guards=True,
)
OTLP_HEADERS = Setting(
    "watch_otlp_headers",
    "",
    "What is sent along to it, such as authorization=Bearer%20…; several with commas.",
    variable="OTEL_EXPORTER_OTLP_HEADERS",
    secret=True,
    guards=True,
)

SETTINGS: tuple[AnySetting, ...] = (
    LOG_DB_PATH,
    LOG_LEVEL,
    LOG_FORMAT,
    LOG_QUEUE,
    LOG_BATCH_SIZE,
    LOG_RETENTION_DAYS,
    LOG_DEBUG_RETENTION_HOURS,
    LOG_CLEANUP_INTERVAL,
    LOG_MAX_DB_SIZE_MB,
    LOGS_KEPT,
    LOG_SLOW_REQUEST_THRESHOLD,
    SLOW_STATEMENT_MS,
    METRICS_TOKEN,
    METRICS_PROCESS,
    METRICS_BUCKETS,
    METRICS_FOLDER,
    ERROR_GROUPS,
    ERROR_OCCURRENCES,
    TRACES_DB_PATH,
    TRACES_SAMPLED,
    TRACES_QUEUE,
    TRACES_RETENTION_DAYS,
    TRACES_MAX_DB_SIZE_MB,
    OTLP_URL,
    OTLP_HEADERS,
    *alert_knobs.SETTINGS,
)

OFFERED["log"] = OfferedFile(
    name="log",
    summary="The log of this server, LOG_DB_PATH; only to be read.",
    role="analyst",
    path=lambda settings: Path(settings[LOG_DB_PATH]).absolute(),
)


def check(settings: Settings) -> None:
    """Refuse values that no start should go on with.

    Raises:
        Invalid: The bounds of histograms are wrong, or the log is our own database.
    """
    _check_apart(settings)
    from entrepot.watch.metrics.buckets import parse_buckets

    parse_buckets(settings[METRICS_BUCKETS])
    if settings[OTLP_URL]:
        from entrepot.watch.traces import otlp

        otlp.check(settings)


def traces_path(settings: Settings) -> Path:
    """Return the file of the traces."""
    given = settings[TRACES_DB_PATH]
    path = Path(given) if given else Path(settings[LOG_DB_PATH]).parent / "traces.db"
    return path.absolute()


def _check_apart(settings: Settings) -> None:
    # Emptying the log would wait for itself, its limit would be that of both, and a
    # damaged log is set aside.
    ours, log = _own_database(settings), Path(settings[LOG_DB_PATH]).resolve()
    if ours is not None and ours == log:
        raise Invalid(
            f"{LOG_DB_PATH.variable}: this is our own database",
            hint="give the log a file of its own",
        )
    if traces_path(settings).resolve() in (ours, log):
        raise Invalid(
            f"{TRACES_DB_PATH.variable}: this is the log, or our own database",
            hint="give the traces a file of their own",
        )


def _own_database(settings: Settings) -> Path | None:
    # Read by itself: commands that need no database shall not load SQLAlchemy.
    url = settings[base_knobs.DATABASE_URL]
    if not url:
        return (Path(settings[base_knobs.HOME]) / "entrepot.db").resolve()
    scheme, _, path = url.partition(":///")
    return Path(path.partition("?")[0]).resolve() if scheme[:6] == "sqlite" else None
