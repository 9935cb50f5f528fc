"""Imports taken back, whatever happened since."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from entrepot import feeds
from entrepot.catalogue import Product, update_product

FRUIT = """\
SKU,Name,Price,Weight,Description,Colour
A1,Apple,1.50,0.1,Round,red
A2,Pear,2.00,0.30000000000000004,,green
"""


def _set(importer, sku, **values):
    with importer.house.store.session() as session:
        id = session.scalar(select(Product.id).where(Product.sku == sku))
        update_product(session, id, values, by="ann", is_override=False)


def test_undo_gives_the_exact_former_rows(importer):
    """Every field is what it was, and what was made is gone."""
    importer.bring(FRUIT)
    before = importer.products()
    second = FRUIT.replace("Apple", "Äpfel").replace("2.00", "3.99")
    second = second.replace("0.30000000000000004", "7").replace("green", "blue")
    seen = importer.bring(second + "A3,Plum,1,1,,\n")
    assert importer.products() != before

    undone = importer.undo(seen.id)

    assert importer.products() == before
    assert undone.state == "undone"
    assert (undone.undo.deleted, undone.undo.restored) == (1, 2)


def test_what_changed_since_is_a_conflict_and_stays(importer):
    """The field stays, the others go back; it is told."""
    importer.bring(FRUIT)
    changed = FRUIT.replace("Apple", "Boskop").replace("1.50", "9.00")
    seen = importer.bring(changed)
    _set(importer, "A1", price=Decimal("5.00"))

    undone = importer.undo(seen.id).undo

    apple = importer.products()["A1"]
    assert (apple["name"], apple["price"]) == ("Apple", Decimal("5.00"))
    (conflict,) = undone.conflicts
    assert (conflict.field, conflict.now, conflict.former) == ("price", "5.00", "1.50")


def test_a_forced_undo_sets_conflicts_back(importer):
    """Whoever says so gets the former values."""
    importer.bring(FRUIT)
    seen = importer.bring(FRUIT.replace("1.50", "9.00"))
    _set(importer, "A1", price=Decimal("5.00"))

    importer.undo(seen.id, conflicts="force")

    assert importer.products()["A1"]["price"] == Decimal("1.50")


def test_a_product_that_changed_since_is_not_deleted(importer):
    """Somebody worked at it."""
    seen = importer.bring(FRUIT)
    _set(importer, "A1", name="Mine")

    undone = importer.undo(seen.id).undo

    assert list(importer.products()) == ["A1"]
    assert (undone.deleted, undone.kept) == (1, 1)


def test_imports_are_undone_one_after_the_other(importer):
    """An undone import is no change since."""
    first = importer.bring(FRUIT)
    second = importer.bring(FRUIT.replace("1.50", "9.00"))

    importer.undo(second.id)
    importer.undo(first.id)

    assert importer.products() == {}


CELLS = st.tuples(
    st.sampled_from(["A1", "A2", "A3", "A4"]),
    st.text("abÄß %'\"", min_size=1, max_size=6).filter(str.strip),
    st.decimals(0, 99999, places=2),
    st.sampled_from(["", "0.1", "3", "0.30000000000000004", "12.5"]),
)
FILES = st.lists(CELLS, max_size=4, unique_by=lambda cells: cells[0])


def _csv(rows):
    lines = ["SKU,Name,Price,Weight"]
    for sku, name, price, weight in rows:
        quoted = '"' + name.replace('"', '""') + '"'
        lines.append(f"{sku},{quoted},{price},{weight}")
    return "\n".join(lines) + "\n"


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(before=FILES, after=FILES)
def test_apply_is_the_preview_and_undo_takes_it_back(importer, before, after):
    """For any two files: what was shown is what was written, and all of it goes."""
    if not before or not after:
        return
    plan = importer.take(_csv([("A1", "a", 1, "2")])).plan
    importer.bring(_csv(before), plan=plan)
    was = importer.products()
    seen = importer.preview(_csv(after), plan=plan)
    shown = importer.changes(seen.id)
    expected = {sku: dict(row) for sku, row in was.items()}

    importer.apply(seen.id)

    now = importer.products()
    made = {sku for kind, sku, *_ in shown if kind == "create"}
    assert set(now) - set(expected) == made
    for sku, row in expected.items():
        changed = {f for kind, s, f, *_ in shown if kind == "update" and s == sku}
        assert {f for f in row if now[sku][f] != row[f]} == changed
    importer.undo(seen.id)
    assert importer.products() == was
    assert feeds.get_import(importer.house, seen.id).undo.conflict_count == 0
