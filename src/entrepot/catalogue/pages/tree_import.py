"""Pages: a whole tree comes in, after a look at what that would do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from flask import render_template, request
from msgspec import convert

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.house import House
from entrepot.catalogue.pages.blueprint import bp
from entrepot.catalogue.pages.category_forms import HERE, read_id
from entrepot.catalogue.tree import others
from entrepot.catalogue.tree.importing import TreeImported, TreeWanted
from entrepot.catalogue.tree.kept_texts import keep_text, read_text
from entrepot.catalogue.tree.names import render_path
from entrepot.catalogue.tree.outline import kept_outline
from entrepot.catalogue.tree.reading import MOST_CHARACTERS
from entrepot.web import problems
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house

FORMATS = {
    "": "Find out",
    "paths": "Lines: 12 - A > B > C",
    "nested": "Nested sets",
    "json": "JSON",
    "csv": "Table with a path column",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportForm:
    """What the form says.

    Attributes:
        kept: Names the file that was sent before.
    """

    into: str = "categories"
    tree: str = ""
    below: str = ""
    format: str = ""
    kept: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage:
    """The form, what it would do, or what it did."""

    form: ImportForm
    below_path: str = ""
    formats: dict[str, str] = field(default_factory=lambda: FORMATS)
    preview: TreeImported | None = None
    done: TreeImported | None = None
    problem: dict[str, object] | None = None


@bp.get(f"{HERE}/import")
@needs("analyst")
def new_tree_import() -> tuple[str, int]:
    """Show the form for a tree's file."""
    house, below = current_house(), request.args.get("below", "")
    return _show(_page(house, ImportForm(below=str(read_id(below) or ""))))


@bp.post(f"{HERE}/import")
@needs("analyst")
def import_tree() -> tuple[str, int]:
    """Tell what the import would do, or do it."""
    house, who = current_house(), require("analyst")
    given = {
        name: request.form.get(name, "")[:500]
        for name in ("into", "tree", "below", "format", "kept", "name")
    }
    form = convert(given, ImportForm)
    try:
        text, form = _text(house, form)
        wanted = _wanted(form)
        if request.form.get("action") == "apply":
            done = others.bring_in(house, who, text, wanted, form.format)
            return _show(replace(_page(house, form), done=done))
        preview = others.preview(house, text, wanted, form.format)
    except EntrepotError as error:
        page = replace(_page(house, form), problem=problems.describe(error))
        return _show(page, problems.status_of(error))
    return _show(replace(_page(house, form), preview=preview))


def _text(house: House, form: ImportForm) -> tuple[str, ImportForm]:
    """Return the file that is sent, or was sent before, and the form that names it."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        if not form.kept:
            raise Invalid("choose a file", hint="lines, JSON or CSV; see the examples")
        return read_text(house, form.kept), form
    content = sent.stream.read(4 * MOST_CHARACTERS).decode("utf-8-sig", "replace")
    kept = keep_text(house, content)
    return content, replace(form, kept=kept, name=sent.filename[:200])


def _wanted(form: ImportForm) -> TreeWanted:
    if form.into not in ("categories", "mapping"):
        raise Invalid("a tree comes in as categories or as mapping")
    return TreeWanted(
        into="mapping" if form.into == "mapping" else "categories",
        tree=form.tree.strip(),
        below=read_id(form.below),
    )


def _page(house: House, form: ImportForm) -> ImportPage:
    path = ""
    if form.below.isdigit():
        path = render_path(kept_outline(house).names(int(form.below)))
    return ImportPage(form=form, below_path=path)


def _show(page: ImportPage, status: int = 200) -> tuple[str, int]:
    return render_template("catalogue/tree_import.html", page=page), status
