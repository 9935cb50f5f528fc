"""The index of words, which SQLAlchemy has no model for; migrations make it as well."""

from __future__ import annotations

from sqlalchemy import DDL, event

from entrepot.base.unmodelled import UNMODELLED
from entrepot.catalogue.product_models import Product
from entrepot.catalogue.record_models import State

_PARTS = ("", "_data", "_idx", "_content", "_docsize", "_config")
"""What SQLite makes of one virtual table."""

UNMODELLED.update(f"catalogue_search{part}" for part in _PARTS)

_MAKE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS catalogue_search USING fts5 ("
        "sku, name, brand, words, detail = column, prefix = '2', "
        "tokenize = 'unicode61 remove_diacritics 2')",
        "CREATE TRIGGER IF NOT EXISTS catalogue_search_forgets AFTER DELETE ON "
        "products BEGIN DELETE FROM catalogue_search WHERE rowid = old.id; END",
    ),
    "postgresql": (
        "CREATE TABLE IF NOT EXISTS catalogue_search ("
        "product_id integer PRIMARY KEY REFERENCES products (id) ON DELETE CASCADE, "
        "words tsvector NOT NULL)",
        "CREATE INDEX IF NOT EXISTS ix_catalogue_search_words "
        "ON catalogue_search USING gin (words)",
    ),
}
_FIRST = "INSERT INTO catalogue_state (id, generation) VALUES (1, 1)"

for _dialect, _statements in _MAKE.items():
    for _statement in _statements:
        _ddl = DDL(_statement)  # type: ignore[no-untyped-call]  # so it is there
        _make = _ddl.execute_if(dialect=_dialect)
        event.listen(Product.__table__, "after_create", _make)
_drop = DDL("DROP TABLE IF EXISTS catalogue_search")  # type: ignore[no-untyped-call]
_begin = DDL(_FIRST)  # type: ignore[no-untyped-call]
event.listen(Product.__table__, "before_drop", _drop)
event.listen(State.__table__, "after_create", _begin)
