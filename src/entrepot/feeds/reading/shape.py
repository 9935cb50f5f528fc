"""Which fields a plan gives, and their types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.catalogue import FIELDS
from entrepot.feeds.reading.attributes import CUSTOM, META, is_attribute
from entrepot.feeds.reading.grouping import PICTURES
from entrepot.feeds.reading.plan import Mapped, Plan
from entrepot.feeds.reading.seen import Target
from entrepot.feeds.reading.values import kind_of_field
from entrepot.feeds.spec import LINE

if TYPE_CHECKING:
    import pyarrow as pa

PATH = "category_path"
ORDER = ("id", *(PATH if name == "category_id" else name for name in FIELDS))
"""All fields that a file can fill, as batches have them."""


def list_targets() -> list[Target]:
    """Return the fields that columns may go to, in the order in which to show them.

    Beside them there are `custom_attributes.<key>` and `metafields.<namespace>.<key>`.
    """
    return [
        Target(
            name=name,
            kind=kind_of_field(name),
            is_required=name in FIELDS and FIELDS[name].is_required,
        )
        for name in ORDER
    ]


def is_field(name: str) -> bool:
    """Tell whether a column may go there."""
    if is_attribute(name):
        parts = name.split(".", 1 if name.startswith(f"{CUSTOM}.") else 2)
        wanted = 2 if parts[0] == CUSTOM else 3
        return len(parts) == wanted and all(part.strip() for part in parts)
    return name in ORDER


def columns_to(plan: Plan, columns: list[str]) -> dict[str, list[Mapped]]:
    """Return, by field, the file's columns that go there, in the file's order."""
    found: dict[str, list[Mapped]] = {}
    for mapped in plan.mapping:
        if mapped.field and mapped.column in columns:
            found.setdefault(mapped.field, []).append(mapped)
    if PICTURES in columns:
        pictures = Mapped(column=PICTURES, field="additional_images")
        found.setdefault("additional_images", []).append(pictures)
    return found


def written_fields(plan: Plan) -> set[str]:
    """Return every field, attributes one by one, that the plan may fill."""
    fields = {mapped.field for mapped in plan.mapping if mapped.field}
    fields |= {name for name, text in plan.defaults.items() if text.strip()}
    for rule in plan.rules:
        if rule.is_on and rule.stage == "product":
            fields |= {a.column for a in rule.actions if a.kind != "skip"}
    if plan.currency_in_prices:
        fields.add("currency")
    if plan.sku_from:
        fields.add("sku")
    if plan.grouping is not None and plan.grouping.picture:
        fields.add("additional_images")
    if plan.grouping is not None and plan.grouping.options:
        fields.add(CUSTOM)
    return fields


def schema_of(plan: Plan) -> pa.Schema:
    """Return the schema of all batches of a plan."""
    import pyarrow as pa

    written = written_fields(plan)
    for name in (CUSTOM, META):
        if any(field.startswith(f"{name}.") for field in written):
            written.add(name)
    fields = [pa.field(name, type_of(name)) for name in ORDER if name in written]
    return pa.schema([pa.field(LINE, pa.int64()), *fields])


def type_of(field: str) -> pa.DataType:
    """Return the type of a field's values."""
    import pyarrow as pa

    types = {
        "money": pa.decimal128(12, 2),
        "number": pa.float64(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
    }
    return types.get(kind_of_field(field), pa.string())
