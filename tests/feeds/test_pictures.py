"""Pictures that an import's products name are noted, and fetched by a job."""

from __future__ import annotations

import dataclasses

from sqlalchemy import select

from entrepot.catalogue import ProductImage
from entrepot.jobs import Job

HOST = "https://cdn.example"
SHOES = f"""\
SKU,Name,Price,Image,Additional images
S1,Boot,90,{HOST}/a.jpg,"{HOST}/b.jpg, {HOST}/a.jpg, {HOST}/c.jpg"
S2,Clog,40,,
S3,Slipper,20,ftp://cdn.example/d.jpg,
S4,Sandal,30,/static/e.png,
"""


def pictures(house):
    """Return every picture as (product, URL, state), in the order shown."""
    columns = (ProductImage.product_id, ProductImage.url, ProductImage.state)
    order = (ProductImage.product_id, ProductImage.sort_order)
    with house.store.read_session() as session:
        return [
            tuple(row) for row in session.execute(select(*columns).order_by(*order))
        ]


def fetches(house):
    """Return how many jobs were asked to fetch pictures."""
    wanted = select(Job.id).where(Job.script_name == "catalogue.images.fetch")
    with house.store.read_session() as session:
        return len(session.scalars(wanted).all())


def test_addresses_are_noted_once_in_their_order(importer):
    """The first of a product's is its own; what nobody can fetch says so."""
    seen = importer.bring(SHOES)

    ids = {sku: row["id"] for sku, row in importer.products().items()}
    assert seen.state == "applied"
    assert pictures(importer.house) == [
        (ids["S1"], f"{HOST}/a.jpg", "pending"),
        (ids["S1"], f"{HOST}/b.jpg", "pending"),
        (ids["S1"], f"{HOST}/c.jpg", "pending"),
        (ids["S3"], "ftp://cdn.example/d.jpg", "failed"),
    ]
    assert fetches(importer.house) == 1


def test_only_new_addresses_are_added(importer):
    """The same file notes nothing; another address stands behind the others."""
    importer.bring(SHOES)
    before = pictures(importer.house)

    importer.bring(SHOES)
    importer.bring(SHOES.replace("90", "95"))
    assert pictures(importer.house) == before
    importer.bring(SHOES.replace("/b.jpg", "/new.jpg"))

    added = [row for row in pictures(importer.house) if row not in before]
    assert [url for _, url, _ in added] == [f"{HOST}/new.jpg"]
    assert pictures(importer.house)[3] == added[0]


def test_a_preview_and_a_plan_without_pictures_note_none(importer):
    """Nothing is to be fetched where nobody wants it."""
    seen = importer.preview(SHOES)
    assert pictures(importer.house) == []

    plan = dataclasses.replace(seen.plan, fetches_pictures=False)
    done = importer.bring(SHOES, plan=plan)

    assert done.counts.created == 4
    assert (pictures(importer.house), fetches(importer.house)) == ([], 0)


def test_an_undo_takes_the_pictures_with_their_products(importer):
    """Of products that the import had made."""
    seen = importer.bring(SHOES)

    undone = importer.undo(seen.id)

    assert undone.undo.deleted == 4
    assert pictures(importer.house) == []
