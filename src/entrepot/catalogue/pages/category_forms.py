"""Pages: a category made, renamed, deleted; a merge taken back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.catalogue.pages.blueprint import bp
from entrepot.catalogue.pages.categories import CategoriesQuery, show_categories
from entrepot.catalogue.tree import later, seeing, service
from entrepot.catalogue.tree.seeing import CategorySeen
from entrepot.catalogue.tree.service import CategoryChange, CategoryWanted
from entrepot.web import problems
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house

HERE = "/catalogue/categories"
ONE = f"{HERE}/<int:id>"
MOST_ID = 2_147_483_647


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """A category to be; `below` is None for a root."""

    below: CategorySeen | None
    name: str = ""
    description: str = ""
    problem: dict[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePage:
    """A category that may go."""

    seen: CategorySeen
    problem: dict[str, object] | None = None


@bp.get(f"{HERE}/new")
@needs("analyst")
def new_category() -> tuple[str, int]:
    """Show the form for a category."""
    return _show_new(read_id(request.args.get("below", "")))


@bp.post(f"{HERE}/new")
@needs("analyst")
def add_category() -> Response | tuple[str, int]:
    """Add the form's category, and look at it."""
    form, below = request.form, read_id(request.form.get("below", ""))
    wanted = CategoryWanted(
        name=form.get("name", ""),
        parent_id=below,
        description=form.get("description", ""),
    )
    try:
        made = service.create(current_house(), wanted)
    except EntrepotError as error:
        return _show_new(below, error)
    return look_at(made.id)


@bp.post(f"{ONE}/rename")
@needs("analyst")
def rename_category(id: int) -> Response | tuple[str, int]:
    """Give a category another name and description."""
    form = request.form
    change = CategoryChange(
        name=form.get("name", ""), description=form.get("description", "")
    )
    try:
        done = later.change_or_ask(current_house(), id, change)
    except EntrepotError as error:
        return show_categories(CategoriesQuery(at=id), error)
    return look_at(id, job=done.job)


@bp.get(f"{ONE}/delete")
@needs("analyst")
def ask_delete_category(id: int) -> tuple[str, int]:
    """Ask whether a category is to go."""
    return _show_delete(seeing.get_seen(current_house(), id))


@bp.post(f"{ONE}/delete")
@needs("analyst")
def delete_category(id: int) -> Response | tuple[str, int]:
    """Delete a category, and look at what was above it."""
    house = current_house()
    seen = seeing.get_seen(house, id)
    try:
        service.delete(house, id)
    except EntrepotError as error:
        return _show_delete(seen, error)
    return look_at(seen.parent_id)


@bp.post(f"{HERE}/merges/<id>/undo")
@needs("analyst")
def undo_merge(id: str) -> Response:
    """Take a merge back, and look at what is there again."""
    return look_at(service.undo_merge(current_house(), require("analyst"), id).id)


def look_at(category_id: int | None, *, job: str = "") -> Response:
    """Go to the tree with a category beside it, or to the job that changes it."""
    if job:
        return redirect(url_for("jobs_pages.job", id=job), code=303)
    return redirect(url_for("catalogue_pages.categories", at=category_id), code=303)


def read_id(text: str) -> int | None:
    """Return the id that a form or an address names; None for none.

    Raises:
        Invalid: It is no id.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text[:20]) <= MOST_ID):
        raise Invalid(f"{text[:50]!r} is no category's id")
    return int(text)


def _show_new(below: int | None, error: EntrepotError | None = None) -> tuple[str, int]:
    page = NewPage(
        below=seeing.get_seen(current_house(), below) if below else None,
        name=request.form.get("name", "")[:1000],
        description=request.form.get("description", "")[:10_000],
        problem=problems.describe(error) if error else None,
    )
    status = problems.status_of(error) if error else 200
    return render_template("catalogue/category_new.html", page=page), status


def _show_delete(
    seen: CategorySeen, error: EntrepotError | None = None
) -> tuple[str, int]:
    page = DeletePage(seen=seen, problem=problems.describe(error) if error else None)
    status = problems.status_of(error) if error else 200
    return render_template("catalogue/category_delete.html", page=page), status
