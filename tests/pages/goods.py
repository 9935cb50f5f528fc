"""Products for the pages: of every status and stock, with pictures and versions."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from entrepot.base.house import House
from entrepot.catalogue import (
    ProductImage,
    create_category,
    create_product,
    delete_product,
    update_product,
    upload_image,
)

HELMET, GLOVES, BOOTS, LAMP, GONE = 1, 2, 3, 4, 5
MANY = 60
"""Products beyond these: more than a page."""

PEDRO = "pedro.lindqvist@hafen.example"

NAMED = (
    ("KS-1001", "Safety helmet, vented, ratchet, white", "18.75", "Kestrel", 312),
    ("NL-44109", "Nitrile gloves, powder-free, blue, size 9", "8.90", "Nordlager", 3),
    ("KS-3143", "Safety boots S3, steel cap, size 43", "64.00", "Kestrel", 0),
    ("OE-150L", "LED high-bay lamp 150 W, 21,000 lm, IP65", "119.00", None, 96),
    ("VM-0001", "Roll of labels that nobody wants", "2.15", "Van der Meer", 1),
)


def write_goods(house: House) -> None:
    """Add the products; their ids are the constants of this module."""
    with house.store.session() as session:
        worn = create_category(session, name="Workwear").id
        hands = create_category(session, name="Hand protection", parent_id=worn).id
        create_category(session, name="Packaging")
        for place, (sku, name, price, brand, stock) in enumerate(NAMED):
            values = {
                "sku": sku,
                "name": name,
                "price": price,
                "currency": "EUR",
                "brand": brand,
                "inventory_quantity": stock,
                "status": "draft" if place == 3 else "active",
                "category_id": (worn, hands, worn, None, None)[place],
            }
            create_product(session, values, by="feed kestrel")
        for place in range(MANY):
            values = {
                "sku": f"VM-T{place:03}",
                "name": f"Packing tape, paper, {place + 20} mm × 50 m",
                "price": f"{2 + place / 10:.2f}",
                "currency": "EUR",
                "brand": "Van der Meer",
                "inventory_quantity": place,
                "status": "archived",
            }
            create_product(session, values, by="feed kestrel")
    _change(house)
    _picture(house)


def _change(house: House) -> None:
    facts = {"colour": "white", "sizes": ["M", "L"]}
    with house.store.session() as session:
        values = {"upc": "4006381333931", "custom_attributes": facts}
        update_product(session, HELMET, values, by="feed kestrel", is_override=False)
        update_product(session, HELMET, {"price": "19.50"}, by=PEDRO)
        delete_product(session, GONE, by=PEDRO)


def _picture(house: House) -> None:
    with house.store.session() as session:
        upload_image(
            house,
            session,
            HELMET,
            BytesIO(drawing((60, 111, 159))),
            file_name="helmet.png",
            alt_text="A white helmet with a ratchet",
        )
        session.add(
            ProductImage(
                product_id=HELMET,
                filename="",
                file_path="",
                url="https://pictures.kestrel.example/helmet-back.jpg",
                state="failed",
                error="the server answered 404 Not Found",
                attempts=3,
                sort_order=9,
            )
        )


def drawing(colour: tuple[int, int, int]) -> bytes:
    """Return a small PNG of one colour with a stripe."""
    picture = Image.new("RGB", (240, 180), (245, 242, 235))
    picture.paste(colour, (40, 60, 200, 120))
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
