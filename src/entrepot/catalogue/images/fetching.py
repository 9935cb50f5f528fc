"""Fetch the pictures that wait, several at once, each classified on its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from sqlalchemy import func, select
from sqlalchemy.sql.elements import ColumnElement

from entrepot.base import spans
from entrepot.base.errors import EntrepotError, Refused, Unavailable
from entrepot.base.events import emit
from entrepot.base.fetch.client import fetch
from entrepot.base.fetch.requests import Request
from entrepot.base.house import House
from entrepot.catalogue.events import ImagesFetched
from entrepot.catalogue.images import blobs, keeping
from entrepot.catalogue.images import settings as knobs
from entrepot.catalogue.images.sizes import make_sizes
from entrepot.catalogue.images.uploading import take_file
from entrepot.catalogue.product_models import ProductImage
from entrepot.jobs import Facts, Work

ROUNDS = 3
"""How often a server that does not answer is asked before its pictures have failed."""

PAGE_ROWS = 64
STEP_SECONDS = 0.25
ERROR_CHARACTERS = 1000
LATER = (408, 425, 429)
"""Statuses by which a server says that it may answer another time."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A picture to be fetched."""

    id: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one picture: its bytes, or why there are none.

    Attributes:
        may_come: The server may answer another time.
    """

    id: int
    blob: blobs.Blob | None = None
    error: str = ""
    may_come: bool = False


class Tally:
    """How many pictures came, and how many did not."""

    def __init__(self) -> None:
        self.kept = 0
        self.failed = 0

    def facts(self) -> Facts:
        """Return the counts by name."""
        return {"kept": self.kept, "failed": self.failed}


def fetch_images(house: House, work: Work) -> Facts:
    """Fetch the pictures of the job's `ids`, or all that wait; return the counts."""
    ids = work.parameters.get("ids")
    wanted: Sequence[int] | None = ids if isinstance(ids, list) else None
    total, tally = _count(house, wanted), Tally()
    decoding = threading.BoundedSemaphore(2)  # each may take 200 MB for a moment
    pool = ThreadPoolExecutor(house.settings[knobs.FETCHES], "pictures")
    try:
        for attempt in range(1, ROUNDS + 1):
            is_last = attempt == ROUNDS
            for page in _pages(house, wanted):
                work.check()
                tasks = [
                    pool.submit(spans.carried(_fetch), house, one, decoding)
                    for one in page
                ]
                _note(house, _results(tasks, work), tally, is_last=is_last)
                work.advance(rows=tally.kept + tally.failed, rows_total=total)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    emit(ImagesFetched(kept=tally.kept, failed=tally.failed))
    return tally.facts()


def _results(tasks: list[Future[Outcome]], work: Work) -> list[Outcome]:
    rest = set(tasks)
    while rest:
        _, rest = wait(rest, timeout=STEP_SECONDS)
        work.check()
    return [task.result() for task in tasks]


def _waiting(wanted: Sequence[int] | None) -> list[ColumnElement[bool]]:
    conditions = [ProductImage.state == "pending"]
    if wanted is not None:
        conditions.append(ProductImage.id.in_(wanted))
    return conditions


def _count(house: House, wanted: Sequence[int] | None) -> int:
    counted = select(func.count()).select_from(ProductImage).where(*_waiting(wanted))
    with house.store.read_session() as session:
        return session.scalar(counted) or 0


def _pages(house: House, wanted: Sequence[int] | None) -> Iterator[list[Waiting]]:
    """Yield what waits, each picture once, a page at a time."""
    last = 0
    while True:
        rows = (
            select(ProductImage.id, ProductImage.url)
            .where(*_waiting(wanted), ProductImage.id > last)
            .order_by(ProductImage.id)
            .limit(PAGE_ROWS)
        )
        with house.store.read_session() as session:
            page = [Waiting(id, url or "") for id, url in session.execute(rows)]
        if not page:
            return
        yield page
        last = page[-1].id


def _fetch(house: House, one: Waiting, decoding: threading.BoundedSemaphore) -> Outcome:
    try:
        blob = _fetched(house, one.url)
        with decoding:
            make_sizes(house, blob.sha256)
    except EntrepotError as error:
        text = error.detail[:ERROR_CHARACTERS]
        return Outcome(id=one.id, error=text, may_come=isinstance(error, Unavailable))
    return Outcome(id=one.id, blob=blob)


def _fetched(house: House, url: str) -> blobs.Blob:
    request = Request(
        url=url,
        headers={"Accept": "image/*"},
        limit_bytes=house.settings[knobs.LIMIT],
        total_seconds=house.settings[knobs.SECONDS],
    )
    with blobs.incoming(house) as file:
        answer = fetch(request, house.settings, to=file)
        if not answer.is_ok:
            said = f"the server answers {answer.status} {answer.reason}".rstrip()
            is_later = answer.status >= 500 or answer.status in LATER
            raise Unavailable(said) if is_later else Refused(said)
        return take_file(house, file)


def _note(
    house: House, outcomes: list[Outcome], tally: Tally, *, is_last: bool
) -> None:
    """Write what came of a page; a picture that is gone meanwhile is nobody's."""
    by_id = {outcome.id: outcome for outcome in outcomes}
    with house.store.session() as session:
        rows = select(ProductImage).where(
            ProductImage.id.in_(by_id), ProductImage.state == "pending"
        )
        changed: set[int] = set()
        for row in session.scalars(rows.order_by(ProductImage.id)).all():
            outcome = by_id[row.id]
            row.attempts += 1
            if outcome.blob is not None:
                name = _name(row.url or "")
                keeping.keep_fetched(session, row, outcome.blob, file_name=name)
                tally.kept += 1
            elif outcome.may_come and not is_last:
                row.error = outcome.error
                continue
            else:
                row.state, row.error = "failed", outcome.error
                tally.failed += 1
            changed.add(row.product_id)
        session.flush()  # the documents are made of what is there
        keeping.refresh_products(session, changed)


def _name(url: str) -> str:
    return PurePosixPath(unquote(urlsplit(url).path)).name
