"""`/api/ready-feeds`: the feeds below `/feeds`, and what was left out of them."""

from __future__ import annotations

from entrepot.base.errors import Denied, NotThere, Unauthenticated, Unavailable
from entrepot.base.house import House
from entrepot.catalogue.api.blueprint import bp
from entrepot.catalogue.outbound.google import Lacking
from entrepot.catalogue.outbound.ready import get_feed, ready_file, tag_of
from entrepot.catalogue.outbound.seeing import FeedSeen, list_feeds, seen_of
from entrepot.web.routes import Doc, current_house, route

WHO = (Unauthenticated, Denied)
ONE = "/ready-feeds/<name>"
EXAMPLE = {"name": "google.xml"}


@route(bp, "GET", "/ready-feeds", Doc(data=list[FeedSeen], errors=WHO))
def list_ready_feeds() -> list[FeedSeen]:
    """List the ready feeds and how far each is."""
    return list_feeds(current_house())


@route(
    bp,
    "POST",
    f"{ONE}/write",
    Doc(
        data=FeedSeen,
        role="analyst",
        errors=(NotThere, Unavailable, *WHO),
        path_examples=EXAMPLE,
    ),
)
def write_ready_feed(name: str) -> FeedSeen:
    """Write a feed now, should the catalogue be further than its file."""
    house = current_house()
    feed = get_feed(name)
    return seen_of(feed, ready_file(house, name), tag_of(house))


@route(
    bp,
    "GET",
    f"{ONE}/lacking",
    Doc(
        data=list[Lacking],
        errors=(NotThere, Unavailable, *WHO),
        path_examples=EXAMPLE,
    ),
)
def list_lacking(name: str) -> list[Lacking]:
    """List what products lack that are left out of a feed, the first thousand."""
    house: House = current_house()
    return list(ready_file(house, name).reasons)
