"""The ready feeds as people and programs see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from entrepot.base.house import House
from entrepot.catalogue.outbound.ready import (
    FEEDS,
    ReadyFeed,
    ReadyFile,
    newest_file,
    tag_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSeen:
    """A ready feed, and its file where one is written.

    Attributes:
        is_current: The file is of the catalogue as it is now.
        lacking: Products left out because they lack what the feed must have.
    """

    name: str
    summary: str
    address: str
    media_type: str
    is_current: bool
    products: int | None
    rows: int | None
    lacking: int | None
    size_bytes: int | None
    sha256: str
    written_at: datetime | None


def list_feeds(house: House) -> list[FeedSeen]:
    """Return every ready feed and how far it is; none is written for that."""
    tag = tag_of(house)
    return [
        seen_of(feed, newest_file(house, feed.name), tag) for feed in FEEDS.values()
    ]


def seen_of(feed: ReadyFeed, file: ReadyFile | None, tag: str) -> FeedSeen:
    """Return a feed as people see it."""
    return FeedSeen(
        name=feed.name,
        summary=feed.summary,
        address=f"/feeds/{feed.name}",
        media_type=feed.media_type,
        is_current=file is not None and file.tag == tag,
        products=file.products if file else None,
        rows=file.rows if file else None,
        lacking=file.lacking if file else None,
        size_bytes=file.size_bytes if file else None,
        sha256=file.sha256 if file else "",
        written_at=file.written_at if file else None,
    )
