"""Write `docs/reference/` from the code: `python docs/generate.py`, or `make docs`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import click
from flask import Flask
from werkzeug.routing import Rule

import entrepot.cli
from docs import template_members
from entrepot.app import load_faces
from entrepot.base import errors, events
from entrepot.base.layers import load
from entrepot.base.settings import AnySetting
from entrepot.composition import declared_settings
from entrepot.rooms import ROOMS
from entrepot.web import names, problems
from entrepot.web.routes import ROUTES

T = TypeVar("T")
FOLDER = Path(__file__).parent / "reference"
_CONVERTER = re.compile(r"<\w+:")
PLACES = ("base", "web", "serving", *(room.name for room in ROOMS), "watch.alerts")
NOTE = "<!-- Made by docs/generate.py: change the code, then run `make docs`. -->"


def routes() -> str:
    """Return every path that is served, with who may ask for it."""
    app = every_face()
    rows = [
        (f"`{method} {_CONVERTER.sub('<', rule.rule)}`", *_told_of(rule, app))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    told = "The same for machines, with all parameters: `/api/openapi.json`."
    return _page("Routes", told, ("route", "what it does", "for"), sorted(rows))


def settings() -> str:
    """Return every setting, by variable."""
    told = (
        "A setting is its variable in the environment or in `.env`, or its key in "
        "`secrets/`, `db-config/db-config.properties` and `config.json` below "
        "`CONFIG_DIR`; the first of these that says something holds. "
        "`entrepot config explain` shows which."
    )
    head = ("variable", "key", "default", "what it is")
    found = sorted(declared_settings(), key=lambda setting: setting.variable)
    return _page("Settings", told, head, map(_setting_row, found))


def commands() -> str:
    """Return every command with its arguments and options."""
    parts = [_heading("Commands", "Exit codes are those of the [errors](errors.md).")]
    for path, command in _leaves("entrepot", entrepot.cli.entrepot):
        context = click.Context(command, info_name=path)
        usage = " ".join(command.collect_usage_pieces(context))
        options = [o for o in command.params if isinstance(o, click.Option)]
        rows = [r for o in options if (r := o.get_help_record(context))]
        parts.append(f"\n## {path}\n\n`{path} {usage}`\n\n{_help_of(command)}\n")
        parts += [f"\n{_table(('option', 'what it does'), rows)}"] if rows else []
    return "".join(parts)


def event_list() -> str:
    """Return every event with its level and facts."""
    rows = [
        (
            f"`{cls.__name__}`",
            _place(cls),
            f"{cls.level}{', audited' if cls.audited else ''}",
            _first_line(cls),
            ", ".join(f"`{field.name}`" for field in fields(cls)),
        )
        for cls in sorted(
            below(events.Event, "events"), key=lambda c: (_place(c), c.__name__)
        )
    ]
    told = "What rooms tell of themselves; logs, counters and alerts are made of it."
    head = ("event", "room", "level", "what happened", "facts")
    return _page("Events", told, head, sorted(rows))


def error_list() -> str:
    """Return every error with its status and its exit code."""
    exits = {**entrepot.cli.EXIT, errors.EntrepotError: 1}
    rows = [
        (
            f"`{cls.code()}`",
            cls.title(),
            _place(cls),
            next(kind.__name__ for kind in errors.KINDS if issubclass(cls, kind)),
            str(errors.nearest(cls, problems.STATUS)),
            str(errors.nearest(cls, exits)),
            "yes" if cls.retryable or issubclass(cls, errors.Throttled) else "no",
        )
        for cls in below(errors.EntrepotError, "errors")
    ]
    told = "The API answers problem documents (RFC 9457) whose `code` is one of these."
    head = ("code", "title", "room", "kind", "status", "exit code", "worth a retry")
    return _page("Errors", told, head, sorted(rows))


def templates() -> str:
    """Return every member that a template may have."""
    told = (
        "A template is a TOML or JSON document with these members and no others. "
        "[How to write one](../how-to/write-a-template.md)."
    )
    head = ("where", "member", "takes", "what it says")
    members = _page("Templates", told, head, template_members.rows())
    names = _table(("placeholder", "becomes"), template_members.placeholder_rows())
    return f"{members}\n## Placeholders of names\n\n{names}"


PAGES: dict[str, Callable[[], str]] = {
    "templates": templates,
    "routes": routes,
    "settings": settings,
    "commands": commands,
    "events": event_list,
    "errors": error_list,
}
"""The pages by the name of their file."""


def below(cls: type[T], module: str) -> list[type[T]]:
    """Return every class below this one that a place defines in its module."""
    for place in PLACES:
        if find_spec(f"entrepot.{place}.{module}"):
            import_module(f"entrepot.{place}.{module}")
    homes = [f"entrepot.{place}.{module}" for place in PLACES]
    return [c for c in _all_below(cls) if c.__module__ in homes and _is_whole(c)]


def _all_below(cls: type[T]) -> Iterator[type[T]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from _all_below(sub)


def _is_whole(cls: type) -> bool:
    # A dataclass with slots is made twice; the module keeps the second one.
    return getattr(import_module(cls.__module__), cls.__name__, None) is cls


def every_face() -> Flask:
    """Return an application with the routes of every room, and nothing behind them."""
    app = Flask("entrepot", static_folder=None, template_folder=None)
    names.install(app)
    untouched = load(declared_settings(), {"CONFIG_DIR": str(FOLDER)}, FOLDER)
    for face in load_faces(untouched):
        app.register_blueprint(face.bp)
    return app


def _told_of(rule: Rule, app: Flask) -> tuple[str, str]:
    documented = ROUTES.get(rule.endpoint)
    if documented is None:
        return _first_line(app.view_functions[rule.endpoint]), "browsers"
    who = "everybody" if documented.doc.is_public else documented.doc.role
    return documented.summary + ".", who


def _setting_row(setting: AnySetting) -> tuple[str, ...]:
    names = "<br>".join(f"`{name}`" for name in setting.variables)
    default = _code(setting.show(setting.default))
    if setting.development is not None:
        default += f" ({_code(setting.show(setting.development))} in development)"
    told = setting.help
    if setting.choices:
        told += " One of " + ", ".join(_code(str(c)) for c in setting.choices) + "."
    if setting.secret:
        told += (
            f" Secret; also read from the file that `{setting.variable}_FILE` names."
        )
    return names, f"`{setting.name}`", default, told


def _leaves(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in sorted(command.list_commands(context)):
        found = command.get_command(context, name)
        if found is not None:
            yield from _leaves(f"{path} {name}", found)


def _help_of(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "").replace("\b\n", "")


def _place(cls: type) -> str:
    return cls.__module__.split(".")[1]


def _first_line(thing: object) -> str:
    return (thing.__doc__ or "").strip().partition("\n")[0]


def _code(text: str) -> str:
    return f"`{text}`" if text else "empty"


def _heading(title: str, told: str) -> str:
    return f"{NOTE}\n\n# {title}\n\n{told}\n"


def _page(
    title: str, told: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]
) -> str:
    return f"{_heading(title, told)}\n{_table(head, rows)}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    cells = (" | ".join(cell.replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / f"{name}.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
