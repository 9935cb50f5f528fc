"""Put the rooms together as a Flask application."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from flask import Flask

from entrepot.base.house import House
from entrepot.composition import build_house, served_rooms
from entrepot.web import downloads, guard, names, problems, requests
from entrepot.web import settings as web_knobs


def create_app(
    house: House | None = None, *, identify: guard.Identify = guard.local_person
) -> Flask:
    """Build the application; our database is migrated when it is behind.

    Raises:
        Invalid: A setting is wrong.
        Conflict: The database is newer than this program.
    """
    house = house or build_house()
    prepare(house)
    app = Flask("entrepot", static_folder=None, template_folder=None)
    app.extensions["house"] = house
    app.config["MAX_CONTENT_LENGTH"] = house.settings[web_knobs.MAX_CONTENT_LENGTH]
    app.url_map.strict_slashes = False
    names.install(app)
    requests.install(app)
    guard.install(app, house.settings, identify)
    problems.install(app)
    downloads.install(app, house.settings)
    _add_faces(app, "web")
    for room in served_rooms(house.settings):
        _add_faces(app, room.name)
    return app


def prepare(house: House) -> None:
    """Do what must be done before the first answer: the secret key, the schema.

    Raises:
        Invalid: The secret key is weak, or the home cannot be written.
        Conflict: The database is newer than this program.
    """
    from entrepot.base.secrets import secret_key
    from entrepot.migrations import upgrade

    secret_key(house.settings)
    upgrade(house.store)


def _add_faces(app: Flask, place: str) -> None:
    for face in ("api", "pages"):
        name = f"entrepot.{place}.{face}"
        if find_spec(name):
            app.register_blueprint(import_module(name).bp)
