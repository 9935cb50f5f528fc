"""Pages: categories with their icons, one category's icons, a batch of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from flask import redirect, render_template, request, url_for
from msgspec import Meta
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.house import House
from entrepot.catalogue.icons import batches, looks, making, seeing
from entrepot.catalogue.icons import settings as knobs
from entrepot.catalogue.icons.seeing import IconFilter
from entrepot.catalogue.icons.spec import (
    BACKGROUNDS,
    LARGEST,
    SMALLEST,
    STYLES,
    CategoryIcon,
    Drawn,
    IconSeen,
    Look,
    LookAsked,
)
from entrepot.catalogue.icons.words import rank
from entrepot.catalogue.pages.blueprint import bp
from entrepot.jobs import JobFilter, JobPage, list_jobs
from entrepot.web import problems, shell
from entrepot.web.guard import ROLES, needs, require
from entrepot.web.routes import current_house, read_query

PER_PAGE = 60
HISTORY = 50
ONE = "/catalogue/icons/<int:category_id>"
GIVEN = ("style", "color", "background", "symbol")


@dataclass(frozen=True, slots=True, kw_only=True)
class IconsQuery:
    """Which categories, and from which on."""

    q: Annotated[str, Meta(max_length=200)] = ""
    lacking: bool = False
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IconsPage:
    """Categories in the tree's order with their icons.

    Attributes:
        before, after: Addresses of those before and after; empty where there are none.
        under_way: Batches that are being made.
    """

    query: IconsQuery
    found: list[CategoryIcon]
    total: int
    lacking: int
    batch_most: int
    before: str
    after: str
    under_way: JobPage
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IconPage:
    """One category: how its icon is to look, how that looks, and those it had."""

    category: CategoryIcon
    look: Look
    symbol: str
    suggestions: list[str]
    drawn: Drawn | None
    preview: str
    history: list[IconSeen]
    may_change: bool
    problem: dict[str, object] | None = None
    styles: tuple[str, ...] = STYLES
    backgrounds: tuple[str, ...] = BACKGROUNDS
    smallest: int = SMALLEST
    largest: int = LARGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """How the icons of many categories are to look."""

    look: Look
    lacking: int
    most: int
    preview: str
    problem: dict[str, object] | None = None
    styles: tuple[str, ...] = STYLES
    backgrounds: tuple[str, ...] = BACKGROUNDS
    smallest: int = SMALLEST
    largest: int = LARGEST


@bp.get("/catalogue/icons")
@needs("viewer")
def icons() -> str:
    """List categories with the icon that holds for each."""
    query: IconsQuery = read_query(IconsQuery)
    house = current_house()
    with house.store.read_session() as session:
        found, total = seeing.list_category_icons(
            session,
            q=query.q,
            lacking=query.lacking,
            limit=PER_PAGE,
            offset=query.offset,
        )
        _, lacking = seeing.list_category_icons(session, lacking=True, limit=1)
    following = query.offset + PER_PAGE
    page = IconsPage(
        query=query,
        found=found,
        total=total,
        lacking=lacking,
        batch_most=house.settings[knobs.BATCH],
        before=_address(query, max(query.offset - PER_PAGE, 0)) if query.offset else "",
        after=_address(query, following) if following < total else "",
        under_way=_under_way(house),
        may_change=_may_change(),
    )
    return render_template("catalogue/icons.html", page=page)


@bp.get(ONE)
@needs("viewer")
def icon(category_id: int) -> tuple[str, int]:
    """Show a category's icons, and how a new one would look."""
    try:
        asked = _asked(request.args)
    except EntrepotError as error:
        return _show(category_id, LookAsked(), error=error)
    return _show(category_id, asked)


@bp.post(ONE)
@needs("analyst")
def make_icon(category_id: int) -> Response | tuple[str, int]:
    """Make the category's icon."""
    asked = LookAsked()
    try:
        asked = _asked(request.form)
        making.generate_icon(current_house(), category_id, asked)
    except EntrepotError as error:
        return _show(category_id, asked, error=error)
    return _back(category_id)


@bp.post(f"{ONE}/use/<int:id>")
@needs("analyst")
def use_icon(category_id: int, id: int) -> Response:
    """Make one like an older icon, which then holds."""
    making.regenerate_icon(current_house(), id, LookAsked())
    return _back(category_id)


@bp.post(f"{ONE}/remove/<int:id>")
@needs("analyst")
def remove_icon(category_id: int, id: int) -> Response:
    """Take an icon away."""
    with current_house().store.session() as session:
        making.remove_icon(session, id)
    return _back(category_id)


@bp.get("/catalogue/icons/batch")
@needs("analyst")
def batch() -> tuple[str, int]:
    """Show how the icons of a batch would look."""
    try:
        return _show_batch(_asked(request.args))
    except EntrepotError as error:
        return _show_batch(LookAsked(), error=error)


@bp.post("/catalogue/icons/batch")
@needs("analyst")
def make_batch() -> Response | tuple[str, int]:
    """Ask for icons for the categories that have none."""
    asked = LookAsked()
    try:
        asked = _asked(request.form)
        batches.submit_batch(current_house(), asked)
    except EntrepotError as error:
        return _show_batch(asked, error=error)
    return redirect(url_for("catalogue_pages.icons"), code=303)


def _asked(given: Any) -> LookAsked:
    """Read the look of a form or an address."""
    said: dict[str, object] = {name: given[name] for name in GIVEN if given.get(name)}
    if given.get("size"):
        said["size"] = given["size"]
    try:
        return msgspec.convert(said, LookAsked, strict=False)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        raise Invalid(f"{where.strip('`').removeprefix('$.')}: {what}") from None


def _show(
    category_id: int, asked: LookAsked, *, error: EntrepotError | None = None
) -> tuple[str, int]:
    house = current_house()
    with house.store.read_session() as session:
        category = seeing.get_category_icon(session, category_id)
        wanted = IconFilter(category_id=category_id, is_active=None)
        history = seeing.list_icons(session, wanted, limit=HISTORY).icons
    look = looks.look_of(house, asked)
    drawn = None
    try:
        drawn = making.preview_icon(house, category.name, category.trail[:-1], asked)
    except EntrepotError as wrong:
        error = error or wrong
    page = IconPage(
        category=category,
        look=look,
        symbol=asked.symbol,
        suggestions=[choice.symbol for choice in rank(category.name)],
        drawn=drawn,
        preview=_preview(look, category_id=category_id, symbol=asked.symbol),
        history=history,
        may_change=_may_change(),
        problem=problems.describe(error) if error else None,
    )
    text = render_template("catalogue/icon.html", page=page)
    return text, problems.status_of(error) if error else 200


def _show_batch(
    asked: LookAsked, *, error: EntrepotError | None = None
) -> tuple[str, int]:
    house = current_house()
    look = looks.look_of(house, asked)
    with house.store.read_session() as session:
        _, lacking = seeing.list_category_icons(session, lacking=True, limit=1)
    page = BatchPage(
        look=look,
        lacking=lacking,
        most=house.settings[knobs.BATCH],
        preview=_preview(look, name="Office Supplies"),
        problem=problems.describe(error) if error else None,
    )
    text = render_template("catalogue/icon_batch.html", page=page)
    return text, problems.status_of(error) if error else 200


def _preview(look: Look, **whose: str | int) -> str:
    said: dict[str, Any] = {name: value for name, value in whose.items() if value}
    return url_for(
        "catalogue_api.preview_icon",
        **said,
        style=look.style,
        color=look.color,
        background=look.background,
        size=look.side,
    )


def _under_way(house: House) -> JobPage:
    wanted = JobFilter(kind=batches.BATCH, states=("pending", "running"))
    return list_jobs(house, wanted, limit=5)


def _may_change() -> bool:
    return ROLES.index(require("viewer").role) >= ROLES.index("analyst")


def _back(category_id: int) -> Response:
    address = url_for("catalogue_pages.icon", category_id=category_id)
    return redirect(address, code=303)


def _address(query: IconsQuery, offset: int) -> str:
    return url_for(
        "catalogue_pages.icons",
        q=query.q or None,
        lacking="true" if query.lacking else None,
        offset=offset or None,
    )


def _find(house: House) -> list[shell.Found]:
    return [
        shell.Found(
            label="Icons",
            note="of the catalogue's categories",
            icon="image",
            address=url_for("catalogue_pages.icons"),
        )
    ]


shell.FINDERS.append(_find)
