"""Pages: another category is chosen, to move below, to merge into, or to map to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError
from entrepot.catalogue.pages.blueprint import bp
from entrepot.catalogue.pages.category_forms import ONE, look_at, read_id
from entrepot.catalogue.tree import later, seeing, service
from entrepot.catalogue.tree.seeing import CategoryLine, CategorySeen
from entrepot.web import problems
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house

SHOWN = 50
MOST_CHARACTERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosePage:
    """Categories to choose from.

    Attributes:
        heading: What is chosen for.
        words: What will be done.
        with_roots: To be none is a choice as well.
        address: Of this page, for the search.
        hidden: What else the form sends.
    """

    heading: str
    words: str
    button: str
    with_roots: bool
    address: str
    back: str
    q: str
    found: list[CategoryLine]
    total: int
    hidden: dict[str, str] = field(default_factory=dict)
    problem: dict[str, object] | None = None


def show_choice(
    *,
    heading: str,
    words: str,
    button: str,
    address: str,
    back: str,
    with_roots: bool = False,
    hidden: dict[str, str] | None = None,
    without: Callable[[CategoryLine], bool] | None = None,
    error: EntrepotError | None = None,
) -> tuple[str, int]:
    """Render the page on which a category is searched and chosen."""
    q = request.values.get("q", "")[:MOST_CHARACTERS]
    found = seeing.find_categories(current_house(), q=q, limit=SHOWN)
    lines = [line for line in found.lines if without is None or not without(line)]
    page = ChoosePage(
        heading=heading,
        words=words,
        button=button,
        with_roots=with_roots,
        address=address,
        back=back,
        q=q,
        found=lines,
        total=found.total,
        hidden=hidden or {},
        problem=problems.describe(error) if error else None,
    )
    status = problems.status_of(error) if error else 200
    return render_template("catalogue/choose.html", page=page), status


@bp.get(f"{ONE}/move")
@needs("analyst")
def ask_move_category(id: int) -> tuple[str, int]:
    """Ask where a category is to go."""
    return _show_move(seeing.get_seen(current_house(), id))


@bp.post(f"{ONE}/move")
@needs("analyst")
def move_category(id: int) -> Response | tuple[str, int]:
    """Put a category where the form says, and look at it there."""
    house = current_house()
    seen = seeing.get_seen(house, id)
    try:
        to = read_id(request.form.get("category", ""))
        done = later.move_or_ask(house, id, to)
    except EntrepotError as error:
        return _show_move(seen, error)
    return look_at(id, job=done.job)


@bp.get(f"{ONE}/merge")
@needs("analyst")
def ask_merge_category(id: int) -> tuple[str, int]:
    """Ask what a category is to go into."""
    return _show_merge(seeing.get_seen(current_house(), id))


@bp.post(f"{ONE}/merge")
@needs("analyst")
def merge_category(id: int) -> Response | tuple[str, int]:
    """Merge a category into the one that the form says, and look at that."""
    house = current_house()
    seen = seeing.get_seen(house, id)
    try:
        target = read_id(request.form.get("category", ""))
        done = service.merge(house, require("analyst"), id, target or 0)
    except EntrepotError as error:
        return _show_merge(seen, error)
    return look_at(done.target_id)


def _show_move(
    seen: CategorySeen, error: EntrepotError | None = None
) -> tuple[str, int]:
    return show_choice(
        heading=f"Move {seen.name}",
        words=f"Now {seen.path}; what is below it goes with it.",
        button="Move it there",
        address=url_for("catalogue_pages.move_category", id=seen.id),
        back=url_for("catalogue_pages.categories", at=seen.id),
        with_roots=True,
        without=lambda line: _is_within(line, seen),
        error=error,
    )


def _show_merge(
    seen: CategorySeen, error: EntrepotError | None = None
) -> tuple[str, int]:
    return show_choice(
        heading=f"Merge {seen.name}",
        words="Its products, what is below it and its mappings go over; then it is "
        "gone. It can be taken back.",
        button="Merge it into that",
        address=url_for("catalogue_pages.merge_category", id=seen.id),
        back=url_for("catalogue_pages.categories", at=seen.id),
        without=lambda line: _is_within(line, seen),
        error=error,
    )


def _is_within(line: CategoryLine, seen: CategorySeen) -> bool:
    return line.path == seen.path or line.path.startswith(f"{seen.path} > ")
