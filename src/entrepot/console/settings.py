"""Settings of this room."""

from __future__ import annotations

from entrepot.base.settings import AnySetting, Setting

RUNS = Setting(
    "console_runs_count",
    8,
    "Statements that one web process runs at the same time; more wait for a place.",
    at_least=1,
    at_most=64,
)
RESULT_BYTES = Setting(
    "console_result_bytes",
    200_000_000,
    "The most that the kept rows of one run take on disk; then it is cut.",
    at_least=1_000_000,
)
RESULT_SECONDS = Setting(
    "console_result_seconds",
    900,
    "How long the rows of a run are kept for grid, chart, copy and file.",
    at_least=60,
    at_most=86_400,
)
UNWATCHED_SECONDS = Setting(
    "console_unwatched_seconds",
    10.0,
    "A page's statement is stopped when the page has not asked for it for so long.",
    at_least=2.0,
    at_most=600.0,
)
HISTORY_DAYS = Setting(
    "console_history_days",
    90,
    "How long runs stay in the history.",
    at_least=1,
    at_most=3_650,
)
WRITE = Setting(
    "console_write",
    False,
    "Let admins change data from the console, each time after a preview.",
    guards=True,
)

SETTINGS: tuple[AnySetting, ...] = (
    RUNS,
    RESULT_BYTES,
    RESULT_SECONDS,
    UNWATCHED_SECONDS,
    HISTORY_DAYS,
    WRITE,
)
