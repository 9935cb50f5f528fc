"""Documents, quality and search rows, written by the database itself."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from entrepot.catalogue.category_models import Category
from entrepot.catalogue.documents.building import PATH_SIGN, Built, build
from entrepot.catalogue.documents.claims import P
from entrepot.catalogue.documents.quality import list_rules
from entrepot.catalogue.product_models import Product
from entrepot.catalogue.record_models import Document
from entrepot.catalogue.tree.paths import DEEPEST

DOCUMENTS: Any = Document.__table__
_CATEGORIES = Category.__table__

SEARCH = table(
    "catalogue_search",
    column("rowid"),
    *(column(name) for name in ("sku", "name", "brand", "words")),
)
"""SQLite's: a virtual table, `rowid` being the product's id."""

VECTORS = table("catalogue_search", column("product_id"), column("words"))
"""PostgreSQL's."""


def refresh(
    session: Session, wanted: Select[int], *, words_changed: bool = True
) -> None:
    """Write the documents of the products whose ids `wanted` selects.

    `bump` is the caller's.  A new product needs `words_changed`.

    Args:
        words_changed: SKU, name, brand or another searched field may be different.
    """
    name = session.get_bind().dialect.name
    built = build(name, list_rules(session))
    session.flush()  # what the session holds back must be in the documents
    session.connection().execute(_write_documents(name, built, wanted))
    if words_changed:
        session.connection().execute(_write_words(name, built, wanted))


def refresh_few(
    session: Session, ids: Sequence[int], *, words_changed: bool = True
) -> None:
    """Write the documents of some products, at most 1,000: `refresh` in a tenth."""
    session.flush()  # as in `refresh`
    write_few(session, ids, words_changed=words_changed)


def write_few(session: Session, ids: Sequence[int], *, words_changed: bool) -> None:
    """Do so while the session flushes."""
    name = session.get_bind().dialect.name
    documents, words = _for_few(name, build(name, list_rules(session)))
    session.connection().execute(documents, {"ids": list(ids)})
    if words_changed:
        session.connection().execute(words, {"ids": list(ids)})


@functools.lru_cache(maxsize=16)
def _for_few(name: str, built: Built) -> tuple[Any, Any]:
    """Return both statements for ids that come as `ids`; made once, used often."""
    ids = bindparam("ids", expanding=True, type_=Integer)
    wanted = select(Product.id).where(Product.id.in_(ids))
    return _write_documents(name, built, wanted), _write_words(name, built, wanted)


def refresh_all(session: Session) -> int:
    """Write every product's document and search row anew; return how many there are."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute((SEARCH if is_sqlite else VECTORS).delete())
    refresh(session, select(Product.id))
    return session.scalar(select(func.count()).select_from(Product)) or 0


def refresh_missing(session: Session) -> int:
    """Write the documents of products that have none; return how many had none."""
    without = select(Product.id).where(
        ~select(Document.product_id)
        .where(Document.product_id == Product.id)
        .correlate(Product)
        .exists()
    )
    count = session.scalar(select(func.count()).select_from(without.subquery())) or 0
    if count:
        refresh(session, without)
    return count


def category_names(leaves: Select[int]) -> CTE:
    """Return `names`: the `leaf` categories, each with its path in names."""
    climbed = (
        select(
            _CATEGORIES.c.id.label("leaf"),
            _CATEGORIES.c.parent_id.label("above"),
            cast(_CATEGORIES.c.name, Text).label("names"),
            literal(1).label("steps"),
        )
        .where(_CATEGORIES.c.id.in_(leaves))
        .cte("names", recursive=True)
    )
    above = _CATEGORIES.alias("above_it")
    return climbed.union_all(
        select(
            climbed.c.leaf,
            above.c.parent_id,
            cast(above.c.name, Text).concat(PATH_SIGN).concat(climbed.c.names),
            climbed.c.steps + 1,
        )
        .join(above, above.c.id == climbed.c.above)
        .where(climbed.c.steps < DEEPEST)
    )


def with_names(columns: list[Any], chosen: Select[int]) -> Select[Any]:
    """Return a statement over chosen products with `names.names` beside them."""
    ids = chosen.cte("chosen")
    among = P.c.id.in_(select(ids.c[0]))
    leaves = select(P.c.category_id).where(among, P.c.category_id.is_not(None))
    names = category_names(leaves)
    found = and_(names.c.leaf == P.c.category_id, names.c.above.is_(None))
    return select(*columns).select_from(P.outerjoin(names, found)).where(among)


def _write_documents(name: str, built: Built, wanted: Select[int]) -> Any:
    texts = (built.document, built.quality, built.has_image)
    columns = [P.c.id, *(literal_column(text) for text in texts)]
    make = postgresql.insert if name == "postgresql" else sqlite.insert
    written = make(DOCUMENTS).from_select(
        ["product_id", "document", "quality", "has_image"],
        with_names(columns, wanted),
    )
    new = written.excluded
    return written.on_conflict_do_update(
        index_elements=["product_id"],
        set_={n: new[n] for n in ("document", "quality", "has_image")},
    )


def _write_words(name: str, built: Built, wanted: Select[int]) -> Any:
    words: list[Any] = [literal_column(text) for text in built.words]
    chosen = select(P.c.id, *words).where(P.c.id.in_(wanted))
    if name == "sqlite":
        names = ["rowid", "sku", "name", "brand", "words"]
        return (
            sqlite.insert(SEARCH).prefix_with("OR REPLACE").from_select(names, chosen)
        )
    written = postgresql.insert(VECTORS).from_select(["product_id", "words"], chosen)
    return written.on_conflict_do_update(
        index_elements=["product_id"], set_={"words": written.excluded.words}
    )
