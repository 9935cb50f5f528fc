"""Which column goes to which field, as a form says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import zip_longest

from werkzeug.datastructures import MultiDict

from entrepot.feeds.reading import ColumnSeen, Inspection, Mapped, Plan, Target

Form = MultiDict[str, str]

GROUPS: dict[str, tuple[str, ...]] = {
    "What it is": ("id", "sku", "upc", "name", "brand", "category_path"),
    "Money and stock": (
        "price",
        "compare_at_price",
        "cost_price",
        "currency",
        "inventory_quantity",
        "track_inventory",
        "continue_selling_when_out_of_stock",
    ),
    "Words and pictures": (
        "description",
        "short_description",
        "featured_image_url",
        "additional_images",
        "seo_title",
        "seo_description",
    ),
}
"""Fields that most files have, by subject; the rest follows below its own heading."""

SURE = 0.8
"""Of a guess that nobody need look at."""

NUMBERS = ("money", "number", "integer")
"""Looks of columns whose decimal sign matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnShown:
    """A column with its samples and where it goes.

    Attributes:
        also: Other columns that go to the same field.
    """

    seen: ColumnSeen
    mapped: Mapped
    also: tuple[str, ...] = ()

    @property
    def own_field(self) -> str:
        """Return the attribute of its own that it could become."""
        return custom_field(self.seen.name)

    @property
    def is_open(self) -> bool:
        """Tell whether somebody should look at it."""
        return self.mapped.confidence < SURE

    @property
    def percent(self) -> int:
        """Return how sure the guess is."""
        return round(self.mapped.confidence * 100)

    @property
    def has_numbers(self) -> bool:
        """Tell whether a decimal sign may matter."""
        return self.seen.looks in NUMBERS or bool(self.mapped.decimal_sign)


def custom_field(column: str) -> str:
    """Return `custom_attributes.<key>` of a column's name."""
    key = "_".join("".join(c if c.isalnum() else " " for c in column.lower()).split())
    return f"custom_attributes.{key or 'column'}"


def target_groups(targets: Iterable[Target]) -> list[tuple[str, list[Target]]]:
    """Return the fields by heading; each stands once."""
    by_name = {target.name: target for target in targets}
    found: list[tuple[str, list[Target]]] = []
    for heading, names in GROUPS.items():
        known = [by_name.pop(name) for name in names if name in by_name]
        found.append((heading, known))
    return [*found, ("More", list(by_name.values()))]


def show_columns(inspection: Inspection, plan: Plan) -> list[ColumnShown]:
    """Return each column beside where the plan sends it."""
    mapped = {one.column: one for one in plan.mapping}
    columns: dict[str, list[str]] = {}
    for one in plan.mapping:
        columns.setdefault(one.field, []).append(one.column)
    return [
        ColumnShown(
            seen=seen,
            mapped=here,
            also=tuple(n for n in columns.get(here.field, ()) if n != seen.name)
            if here.field
            else (),
        )
        for seen in inspection.columns
        for here in [mapped.get(seen.name, Mapped(column=seen.name))]
    ]


def read_mapping(form: Form, plan: Plan) -> Plan:
    """Return the plan as the form wants it; a column that it does not name stays."""
    names = ("column", "target", "decimal")
    rows = list(zip_longest(*(form.getlist(name) for name in names), fillvalue=""))
    wanted = {column: (target.strip(), sign) for column, target, sign in rows}
    mapping = tuple(
        _mapped(one, *wanted[one.column]) if one.column in wanted else one
        for one in plan.mapping
    )
    known = {one.column for one in plan.mapping}
    new = tuple(
        _mapped(Mapped(column=column), target, sign)
        for column, (target, sign) in wanted.items()
        if column not in known
    )
    raw = {
        "mapping": mapping + new,
        "decimal_sign": form.get("decimal_sign", plan.decimal_sign),
        "date_order": form.get("date_order", plan.date_order),
        "category_sign": form.get("category_sign", plan.category_sign),
        "category_tree": form.get("category_tree", plan.category_tree).strip(),
        "currency_in_prices": "currency_in_prices" in form,
        "fetches_pictures": _said(form, "fetches_pictures", plan.fetches_pictures),
        "sku_from": tuple(filter(None, form.getlist("sku_from"))),
        "defaults": _defaults(form),
    }
    return replace(plan, **raw)  # type: ignore[arg-type]  # a wrong word is told by `check_plan`


def _said(form: Form, name: str, usual: bool) -> bool:
    """Return what a choice of yes and no says; what is not asked stays."""
    return {"yes": True, "no": False}.get(form.get(name, ""), usual)


def _mapped(old: Mapped, field: str, sign: str) -> Mapped:
    if (field, sign) == (old.field, old.decimal_sign):
        return old
    raw: dict[str, object] = {"field": field, "decimal_sign": sign}
    if field != old.field:
        raw |= {"confidence": 1.0, "reason": ""}
    return replace(old, **raw)  # type: ignore[arg-type]  # `check_plan` looks


def _defaults(form: Form) -> dict[str, str]:
    pairs = zip(
        form.getlist("default_field"), form.getlist("default_value"), strict=False
    )
    return {name: value.strip() for name, value in pairs if name and value.strip()}
