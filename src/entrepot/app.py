"""Put the rooms together as a Flask application."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from flask import Flask

from entrepot.base.house import House
from entrepot.base.settings import Settings
from entrepot.composition import (
    build_house,
    configured,
    hear,
    load_checks,
    load_kinds,
    served_rooms,
)
from entrepot.web import (
    addresses,
    cors,
    downloads,
    guard,
    https,
    limits,
    names,
    problems,
    proxies,
    requests,
    response_cache,
    rules,
)
from entrepot.web import settings as web_knobs


class Application(Flask):
    """Flask, without what it asks of every hook of every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view or hook as it is: none here is a coroutine."""
        return func


def create_app(
    house: House | None = None,
    *,
    is_open: bool = False,
    identify: guard.Identify | None = None,
) -> Flask:
    """Build the application; an empty database gets its schema.

    Args:
        is_open: The person at this machine is admin without an account.
        identify: Instead of tokens, sessions and keys.

    Raises:
        Invalid: A setting is wrong.
        Conflict: The database is older or newer than this program.
    """
    house = house or build_house()
    prepare(house)
    house = configured(house)
    app = Application("entrepot", static_folder=None, template_folder=None)
    app.extensions["house"] = house
    app.config["MAX_CONTENT_LENGTH"] = house.settings[web_knobs.MAX_CONTENT_LENGTH]
    app.url_map.strict_slashes = False
    identify = identify or identify_by_accounts(house, is_open=is_open)
    _install_hooks(app, house, identify, is_open=is_open)
    for face in load_faces(house.settings):
        app.register_blueprint(face.bp)
    return app


def identify_by_accounts(house: House, *, is_open: bool) -> guard.Identify:
    """Return how requests are told apart: by token, browser, key, or place."""
    from entrepot.accounts.api.identify import identifier

    return identifier(house, otherwise=guard.local_person if is_open else None)


def _install_hooks(
    app: Flask, house: House, identify: guard.Identify, *, is_open: bool
) -> None:
    """Let every request pass the same stations, in this order."""
    response_cache.install(app, house, is_open=is_open)
    proxies.install(app, house.settings)
    requests.install(app, house.settings)  # around all of it, proxies included
    names.install(app)
    rules.install(app)
    addresses.install(app, house.settings)
    limits.install_places(app, house)
    https.install(app, house.settings)
    guard.install(app, house.settings, identify, is_open=is_open)
    limits.install(app, house)
    cors.install(app, house.settings, is_open=is_open)
    problems.install(app)
    downloads.install(app, house.settings)


def prepare(house: House) -> None:
    """Do what must be done before the first answer: the secret key, the schema.

    From then on the rooms hear what happens, the schema's making included.

    Raises:
        Invalid: The secret key is weak, or the home cannot be written.
        Conflict: The database is older or newer than this program.
    """
    from entrepot.base.secrets import secret_key
    from entrepot.migrations import ensure, import_models

    # All of them before any thread begins: one that uses the first models while another
    # imports the last leaves the mappers broken for good.
    import_models()
    load_kinds()
    load_checks()
    secret_key(house.settings)
    hear(house)
    ensure(house)


def load_faces(settings: Settings) -> list[ModuleType]:
    """Import the API and the pages of `web` and of every served room.

    Raises:
        UnknownName: ENTREPOT_ROOMS names a room that does not exist.
    """
    places = ("web", *(room.name for room in served_rooms(settings)))
    names = [f"entrepot.{p}.{face}" for p in places for face in ("api", "pages")]
    return [import_module(name) for name in names if find_spec(name)]
