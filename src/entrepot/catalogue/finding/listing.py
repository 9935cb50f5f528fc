"""Pages of documents, never decoded on their way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, literal_column, select
from sqlalchemy.orm import Session

from entrepot.base.errors import Invalid, UnknownName
from entrepot.catalogue.documents.building import COLUMNS, partial_document
from entrepot.catalogue.documents.claims import P
from entrepot.catalogue.finding.conditions import FOUND, D, conditions, reads_document
from entrepot.catalogue.finding.searching import (
    Sought,
    count_hits,
    has_many_hits,
    is_exactly,
    ranked,
    seek,
)
from entrepot.catalogue.finding.sorting import (
    Order,
    order_of,
    read_key,
    write_key,
)
from entrepot.catalogue.finding.spec import MOST_PER_PAGE, ProductQuery

FARTHEST = 10_000_000
"""Products that a page counted from 1 may skip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    """One page of what was found.

    Attributes:
        documents: Each a JSON object as it is stored, in order.
        next: Cursor of the page after; None at the end.
        total: How many there are of everything; None where nobody asked.
        corrected_to: The words that were found instead of those asked for.
    """

    documents: list[str]
    next: str | None
    total: int | None
    corrected_to: str | None = None


def list_documents(session: Session, wanted: ProductQuery) -> DocumentPage:
    """Return one page of products.

    Raises:
        Invalid: There can be no such page, sort, status or cursor.
        UnknownName: There is no such field, or rule.
        NotThere: There is no such category.
    """
    order, sought = order_of(wanted), seek(session, wanted.q)
    rows = _rows(session, wanted, order, sought)
    shown = rows[: wanted.limit]
    cursor = None
    if len(rows) > wanted.limit:
        last, skipped = shown[-1], _skipped(wanted, order)
        at = skipped + wanted.limit if order.sort == "relevance" else last.id
        cursor = write_key(wanted, order, last.key, at)
    return DocumentPage(
        documents=[row.document for row in shown],
        next=cursor,
        total=_count(session, wanted, sought) if wanted.with_total else None,
        corrected_to=sought.corrected_to if sought else None,
    )


def page_statement(session: Session, wanted: ProductQuery) -> Select[int, str, object]:
    """Return the statement of a page: rows of (id, document, key) in order.

    It reads one row more than the page has, to tell whether there is a next one.
    """
    return _page(session, wanted, order_of(wanted), seek(session, wanted.q))


def count_products_found(session: Session, wanted: ProductQuery) -> int:
    """Return how many products a query finds, its paging aside."""
    return _count(session, wanted, seek(session, wanted.q))


def select_ids(session: Session, wanted: ProductQuery) -> Select[int]:
    """Return the statement of the ids that a query finds, its paging aside."""
    met = conditions(session, wanted, seek(session, wanted.q))
    return select(P.c.id).select_from(FOUND).where(*met)


def _rows(
    session: Session, wanted: ProductQuery, order: Order, sought: Sought | None
) -> Sequence[Row[Any]]:
    """Return a page's rows; of many hits first among the ranked ones alone."""
    if order.sort == "relevance" and sought is not None:
        narrow = _page(session, wanted, order, sought, is_narrow=True)
        rows = session.execute(narrow).all()
        if len(rows) > wanted.limit or not has_many_hits(session, sought):
            return rows
    return session.execute(_page(session, wanted, order, sought)).all()


def _page(
    session: Session,
    wanted: ProductQuery,
    order: Order,
    sought: Sought | None,
    *,
    is_narrow: bool = False,
) -> Select[Any]:
    """Return the page's rows, whose ids alone are sorted: documents are long."""
    if not 1 <= wanted.limit <= MOST_PER_PAGE:
        raise Invalid(f"a page has 1 to {MOST_PER_PAGE} products")
    met = conditions(session, wanted, None if is_narrow else sought)
    found: Any = FOUND if reads_document(wanted) or order.sort == "quality" else P
    if order.sort == "relevance" and sought is not None:
        hits = ranked(session, sought)
        found = found.join(hits, hits.c.id == P.c.id, isouter=not is_narrow)
        key: Any = literal_column("0")
        clauses = [is_exactly(sought), hits.c.rank.asc().nulls_last(), P.c.id]
    else:
        key, clauses = order.column, order.clauses()
    place = func.row_number().over(order_by=clauses).label("place")
    ids = select(P.c.id, key.label("key"), place).select_from(found).where(*met)
    last = read_key(wanted, order)
    if last is not None and order.sort != "relevance":
        ids = ids.where(order.after(last))
    ids = ids.order_by(*clauses).limit(wanted.limit + 1)
    top = ids.offset(_skipped(wanted, order) or None).subquery("top")
    document = _document(session, wanted.fields)
    whole = top.join(P, P.c.id == top.c.id).join(D, D.c.product_id == top.c.id)
    page = select(top.c.id, document, top.c.key).select_from(whole)
    return page.order_by(top.c.place)


def _skipped(wanted: ProductQuery, order: Order) -> int:
    """Return how many products come before the page, where it is not told by a key."""
    if wanted.page is not None:
        skipped = (wanted.page - 1) * wanted.limit
        if wanted.cursor or not 0 <= skipped <= FARTHEST:
            raise Invalid(
                "there is no such page: they begin with 1, and have no cursor beside"
            )
        return skipped
    key = read_key(wanted, order)
    return key.at if key is not None and order.sort == "relevance" else 0


def _count(session: Session, wanted: ProductQuery, sought: Sought | None) -> int:
    met = conditions(session, wanted, sought)
    if sought is not None and len(met) == 1:
        return count_hits(session, sought)  # the index knows by itself
    found = FOUND if reads_document(wanted) else P
    return session.scalar(select(func.count()).select_from(found).where(*met)) or 0


def _document(session: Session, fields: tuple[str, ...]) -> Any:
    if not fields:
        return D.c.document
    for field in fields:
        if field not in COLUMNS:
            raise UnknownName("field", field, list(COLUMNS))
    text = partial_document(session.get_bind().dialect.name, fields)
    return literal_column(text).label("document")
