"""The layout of Etilize feeds: latin-1, often zipped, pictures on rows of their own."""

from entrepot.feeds.engines.delimited.format import DelimitedFormat

_OWN = (
    "sku",
    "barcode",
    "option1 value",
    "option2 value",
    "option3 value",
    "price",
    "compare-at price",
    "cost per item",
    "charge tax",
    "inventory quantity",
    "continue selling when out of stock",
    "weight value (grams)",
    "weight unit for display",
    "requires shipping",
    "fulfillment service",
    "image alt text",
    "variant image url",
)

FORMAT = DelimitedFormat(
    name="etilize",
    label="Etilize",
    summary="Products of an Etilize feed, as text in latin-1 or as a zip of it.",
    extensions=(".csv", ".zip"),
    marks=frozenset({"url handle", "title", "product image url"}),
    by="url handle",
    own=frozenset(_OWN),
    told_by=frozenset({"title", "sku", "price", "barcode", "option1 value"}),
    picture="product image url",
    position="image position",
)
