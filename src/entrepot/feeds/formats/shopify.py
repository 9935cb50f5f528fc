"""Shopify's product CSV: several rows a product, one for each variant or picture."""

from entrepot.feeds.engines.delimited.format import DelimitedFormat

# https://help.shopify.com/manual/products/import-export/using-csv
_OWN = (
    "variant sku",
    "variant grams",
    "variant inventory tracker",
    "variant inventory qty",
    "variant inventory policy",
    "variant fulfillment service",
    "variant price",
    "variant compare at price",
    "variant requires shipping",
    "variant taxable",
    "variant barcode",
    "variant image",
    "variant weight unit",
    "variant tax code",
    "cost per item",
    "option1 value",
    "option2 value",
    "option3 value",
    "image alt text",
)

FORMAT = DelimitedFormat(
    name="shopify",
    label="Shopify product CSV",
    summary="Products with variants and pictures on rows of their own, from Shopify.",
    extensions=(".csv",),
    marks=frozenset({"handle", "title", "variant price"}),
    by="handle",
    own=frozenset(_OWN),
    told_by=frozenset({"variant sku", "variant price", "option1 value"}),
    picture="image src",
    position="image position",
)
