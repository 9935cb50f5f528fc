"""Feeds at addresses that stay: written once for each state of the catalogue."""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec
from sqlalchemy import func, select

from entrepot.base.errors import NotThere, Unavailable
from entrepot.base.events import emit
from entrepot.base.files import publish
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.catalogue.documents import read_generation
from entrepot.catalogue.events import ReadyFeedWritten
from entrepot.catalogue.outbound import settings as knobs
from entrepot.catalogue.outbound import writing
from entrepot.catalogue.outbound.google import Lacking
from entrepot.catalogue.outbound.links import Links, links_of
from entrepot.catalogue.product_models import Product
from entrepot.jobs import Facts, Wanted, Work, submit_job

WRITE = "catalogue.feeds.write"
KEPT_COUNT = 2
"""So many states of a feed stay: somebody may still be reading the one before."""
MOST_LACKING = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyFeed:
    """A feed that is always ready; `name` is the end of its address."""

    name: str
    summary: str
    media_type: str
    write: Callable[[House, Links, BinaryIO], writing.Outcome]


FEEDS = {
    feed.name: feed
    for feed in (
        ReadyFeed(
            name="shopify.csv",
            summary="All products as Shopify imports them.",
            media_type="text/csv; charset=utf-8",
            write=writing.write_shopify,
        ),
        ReadyFeed(
            name="google.xml",
            summary="Products for sale, for Google Merchant, as RSS.",
            media_type="application/xml; charset=utf-8",
            write=writing.write_google_xml,
        ),
        ReadyFeed(
            name="google.tsv",
            summary="Products for sale, for Google Merchant, as columns.",
            media_type="text/tab-separated-values; charset=utf-8",
            write=writing.write_google_tsv,
        ),
        ReadyFeed(
            name="products.json",
            summary="Products that are shown to the public, as JSON.",
            media_type="application/json",
            write=writing.write_products,
        ),
    )
}
"""By name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyFile:
    """A written feed.

    Attributes:
        tag: Of the catalogue's state, and of what the links are made of.
        rows: In the file; `products` are those in it.
        lacking: Products left out, the first of them told by attribute in
            `reasons`.
        is_stale: The catalogue is further already; the job that follows it is asked.
    """

    name: str
    tag: str
    path: str
    products: int
    rows: int
    lacking: int
    reasons: tuple[Lacking, ...]
    size_bytes: int
    sha256: str
    written_at: datetime
    is_stale: bool = False


def get_feed(name: str) -> ReadyFeed:
    """Return a ready feed.

    Raises:
        NotThere: There is none of this name.
    """
    if name not in FEEDS:
        raise NotThere("feed", name, list(FEEDS))
    return FEEDS[name]


def tag_of(house: House) -> str:
    """Return what changes with the catalogue, or with how links are made."""
    with house.store.read_session() as session:
        generation = read_generation(session)
    links = msgspec.json.encode(links_of(house.settings))
    return f"{generation}-{hashlib.sha256(links).hexdigest()[:8]}"


def ready_file(house: House, name: str) -> ReadyFile:
    """Return the feed's file of now, written if it is not there.

    Of a large catalogue the file before is given, and a job writes the next one.

    Raises:
        NotThere: There is no such feed.
        Unavailable: It is being written for the first time.
    """
    get_feed(name)
    tag = tag_of(house)
    found = find_file(house, name, tag)
    if found is not None:
        return found
    if _count(house) <= house.settings[knobs.AT_ONCE]:
        return write_feed(house, name)
    wanted = Wanted(
        kind=WRITE,
        parameters={"name": name},
        title=f"Write the feed {name}",
        key=f"{name}:{tag}",
    )
    submit_job(house, wanted)
    before = newest_file(house, name)
    if before is None:
        raise Unavailable(
            f"{name} is being written for the first time", hint="ask again in a minute"
        )
    return replace(before, is_stale=True)


def write_feed(house: House, name: str) -> ReadyFile:
    """Write a feed's file of now, unless another process just did.

    Raises:
        NotThere: There is no such feed.
        TooMuch: The disk is full.
    """
    feed = get_feed(name)
    with _alone(house, name):
        tag = tag_of(house)
        found = find_file(house, name, tag)
        return found or _write(house, feed, tag)


def write_by_job(house: House, work: Work) -> Facts:
    """Write the job's feed."""
    made = write_feed(house, str(work.parameters["name"]))
    return {
        "name": made.name,
        "products": made.products,
        "lacking": made.lacking,
        "size_bytes": made.size_bytes,
    }


def find_file(house: House, name: str, tag: str) -> ReadyFile | None:
    """Return the file of one state of the catalogue, if it is written."""
    return _read(_folder(house, name) / f"{tag}.note")


def newest_file(house: House, name: str) -> ReadyFile | None:
    """Return the newest file of a feed, if one is written."""
    found = (_read(note) for note in _notes(house, name))
    return next((file for file in found if file is not None), None)


def _write(house: House, feed: ReadyFeed, tag: str) -> ReadyFile:
    started = time.monotonic()
    path = _folder(house, feed.name) / f"{tag}.{feed.name.rpartition('.')[2]}"
    with publish(path) as file:
        outcome = feed.write(house, links_of(house.settings), file)
        file.flush()
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # it can be read
        size_bytes = file.tell()
    made = ReadyFile(
        name=feed.name,
        tag=tag,
        path=str(path),
        products=outcome.products,
        rows=outcome.rows,
        lacking=outcome.lacking,
        reasons=tuple(outcome.reasons[:MOST_LACKING]),
        size_bytes=size_bytes,
        sha256=sha256,
        written_at=now(),
    )
    with publish(path.with_suffix(".note")) as file:
        file.write(msgspec.json.encode(made))
    _sweep(house, feed.name)
    emit(
        ReadyFeedWritten(
            name=feed.name,
            products=outcome.products,
            lacking=outcome.lacking,
            size_bytes=size_bytes,
            seconds=round(time.monotonic() - started, 3),
        )
    )
    return made


def _count(house: House) -> int:
    with house.store.read_session() as session:
        return session.scalar(select(func.count()).select_from(Product)) or 0


def _folder(house: House, name: str) -> Path:
    return house.home / "feeds" / "ready" / name


def _notes(house: House, name: str) -> list[Path]:
    """Return the notes of a feed's files, the newest first."""
    found = _folder(house, name).glob("*.note")
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def _read(note: Path) -> ReadyFile | None:
    try:
        found = msgspec.json.decode(note.read_bytes(), type=ReadyFile)
    except FileNotFoundError:
        return None
    return found if Path(found.path).exists() else None


def _sweep(house: House, name: str) -> None:
    for note in _notes(house, name)[KEPT_COUNT:]:
        old = _read(note)
        if old is not None:
            Path(old.path).unlink(missing_ok=True)
        note.unlink(missing_ok=True)


@contextmanager
def _alone(house: House, name: str) -> Iterator[None]:
    """Let one process write a feed at a time."""
    folder = _folder(house, name)
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
