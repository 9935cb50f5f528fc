"""The templates that come with the program; nobody can change them, only copy."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from entrepot.exports.template.document import TemplateDocument
from entrepot.exports.template.reading import parse_template

_ENDING = ".toml"


@cache
def shipped_names() -> tuple[str, ...]:
    """Return the names of the shipped templates, sorted."""
    found = (path.name for path in _folder().iterdir())
    return tuple(sorted(n.removesuffix(_ENDING) for n in found if n.endswith(_ENDING)))


def is_shipped(name: str) -> bool:
    """Tell whether a name is a shipped template's."""
    return name in shipped_names()


@cache
def shipped_text(name: str) -> str:
    """Return the text of a shipped template."""
    return _folder().joinpath(f"{name}{_ENDING}").read_text(encoding="utf-8")


@cache
def shipped_template(name: str) -> TemplateDocument:
    """Return a shipped template."""
    return parse_template(shipped_text(name), "toml")


def _folder() -> Traversable:
    return files("entrepot.exports.template") / "shipped"
