"""What MariaDB may take of memory for one statement; MySQL cannot be told."""

from __future__ import annotations

from pymysql.connections import Connection

from entrepot.connections.dialects.mariadb.session import is_mariadb

TABLES = 16
"""A statement may have several temporary tables; a larger one goes to the disk."""

LIMITS = (
    "SET SESSION max_session_mem_used = {memory},"
    " tmp_table_size = LEAST(@@tmp_table_size, {table}),"
    " max_heap_table_size = LEAST(@@max_heap_table_size, {table})"
)


def limit_memory(connection: Connection, memory_bytes: int) -> None:
    """Keep what follows in a session to a memory, until the session is reset."""
    if is_mariadb(connection):
        table = max(16_384, memory_bytes // TABLES)
        connection.query(LIMITS.format(memory=memory_bytes, table=table))
