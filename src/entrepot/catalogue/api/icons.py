"""`/api/icons`: icons of categories, made, looked for, taken away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from flask import Response
from msgspec import Meta

from entrepot.base.errors import (
    Denied,
    Invalid,
    InvalidValue,
    NotThere,
    Refused,
    TooMuch,
    Unauthenticated,
    Unavailable,
    UnknownName,
)
from entrepot.catalogue.api.blueprint import bp
from entrepot.catalogue.api.paging import cut_at
from entrepot.catalogue.api.small_files import send_small
from entrepot.catalogue.icons import batches, making, records, seeing, words
from entrepot.catalogue.icons.batches import BatchSeen
from entrepot.catalogue.icons.lucide import drawings
from entrepot.catalogue.icons.records import IconStatistics
from entrepot.catalogue.icons.registry import ENGINES
from entrepot.catalogue.icons.seeing import IconFilter
from entrepot.catalogue.icons.spec import (
    Background,
    CategoryIcon,
    Color,
    IconSeen,
    LookAsked,
    Side,
    Status,
    Style,
    Symbol,
)
from entrepot.web.reply import Page, render
from entrepot.web.routes import Doc, current_house, route

WHO = (Unauthenticated, Denied)
ENGINE_ERRORS = (UnknownName, InvalidValue, Refused, Unavailable)
ONE = "/icons/<int:id>"
EXAMPLE = {"id": "1"}

Limit = Annotated[int, Meta(ge=1, le=500)]
Offset = Annotated[int, Meta(ge=0, le=1_000_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class IconsQuery:
    """Which icons; `all` has those as well that were taken away."""

    q: Annotated[str, Meta(max_length=200)] = ""
    category_id: int | None = None
    status: Status | None = None
    style: Style | None = None
    model: Annotated[str, Meta(max_length=50)] | None = None
    batch: Annotated[str, Meta(max_length=50)] | None = None
    all: bool = False
    limit: Limit = 50
    offset: Offset = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoriesQuery:
    """Which categories; `lacking` are those without an icon that holds."""

    q: Annotated[str, Meta(max_length=200)] = ""
    lacking: bool = False
    limit: Limit = 60
    offset: Offset = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IconAsked(LookAsked):
    """An icon that is wanted for a category."""

    category_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchAsked(LookAsked):
    """Icons that are wanted: for these categories, or for all that have none."""

    category_ids: Annotated[list[int], Meta(max_length=10_000)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewQuery:
    """What is to be looked at: a category's icon, or one for a name."""

    category_id: int | None = None
    name: Annotated[str, Meta(max_length=255)] = ""
    style: Style | None = None
    color: Color | None = None
    background: Background | None = None
    size: Side | None = None
    symbol: Symbol = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingsQuery:
    """Which drawings: those whose name or words have this, or that a name asks for."""

    q: Annotated[str, Meta(max_length=255)] = ""
    limit: Limit = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSeen:
    """A way of making icons."""

    name: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Icons, counted; the cost is in US dollars."""

    total: int
    active: int
    synced: int
    by_status: dict[str, int] = field(default_factory=dict)
    by_model: dict[str, int] = field(default_factory=dict)
    by_style: dict[str, int] = field(default_factory=dict)
    cost: float = 0.0


@route(
    bp,
    "GET",
    "/icons",
    Doc(query=IconsQuery, data=list[IconSeen], is_paged=True, errors=WHO),
)
def list_icons(query: IconsQuery) -> Page:
    """List icons, newest first."""
    return _page(query)


@route(
    bp,
    "GET",
    "/icons/search",
    Doc(query=IconsQuery, data=list[IconSeen], is_paged=True, errors=WHO),
)
def search_icons(query: IconsQuery) -> Page:
    """Find icons by words of the category, the file or the wish."""
    return _page(query)


@route(bp, "GET", "/icons/stats", Doc(data=Statistics, errors=WHO))
def icon_statistics() -> Statistics:
    """Count the icons by state, model and style, and what they cost."""
    with current_house().store.read_session() as session:
        found: IconStatistics = records.get_statistics(session)
    return Statistics(
        total=found.total,
        active=found.active,
        synced=found.synced,
        by_status=found.by_status,
        by_model=found.by_model,
        by_style=found.by_style,
        cost=float(found.cost),
    )


@route(
    bp,
    "GET",
    "/icons/categories",
    Doc(query=CategoriesQuery, data=list[CategoryIcon], is_paged=True, errors=WHO),
)
def list_icon_categories(query: CategoriesQuery) -> Page:
    """List categories in the tree's order, each with the icon that holds."""
    with current_house().store.read_session() as session:
        found, total = seeing.list_category_icons(
            session,
            q=query.q,
            lacking=query.lacking,
            limit=query.limit,
            offset=query.offset,
        )
    return Page(found, cut_at(query.limit, query.offset, total))


@route(bp, "GET", "/icons/engines", Doc(data=list[EngineSeen], errors=WHO))
def list_icon_engines() -> list[EngineSeen]:
    """List the ways of making icons."""
    return [EngineSeen(name=one.name, summary=one.summary) for one in ENGINES]


@route(
    bp, "GET", "/icons/drawings", Doc(query=DrawingsQuery, data=list[str], errors=WHO)
)
def list_drawings(query: DrawingsQuery) -> list[str]:
    """List names of drawings, those first that fit the words best."""
    asked = [choice.symbol for choice in words.rank(query.q, limit=query.limit)]
    named = sorted(name for name in drawings() if query.q.lower() in name)
    return list(dict.fromkeys([*asked, *named]))[: query.limit]


@route(
    bp,
    "GET",
    "/icons/preview.svg",
    Doc(
        query=PreviewQuery,
        media_types=("image/svg+xml",),
        errors=(NotThere, UnknownName, InvalidValue, *WHO),
    ),
)
def preview_icon(query: PreviewQuery) -> Response:
    """Draw an icon without keeping it."""
    house = current_house()
    name = query.name or "?"
    above: tuple[str, ...] = ()
    if query.category_id is not None:
        with house.store.read_session() as session:
            trail = seeing.get_category_icon(session, query.category_id).trail
        name, above = trail[-1], trail[:-1]
    asked = LookAsked(
        style=query.style,
        color=query.color,
        background=query.background,
        size=query.size,
        symbol=query.symbol,
    )
    drawn = making.preview_icon(house, name, above, asked)
    response = Response(drawn.svg, content_type="image/svg+xml")
    response.headers["X-Icon-Symbol"] = drawn.symbol or "initials"
    response.headers["X-Icon-Contrast"] = f"{drawn.contrast or 0:g}"
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


@route(
    bp,
    "POST",
    "/icons/generate",
    Doc(
        body=IconAsked,
        data=IconSeen,
        status=201,
        role="analyst",
        errors=(NotThere, *ENGINE_ERRORS, *WHO),
    ),
)
def generate_icon(body: IconAsked) -> IconSeen:
    """Make a category's icon; the one before becomes inactive."""
    return making.generate_icon(current_house(), body.category_id, body)


@route(
    bp,
    "POST",
    "/icons/generate/batch",
    Doc(
        body=BatchAsked,
        data=BatchSeen,
        status=202,
        role="analyst",
        errors=(NotThere, TooMuch, *ENGINE_ERRORS, *WHO),
    ),
)
def generate_icons(body: BatchAsked) -> Response:
    """Have the icons of several categories made by a job.

    The job's result is `{total_categories, success_count, failed_count, results}`.
    """
    made = batches.submit_batch(current_house(), body, category_ids=body.category_ids)
    answer = render(made, status=202)
    answer.headers["Location"] = f"/api/jobs/{made.job_id}"
    return answer


@route(
    bp, "GET", ONE, Doc(data=IconSeen, errors=(NotThere, *WHO), path_examples=EXAMPLE)
)
def get_icon(id: int) -> IconSeen:
    """Show an icon."""
    with current_house().store.read_session() as session:
        return seeing.get_icon(session, id)


@route(
    bp,
    "POST",
    f"{ONE}/regenerate",
    Doc(
        body=LookAsked,
        is_body_optional=True,
        data=IconSeen,
        status=201,
        role="analyst",
        errors=(NotThere, *ENGINE_ERRORS, *WHO),
        path_examples=EXAMPLE,
    ),
)
def regenerate_icon(id: int, body: LookAsked) -> IconSeen:
    """Make an icon anew as it was, but for what is said."""
    return making.regenerate_icon(current_house(), id, body)


@route(
    bp,
    "DELETE",
    ONE,
    Doc(status=204, role="analyst", errors=(NotThere, *WHO), path_examples=EXAMPLE),
)
def delete_icon(id: int) -> Response:
    """Take an icon away; its row and its file stay."""
    with current_house().store.session() as session:
        making.remove_icon(session, id)
    return Response(status=204)


@route(
    bp,
    "GET",
    f"{ONE}/file.<ending>",
    Doc(
        media_types=("image/png", "image/svg+xml"),
        errors=(NotThere, Invalid, *WHO),
        path_examples={**EXAMPLE, "ending": "png"},
    ),
)
def get_icon_file(id: int, ending: str) -> Response:
    """Send an icon as PNG or SVG."""
    kinds = {"png": "image/png", "svg": "image/svg+xml"}
    if ending not in kinds:
        raise NotThere("file of this icon", f"{id}.{ending[:20]}", [])
    house = current_house()
    with house.store.read_session() as session:
        icon = seeing.get_icon(session, id)
    path = making.file_of(house, icon, ending)
    return send_small(
        path,
        media_type=kinds[ending],
        tag=f"{icon.file_hash[:24]}-{ending}",
        caching="private, max-age=31536000, immutable",
    )


def _page(query: IconsQuery) -> Page:
    wanted = IconFilter(
        q=query.q,
        category_id=query.category_id,
        status=query.status,
        style=query.style,
        model=query.model,
        batch=query.batch,
        is_active=None if query.all else True,
    )
    with current_house().store.read_session() as session:
        found = seeing.list_icons(
            session, wanted, limit=query.limit, offset=query.offset
        )
    return Page(found.icons, cut_at(query.limit, query.offset, found.total))
