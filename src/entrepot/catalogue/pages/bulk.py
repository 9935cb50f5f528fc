"""Page: many products changed together, looked at before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Annotated

from flask import redirect, render_template, request, url_for
from msgspec import Meta
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError, Invalid, InvalidValue
from entrepot.catalogue import (
    BulkPreview,
    BulkRow,
    count_products_found,
    service,
)
from entrepot.catalogue.choices import CategoryChoices, list_category_choices
from entrepot.catalogue.pages.asked import Asked, product_query
from entrepot.catalogue.pages.blueprint import bp
from entrepot.catalogue.pages.bulk_form import (
    PRICES,
    SET,
    TEXTS,
    BulkForm,
    changes_of,
    read_bulk_form,
)
from entrepot.catalogue.pages.category_field import read_category
from entrepot.catalogue.pages.form_fields import label_of
from entrepot.catalogue.pages.listing import WRITER
from entrepot.catalogue.pages.shown import show_value
from entrepot.catalogue.words import PRODUCT_STATUSES
from entrepot.web import problems
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house, read_query

SHOWN_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAsked(Asked):
    """Which products: those of a list, or those picked in it."""

    id: Annotated[tuple[int, ...], Meta(max_length=1_000)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkLine:
    """One field of one product that would be different, as texts."""

    sku: str
    label: str
    old: str
    new: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPage:
    """The form of a bulk change.

    Attributes:
        query: The query string of the products it is about.
        count: How many they are.
        preview: What it would do; None before that was asked.
        lines: The first of its differences.
    """

    asked: Asked
    query: str
    count: int
    form: BulkForm
    categories: CategoryChoices
    preview: BulkPreview | None = None
    lines: list[BulkLine] = field(default_factory=list)
    problem: dict[str, object] | None = None
    statuses: tuple[str, ...] = PRODUCT_STATUSES
    settable: tuple[str, ...] = SET
    prices: tuple[str, ...] = PRICES
    texts: tuple[str, ...] = TEXTS
    labels: Mapping[str, str] = field(
        default_factory=lambda: {
            name: label_of(name) for name in {*SET, *PRICES, *TEXTS}
        }
    )


@bp.get("/catalogue/bulk")
@needs(WRITER)
def bulk() -> str | Response:
    """Show the form for the products that were picked or found."""
    read: BulkAsked = read_query(BulkAsked)
    if read.id:
        picked = ",".join(map(str, read.id))
        return redirect(url_for("catalogue_pages.bulk", ids=picked), code=303)
    with current_house().store.read_session() as session:
        return _render(_page(session, read, BulkForm()))


@bp.post("/catalogue/bulk")
@needs(WRITER)
def change_products() -> Response | tuple[str, int]:
    """Say what the form would do, or do what was said."""
    asked: BulkAsked = read_query(BulkAsked)
    said = read_category(current_house(), request.form, "category")
    form = replace(read_bulk_form(request.form), category=said.id, chosen=said)
    if request.form.get("action") == "apply":
        return _apply(asked, form, request.form)
    return _preview(asked, form)


def _preview(
    asked: Asked, form: BulkForm, error: EntrepotError | None = None
) -> tuple[str, int]:
    house, shown = current_house(), None
    try:
        if form.chosen.wrong:
            raise InvalidValue(form.chosen.wrong)
        changes = changes_of(form)
        if not changes:
            raise Invalid("nothing is to be changed", hint="fill in one line")
        wanted = product_query(asked)
        shown = service.look_at_bulk(house, wanted, changes, rows=SHOWN_ROWS)
    except EntrepotError as wrong:
        error = error or wrong
    with house.store.read_session() as session:
        page = replace(_page(session, asked, form), preview=shown)
    if shown:
        page = replace(page, lines=[_line(row) for row in shown.rows])
    if error:
        page = replace(page, problem=problems.describe(error))
    return _render(page), problems.status_of(error) if error else 200


def _apply(
    asked: Asked, form: BulkForm, sent: MultiDict[str, str]
) -> Response | tuple[str, int]:
    try:
        done = service.change_many(
            current_house(),
            product_query(asked),
            changes_of(form),
            token=sent.get("token", ""),
            by=require(WRITER).name,
        )
    except EntrepotError as error:
        return _preview(asked, form, error)
    if done.job is not None:
        return redirect(url_for("jobs_pages.job", id=done.job), code=303)
    there = url_for("catalogue_pages.catalogue")
    query = asked_of(asked).with_(changed=done.changed)
    return redirect(f"{there}?{query}", code=303)


def _line(row: BulkRow) -> BulkLine:
    house = current_house()
    old, new = (
        show_value(house, row.field, value).splitlines() for value in (row.old, row.new)
    )
    if row.field == "custom_attributes":  # the others of a product stay
        old, new = [x for x in old if x not in new], [x for x in new if x not in old]
    return BulkLine(
        sku=row.sku,
        label=label_of(row.field),
        old=", ".join(old),
        new=", ".join(new),
        problem=row.problem,
    )


def asked_of(asked: Asked) -> Asked:
    """Return the list's part of what was asked."""
    return Asked(**{one.name: getattr(asked, one.name) for one in fields(Asked)})


def _page(session: Session, asked: Asked, form: BulkForm) -> BulkPage:
    return BulkPage(
        asked=asked,
        query=asked_of(asked).with_(),
        count=count_products_found(session, product_query(asked)),
        form=form,
        categories=list_category_choices(session),
    )


def _render(page: BulkPage) -> str:
    return render_template("catalogue/bulk.html", page=page)
