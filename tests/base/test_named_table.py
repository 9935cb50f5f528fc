"""The table that a statement which writes names."""

from __future__ import annotations

import logging

import pytest

from entrepot.base.named_table import named_table


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("INSERT INTO kept VALUES (1)", "main.kept"),
        (
            "WITH n AS (SELECT 1 FROM other) INSERT INTO s.kept SELECT 1 FROM n",
            "s.kept",
        ),
        ("UPDATE kept SET a = (SELECT 1 FROM other)", "main.kept"),
        ("DELETE FROM kept USING other WHERE kept.id = other.id", "main.kept"),
        (
            "MERGE INTO kept USING o ON o.i = kept.i WHEN MATCHED THEN DELETE",
            "main.kept",
        ),
        ("TRUNCATE TABLE kept", "main.kept"),
        ("CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM other", "main.kept"),
        ("CREATE INDEX i ON kept (id)", "main.kept"),
        ('DROP TABLE "a.b"', "main.a.b"),
        ("ALTER TABLE kept ADD COLUMN b INTEGER", "main.kept"),
        ("SELECT * FROM kept", ""),
        ("EXPLAIN DELETE FROM kept", ""),
        ("DELET FROM kept", ""),
        ("SET a = 1", ""),
        ("DELETE FROM a; DELETE FROM b", ""),
        ("", ""),
        ("'", ""),
    ],
)
def test_the_table_is_found_in_the_words(sql, expected):
    """With its schema, or the one that is meant without; empty where none is clear."""
    assert named_table(sql, "duckdb", "main") == expected


def test_statements_do_not_get_into_the_log(caplog):
    """What is not understood may hold a secret."""
    with caplog.at_level(logging.DEBUG):
        named_table("ALTER SYSTEM SET password = 'hunter2'", "postgres", "public")

    assert caplog.text == ""
