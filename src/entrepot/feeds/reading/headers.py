"""What columns are called in other programs and languages, and where they go."""

from __future__ import annotations

import re

from entrepot.feeds.reading.attributes import CUSTOM, META

ALIASES = {
    "sku": "sku|variant sku|item number|itemnumber|item no|article number|article no|"
    "artikelnummer|artikel nr|art nr|artnr|reference|référence|ref|referencia|codigo|"
    "código|codice|codice articolo|product code|productcode|stock code|part no|"
    "product sku|variant_sku|merchant_sku|item_sku|g:id",
    "name": "name|title|product name|product title|item name|bezeichnung|artikelname|"
    "produktname|titel|nom|nom du produit|titre|nombre|título|titulo|nome|"
    "nome prodotto|titolo|naam|nazwa|g:title|item_name|product.name",
    "description": "description|body html|body|body (html)|long description|"
    "product description|beschreibung|langtext|artikelbeschreibung|descripción|"
    "descripcion|descrizione|omschrijving|opis|g:description|description_plaintext|"
    "longdescription",
    "short_description": "short description|short desc|kurzbeschreibung|kurztext|"
    "summary|teaser|excerpt|résumé|resumen|description courte|descrizione breve",
    "price": "price|variant price|regular price|unit price|sale price (gross)|preis|"
    "verkaufspreis|vk|vk preis|prix|prix ttc|precio|prezzo|prijs|cena|list price|"
    "msrp|retail price|g:price|price_amount|amount|selling price",
    "compare_at_price": "compare at price|variant compare at price|compare-at price|"
    "compare_at_price|was price|old price|original price|uvp|streichpreis|"
    "prix barré|rrp|strike price",
    "cost_price": "cost price|cost|cost per item|unit cost|purchase price|"
    "einkaufspreis|ek|ek preis|prix d'achat|wholesale price|cost_price_amount",
    "currency": "currency|currency code|währung|waehrung|devise|moneda|valuta",
    "brand": "brand|vendor|brand name|marke|marque|marca|merk|g:brand|product_brand",
    "manufacturer": "manufacturer|maker|hersteller|fabricant|fabricante|produttore|"
    "fabrikant|producent|mfr|manufacturer name|supplier",
    "manufacturer_part_number": "manufacturer part number|mpn|part number|mfr part|"
    "mfr part number|herstellernummer|g:mpn|google shopping / mpn|mpn code|partnumber",
    "upc": "upc|ean|gtin|barcode|variant barcode|ean13|ean 13|gtin13|gtin 13|isbn|jan|"
    "ean code|eannummer|strichcode|code-barres|código de barras|g:gtin|upc code|"
    "gtin14|upc/ean",
    "weight": "weight|variant weight|gewicht|poids|peso|waga|variant grams|"
    "weight value (grams)|weight (kg)|weight kg|g:shipping_weight|shipping weight|"
    "grams|weight value",
    "weight_unit": "weight unit|variant weight unit|weight unit for display|"
    "gewichtseinheit|unité de poids",
    "length": "length|depth|länge|laenge|tiefe|longueur|profondeur|largo|lunghezza|"
    "product length",
    "width": "width|breite|largeur|ancho|larghezza|product width",
    "height": "height|höhe|hoehe|hauteur|alto|altezza|product height",
    "dimension_unit": "dimension unit|dimensions unit|size unit|masseinheit",
    "inventory_quantity": "inventory quantity|inventory|quantity|qty|stock|on hand|"
    "variant inventory qty|inventory count|stock quantity|stock qty|bestand|"
    "lagerbestand|menge|quantité|stock disponible|existencias|cantidad|giacenza|"
    "quantità|voorraad|available quantity|instock|in stock",
    "track_inventory": "track inventory|variant inventory tracker|manage stock|"
    "inventory tracker|tracked",
    "continue_selling_when_out_of_stock": "continue selling when out of stock|"
    "variant inventory policy|inventory policy|backorderable|backorders|"
    "inventory backorderable|allow backorders",
    "seo_title": "seo title|meta title|page title|seo titel|title tag",
    "seo_description": "seo description|meta description|seo beschreibung",
    "status": "status|product status|state|zustand|statut|estado|stato",
    "is_active": "is active|active|enabled|visible|aktiv|actif|activo|attivo|published|"
    "is published",
    "category_path": "category|categories|category path|category name|category1|"
    "product category|kategorie|kategorien|catégorie|categoria|categoría|warengruppe|"
    "google product category|google shopping / google product category|g:product_type|"
    "product type|type|produkttyp|department|breadcrumb|product_type|collection",
    "shopify_product_id": "shopify product id",
    "shopify_variant_id": "shopify variant id",
    "shopify_handle": "handle|url handle|shopify handle|slug|permalink|url key",
    "featured_image_url": "image url|image|image src|picture|picture url|photo|bild|"
    "bild url|bildurl|image link|main image|product image url|featured image|"
    "featured image url|image1 src|imagen|immagine|afbeelding|g:image_link|thumbnail|"
    "image1|image_1|photo url",
    "additional_images": "additional images|additional image link|images|gallery|"
    "more images|weitere bilder|g:additional_image_link|image2|image3|image4|image5|"
    "image2 src|image3 src|image_2|image_3|other images|extra images",
    "metafields": "metafields",
    "custom_attributes": "custom attributes|attributes json",
}  # fmt: skip

IGNORED = (
    "error|version|etag|quality|created at|updated at|created|updated|has image|"
    "variant taxable|variant requires shipping|variant fulfillment service|"
    "variant tax code|gift card|charge tax|requires shipping|fulfillment service|"
    "image position|image alt text|category id|line|low stock|sync status|"
    "shopify synced at|shopify sync status|image count|category level"
)
"""Columns that are ours to reckon, or that say nothing of a product itself."""

_META = re.compile(r"metafield:?\s*(?P<space>[\w-]+)\.(?P<key>[^\[\]]+)(\[.*\])?", re.I)
_CUSTOM = re.compile(r"custom[_ ]?(field|attribute)s?[.:](?P<key>.+)", re.I)
_OWN_META = re.compile(r"(metafields|custom_fields?)\.(?P<space>[^.]+)\.(?P<key>.+)")


def plain(header: str) -> str:
    """Return a header as the table above has it: no case, no signs between words."""
    words = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", header.strip())
    return re.sub(r"[\s_\-./:()]+", " ", words.lower()).strip()


_TABLE = {
    plain(alias): field
    for field, aliases in ALIASES.items()
    for alias in (field, *aliases.split("|"))
}
_IGNORED = {plain(name) for name in IGNORED.split("|")}


def field_named(header: str) -> str | None:
    """Return the field of a header that is known; empty for one to leave out.

    None where the header says nothing.
    """
    if found := _OWN_META.fullmatch(header) or _META.fullmatch(header.strip()):
        return f"{META}.{found['space']}.{found['key'].strip()}"
    if found := _CUSTOM.fullmatch(header.strip()):
        return f"{CUSTOM}.{found['key'].strip()}"
    name = plain(header)
    if LEVEL.fullmatch(name):
        return "category_path"
    return "" if name in _IGNORED else _TABLE.get(name)


def near_field(header: str) -> str | None:
    """Return the field of which a header holds the name among other words."""
    words = plain(header).split()
    for size in range(len(words) - 1, 0, -1):
        for part in (words[:size], words[-size:]):
            field = _TABLE.get(" ".join(part))
            if field is not None and (size > 1 or field in _TELLING):
                return field
    return None


LESSER = {plain(name) for name in ("type", "product type", "g:product_type")}
"""Headers that mean a field only where no other does."""

LEVEL = re.compile(
    r"(sub ?|main ?)?(categor(y|ies|ie)|kategorie)( level)? ?\d+|sub ?category"
)
"""Headers of one level of a category's path, as `plain` gives them."""

_TELLING = {"sku", "price", "brand", "manufacturer", "upc", "description"}
"""Fields whose one word in a longer header says enough."""
