"""Build the house from the environment; `app.py`, `cli.py` and workers begin here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from entrepot.base import ground_settings
from entrepot.base.errors import UnknownName
from entrepot.base.house import House
from entrepot.base.kept_layer import with_kept
from entrepot.base.layers import load
from entrepot.base.settings import AnySetting, Check, Settings
from entrepot.base.store import Store
from entrepot.rooms import ROOMS, Room


def declared_settings() -> tuple[AnySetting, ...]:
    """Return every setting of the ground floor, of `web` and of every room."""
    rooms = (s for module in _settings_modules() for s in module.SETTINGS)
    return (*ground_settings.SETTINGS, *rooms)


def _settings_modules() -> Iterator[ModuleType]:
    for place in ("base.fetch", "web", "serving", *(room.name for room in ROOMS)):
        if find_spec(f"entrepot.{place}") and find_spec(f"entrepot.{place}.settings"):
            yield import_module(f"entrepot.{place}.settings")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read every setting from its layers, and let each place check its own.

    Raises:
        Invalid: A value is wrong, or a variable of ours is unknown.
    """
    environ = os.environ if environ is None else environ
    settings = load(declared_settings(), environ, Path.cwd())
    return settings.with_checks(checks())


def checks() -> list[Check]:
    """Return what each place wants to hold of the settings together."""
    found = (getattr(module, "check", None) for module in _settings_modules())
    return [check for check in found if check is not None]


def build_house(environ: Mapping[str, str] | None = None) -> House:
    """Put settings and store together; nothing is opened yet."""
    settings = load_settings(environ)
    return House(settings, Store(settings))


def configured(house: House) -> House:
    """Return the house with the settings that are kept in its migrated database.

    A row that cannot hold stands in `settings.skipped` and stops nothing.
    """
    from entrepot.operations import read_kept

    kept = read_kept(house.store, house.settings)
    return replace(house, settings=with_kept(house.settings, kept))


def served_rooms(settings: Settings) -> tuple[Room, ...]:
    """Return the rooms that `ENTREPOT_ROOMS` names, all when it is empty.

    Raises:
        UnknownName: It names a room that does not exist.
    """
    wanted = [n.strip() for n in settings[ground_settings.ROOMS_SERVED].split(",")]
    names = {name for name in wanted if name}
    for name in names - {room.name for room in ROOMS}:
        raise UnknownName("room", name, [room.name for room in ROOMS])
    return tuple(room for room in ROOMS if not names or room.name in names)


def load_kinds() -> None:
    """Import the rooms' `jobs` modules, which register their kinds of jobs."""
    for room in ROOMS:
        if find_spec(f"entrepot.{room.name}.jobs"):
            import_module(f"entrepot.{room.name}.jobs")


def load_checks() -> None:
    """Import the rooms' `checks` modules, which register what can be well or not."""
    for room in ROOMS:
        if find_spec(f"entrepot.{room.name}.checks"):
            import_module(f"entrepot.{room.name}.checks")


def hear(house: House) -> None:
    """Let the rooms that have `listeners` hear the events, until the house is closed.

    Each such module has `listeners(house)`, which returns them.
    """
    for room in ROOMS:
        if find_spec(f"entrepot.{room.name}.listeners"):
            module = import_module(f"entrepot.{room.name}.listeners")
            for listener in module.listeners(house):
                house.hear(listener)
