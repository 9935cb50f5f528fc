"""Pages: one product written, made, removed; what feeds may write of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError, Missing
from entrepot.base.house import House
from entrepot.catalogue import (
    FIELDS,
    Field,
    LostPoint,
    list_lost_points,
    list_overrides,
    list_versions,
    service,
)
from entrepot.catalogue.choices import CategoryChoices, list_category_choices
from entrepot.catalogue.errors import ProductNewer
from entrepot.catalogue.pages.blueprint import bp
from entrepot.catalogue.pages.category_field import NONE, read_category
from entrepot.catalogue.pages.conflict import EditConflict, find_conflict
from entrepot.catalogue.pages.form import (
    LARGEST_WHOLE,
    ProductForm,
    changed_names,
    form_of,
    read_form,
    read_values,
)
from entrepot.catalogue.pages.form_fields import (
    CHOICES,
    HELPS,
    LONG,
    SECTIONS,
    WIDE,
    Section,
    label_of,
)
from entrepot.catalogue.pages.listing import WRITER, can_write
from entrepot.catalogue.pages.product_seen import ProductSeen, load_product
from entrepot.catalogue.record_models import Override
from entrepot.web import problems
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house

PRODUCT = "/catalogue/products/<int:id>"
OPEN = ("basics", "price", "stock")
"""Sections that stand open; the others do where something in them is wrong or held."""

TOLD = {
    "saved": "Saved. Feeds leave what you changed alone from now on.",
    "same": "Nothing was different, so no version was made.",
    "added": "Added. Pictures, sizes and all else can follow.",
    "released": "Feeds may write the field again.",
    "restored": "Brought back, as a version of its own.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """A product's score of 100, and what keeps it from there."""

    score: int
    lost: list[LostPoint]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPage:
    """The page of one product, or of a new one: `seen` is None then."""

    form: ProductForm
    categories: CategoryChoices
    seen: ProductSeen | None = None
    can_write: bool = False
    quality: Quality | None = None
    held: Mapping[str, Override] = field(default_factory=dict)
    conflict: EditConflict | None = None
    problem: dict[str, object] | None = None
    told: str = ""
    api_address: str = ""
    sections: tuple[Section, ...] = SECTIONS
    fields: Mapping[str, Field] = field(default_factory=lambda: FIELDS)
    labels: Mapping[str, str] = field(
        default_factory=lambda: {name: label_of(name) for name in FIELDS}
    )
    helps: Mapping[str, str] = field(default_factory=lambda: HELPS)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: CHOICES)
    long: frozenset[str] = frozenset(LONG)
    wide: frozenset[str] = frozenset(WIDE)

    @property
    def open_sections(self) -> set[str]:
        """Return the sections that stand open."""
        shown = set(self.form.wrongs) | set(self.held)
        if self.conflict:
            shown |= {line.name for line in self.conflict.lines}
        if self.quality:
            shown |= {point.field for point in self.quality.lost}
        asked = {one.key for one in self.sections if shown & set(one.names)}
        return asked | set(OPEN)


@bp.get(PRODUCT)
@needs("viewer")
def product(id: int) -> str | Response:
    """Show a product; of a deleted one, its versions."""
    told = TOLD.get(request.args.get("told", ""), "")
    with current_house().store.read_session() as session:
        try:
            page = _load(session, id)
        except Missing:
            list_versions(session, id, limit=1)
            return redirect(url_for("catalogue_pages.versions", id=id), code=303)
        return render_template("catalogue/product.html", page=replace(page, told=told))


@bp.post(PRODUCT)
@needs(WRITER)
def save_product(id: int) -> Response | tuple[str, int]:
    """Save what is different in the form, or say why it cannot be."""
    form = _read()
    try:
        told = _save(current_house(), id, form)
    except _Unfit as unfit:
        return _again(id, unfit.form)
    except EntrepotError as error:
        return _again(id, form, error)
    return redirect(url_for("catalogue_pages.product", id=id, told=told), code=303)


@bp.get("/catalogue/products/new")
@needs("viewer")
def new_product() -> str:
    """Show an empty form."""
    usual = {"currency": "USD", "status": "draft", "is_active": True}
    usual |= {"track_inventory": True, "inventory_quantity": 0}
    usual |= {"weight_unit": "kg", "dimension_unit": "cm"}
    return _show_new(form_of(usual))[0]


@bp.post("/catalogue/products/new")
@needs(WRITER)
def add_product() -> Response | tuple[str, int]:
    """Add the product of the form."""
    form = _read()
    values, wrongs = read_values(form)
    wrongs |= form.wrongs
    if wrongs:
        return _show_new(replace(form, wrongs=wrongs), status=400)
    try:
        by = require(WRITER).name
        id = service.add_product(current_house(), values, by=by).id
    except EntrepotError as error:
        return _show_new(form, error=error, status=problems.status_of(error))
    return redirect(url_for("catalogue_pages.product", id=id, told="added"), code=303)


@bp.get(f"{PRODUCT}/remove")
@needs(WRITER)
def remove_product(id: int) -> str:
    """Ask whether to remove a product."""
    with current_house().store.read_session() as session:
        seen = load_product(session, id)
    return render_template("catalogue/remove_product.html", seen=seen)


@bp.post(f"{PRODUCT}/remove")
@needs(WRITER)
def delete_the_product(id: int) -> Response:
    """Remove a product; its versions stay."""
    version = request.form.get("version", type=int)
    by = require(WRITER).name
    service.remove_product(current_house(), id, version=version, by=by)
    return redirect(url_for("catalogue_pages.versions", id=id), code=303)


@bp.post(f"{PRODUCT}/release")
@needs(WRITER)
def release_field(id: int) -> Response:
    """Let feeds write a field again."""
    service.free_field(current_house(), id, request.form.get("field", ""))
    return redirect(url_for("catalogue_pages.product", id=id, told="released"), 303)


class _Unfit(Exception):
    """The form has fields that mean nothing; nothing is wrong with the product."""

    def __init__(self, form: ProductForm) -> None:
        self.form = form


def _read() -> ProductForm:
    """Return the form as it was sent, with the category that its words mean."""
    form = read_form(request.form)
    category = read_category(current_house(), request.form, "category_id")
    wrongs = {"category_id": category.wrong} if category.wrong else {}
    id = "" if category.id == NONE else category.id
    texts = {**form.texts, "category_id": id}
    return replace(form, texts=texts, category=category, wrongs=wrongs)


def _save(house: House, id: int, form: ProductForm) -> str:
    """Write what is different of the version that the form was made from."""
    with house.store.read_session() as session:
        seen = load_product(session, id)
    if seen.version != form.version:
        raise ProductNewer(
            f"it is version {seen.version} by now, and you began with {form.version}",
            version=seen.version,
        )
    names = changed_names(form, seen.values)
    values, wrongs = read_values(form, names) if names else ({}, {})
    wrongs |= form.wrongs
    if wrongs:
        raise _Unfit(replace(form, wrongs=wrongs))
    if not values:
        return "same"
    who = require(WRITER).name
    service.change_product(house, id, values, version=seen.version, by=who)
    return "saved"


def _load(session: Session, id: int, form: ProductForm | None = None) -> ProductPage:
    seen = load_product(session, id)
    lost = list_lost_points(session, id)
    score = round(100 - sum(point.points for point in lost))
    return ProductPage(
        form=form or form_of(seen.values, seen.version),
        seen=seen,
        can_write=can_write(),
        quality=Quality(score=score, lost=lost),
        held={one.field: one for one in list_overrides(session, id)},
        categories=_choices(session, form, seen.category_id),
        api_address=url_for("web_pages.home", _external=True) + f"api/products/{id}",
    )


def _again(
    id: int, form: ProductForm, error: EntrepotError | None = None
) -> tuple[str, int]:
    """Show the form as it was sent, with what is wrong or what differs."""
    house = current_house()
    with house.store.read_session() as session:
        page = _load(session, id, form)
        if isinstance(error, ProductNewer) and page.seen is not None:
            conflict = find_conflict(house, session, page.seen, form)
            categories = _choices(session, conflict.form, None)
            page = replace(
                page, conflict=conflict, form=conflict.form, categories=categories
            )
        elif error is not None:
            page = replace(page, problem=problems.describe(error))
        text = render_template("catalogue/product.html", page=page)
    return text, problems.status_of(error) if error else 400


def _show_new(
    form: ProductForm, *, error: EntrepotError | None = None, status: int = 200
) -> tuple[str, int]:
    with current_house().store.read_session() as session:
        categories = _choices(session, form, None)
    page = ProductPage(
        form=form,
        can_write=can_write(),
        categories=categories,
        problem=problems.describe(error) if error else None,
    )
    return render_template("catalogue/product.html", page=page), status


def _choices(
    session: Session, form: ProductForm | None, id: int | None
) -> CategoryChoices:
    """Return what may be chosen, with the path of what the form says, if it does."""
    said = form.texts["category_id"] if form else ""
    if said.isascii() and said.isdigit() and int(said[:20]) <= LARGEST_WHOLE:
        id = int(said)
    elif form is not None:
        id = None
    return list_category_choices(session, id)
