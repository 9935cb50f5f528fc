"""`/api/exports/templates`: documents that say what files hold, and their versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from flask import Response
from msgspec import Meta

from entrepot.base.errors import (
    Conflict,
    Denied,
    Invalid,
    Missing,
    NotThere,
    Unauthenticated,
    UnknownName,
)
from entrepot.exports.api.blueprint import bp
from entrepot.exports.template import changes, library
from entrepot.exports.template.errors import InvalidTemplate, Mistake, ShippedTemplate
from entrepot.exports.template.library import (
    KeptTemplate,
    TemplateLine,
    VersionLine,
)
from entrepot.exports.template.preview import Preview, preview_template
from entrepot.exports.template.reading import (
    MOST_CHARACTERS,
    Syntax,
    check_template,
    parse_template,
)
from entrepot.exports.wanted import Source
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route

WHO = (Unauthenticated, Denied)
EXAMPLE = {"name": "participants.standard"}
TEXT = 'name = "stock"\n\n[[sheets]]\ncolumns = [{ field = "sku", header = "SKU" }]\n'

Text = Annotated[
    str,
    Meta(
        max_length=MOST_CHARACTERS * 2,
        description="The template, as TOML or JSON.",
        examples=[TEXT],
    ),
]
Note = Annotated[str, Meta(max_length=500, description="What is new in it.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTemplate:
    """A template; its name stands in its text.

    Attributes:
        syntax: By the first sign of the text when left out: `{` begins JSON.
    """

    text: Text
    syntax: Syntax | None = None
    note: Note = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """Another text for a template.

    Attributes:
        after: The version that was changed; refused if it is not the newest.
    """

    text: Text
    syntax: Syntax | None = None
    note: Note = ""
    after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Under which name a template is copied."""

    to: Annotated[str, Meta(max_length=100, examples=["participants.ours"])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text that is to be looked at."""

    text: Text
    syntax: Syntax | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a text is a template, and every mistake in it."""

    is_valid: bool
    mistakes: list[Mistake]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewWish:
    """What is to be previewed.

    Attributes:
        text: A draft; `template` names a kept one instead, also `name@version`.
        source: A table, a query, or records; the headers alone when left out.
    """

    text: Text = ""
    syntax: Syntax | None = None
    template: Annotated[str, Meta(max_length=200)] = ""
    source: Source | None = None
    title: Annotated[str, Meta(max_length=500)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffQuery:
    """Which versions are compared; the newest with the one before when left out."""

    old: Annotated[int, Meta(ge=1)] | None = None
    new: Annotated[int, Meta(ge=1)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Lines of a unified diff."""

    old: int
    new: int
    lines: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What was removed."""

    name: str


@route(bp, "GET", "/exports/templates", Doc(data=list[TemplateLine], errors=WHO))
def list_templates() -> list[TemplateLine]:
    """List the templates: those that ship, and those that people made."""
    return library.list_templates(current_house())


@route(
    bp,
    "POST",
    "/exports/templates",
    Doc(
        role="analyst",
        body=NewTemplate,
        data=KeptTemplate,
        status=201,
        errors=(*WHO, InvalidTemplate, Conflict),
    ),
)
def create_template(body: NewTemplate) -> KeptTemplate:
    """Keep a new template under the name that its text says."""
    return changes.create_template(
        current_house(),
        body.text,
        by=require("analyst").name,
        syntax=body.syntax,
        note=body.note,
    )


@route(
    bp,
    "POST",
    "/exports/templates/validate",
    Doc(body=Draft, data=Verdict, errors=(*WHO, InvalidTemplate)),
)
def validate_template(body: Draft) -> Verdict:
    """Say whether a text is a template.

    One with mistakes is answered with 400; `mistakes` has each with its line and
    column, counted from 1.
    """
    checked = check_template(body.text, body.syntax)
    if checked.mistakes:
        raise InvalidTemplate(checked.mistakes)
    return Verdict(is_valid=True, mistakes=[])


@route(
    bp,
    "POST",
    "/exports/templates/preview",
    Doc(
        role="analyst",
        body=PreviewWish,
        data=Preview,
        errors=(*WHO, Invalid, InvalidTemplate, NotThere, UnknownName),
    ),
)
def preview(body: PreviewWish) -> Preview:
    """Show the first 20 rows of a source as a template would write them.

    Operations see the first 1,000 rows of the source only.
    """
    house = current_house()
    if bool(body.text) == bool(body.template):
        raise Invalid("give a `text`, or the name of a `template`")
    if body.template:
        template = library.get_template(house, body.template).document()
    else:
        template = parse_template(body.text, body.syntax)
    return preview_template(house, template, body.source, body.title)


@route(
    bp,
    "GET",
    "/exports/templates/<name:name>",
    Doc(data=KeptTemplate, errors=(*WHO, NotThere), path_examples=EXAMPLE),
)
def get_template(name: str) -> KeptTemplate:
    """Return a template's newest version, or the one that `name@version` names."""
    return library.get_template(current_house(), name)


@route(
    bp,
    "PUT",
    "/exports/templates/<name:name>",
    Doc(
        role="analyst",
        body=NewVersion,
        data=KeptTemplate,
        errors=(*WHO, InvalidTemplate, ShippedTemplate, Conflict, NotThere),
        path_examples=EXAMPLE,
    ),
)
def change_template(name: str, body: NewVersion) -> KeptTemplate:
    """Keep a new version of a template; a text that is the same makes none."""
    return changes.change_template(
        current_house(),
        name,
        body.text,
        by=require("analyst").name,
        syntax=body.syntax,
        note=body.note,
        after=body.after,
    )


@route(
    bp,
    "DELETE",
    "/exports/templates/<name:name>",
    Doc(
        role="analyst",
        data=Removed,
        errors=(*WHO, ShippedTemplate, NotThere),
        path_examples=EXAMPLE,
    ),
)
def delete_template(name: str) -> Removed:
    """Remove a template with all its versions; files made by it stay."""
    changes.delete_template(current_house(), name, by=require("analyst").name)
    return Removed(name=name)


@route(
    bp,
    "POST",
    "/exports/templates/<name:name>/copy",
    Doc(
        role="analyst",
        body=Copy,
        data=KeptTemplate,
        status=201,
        errors=(*WHO, InvalidTemplate, Conflict, NotThere),
        path_examples=EXAMPLE,
    ),
)
def copy_template(name: str, body: Copy) -> KeptTemplate:
    """Keep a template's text under another name."""
    who = require("analyst")
    return changes.copy_template(current_house(), name, body.to, by=who.name)


@route(
    bp,
    "GET",
    "/exports/templates/<name:name>/versions",
    Doc(data=list[VersionLine], errors=(*WHO, NotThere), path_examples=EXAMPLE),
)
def list_versions(name: str) -> list[VersionLine]:
    """List a template's versions, newest first."""
    return library.list_versions(current_house(), name)


@route(
    bp,
    "GET",
    "/exports/templates/<name:name>/diff",
    Doc(
        query=DiffQuery,
        data=Difference,
        errors=(*WHO, Missing, NotThere),
        path_examples=EXAMPLE,
    ),
)
def compare_versions(name: str, query: DiffQuery) -> Difference:
    """Show what differs between two versions, as lines of a unified diff."""
    house = current_house()
    new = query.new or library.get_template(house, name).version
    old = query.old or max(1, new - 1)
    lines = library.compare_versions(house, name, old, new)
    return Difference(old=old, new=new, lines=lines)


@route(
    bp,
    "GET",
    "/exports/templates/<name:name>/file",
    Doc(
        media_types=("application/toml", "application/json"),
        errors=(*WHO, NotThere),
        path_examples=EXAMPLE,
    ),
)
def download_template(name: str) -> Response:
    """Send a template's text as a file, to keep or to take to another server."""
    return template_file(library.get_template(current_house(), name))


def template_file(kept: KeptTemplate) -> Response:
    """Return a template's text as a file."""
    reply = Response(kept.text, mimetype=f"application/{kept.syntax}")
    name = f"{kept.name}.{kept.syntax}"
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply
