"""A house with products to send out: variants, pictures, and some that lack much."""

from __future__ import annotations

import pytest

from entrepot.catalogue import ProductImage, create_product
from entrepot.composition import build_house, load_kinds
from entrepot.migrations import import_models

SHA256 = "ab" * 32
LINKS = {
    "ENTREPOT_CATALOGUE_SHOP_URL": "https://shop.example/p/{handle}?v={sku}",
    "ENTREPOT_CATALOGUE_PICTURES_URL": "https://data.example/",
}

RED = {
    "sku": "TEE-RED",
    "name": "Harbour tee",
    "description": "<p>Soft &amp; warm, <b>organic</b></p>",
    "price": "19.50",
    "compare_at_price": "25.00",
    "currency": "EUR",
    "brand": "Kestrel",
    "upc": "4006381333931",
    "weight": 0.25,
    "weight_unit": "kg",
    "inventory_quantity": 3,
    "status": "active",
    "category_id": 1,
    "shopify_handle": "harbour-tee",
    "featured_image_url": "https://cdn.example/red.jpg",
    "additional_images": ["https://cdn.example/back.jpg"],
    "custom_attributes": {
        "tags": ["summer", "cotton"],
        "option1_name": "Colour",
        "option1_value": "Red",
    },
}
BLUE = RED | {
    "sku": "TEE-BLUE",
    "upc": None,
    "price": "19.99",
    "compare_at_price": None,
    "inventory_quantity": 0,
    "featured_image_url": "https://cdn.example/blue.jpg",
    "additional_images": None,
    "custom_attributes": {"option1_name": "Colour", "option1_value": "Blue"},
}
MUG = {
    "sku": "MUG 1",
    "name": '=Mug, "large"',
    "price": "7.00",
    "status": "active",
    "description": "A mug",
}
BARE = {"sku": "BARE", "name": "Bare", "price": "0", "status": "active"}
DRAFT = {"sku": "DRAFT", "name": "Draft", "price": "1.00", "status": "draft"}


def fill(house) -> None:
    """Add the products, and a picture of the mug that is kept here."""
    with house.store.session() as session:
        for values in (RED, MUG, BARE, BLUE, DRAFT):
            create_product(session, values, by="tests")
        session.add(
            ProductImage(
                product_id=2,
                filename="mug.png",
                file_path=f"images/ab/{SHA256}.png",
                file_hash=SHA256,
                alt_text="A mug",
            )
        )


@pytest.fixture
def shop(surroundings):
    """A house with these products, that knows where they are sold."""
    import_models()
    load_kinds()
    house = build_house(surroundings | LINKS)
    fill(house)
    yield house
    house.close()
