"""`/api/delivery`: where things are sent, and what was sent."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Literal
from urllib.parse import urlencode

from flask import Blueprint
from msgspec import Meta

from entrepot.base.errors import (
    Conflict,
    Denied,
    NotThere,
    Refused,
    TimedOut,
    TooMuch,
    Unauthenticated,
    Unavailable,
)
from entrepot.delivery import deliveries, destinations
from entrepot.delivery.deliveries import DeliverySeen
from entrepot.delivery.destinations import (
    NAME,
    DestinationSeen,
    DestinationWanted,
    Tested,
)
from entrepot.delivery.parts import CHANNELS
from entrepot.delivery.spec import ChannelOption
from entrepot.web.guard import Identity, require
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route

bp = Blueprint("delivery_api", __name__, url_prefix="/api/delivery")

WHO = (Unauthenticated, Denied)
FAR = (Conflict, Refused, Unavailable, TimedOut, TooMuch)
"""What the other side, or the way to it, may answer to a test."""

Options = Annotated[
    dict[str, str],
    Meta(description="As `/api/delivery/channels` has them, the secret among them."),
]
Words = Annotated[str, Meta(max_length=500)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLine:
    """A way of sending things out, and what a destination of it has to say."""

    name: str
    summary: str
    options: tuple[ChannelOption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDestination:
    """A place that things may be sent to."""

    name: Annotated[str, Meta(pattern=NAME, examples=["warehouse"])]
    channel: Annotated[str, Meta(examples=["webhook"])]
    options: Options = field(default_factory=dict, repr=False)
    description: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationChange:
    """What shall be different; options that are left out stay, as the secret does."""

    options: Options | None = field(default=None, repr=False)
    description: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryQuery:
    """Which deliveries."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    after: str | None = None
    subject: Annotated[str, Meta(description="Such as `export:7f3c…`.")] = ""
    destination: str = ""
    state: Literal["", "waiting", "delivered", "failed"] = ""


@route(bp, "GET", "/channels", Doc(data=list[ChannelLine], errors=WHO))
def list_channels() -> list[ChannelLine]:
    """List the ways of sending things out."""
    return [
        ChannelLine(name=c.name, summary=c.summary, options=c.options) for c in CHANNELS
    ]


@route(
    bp,
    "GET",
    "/destinations",
    Doc(role="analyst", data=list[DestinationSeen], errors=WHO),
)
def list_destinations() -> list[DestinationSeen]:
    """List the destinations by name; only admins see their options."""
    who = require("analyst")
    found = destinations.list_destinations(current_house())
    return [for_eyes(destination, who) for destination in found]


@route(
    bp,
    "POST",
    "/destinations",
    Doc(
        role="admin",
        body=NewDestination,
        data=DestinationSeen,
        status=201,
        errors=(*WHO, Conflict),
    ),
)
def add_destination(body: NewDestination) -> DestinationSeen:
    """Keep a place that things may be sent to.

    Its secret is kept encrypted and never shown.
    """
    wanted = DestinationWanted(
        name=body.name,
        channel=body.channel,
        options=body.options,
        description=body.description,
    )
    return destinations.add_destination(current_house(), wanted)


@route(
    bp,
    "GET",
    "/destinations/<name:name>",
    Doc(role="analyst", data=DestinationSeen, errors=(*WHO, NotThere)),
)
def get_destination(name: str) -> DestinationSeen:
    """Show one destination; only admins see its options."""
    found = destinations.get_destination(current_house(), name)
    return for_eyes(found, require("analyst"))


@route(
    bp,
    "PATCH",
    "/destinations/<name:name>",
    Doc(
        role="admin",
        body=DestinationChange,
        data=DestinationSeen,
        errors=(*WHO, NotThere, Conflict),
    ),
)
def change_destination(name: str, body: DestinationChange) -> DestinationSeen:
    """Give a destination other options; what waits for it goes there then."""
    return destinations.change_destination(
        current_house(), name, options=body.options, description=body.description
    )


@route(
    bp,
    "DELETE",
    "/destinations/<name:name>",
    Doc(role="admin", data=DestinationSeen, errors=(*WHO, NotThere)),
)
def remove_destination(name: str) -> DestinationSeen:
    """Forget a destination; deliveries that wait for it fail."""
    return destinations.remove_destination(current_house(), name)


@route(
    bp,
    "POST",
    "/destinations/<name:name>/test",
    Doc(role="admin", data=Tested, errors=(*WHO, NotThere, *FAR)),
)
def test_destination(name: str) -> Tested:
    """Send a test now, and return what the other side said."""
    return destinations.test_destination(current_house(), name)


@route(
    bp,
    "GET",
    "/deliveries",
    Doc(
        query=DeliveryQuery,
        data=list[DeliverySeen],
        errors=(*WHO, NotThere),
        is_paged=True,
    ),
)
def list_deliveries(query: DeliveryQuery) -> Page:
    """List the deliveries, newest first; people see their own, admins all."""
    found = asked_deliveries(query, require("viewer"))
    shown, following = found[: query.limit], None
    if len(found) > query.limit:
        place = {"limit": query.limit, "after": shown[-1].id, "state": query.state}
        place |= {"subject": query.subject, "destination": query.destination}
        said = {name: value for name, value in place.items() if value}
        following = f"{bp.url_prefix}/deliveries?{urlencode(said)}"
    return Page(shown, Cut(next=following, limit=query.limit))


@route(bp, "GET", "/deliveries/<id>", Doc(data=DeliverySeen, errors=(*WHO, NotThere)))
def get_delivery(id: str) -> DeliverySeen:
    """Return a delivery with its tries."""
    return get_seen(id, require("viewer"))


@route(
    bp,
    "POST",
    "/deliveries/<id>/again",
    Doc(data=DeliverySeen, status=202, errors=(*WHO, NotThere, Conflict)),
)
def send_again(id: str) -> DeliverySeen:
    """Send the same once more, with the same delivery id."""
    get_seen(id, require("viewer"))
    return deliveries.send_again(current_house(), id)


def asked_deliveries(query: DeliveryQuery, who: Identity) -> list[DeliverySeen]:
    """Return the deliveries that this person may see, one more than the limit."""
    return deliveries.list_deliveries(
        current_house(),
        limit=query.limit + 1,
        after=query.after,
        by=None if who.role == "admin" else who.name,
        subject=query.subject,
        destination=query.destination,
        state=query.state,
    )


def get_seen(id: str, who: Identity) -> DeliverySeen:
    """Return a delivery that this person may see; others' are not there."""
    found = deliveries.get_delivery(current_house(), id)
    if who.role != "admin" and found.created_by != who.name:
        raise NotThere("delivery", id, [])
    return found


def for_eyes(destination: DestinationSeen, who: Identity) -> DestinationSeen:
    """Return it as this person may see it: an address may hold what is not theirs."""
    return destination if who.role == "admin" else replace(destination, options={})
