"""What stands around every page: places in the rail, figures and panels of the rooms.

A room's `pages` adds to the three registries when it is imported.  An entry shows
only where its endpoint is served, so a process with few rooms has a short rail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from flask import current_app, g, request, url_for

from entrepot.base.house import House
from entrepot.base.names import decode_name, encode_name
from entrepot.base.version import VERSION
from entrepot.web import assets
from entrepot.web.guard import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One line of the rail.

    Attributes:
        group: Heading above it; empty for none.
        short: The label where there is little room.
        letter: Goes there after `G`.
        order: Lower stands higher; groups stand where their first place does.
        is_docked: Stands below a narrow page too, if there is room; not what needs a
            keyboard.
        also: Endpoints of pages that belong to it, though their addresses say nothing
            of it.
    """

    label: str
    endpoint: str
    icon: str
    group: str = ""
    short: str = ""
    letter: str = ""
    order: int = 0
    is_docked: bool = True
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number on the home page; `count` 0 means there is nothing yet."""

    name: str
    count: int
    note: str
    address: str
    tone: Literal["", "ok", "warn", "bad"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A room's figures for the home page."""

    endpoint: str
    load: Callable[[House], list[Figure]]
    order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A room's part of a page that a lower floor owns.

    Attributes:
        page: `home`; `home foot`, also while nothing is here yet; `top bar`, of every
            page of somebody we know; `product`, whose subject is the product's
            address; `table`, what uses it: its subject is a `TableSubject` as text;
            or `export` and `job`, where it came from: its subject is the id.
        template: Included with the loaded value as `panel`.
        load: None where there is nothing to show.
    """

    page: Literal["home", "home foot", "top bar", "product", "table", "export", "job"]
    endpoint: str
    template: str
    load: Callable[[House, str], object | None]
    order: int = 0


@dataclass(frozen=True, slots=True)
class TableSubject:
    """The table that a panel is about."""

    connection: str
    schema: str
    table: str

    def __str__(self) -> str:
        return "/".join(map(encode_name, (self.connection, self.schema, self.table)))


def read_table_subject(subject: str) -> TableSubject:
    """Return the table that a panel's subject names."""
    connection, schema, table = map(decode_name, subject.split("/"))
    return TableSubject(connection, schema, table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something that search and jump can open."""

    label: str
    note: str
    icon: str
    address: str


PLACES: list[Place] = []
CARDS: list[Card] = []
PANELS: list[Panel] = []
FINDERS: list[Callable[[House], list[Found]]] = []
"""What search and jump knows beyond the places: called when it opens."""

SUBJECTS: dict[str, tuple[str, str]] = {}
"""Where the thing of a `<noun>:<name>` is seen: by noun, the endpoint, and which value
of its address the name is."""


DOCK_COUNT = 5
"""Places whose names can still be read beside each other at 360 px."""

PLACELESS: set[str] = set()
"""Endpoints of pages that belong to no place of their room, such as one's account."""


@dataclass(frozen=True, slots=True)
class Group:
    """Places below one heading."""

    heading: str
    places: list[Place]


def rail() -> list[Group]:
    """Return the served places by group, in order."""
    groups: dict[str, Group] = {}
    for place in sorted(PLACES, key=lambda place: place.order):
        if is_served(place.endpoint):
            group = groups.setdefault(place.group, Group(place.group, []))
            group.places.append(place)
    return list(groups.values())


def dock() -> list[Place]:
    """Return the places below a narrow page: the first, as many as there is room for.

    The rail, which the menu button opens there, has all of them.
    """
    places = [place for group in rail() for place in group.places if place.is_docked]
    return places[:DOCK_COUNT]


def current_place() -> str:
    """Return the endpoint of the place where the person is; empty for none.

    A page that is no place itself belongs to the one of its blueprint whose address
    its own begins with, or else to the first one.
    """
    here, room = request.endpoint or "", request.blueprint or ""
    places = sorted(PLACES, key=lambda place: place.order)
    if any(place.endpoint == here for place in places):
        return here
    if room == "web_pages" or here in PLACELESS:
        return ""
    for place in places:
        if here in place.also:
            return place.endpoint
    of_room = [p.endpoint for p in places if room and p.endpoint.startswith(f"{room}.")]
    above = [one for one in of_room if request.path.startswith(f"{url_for(one)}/")]
    return next(iter(above or of_room), "")


def is_served(endpoint: str) -> bool:
    """Tell whether this process answers there."""
    return endpoint in current_app.view_functions


def subject_address(subject: str) -> str:
    """Return where the thing of a `<noun>:<name>` is seen; empty for nowhere."""
    noun, _, name = subject.partition(":")
    endpoint, value = SUBJECTS.get(noun, ("", ""))
    if not is_served(endpoint):
        return ""
    values: dict[str, Any] = {value: name}
    return url_for(endpoint, **values)


SIGN_IN = "accounts_pages.sign_in"
"""Where people sign in, in a process that serves it."""


def can_sign_in() -> bool:
    """Tell whether people sign in here."""
    return is_served(SIGN_IN)


def sign_in_address() -> str:
    """Return where to sign in, and come back to this page afterwards."""
    here = request.full_path.rstrip("?")
    return url_for(SIGN_IN, next=here if here != "/" else None)


def load_panels(house: House, page: str, subject: str = "") -> list[tuple[str, object]]:
    """Return (template, value) of every panel that has something to show."""
    wanted = [p for p in PANELS if p.page == page and is_served(p.endpoint)]
    found = []
    for panel in sorted(wanted, key=lambda panel: panel.order):
        value = panel.load(house, subject)
        if value is not None:
            found.append((panel.template, value))
    return found


def top_bar() -> list[tuple[str, object]]:
    """Return what rooms show in the top bar, to people we know."""
    who: Identity | None = g.get("identity")
    if who is None or who.scopes:  # a key of some rooms knows nothing of the others
        return []
    house: House = current_app.extensions["house"]
    return load_panels(house, "top bar")


def context() -> dict[str, object]:
    """Return what the base template knows on every page."""
    person: Identity | None = g.get("identity")
    return {
        "rail": rail,
        "dock": dock,
        "current_place": current_place,
        "top_bar": top_bar,
        "is_served": is_served,
        "asset": assets.address,
        "is_built": bool(assets.manifest()),
        "person": person,
        "can_sign_in": can_sign_in,
        "sign_in_address": sign_in_address,
        "version": VERSION,
    }
