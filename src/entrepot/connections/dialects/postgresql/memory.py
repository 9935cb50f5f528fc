"""What PostgreSQL may take of memory and of temporary files for one statement."""

from __future__ import annotations

import psycopg

STEPS = 64
"""A plan has many steps at once, and each may take `work_mem`, some of them twice."""

TEMPORARY_TIMES = 4
"""Temporary files may take so many times the memory."""

WORK = """
SELECT set_config('work_mem',
    least(pg_size_bytes(current_setting('work_mem')) / 1024, %s)::text || 'kB', true)
"""
# Only a role that was granted it may set this one, and only downwards is meant.
TEMPORARY = """
SELECT CASE WHEN current_setting('temp_file_limit') = '-1'
    AND has_parameter_privilege('temp_file_limit', 'SET')
    THEN set_config('temp_file_limit', %s, true) END
"""
PRIVILEGES_VERSION = 150_000


def limit_memory(connection: psycopg.Connection, memory_bytes: int) -> None:
    """Keep what follows in a transaction to a memory, as far as PostgreSQL can."""
    kilobytes = max(64, memory_bytes // STEPS // 1024)
    connection.execute(WORK, (kilobytes,))
    if connection.info.server_version >= PRIVILEGES_VERSION:
        most = memory_bytes * TEMPORARY_TIMES // 1024
        connection.execute(TEMPORARY, (f"{most}kB",))
