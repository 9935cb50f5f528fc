"""What shops say in ways of their own: weights in grams, options that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

GRAMS = {"g": 1.0, "kg": 1000.0, "lb": 453.59237, "oz": 28.349523125}
"""In one of each unit."""


def show_weights(fields: dict[str, pa.Array]) -> None:
    """Turn weights in grams into the unit that they are to be shown in."""
    import pyarrow as pa
    import pyarrow.compute as pc

    weights = fields["weight"]
    units = fields.get("weight_unit", pa.nulls(len(weights), pa.string()))
    place = pc.index_in(pc.utf8_lower(units), pa.array(list(GRAMS)))
    factors = pc.fill_null(pc.take(pa.array(list(GRAMS.values())), place), 1.0)
    shown = pc.if_else(pc.is_valid(place), units, "g")
    fields["weight"] = pc.round(pc.divide(weights, factors), 6)
    fields["weight_unit"] = shown


def told_option(
    names: pa.Array, values: pa.Array, skus: pa.Array | None
) -> tuple[pa.Array, pa.Array]:
    """Return an option without the titles by which our own files tell variants."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if skus is None:
        return names, values
    is_title = pc.equal(pc.utf8_lower(names), "title")
    is_sku = pc.equal(pc.utf8_upper(values), pc.utf8_upper(skus))
    is_none = pc.fill_null(pc.and_(is_title, is_sku), False)
    return names, pc.if_else(is_none, pa.scalar(None, pa.string()), values)
