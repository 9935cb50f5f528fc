"""What the form of a bulk change says, and the changes that it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from werkzeug.datastructures import MultiDict

from entrepot.base.errors import InvalidValue, UnknownName
from entrepot.catalogue import FIELDS, BulkChange
from entrepot.catalogue.pages.category_field import CategoryField
from entrepot.catalogue.pages.form import value_of
from entrepot.catalogue.pages.form_fields import label_of

PRICES = tuple(name for name, one in FIELDS.items() if one.kind == "money")
TEXTS = tuple(
    name for name, one in FIELDS.items() if one.kind == "text" and name != "sku"
)
SET = tuple(
    name
    for name, one in FIELDS.items()
    if one.kind not in ("list", "object") and name not in ("sku", "name", "status")
    if name != "category_id"
)
"""Fields that many products may share a value of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkForm:
    """The fields of the form, each empty where nothing is to be done.

    Attributes:
        category: A number, or `-` for none.
        empties: `set_field` is to be empty, without a value.
        chosen: What is said of the category.
    """

    status: str = ""
    category: str = ""
    set_field: str = ""
    set_value: str = ""
    empties: bool = False
    percent_field: str = "price"
    percent: str = ""
    replace_field: str = "name"
    search: str = ""
    replacement: str = ""
    add_tag: str = ""
    remove_tag: str = ""
    chosen: CategoryField = field(default_factory=CategoryField)


def read_bulk_form(form: MultiDict[str, str]) -> BulkForm:
    """Return what was sent."""
    texts = {
        name: form.get(name, default).strip()
        for name, default in (
            (name, getattr(BulkForm(), name))
            for name in BulkForm.__dataclass_fields__
            if name not in ("empties", "chosen")
        )
    }
    return BulkForm(empties="empties" in form, **texts)


def changes_of(form: BulkForm) -> list[BulkChange]:
    """Return the changes that a form means, in the order of the page.

    Raises:
        InvalidValue: A value is none of its kind.
        UnknownName: There is no such field.
    """
    found = []
    if form.status:
        found.append(_set("status", form.status))
    if form.category:
        found.append(_set("category_id", "" if form.category == "-" else form.category))
    if form.set_field:
        found.append(_set_field(form))
    if form.percent:
        found.append(_percent(form))
    if form.search:
        field = _known(form.replace_field, TEXTS)
        found.append(
            BulkChange(
                verb="replace", field=field, search=form.search, value=form.replacement
            )
        )
    if form.add_tag:
        found.append(BulkChange(verb="add_tag", value=form.add_tag))
    if form.remove_tag:
        found.append(BulkChange(verb="remove_tag", value=form.remove_tag))
    return found


def _set_field(form: BulkForm) -> BulkChange:
    name = _known(form.set_field, SET)
    if not form.set_value and not form.empties and FIELDS[name].kind != "boolean":
        raise InvalidValue(
            f"{label_of(name)} has no value to be set to",
            hint="write one, or tick that it is to be empty",
        )
    return _set(name, "" if form.empties else form.set_value)


def _set(name: str, text: str) -> BulkChange:
    return BulkChange(verb="set", field=name, value=value_of(FIELDS[name], text))


def _percent(form: BulkForm) -> BulkChange:
    try:
        percent = Decimal(form.percent)
    except InvalidOperation:
        percent = Decimal("NaN")
    if not percent.is_finite() or not -100 <= percent <= 10_000:
        raise InvalidValue(
            f"{form.percent[:50]!r} is not a percentage from -100 to 10000"
        )
    field = _known(form.percent_field, PRICES)
    return BulkChange(verb="add_percent", field=field, value=percent)


def _known(name: str, names: tuple[str, ...]) -> str:
    if name not in names:
        raise UnknownName("field", name, list(names))
    return name
