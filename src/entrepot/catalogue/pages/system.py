"""The machine on the home page, and the pictures of the sample products."""

from __future__ import annotations

from pathlib import Path

from flask import Response, send_from_directory

from entrepot.base.house import House
from entrepot.catalogue.errors import ProductNotFound
from entrepot.catalogue.pages.blueprint import bp
from entrepot.catalogue.serving.system import System, look_around
from entrepot.web.requests import known_as, quiet
from entrepot.web.shell import PANELS, Panel

PICTURES = Path(__file__).parents[1] / "static" / "origami"


@bp.get("/static/images/origami/<name>")
@quiet
def sample_picture(name: str) -> Response:
    """Send the picture of a sample product."""
    response = send_from_directory(PICTURES, name)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@bp.route("/api/products/<name>", methods=["GET", "PUT", "PATCH", "DELETE"])
@known_as("get_product")
def no_product(name: str) -> Response:
    """Say that there is no such product: ids are whole numbers."""
    raise ProductNotFound(
        f"there is no product {name[:100]!r}", hint="an id is a whole number"
    )


def _load(house: House, subject: str) -> System:
    return look_around(house)


PANELS.append(
    Panel(
        page="home foot",
        endpoint="catalogue_api.get_products",
        template="catalogue/on_home.html",
        load=_load,
    )
)
