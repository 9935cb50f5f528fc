"""The tables of the log's file.

`logs` is documented. Everything beside it serves to find its lines: words, for each
minute how many came and under which numbers, for each batch which requests it tells of.
Requests are also counted by how long they took, since percentiles over a million lines
would take seconds.
"""

from __future__ import annotations

COMMON = (
    "timestamp",
    "level",
    "logger",
    "message",
    "created_at",
    "request_id",
    "user_id",
    "ip_address",
    "endpoint",
    "status_code",
    "duration_ms",
    "custom_fields",
)
"""Columns of `logs` that nearly every line is told in."""

RARE = ("trace_id", "actor", "job_id", "error_type", "stack_trace")
"""Further columns, bound only where a line has one: each costs half a microsecond."""

METHOD = (
    "TEXT GENERATED ALWAYS AS (CASE WHEN endpoint IS NOT NULL "
    "THEN substr(message, 1, instr(message, ' ') - 1) END) VIRTUAL"
)
"""The line of an answered request begins with its method: it is not kept twice."""

TYPES = {
    "timestamp": "TEXT NOT NULL DEFAULT ''",
    "level": "TEXT NOT NULL DEFAULT 'INFO'",
    "logger": "TEXT NOT NULL DEFAULT ''",
    "message": "TEXT NOT NULL DEFAULT ''",
    "created_at": "DATETIME",
    "request_id": "TEXT",
    "trace_id": "TEXT",
    "user_id": "INTEGER",
    "actor": "TEXT",
    "job_id": "TEXT",
    "ip_address": "TEXT",
    "endpoint": "TEXT",
    "method": METHOD,
    "status_code": "INTEGER",
    "duration_ms": "REAL",
    "error_type": "TEXT",
    "stack_trace": "TEXT",
    "custom_fields": "TEXT",
}
"""What a column is when a table that was there lacks it."""

LINES = f"""
CREATE TABLE IF NOT EXISTS logs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    timestamp TEXT NOT NULL,
    level TEXT NOT NULL,
    logger TEXT NOT NULL,
    message TEXT NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    request_id TEXT,
    trace_id TEXT,
    user_id INTEGER,
    actor TEXT,
    job_id TEXT,
    ip_address TEXT,
    endpoint TEXT,
    method {METHOD},
    status_code INTEGER,
    duration_ms REAL,
    error_type TEXT,
    stack_trace TEXT,
    custom_fields TEXT
);
"""

TABLES = """
-- All levels but the commonest: of that one, the newest are never far.
CREATE INDEX IF NOT EXISTS ix_logs_level ON logs (level, id) WHERE level <> 'INFO';
-- Which requests a batch of lines tells of: three bytes each, see `rows.mark_of`. An
-- index of their ids would take as long as the lines themselves, and an eighth of their
-- room: keys by chance touch every page. `marks` are the same of accounts, endpoints
-- and the like: a value that is rare or nowhere is not looked for everywhere.
CREATE TABLE IF NOT EXISTS log_batches (
    first_id INTEGER PRIMARY KEY,
    last_id INTEGER NOT NULL,
    requests BLOB NOT NULL,
    marks BLOB
);
-- Only inbound trace ids are kept, only jobs have theirs, most requests are quick and
-- fine: these hold few lines, and cost nothing on the others.
CREATE INDEX IF NOT EXISTS ix_logs_trace ON logs (substr(trace_id, -8))
    WHERE trace_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_logs_job ON logs (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_logs_status ON logs (status_code)
    WHERE status_code >= 400;
CREATE INDEX IF NOT EXISTS ix_logs_slow ON logs (duration_ms) WHERE duration_ms >= 100;
CREATE VIRTUAL TABLE IF NOT EXISTS logs_words USING fts5 (
    message, content='logs', content_rowid='id', columnsize=0,
    tokenize="unicode61 remove_diacritics 2"
);
-- Minutes since the epoch; where a clock went back, numbers overlap.
CREATE TABLE IF NOT EXISTS log_minutes (
    minute INTEGER NOT NULL,
    level TEXT NOT NULL,
    logger TEXT NOT NULL,
    lines INTEGER NOT NULL,
    first_id INTEGER NOT NULL,
    last_id INTEGER NOT NULL,
    PRIMARY KEY (minute, level, logger)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS request_minutes (
    minute INTEGER NOT NULL,
    endpoint TEXT NOT NULL,
    status INTEGER NOT NULL,
    bin INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    total_ms REAL NOT NULL,
    fastest_ms REAL NOT NULL,
    slowest_ms REAL NOT NULL,
    PRIMARY KEY (minute, endpoint, status, bin)
) WITHOUT ROWID;
-- The same of so many minutes from `at` on, where they are over: see `rolling`.
CREATE TABLE IF NOT EXISTS request_sums (
    length INTEGER NOT NULL,
    at INTEGER NOT NULL,
    endpoint TEXT NOT NULL,
    status INTEGER NOT NULL,
    bin INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    total_ms REAL NOT NULL,
    fastest_ms REAL NOT NULL,
    slowest_ms REAL NOT NULL,
    PRIMARY KEY (length, at, endpoint, status, bin)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS request_curves (
    length INTEGER NOT NULL,
    at INTEGER NOT NULL,
    is_failed INTEGER NOT NULL,
    bin INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    total_ms REAL NOT NULL,
    fastest_ms REAL NOT NULL,
    slowest_ms REAL NOT NULL,
    PRIMARY KEY (length, at, is_failed, bin)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gauge_samples (
    at INTEGER NOT NULL,
    name TEXT NOT NULL,
    labels TEXT NOT NULL,
    process TEXT NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (at, name, labels, process)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS log_state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
"""

ADOPT = (
    "INSERT INTO logs_words (logs_words) VALUES ('rebuild')",
    "INSERT OR REPLACE INTO log_minutes "
    "SELECT coalesce(strftime('%s', timestamp), 0) / 60, upper(level), logger, "
    "count(*), min(id), max(id) FROM logs GROUP BY 1, 2, 3",
)
"""Counts lines that somebody else had put into a documented table."""

OF_REQUEST = """
logs.id IN (SELECT line.id FROM log_batches AS batch CROSS JOIN logs AS line
ON line.id BETWEEN batch.first_id AND batch.last_id
WHERE instr(batch.requests, :request_mark) AND +line.request_id = :request_id)
"""
"""Finds the lines of a request; without the plus, SQLite makes an index each time."""
