"""A file on its way into the catalogue: previewed, applied, taken again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select, text

from entrepot import feeds
from entrepot.base.errors import IllegalMove
from entrepot.catalogue import (
    Product,
    Version,
    create_product,
    documents,
    update_product,
)

FRUIT = """\
SKU,Name,Price,Category,Barcode,Colour
A1,Apple,1.50,Food > Fruit,4006381333931,red
A2,Pear,2.00,Food > Fruit,,green
"""
DEARER = FRUIT.replace("1.50", "1.75")


def _generation(house):
    with house.store.read_session() as session:
        return documents.read_generation(session)


def _versions(house):
    with house.store.read_session() as session:
        return session.scalar(select(func.count()).select_from(Version))


def _document(house, sku):
    wanted = (
        "SELECT document FROM catalogue_document JOIN products "
        "ON products.id = product_id WHERE sku = :sku"
    )
    with house.store.read_session() as session:
        return session.scalar(text(wanted), {"sku": sku})


def test_a_preview_tells_and_writes_nothing(importer):
    """What would be is counted; the catalogue stays as it was."""
    before = _generation(importer.house)

    seen = importer.preview(FRUIT)

    assert (seen.state, seen.counts.created) == ("previewed", 2)
    assert importer.changes(seen.id) == [
        ("create", "A1", "", None, None),
        ("create", "A2", "", None, None),
    ]
    assert importer.products() == {}
    assert _generation(importer.house) == before


def test_rows_become_products_with_versions_and_documents(importer):
    """Fields, categories, versions and documents are all there."""
    seen = importer.bring(FRUIT)

    apple = importer.products()["A1"]
    assert (apple["name"], apple["price"]) == ("Apple", Decimal("1.50"))
    assert apple["category_id"] is not None
    assert _versions(importer.house) == 2
    assert '"Apple"' in _document(importer.house, "A1")
    assert (seen.state, seen.receipt.counts.created) == ("applied", 2)


def test_the_same_file_again_writes_nothing(importer):
    """No version, no generation: all rows are unchanged."""
    importer.bring(FRUIT)
    before = (_generation(importer.house), _versions(importer.house))

    seen = importer.bring(FRUIT)

    assert seen.counts.unchanged == 2
    assert (_generation(importer.house), _versions(importer.house)) == before


def test_only_fields_that_differ_change(importer):
    """The change names old and new; the version holds the old value."""
    importer.bring(FRUIT)

    seen = importer.bring(DEARER)

    assert importer.changes(seen.id) == [("update", "A1", "price", "1.50", "1.75")]
    assert seen.counts.fields == {"price": 1}
    assert importer.products()["A1"]["price"] == Decimal("1.75")
    with importer.house.store.read_session() as session:
        last = select(Version.before).where(Version.kind == "update")
        assert session.scalar(last) == {"price": 1.5}


def test_what_a_feed_lacks_of_an_object_stays(importer):
    """Attributes are merged, not replaced."""
    importer.bring(FRUIT)

    importer.bring("SKU,Name,Size\nA1,Apple,XL\n")

    attributes = importer.products()["A1"]["custom_attributes"]
    assert {v.lower() for v in attributes.values()} == {"red", "xl"}


def test_unticked_lines_are_left_out(importer):
    """Only the chosen rows are written, and counted so."""
    previewed = importer.preview(FRUIT)
    change = feeds.ImportChange(excluded=(2,))
    feeds.change_import(importer.house, previewed.id, change)

    seen = importer.apply(previewed.id)

    assert list(importer.products()) == ["A2"]
    assert (seen.counts.created, seen.counts.skipped) == (1, 1)


def test_a_product_is_known_by_its_barcode(importer):
    """Another supplier's SKU of the same thing changes the product, not its SKU."""
    importer.bring(FRUIT)

    seen = importer.bring("SKU,Name,Price,Barcode\nZ9,Apple,1.75,4006381333931\n")

    assert importer.changes(seen.id) == [("update", "A1", "price", "1.50", "1.75")]
    assert list(importer.products()) == ["A1", "A2"]


def test_what_a_person_set_by_hand_stays(importer):
    """An override is not written, and told."""
    importer.bring(FRUIT)
    id = importer.products()["A1"]["id"]
    with importer.house.store.session() as session:
        update_product(session, id, {"price": Decimal("9.00")}, by="ann")

    seen = importer.bring(DEARER)

    assert importer.products()["A1"]["price"] == Decimal("9.00")
    assert (seen.counts.held, seen.counts.unchanged) == (1, 2)


def test_rows_in_error_are_told_and_the_others_taken(importer):
    """Each has its line, column, value and reason."""
    wrong = FRUIT + "A3,Plum,minus,Food,,\nA4,,3.00,Food,,\n"

    seen = importer.bring(wrong)

    assert (seen.counts.created, seen.counts.rejected) == (2, 2)
    errors = feeds.list_errors(importer.house, seen.id).rows
    assert [(e.line, e.code) for e in errors if e.line == 5] == [(5, "needs-name")]
    assert {e.line for e in errors} == {4, 5}
    path = feeds.make_errors_file(importer.house, seen.id, format="csv")
    rows = path.read_text().splitlines()
    assert rows[0].endswith("_error")
    assert len(rows) == 3


def test_rejected_rows_are_tried_again_alone(importer):
    """The mended file becomes an import of its own."""
    seen = importer.bring(FRUIT + "A3,Plum,minus,Food,,\n")
    path = feeds.make_errors_file(importer.house, seen.id, format="csv")
    path.write_text(path.read_text().replace("minus", "3.00"))

    with path.open("rb") as stream:
        again = feeds.retry_import(importer.house, seen.id, stream=stream, by="ann")
    feeds.preview_import(importer.house, again.id, by="ann")
    importer.done(again.id)
    done = importer.apply(again.id)

    assert (done.counts.created, done.retry_of) == (1, seen.id)
    assert importer.products()["A3"]["price"] == Decimal("3.00")


def test_a_catalogue_that_moved_is_compared_again(importer):
    """What would differ from the preview is not written unasked."""
    importer.bring(FRUIT)
    seen = importer.preview(DEARER)
    with importer.house.store.session() as session:
        id = session.scalar(select(Product.id).where(Product.sku == "A1"))
        update_product(session, id, {"price": 1.6}, by="ann", is_override=False)

    stopped = importer.apply(seen.id)

    assert (stopped.state, stopped.error_code) == ("previewed", "catalogue-moved")
    assert importer.changes(seen.id) == [("update", "A1", "price", "1.60", "1.75")]
    assert importer.apply(seen.id).state == "applied"
    assert importer.products()["A1"]["price"] == Decimal("1.75")


def test_a_catalogue_that_moved_elsewhere_is_no_matter(importer):
    """The same changes are written though the generation is another."""
    seen = importer.preview(FRUIT)
    with importer.house.store.session() as session:
        values = {"sku": "X", "name": "Elsewhere", "price": 1}
        create_product(session, values, by="ann")

    assert feeds.get_import(importer.house, seen.id).has_moved is True
    assert importer.apply(seen.id).state == "applied"


def test_what_is_not_previewed_is_not_applied(importer):
    """The state leads there only by a preview."""
    seen = importer.take(FRUIT)

    with pytest.raises(IllegalMove):
        feeds.apply_import(importer.house, seen.id, by="ann")


def test_a_cancelled_job_writes_nothing(importer):
    """The import is where it was before."""
    seen = importer.preview(FRUIT)
    feeds.apply_import(importer.house, seen.id, by="ann")
    feeds.cancel_import(importer.house, seen.id, by="ann")

    seen = importer.done(seen.id)

    assert (seen.state, importer.products()) == ("previewed", {})


def test_a_clear_import_takes_values_away(importer):
    """An empty cell clears the field only where that is wanted."""
    importer.bring(FRUIT)
    without = FRUIT.replace("4006381333931", "")

    kept = importer.bring(without)
    cleared = importer.bring(without, empty="clear")

    assert kept.counts.unchanged == 2
    assert importer.changes(cleared.id) == [
        ("update", "A1", "upc", "4006381333931", None)
    ]
    assert importer.products()["A1"]["upc"] is None


def test_every_run_is_in_the_history(importer):
    """With its counts, and a receipt that names the file's hash."""
    seen = importer.bring(FRUIT)

    with importer.house.store.read_session() as session:
        sync = session.get_one(feeds.SyncHistory, seen.receipt.sync_id)

    assert (sync.status, sync.items_successful) == ("success", 2)
    assert sync.meta_data["receipt"]["sha256"] == seen.sha256


def test_the_history_keeps_some_errors_of_every_reason(importer):
    """A thousand at the most, the rare ones among them; the others are counted."""
    prices = "".join(f"B{n},Berry {n},much,Food,,\n" for n in range(1_500))
    seen = importer.bring(FRUIT + prices + "C1,,3.00,Food,,\n")

    with importer.house.store.read_session() as session:
        sync = session.get_one(feeds.SyncHistory, seen.receipt.sync_id)

    assert (sync.status, sync.items_failed) == ("partial", 1_501)
    assert len(sync.errors) == 1_000
    assert sync.meta_data["errors_left_out"] == 501
    first, last = sync.errors[0], sync.errors[-1]
    assert (first["line"], first["column"], first["value"]) == (4, "Price", "much")
    assert (last["line"], last["code"]) == (1_504, "needs-name")
