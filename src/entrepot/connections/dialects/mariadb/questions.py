"""Our questions to MariaDB's catalogue, which tells of what the user has a part in."""

from __future__ import annotations

SYSTEM = ("information_schema", "mysql", "performance_schema", "sys")
TYPES = {
    "BASE TABLE": "table",
    "SYSTEM VERSIONED": "table",
    "VIEW": "view",
}
"""What is not here (sequences) is not listed."""

SCHEMAS = "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"
COMMENTS = "SELECT SCHEMA_NAME, SCHEMA_COMMENT FROM information_schema.SCHEMATA"
"""MariaDB's alone: MySQL's schemas have no comments."""

COUNT = """
SELECT count(*) FROM information_schema.TABLES
WHERE TABLE_SCHEMA = ? AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW')
"""

TABLES = """
SELECT TABLE_NAME, TABLE_TYPE, TABLE_ROWS, TABLE_COMMENT
FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?
"""

COLUMNS = """
SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, DATA_TYPE, IS_NULLABLE, COLUMN_DEFAULT,
       EXTRA, GENERATION_EXPRESSION, COLUMN_COMMENT, CHARACTER_MAXIMUM_LENGTH,
       NUMERIC_PRECISION, NUMERIC_SCALE
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ?{table}
ORDER BY TABLE_NAME, ORDINAL_POSITION
"""

INDEXES = """
SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, COALESCE(COLUMN_NAME, ''), SUB_PART, NULLABLE
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ?{table}
ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX
"""

FOREIGN_KEYS = """
SELECT TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA,
       REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME
FROM information_schema.KEY_COLUMN_USAGE
WHERE TABLE_SCHEMA = ?{table} AND REFERENCED_TABLE_NAME IS NOT NULL
ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION
"""

VIEWS = """
SELECT TABLE_NAME, VIEW_DEFINITION
FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ?{table}
"""

ONE_TABLE = " AND TABLE_NAME = ?"

# InnoDB numbers each transaction that writes as it begins and once more as it ends, and
# what changes a table is one, too. Other engines' rows are seen as they are counted.
# No privilege is needed for these. (Handler_commit counts those who read as well.)
MARK = """
SHOW GLOBAL STATUS WHERE Variable_name IN
('Innodb_max_trx_id', 'Handler_write', 'Handler_update', 'Handler_delete',
 'Com_create_table', 'Com_alter_table', 'Com_drop_table', 'Com_rename_table',
 'Com_truncate', 'Com_create_view', 'Com_alter_view', 'Com_drop_view', 'Com_drop_db')
"""
NUMBERED = "Innodb_max_trx_id"
ENGINES = """
SELECT ENGINE FROM information_schema.ENGINES WHERE SUPPORT IN ('YES', 'DEFAULT')
"""
COUNTED = frozenset(
    (
        *("InnoDB", "MyISAM", "MRG_MyISAM", "Aria", "MEMORY", "CSV", "ARCHIVE"),
        *("BLACKHOLE", "SEQUENCE", "PERFORMANCE_SCHEMA"),
    )
)
"""Engines whose changes the counters tell of; others have their own transactions, or
rows of other servers."""
