"""Pictures that are to be fetched: noted at once, fetched by a job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from entrepot.base.errors import InvalidValue
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.catalogue.events import ImagesAdded
from entrepot.catalogue.images.seeing import require_product, seen_of
from entrepot.catalogue.images.spec import URL_CHARACTERS, ImageSeen
from entrepot.catalogue.product_models import ProductImage
from entrepot.jobs import Wanted, submit_job

FETCH = "catalogue.images.fetch"
MOST_IDS = 1_000
"""So many are named in a job; more are fetched as all that wait."""
PAIRS_AT_ONCE = 500

Pair = tuple[int, str]


def queue_images(
    session: Session, product_id: int, urls: Sequence[str], *, alt_text: str = ""
) -> list[ImageSeen]:
    """Note pictures of one product to be fetched; return each, also those there.

    Raises:
        NotThere: There is no such product.
        InvalidValue: A URL is none of HTTP, or too long.
    """
    require_product(session, product_id)
    wanted = list(dict.fromkeys(url.strip() for url in urls))
    for url in wanted:
        if wrong := fault_of(url):
            raise InvalidValue(f"{url[:100]!r}: {wrong}")
    new = add_pending(session, ((product_id, url) for url in wanted))
    rows = session.scalars(
        select(ProductImage).where(
            ProductImage.product_id == product_id, ProductImage.url.in_(wanted)
        )
    )
    by_url = {row.url: row for row in rows}
    for row in by_url.values():
        if alt_text and row.id in new:
            row.alt_text = alt_text
    session.flush()  # their times are shown
    if new:
        emit(ImagesAdded(product_id=product_id, images=len(new)))
    return [seen_of(by_url[url]) for url in wanted]


def add_pending(session: Session, pairs: Iterable[Pair]) -> list[int]:
    """Note (product, URL) pairs to be fetched; return the ids of the new rows.

    A pair that is there already, in whatever state, is left as it is. The order of a
    product's pairs is the pictures' order. A URL that nobody could fetch becomes a
    failed row that says so.
    """
    ids: list[int] = []
    for some in _in_parts(pairs):
        known, position = _known(session, some)
        rows = []
        for product_id, url in dict.fromkeys(some):
            kept = url[:URL_CHARACTERS]
            if (product_id, kept) in known:
                continue
            known.add((product_id, kept))
            position[product_id] = position.get(product_id, -1) + 1
            rows.append(_row(product_id, url, position[product_id]))
        if rows:
            made = insert(ProductImage).returning(ProductImage.id)
            ids += session.scalars(made, rows)
    return sorted(ids)


def submit_fetch(house: House, ids: Sequence[int] | None = None) -> str | None:
    """Ask for the job that fetches pending pictures; return its id.

    Call it in the transaction that notes them, or after it. None where `ids` is empty.

    Args:
        ids: Only these; all that are pending where it is None or long.
    """
    if ids is not None and not ids:
        return None
    count = f"{len(ids):,}" if ids else "waiting"
    parameters = {"ids": list(ids)} if ids and len(ids) <= MOST_IDS else {}
    one = ids is not None and len(ids) == 1
    title = "Fetch a picture" if one else f"Fetch {count} pictures"
    wanted = Wanted(kind=FETCH, parameters=parameters, title=title)
    return submit_job(house, wanted)


def fault_of(url: str) -> str:
    """Return what is wrong with a URL before anybody asks there; empty for nothing."""
    if len(url) > URL_CHARACTERS:
        return f"the URL is longer than {URL_CHARACTERS:,} characters"
    if not url.lower().startswith(("http://", "https://")):
        return "this is no URL of HTTP or HTTPS"
    return ""


def _in_parts(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    rest = iter(pairs)
    while some := list(islice(rest, PAIRS_AT_ONCE)):
        yield some


def _known(session: Session, pairs: Sequence[Pair]) -> tuple[set[Pair], dict[int, int]]:
    """Return the pairs that are there, and each product's last position."""
    products = {product_id for product_id, _ in pairs}
    of_these = ProductImage.product_id.in_(products)
    there = select(ProductImage.product_id, ProductImage.url).where(of_these)
    known = {(id, url) for id, url in session.execute(there) if url is not None}
    last = (
        select(ProductImage.product_id, func.max(ProductImage.sort_order))
        .where(of_these)
        .group_by(ProductImage.product_id)
    )
    return known, {id: position for id, position in session.execute(last)}


def _row(product_id: int, url: str, position: int) -> dict[str, object]:
    wrong = fault_of(url)
    return {
        "product_id": product_id,
        "filename": "",
        "file_path": "",
        "url": url[:URL_CHARACTERS],
        "sort_order": position,
        "state": "failed" if wrong else "pending",
        "error": wrong or None,
    }
