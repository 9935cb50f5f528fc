"""Pages: a new import, from a file, an address, or a feed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, cast

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.feeds import feeds, imports
from entrepot.feeds.feeds_seen import (
    FeedSeen,
)
from entrepot.feeds.pages.blueprint import bp
from entrepot.feeds.registry import FEED_FORMATS, FEED_SOURCES
from entrepot.feeds.seen import (
    ImportSeen,
    ImportWanted,
)
from entrepot.feeds.spec import FeedSource
from entrepot.web import problems
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house
from entrepot.web.settings import MAX_CONTENT_LENGTH

UPLOAD = "upload"
"""The source that is handed its file."""
FEED = "feed"

WORDS: dict[str, tuple[str, str, str]] = {
    "upload": ("A file of yours", "inbound", ""),
    "url": ("An address", "globe", "https://supplier.example/products.csv"),
    "path": ("A file on the server", "folder", "/srv/feeds/products.csv"),
    "ftp": ("FTP", "server", "ftp://user@supplier.example/products.csv"),
    FEED: ("A feed", "refresh", ""),
}
"""What people call each way in, its icon, and an address such as it wants."""
ORDER = ("upload", "url", "path", "ftp")
SECRETIVE = ("url", "ftp")
"""Sources that may want a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way in."""

    name: str
    label: str
    icon: str
    example: str
    summary: str
    wants_secret: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """The form of a new import.

    Attributes:
        formats: The endings of files that can be read, for the field.
        most_bytes: The most that can be sent.
        chosen: The feed whose plan the file is read with.
    """

    ways: list[Way]
    way: Way
    feeds: list[FeedSeen]
    formats: str
    most_bytes: int
    address: str = ""
    chosen: str = ""
    problem: dict[str, object] | None = None


@bp.get("/imports/new")
@needs("analyst")
def new() -> tuple[str, int]:
    """Show the form for one way in."""
    args = request.args
    return _show(args.get("from", UPLOAD), chosen=args.get("feed", ""))


@bp.post("/imports/new")
@needs("analyst")
def begin() -> Response | tuple[str, int]:
    """Take a file, or have it fetched, and show what it is."""
    form = request.form
    kind, chosen = form.get("from", UPLOAD), form.get("feed", "")
    try:
        made = _begin(kind, chosen)
    except EntrepotError as error:
        return _show(kind, chosen, error=error)
    return redirect(url_for("feeds_pages.show", id=made.id), code=303)


def _begin(kind: str, chosen: str) -> ImportSeen:
    house, form, by = current_house(), request.form, require("analyst").name
    if kind == FEED:
        return feeds.run_feed(house, chosen, by=by)
    if kind == UPLOAD:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Invalid("no file was chosen", hint="choose one, or drop it")
        stream, name = cast("BinaryIO", sent.stream), sent.filename
        return imports.take_upload(house, stream, name=name, feed=chosen, by=by)
    wanted = ImportWanted(
        feed=chosen,
        source=kind,
        address=form.get("address", "").strip(),
        secret=form.get("secret", ""),
    )
    return imports.start_import(house, wanted, by=by)


def list_ways(*, has_feeds: bool) -> list[Way]:
    """Return the ways in, the most used first."""
    known = {source.name: source for source in FEED_SOURCES}
    names = [name for name in ORDER if name in known]
    names += [name for name in known if name not in ORDER]
    ways = [_way(name, known[name]) for name in names]
    return [*ways, _way(FEED, None)] if has_feeds else ways


def _way(name: str, source: FeedSource | None) -> Way:
    label, icon, example = WORDS.get(name, (name.capitalize(), "external", ""))
    return Way(
        name=name,
        label=label,
        icon=icon,
        example=example,
        summary=source.summary if source else "",
        wants_secret=name in SECRETIVE,
    )


def _show(
    kind: str, chosen: str = "", *, error: EntrepotError | None = None
) -> tuple[str, int]:
    house = current_house()
    known = feeds.list_feeds(house)
    ways = list_ways(has_feeds=bool(known))
    page = NewPage(
        ways=ways,
        way=next((way for way in ways if way.name == kind), ways[0]),
        feeds=known,
        formats=",".join(_extensions()),
        most_bytes=house.settings[MAX_CONTENT_LENGTH],
        address=request.form.get("address", ""),
        chosen=chosen,
        problem=problems.describe(error) if error else None,
    )
    text = render_template("feeds/new.html", page=page)
    return text, problems.status_of(error) if error else 200


def _extensions() -> list[str]:
    found = {ending for one in FEED_FORMATS for ending in one.extensions}
    return sorted(f".{ending.lstrip('.')}" for ending in found)
