"""Home, keys, search and jump, and the files of the front end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Blueprint, Response, g, render_template, request, url_for

from entrepot.base.version import VERSION
from entrepot.web import api, assets, shell, words
from entrepot.web.guard import needs
from entrepot.web.reference import Chapter, read_reference
from entrepot.web.reply import render
from entrepot.web.requests import known_as
from entrepot.web.routes import current_house

bp = Blueprint("web_pages", __name__, template_folder="templates")
bp.app_context_processor(shell.context)
for words_filter in words.FILTERS:
    bp.add_app_template_filter(words_filter)
bp.add_app_template_filter(shell.subject_address)
bp.add_url_rule("/static/build/<name>", view_func=assets.built)
bp.add_url_rule("/static/mark.svg", view_func=assets.mark)
bp.add_url_rule("/favicon.ico", view_func=assets.mark, endpoint="favicon")

shell.PLACES.append(
    shell.Place(label="Home", endpoint="web_pages.home", icon="home", letter="H")
)
shell.PLACES.append(
    shell.Place(
        label="API",
        endpoint="web_pages.docs",
        icon="braces",
        group="House",
        letter="A",
        order=50,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """What the home page shows to somebody we know."""

    figures: list[shell.Figure]
    panels: list[tuple[str, object]]
    foot: list[tuple[str, object]]

    @property
    def is_first_run(self) -> bool:
        """Tell whether nothing is here yet."""
        return not any(figure.count for figure in self.figures)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocsPage:
    """The API by chapters, and the shapes its answers name."""

    chapters: list[Chapter]
    schemas: dict[str, dict[str, object]]

    @property
    def operation_count(self) -> int:
        """Return how many operations there are."""
        return sum(len(chapter.operations) for chapter in self.chapters)


@bp.get("/")
@known_as("home")
def home() -> Response:
    """Say welcome, and to people we know what is here; to programs, where to go on."""
    accepted = request.accept_mimetypes
    is_page = accepted.best_match(["text/html", "application/json"]) != (
        "application/json"
    )
    response = Response(_home_page()) if is_page else render(_index())
    response.headers["Vary"] = "Accept"
    return response


def _index() -> dict[str, object]:
    served = (
        ("products", "catalogue_api.get_products"),
        ("documentation", "web_pages.docs"),
        ("openapi", "web_api.openapi_document"),
        ("health", "web_api.health"),
        ("metrics", "watch_api.metrics"),
    )
    links = {name: url_for(e) for name, e in served if shell.is_served(e)}
    return {"name": "Entrepôt", "version": VERSION, "links": links}


def _home_page() -> str:
    who = g.get("identity")
    if who is None or who.scopes:  # a key of some rooms knows nothing of the others
        return render_template("web/home.html", person=None)
    house = current_house()
    cards = [card for card in shell.CARDS if shell.is_served(card.endpoint)]
    figures = [
        figure
        for card in sorted(cards, key=lambda card: card.order)
        for figure in card.load(house)
    ]
    page = HomePage(
        figures=figures,
        panels=shell.load_panels(house, "home"),
        foot=shell.load_panels(house, "home foot"),
    )
    return render_template("web/home.html", page=page)


@bp.get("/keys")
def keys() -> str:
    """List the keys."""
    return render_template("web/keys.html")


@bp.get("/api/docs")
def docs() -> str:
    """Show the API: every operation of the rooms that are served."""
    document = msgspec.json.decode(api.document(), type=dict[str, Any])
    page = DocsPage(
        chapters=read_reference(document, request.host_url.rstrip("/")),
        schemas=document["components"]["schemas"],
    )
    return render_template("web/docs.html", page=page)


@bp.get("/jump.json")
@needs("viewer")
def jump() -> Response:
    """List what search and jump can open."""
    house = current_house()
    places = [
        shell.Found(
            label=place.label,
            note="page",
            icon=place.icon,
            address=url_for(place.endpoint),
        )
        for group in shell.rail()
        for place in group.places
    ]
    return render(places + [found for find in shell.FINDERS for found in find(house)])
