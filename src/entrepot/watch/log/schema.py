"""The tables of the log's file.

`logs` is documented. Everything beside it serves to find its lines: words, and for each
minute how many came and under which numbers. Requests are also counted by how long they
took, since percentiles over a million lines would take seconds.
"""

from __future__ import annotations

COLUMNS = (
    "timestamp",
    "level",
    "logger",
    "message",
    "created_at",
    "request_id",
    "trace_id",
    "user_id",
    "actor",
    "job_id",
    "ip_address",
    "endpoint",
    "method",
    "status_code",
    "duration_ms",
    "error_type",
    "stack_trace",
    "custom_fields",
)
"""Of `logs`, beside its number."""

TABLES = """
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
    method TEXT,
    status_code INTEGER,
    duration_ms REAL,
    error_type TEXT,
    stack_trace TEXT,
    custom_fields TEXT
);
-- All levels but the commonest: of that one, the newest are never far.
CREATE INDEX IF NOT EXISTS ix_logs_level ON logs (level, id) WHERE level <> 'INFO';
-- The end of an id tells it apart as well as the whole, in half the room.
CREATE INDEX IF NOT EXISTS ix_logs_request ON logs (substr(request_id, -8))
    WHERE request_id IS NOT NULL;
CREATE VIRTUAL TABLE IF NOT EXISTS logs_words USING fts5 (
    message, content='logs', content_rowid='id', columnsize=0,
    tokenize="unicode61 remove_diacritics 2"
);
-- Minutes since the epoch; where a clock went back, numbers overlap.
CREATE TABLE IF NOT EXISTS log_minutes (
    minute INTEGER NOT NULL,
    level TEXT NOT NULL,
    lines INTEGER NOT NULL,
    first_id INTEGER NOT NULL,
    last_id INTEGER NOT NULL,
    PRIMARY KEY (minute, level)
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
