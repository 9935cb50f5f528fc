"""What nobody reads by a query of their own on our own database, and who reads what."""

from __future__ import annotations

OPEN_TABLES = frozenset(
    {
        "alembic_version",
        "categories",
        "icons",
        "migration_history",
        "operations_sample",
        "product_images",
        "product_metafields",
        "products",
        "sqlite_master",
        "sqlite_sequence",
    }
)
"""Tables that everybody who is signed in may read; a new one is for admins first."""

_ENDS = ("_hash", "_sealed", "_secret", "_token", "_mac", "password", "secret", "token")


def is_secret(table: str, column: str) -> bool:
    """Tell whether a column holds what even admins do not read: hashes, sealed values.

    Names in lower case. A file's hash (`sha256`, `image_hash`) is no secret: only in
    tables about people and connections does a hash stand for one.
    """
    if table == "configurations":
        return column in ("value", "default_value", "")  # it may be encrypted
    if column.endswith(("_sealed", "password_hash", "password")):
        return True
    is_of_people = table == "users" or table.startswith(("accounts_", "connections_"))
    return is_of_people and column.endswith(_ENDS)


def is_hidden(table: str, column: str, *, is_admin: bool) -> bool:
    """Tell whether somebody may not read a column; empty is the table's row count."""
    if table.startswith("sqlite_stat"):
        return True  # holds samples of values
    return is_secret(table, column) or not (is_admin or table in OPEN_TABLES)
