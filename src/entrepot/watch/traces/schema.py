"""The tables of the traces' file."""

from __future__ import annotations

PART = (
    "id", "trace_id", "span_id", "caller_id", "kind", "name", "at", "request_id",
    "job_id", "method", "endpoint", "path", "status", "error", "duration_ms",
    "user_id", "actor", "ip_address", "kept_for", "is_failed", "spans", "lost",
    "statements", "statement_ms", "repeated", "facts",
)  # fmt: skip
"""Columns of `parts`, in their order."""

TABLES = """
CREATE TABLE IF NOT EXISTS parts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    trace_id TEXT NOT NULL,
    span_id TEXT NOT NULL,
    caller_id TEXT,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    at REAL NOT NULL,
    request_id TEXT,
    job_id TEXT,
    method TEXT,
    endpoint TEXT,
    path TEXT,
    status INTEGER,
    error TEXT,
    duration_ms REAL NOT NULL,
    user_id INTEGER,
    actor TEXT,
    ip_address TEXT,
    kept_for TEXT NOT NULL,
    is_failed INTEGER NOT NULL,
    spans INTEGER NOT NULL,
    lost INTEGER NOT NULL,
    statements INTEGER NOT NULL,
    statement_ms REAL NOT NULL,
    repeated INTEGER NOT NULL,
    facts TEXT
);
CREATE INDEX IF NOT EXISTS ix_parts_at ON parts (at);
CREATE INDEX IF NOT EXISTS ix_parts_trace ON parts (trace_id);
CREATE INDEX IF NOT EXISTS ix_parts_request ON parts (request_id)
    WHERE request_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_parts_endpoint ON parts (endpoint, at)
    WHERE endpoint IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_parts_path ON parts (path, at) WHERE path IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_parts_job ON parts (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_parts_kind ON parts (kind, spans);
CREATE INDEX IF NOT EXISTS ix_parts_slow ON parts (duration_ms)
    WHERE duration_ms >= 100;
CREATE INDEX IF NOT EXISTS ix_parts_failed ON parts (at) WHERE is_failed;
CREATE INDEX IF NOT EXISTS ix_parts_repeated ON parts (at) WHERE repeated >= 5;
-- In the order of parts, so that they are written and read side by side. Times are
-- microseconds, `began` those after the part's own beginning.
CREATE TABLE IF NOT EXISTS spans (
    part INTEGER NOT NULL,
    number INTEGER NOT NULL,
    parent INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT,
    began INTEGER NOT NULL,
    took INTEGER NOT NULL,
    error TEXT,
    shape INTEGER,
    span_id TEXT,
    facts TEXT,
    PRIMARY KEY (part, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_spans_shape ON spans (shape, part, took)
    WHERE shape IS NOT NULL;
-- What statements say without their values, each once.
CREATE TABLE IF NOT EXISTS statements (
    shape INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sql TEXT NOT NULL,
    is_asking INTEGER NOT NULL
);
-- What came of a part, to find it by: `job:…`, `export:…`.
CREATE TABLE IF NOT EXISTS subjects (
    subject TEXT NOT NULL,
    part INTEGER NOT NULL,
    PRIMARY KEY (subject, part)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_subjects_part ON subjects (part);
CREATE TABLE IF NOT EXISTS log_state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE VIEW IF NOT EXISTS request_logs AS SELECT
    id, request_id, strftime('%Y-%m-%dT%H:%M:%fZ', at, 'unixepoch') AS timestamp,
    method, endpoint,
    json_extract(facts, '$.query') AS query_params,
    json_extract(facts, '$.request_body') AS request_body,
    status AS response_status,
    json_extract(facts, '$.response_body') AS response_body,
    duration_ms, user_id, ip_address,
    json_extract(facts, '$.user_agent') AS user_agent, trace_id
FROM parts WHERE kind = 'request';
"""
"""`request_logs` is documented; the rest serves traces."""
