"""Pages: where things are sent, what was sent, and how each try ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError
from entrepot.delivery import deliveries, destinations
from entrepot.delivery.api import DeliveryQuery, asked_deliveries, for_eyes, get_seen
from entrepot.delivery.deliveries import DeliverySeen
from entrepot.delivery.destinations import DestinationSeen, DestinationWanted, Tested
from entrepot.delivery.parts import CHANNELS
from entrepot.delivery.spec import Channel
from entrepot.web import problems, shell
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house, read_query

bp = Blueprint("delivery_pages", __name__, template_folder="templates")

ICONS = {
    "folder": "folder",
    "webhook": "globe",
    "email": "text",
    "slack": "external",
    "ntfy": "pulse",
    "apprise": "external",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPage:
    """The destinations, and deliveries, newest first.

    Attributes:
        next: Id after which the next page begins.
        tested: The destination that was tested just now, with answer or problem.
    """

    destinations: list[DestinationSeen]
    deliveries: list[DeliverySeen]
    query: DeliveryQuery
    next: str | None
    tested: str = ""
    answer: Tested | None = None
    problem: dict[str, object] | None = None
    icons: Mapping[str, str] = field(default_factory=lambda: ICONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """A form for a destination of one channel.

    Attributes:
        values: Of the options; a secret is not given back to the page.
        name: Of the one that is changed; empty for a new one.
    """

    channel: Channel
    values: Mapping[str, str]
    name: str = ""
    description: str = ""
    new_name: str = ""
    has_secret: bool = False
    problem: dict[str, object] | None = None


@bp.get("/delivery")
@needs("viewer")
def index() -> str:
    """List destinations and deliveries."""
    return _render_index()


@bp.get("/delivery/deliveries/<id>")
@needs("viewer")
def delivery(id: str) -> str:
    """Show a delivery with its tries."""
    found = get_seen(id, require("viewer"))
    return render_template("delivery/delivery.html", delivery=found, problem=None)


@bp.post("/delivery/deliveries/<id>/again")
@needs("viewer")
def send_again(id: str) -> Response | tuple[str, int]:
    """Send the same once more."""
    found = get_seen(id, require("viewer"))
    try:
        deliveries.send_again(current_house(), id)
    except EntrepotError as error:
        said = problems.describe(error)
        page = render_template("delivery/delivery.html", delivery=found, problem=said)
        return page, problems.status_of(error)
    return redirect(url_for("delivery_pages.delivery", id=id), code=303)


@bp.get("/delivery/new")
@needs("admin")
def new() -> str:
    """Choose a channel, or fill in the form of one."""
    name = request.args.get("channel", "")
    if not name:
        return render_template(
            "delivery/channels.html", channels=list(CHANNELS), icons=ICONS
        )
    channel = CHANNELS.get(name)
    values = {option.name: option.default for option in channel.options}
    return _render_form(FormPage(channel=channel, values=values))


@bp.post("/delivery/new")
@needs("admin")
def add() -> Response | tuple[str, int]:
    """Keep the form's destination, or show what is wrong with it."""
    channel = CHANNELS.get(request.form.get("channel", ""))
    wanted = DestinationWanted(
        name=request.form.get("name", "").strip(),
        channel=channel.name,
        options=_given(channel),
        description=request.form.get("description", "").strip(),
    )
    try:
        destinations.add_destination(current_house(), wanted)
    except EntrepotError as error:
        page = FormPage(
            channel=channel,
            values=_without_secrets(channel, wanted.options),
            new_name=wanted.name,
            description=wanted.description,
            problem=problems.describe(error),
        )
        return _render_form(page), problems.status_of(error)
    return redirect(url_for("delivery_pages.index"), code=303)


@bp.get("/delivery/<name:name>")
@needs("admin")
def destination(name: str) -> str:
    """Show a destination's form."""
    found = destinations.get_destination(current_house(), name)
    return _render_form(_form_of(found))


@bp.post("/delivery/<name:name>")
@needs("admin")
def change(name: str) -> Response | tuple[str, int]:
    """Change a destination, or show what is wrong with the form."""
    found = destinations.get_destination(current_house(), name)
    channel = CHANNELS.get(found.channel)
    given, words = _given(channel), request.form.get("description", "").strip()
    try:
        destinations.change_destination(
            current_house(), name, options=given, description=words
        )
    except EntrepotError as error:
        page = FormPage(
            channel=channel,
            values=_without_secrets(channel, given),
            name=name,
            description=words,
            has_secret=found.has_secret,
            problem=problems.describe(error),
        )
        return _render_form(page), problems.status_of(error)
    return redirect(url_for("delivery_pages.index"), code=303)


@bp.post("/delivery/<name:name>/test")
@needs("admin")
def test(name: str) -> str:
    """Send a test now, and show what the other side said."""
    try:
        answer = destinations.test_destination(current_house(), name)
    except EntrepotError as error:
        return _render_index(tested=name, problem=problems.describe(error))
    return _render_index(tested=name, answer=answer)


@bp.get("/delivery/<name:name>/remove")
@needs("admin")
def ask_remove(name: str) -> str:
    """Ask before a destination is removed."""
    found = destinations.get_destination(current_house(), name)
    return render_template("delivery/remove.html", destination=found)


@bp.post("/delivery/<name:name>/remove")
@needs("admin")
def remove(name: str) -> Response:
    """Remove a destination."""
    destinations.remove_destination(current_house(), name)
    return redirect(url_for("delivery_pages.index"), code=303)


def _given(channel: Channel) -> dict[str, str]:
    names = (option.name for option in channel.options)
    return {name: request.form.get(f"option-{name}", "") for name in names}


def _without_secrets(channel: Channel, given: Mapping[str, str]) -> dict[str, str]:
    plain = (option.name for option in channel.options if not option.is_secret)
    return {name: given.get(name, "") for name in plain}


def _form_of(found: DestinationSeen) -> FormPage:
    return FormPage(
        channel=CHANNELS.get(found.channel),
        values=found.options,
        name=found.name,
        description=found.description,
        has_secret=found.has_secret,
    )


def _render_form(page: FormPage) -> str:
    return render_template("delivery/form.html", page=page)


def _render_index(
    *,
    tested: str = "",
    answer: Tested | None = None,
    problem: dict[str, object] | None = None,
) -> str:
    who = require("viewer")
    query: DeliveryQuery = read_query(DeliveryQuery)
    found = asked_deliveries(query, who)
    shown = found[: query.limit]
    places = destinations.list_destinations(current_house())
    page = DeliveryPage(
        destinations=[for_eyes(place, who) for place in places],
        deliveries=shown,
        query=query,
        next=shown[-1].id if len(found) > len(shown) else None,
        tested=tested,
        answer=answer,
        problem=problem,
    )
    return render_template("delivery/index.html", page=page)


shell.PLACES.append(
    shell.Place(
        label="Delivery",
        endpoint="delivery_pages.index",
        icon="external",
        group="In and out",
        letter="V",
        order=28,
    )
)
