"""Pages: templates, the editor of one, its versions, and what differs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.house import House
from entrepot.connections import list_connections
from entrepot.exports.api.templates import Verdict
from entrepot.exports.pages.blueprint import bp
from entrepot.exports.template import changes, library
from entrepot.exports.template.errors import InvalidTemplate, Mistake
from entrepot.exports.template.library import KeptTemplate, TemplateLine
from entrepot.exports.template.preview import Preview, preview_template
from entrepot.exports.template.reading import (
    MOST_CHARACTERS,
    check_template,
    parse_template,
)
from entrepot.exports.wanted import Source
from entrepot.web import problems
from entrepot.web.guard import needs, require
from entrepot.web.reply import render
from entrepot.web.routes import current_house, read_body

Problem = dict[str, object]

STARTER = """name = "mine"
title = "My rows"

[[sheets]]
name = "{title}"
columns = [
  { field = "id", header = "ID" },
]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatesPage:
    """Every template, and why a file could not be taken in."""

    templates: list[TemplateLine]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatePage:
    """A template that is looked at or written.

    Attributes:
        name: Empty for a new one.
        after: The version that is being changed.
        mistakes: None before anybody asked for them.
        source: What the preview is of.
    """

    name: str
    text: str
    after: int = 0
    note: str = ""
    kept: KeptTemplate | None = None
    source: Source = field(default_factory=Source)
    mistakes: list[Mistake] | None = None
    preview: Preview | None = None
    problem: Problem | None = None

    @property
    def line_count(self) -> int:
        """Return how many lines the text has, and one more to write on."""
        return self.text.count("\n") + 2

    @property
    def is_shipped(self) -> bool:
        """Tell whether it came with the program."""
        return self.kept is not None and self.kept.is_shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPage:
    """What differs between two versions of a template."""

    name: str
    old: int
    new: int
    lines: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text that is being written."""

    text: str


@bp.get("/exports/templates")
@needs("viewer")
def templates() -> str:
    """List the templates."""
    page = TemplatesPage(templates=library.list_templates(current_house()))
    return render_template("exports/templates.html", page=page)


@bp.post("/exports/templates/import")
@needs("analyst")
def import_template() -> Response | tuple[str, int]:
    """Keep a template that comes as a file; one with mistakes goes to the editor."""
    house, file, text = current_house(), request.files.get("file"), ""
    try:
        text = _text_of(file.read(MOST_CHARACTERS * 4) if file else b"")
        kept = changes.create_template(house, text, by=require("analyst").name)
    except InvalidTemplate as error:
        page = TemplatePage(name="", text=text, mistakes=error.mistakes)
        return _render(page), problems.status_of(error)
    except EntrepotError as error:
        lines = library.list_templates(house)
        shown = TemplatesPage(templates=lines, problem=problems.describe(error))
        html = render_template("exports/templates.html", page=shown)
        return html, problems.status_of(error)
    return _to(kept.name)


@bp.post("/exports/templates/check")
@needs("viewer")
def check() -> Response:
    """Answer the editor, as somebody types, with what is wrong: always with 200."""
    body: Text = read_body(Text)
    mistakes = check_template(body.text).mistakes
    return render(Verdict(is_valid=not mistakes, mistakes=mistakes))


@bp.get("/exports/templates/new")
@needs("analyst")
def new_template() -> str:
    """Show the editor with a beginning."""
    return _render(TemplatePage(name="", text=STARTER))


@bp.post("/exports/templates/new")
@needs("analyst")
def write_template() -> Response | tuple[str, int]:
    """Check, preview or keep a new template."""
    return _acted("")


@bp.get("/exports/templates/<name:name>")
@needs("viewer")
def template(name: str) -> str:
    """Show a template, or `name@version`, with its versions and its editor."""
    kept = library.get_template(current_house(), name)
    return _render(
        TemplatePage(name=kept.name, text=kept.text, after=kept.version, kept=kept)
    )


@bp.post("/exports/templates/<name:name>")
@needs("viewer")
def act_on_template(name: str) -> Response | tuple[str, int]:
    """Check or preview a text, or keep it as a new version."""
    return _acted(name)


@bp.post("/exports/templates/<name:name>/copy")
@needs("analyst")
def copy_template(name: str) -> Response:
    """Keep the text under another name."""
    to = request.form.get("to", "").strip()
    kept = changes.copy_template(current_house(), name, to, by=require("analyst").name)
    return _to(kept.name)


@bp.get("/exports/templates/<name:name>/diff")
@needs("viewer")
def template_diff(name: str) -> str:
    """Show what differs between two versions."""
    old, new = (_number(request.args.get(word, "1")) for word in ("old", "new"))
    lines = library.compare_versions(current_house(), name, old, new)
    page = DiffPage(name=name, old=old, new=new, lines=lines)
    return render_template("exports/template_diff.html", page=page)


@bp.get("/exports/templates/<name:name>/remove")
@needs("analyst")
def confirm_removal(name: str) -> str:
    """Ask before a template is removed."""
    kept = library.get_template(current_house(), name)
    return render_template("exports/remove_template.html", template=kept)


@bp.post("/exports/templates/<name:name>/remove")
@needs("analyst")
def remove_template(name: str) -> Response:
    """Remove a template with all its versions."""
    changes.delete_template(current_house(), name, by=require("analyst").name)
    return redirect(url_for("exports_pages.templates"), code=303)


def _acted(name: str) -> Response | tuple[str, int]:
    """Do what the pressed button says; show the editor again unless all went well."""
    house, form = current_house(), request.form
    page = TemplatePage(
        name=name,
        text=form.get("text", "").replace("\r\n", "\n"),
        after=_number(form.get("after", "0")),
        note=form.get("note", ""),
        kept=library.get_template(house, name) if name else None,
        source=_source(),
    )
    try:
        if form.get("action") == "keep":
            return _to(_keep(house, page).name)
        page = _looked_at(house, page, wants_rows=form.get("action") == "preview")
    except InvalidTemplate as error:
        return _render(replace(page, mistakes=error.mistakes)), problems.status_of(
            error
        )
    except EntrepotError as error:
        page = replace(page, problem=problems.describe(error))
        return _render(page), problems.status_of(error)
    return _render(page), 200


def _looked_at(house: House, page: TemplatePage, *, wants_rows: bool) -> TemplatePage:
    mistakes = check_template(page.text).mistakes
    rows = None
    if wants_rows and not mistakes:
        require("analyst")
        source = page.source if page.source.connection else None
        rows = preview_template(house, parse_template(page.text), source)
    return replace(page, mistakes=mistakes, preview=rows)


def _keep(house: House, page: TemplatePage) -> KeptTemplate:
    by, text, note = require("analyst").name, page.text, page.note
    if not page.name:
        return changes.create_template(house, text, by=by, note=note)
    after = page.after or None
    return changes.change_template(
        house, page.name, text, by=by, note=note, after=after
    )


def _source() -> Source:
    form = request.form
    schema, _, table = form.get("table", "").strip().rpartition(".")
    return Source(connection=form.get("connection", ""), schema=schema, table=table)


def _render(page: TemplatePage) -> str:
    house = current_house()
    versions = library.list_versions(house, page.name) if page.name else []
    connections = [known.name for known in list_connections(house)]
    return render_template(
        "exports/template.html", page=page, versions=versions, connections=connections
    )


def _to(name: str) -> Response:
    return redirect(url_for("exports_pages.template", name=name), code=303)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid(f"{text[:20]!r} is no version")
    return int(text)


def _text_of(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("the file is not UTF-8 text") from None
