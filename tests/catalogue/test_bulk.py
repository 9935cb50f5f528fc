"""Many products changed together: what was seen is what is done."""

from __future__ import annotations

import pytest

from entrepot.base.errors import Invalid, InvalidValue, NotThere, UnknownName
from entrepot.catalogue import (
    BulkChange,
    ProductQuery,
    apply_bulk,
    change_many,
    create_product,
    documents,
    get_product,
    list_documents,
    list_overrides,
    list_versions,
    look_at_bulk,
    preview_bulk,
    update_product,
)
from entrepot.catalogue.errors import BulkChanged
from entrepot.catalogue.jobs import KINDS
from entrepot.catalogue.service import BULK
from entrepot.jobs import get_job

ALL = ProductQuery()


@pytest.fixture
def three(both):
    """Three products; the second has no price to compare with."""
    with both.store.session() as session:
        for sku, compare in (("a", "20.05"), ("b", None), ("c", "9999999999.99")):
            values = {"sku": sku, "name": f"Blue {sku}", "price": 10}
            create_product(session, values | {"compare_at_price": compare}, by="ada")
    return both


def seen(house, *changes, wanted=ALL):
    """Return the preview, and its rows as plain values."""
    with house.store.read_session() as session:
        preview = preview_bulk(session, wanted, changes)
    rows = [(r.sku, r.field, r.old, r.new) for r in preview.rows if not r.problem]
    return preview, rows


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        (BulkChange(verb="set", field="brand", value="K"), ["a", "b", "c"]),
        (BulkChange(verb="set", field="status", value="draft"), []),
        (BulkChange(verb="add_tag", value=" new "), ["a", "b", "c"]),
        (BulkChange(verb="remove_tag", value="new"), []),
        (
            BulkChange(verb="replace", field="name", search="Blue a", value="Red"),
            ["a"],
        ),
        (BulkChange(verb="add_percent", field="compare_at_price", value=-50), "ac"),
    ],
)
def test_the_preview_is_what_is_done(three, change, rows):
    """Old and new of each field; then the same in the products, each a version."""
    preview, told = seen(three, change)
    with three.store.session() as session:
        generation = documents.read_generation(session)
        changed = apply_bulk(session, ALL, [change], token=preview.token, by="ben")
        assert (documents.read_generation(session) > generation) == bool(rows)

    assert [row[0] for row in told] == [sku.upper() for sku in rows]
    assert (changed, preview.changed, preview.total) == (len(rows), len(rows), 3)
    with three.store.read_session() as session:
        done = [
            (get_product(session, i).sku, c.field, c.old, c.new)
            for i in (1, 2, 3)
            for version in list_versions(session, i)
            if version.kind == "update"
            for c in version.changes
        ]
    assert done == told


def test_percentages_are_exact(three):
    """Half a cent goes up; what has no price has none."""
    preview, rows = seen(
        three, BulkChange(verb="add_percent", field="compare_at_price", value="10")
    )

    assert rows == [("A", "compare_at_price", 20.05, 22.06)]
    problem = next(row for row in preview.rows if row.problem)
    assert (problem.sku, preview.refused) == ("C", 1)
    assert "compare_at_price" in problem.problem


def test_changes_follow_each_other(three):
    """The second sees what the first made; the document has both."""
    changes = [
        BulkChange(verb="replace", field="name", search="Blue", value="Green"),
        BulkChange(verb="replace", field="name", search="Green", value="Red"),
        BulkChange(verb="add_tag", value="x"),
    ]
    only = ProductQuery(ids=(2,))
    with three.store.session() as session:
        apply_bulk(session, only, changes, token=None, by="ben")
        product = get_product(session, 2)
        assert (product.name, product.version) == ("Red b", 2)
        assert product.custom_attributes == {"tags": ["x"]}
        held = [o.field for o in list_overrides(session, 2)]
        found = documents.read_generation(session)

    assert held == ["custom_attributes", "name"]
    assert found > 1
    with three.store.read_session() as session:
        page = list_documents(session, ProductQuery(q="red"))
    assert page.total == 1


def test_what_changed_since_the_preview_is_refused(three):
    """A product, their number, or the changes; nothing is written."""
    change = BulkChange(verb="set", field="brand", value="K")
    preview, _ = seen(three, change)
    other = BulkChange(verb="set", field="brand", value="L")
    with three.store.open_session() as session:
        with pytest.raises(BulkChanged):
            apply_bulk(session, ALL, [other], token=preview.token, by="ben")
        update_product(session, 1, {"name": "Other"}, by="cy")
        session.commit()
        with pytest.raises(BulkChanged):
            apply_bulk(session, ALL, [change], token=preview.token, by="ben")
        session.rollback()
        assert get_product(session, 2).brand is None


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (BulkChange(verb="set", field="colour", value="x"), UnknownName),
        (BulkChange(verb="set", field="sku", value="x"), Invalid),
        (BulkChange(verb="set", field="status", value="sold"), InvalidValue),
        (BulkChange(verb="set", field="category_id", value=99), NotThere),
        (BulkChange(verb="add_percent", field="name", value=1), Invalid),
        (BulkChange(verb="add_percent", field="price", value="much"), InvalidValue),
        (BulkChange(verb="add_percent", field="price", value=-101), InvalidValue),
        (BulkChange(verb="replace", field="price", search="1", value="2"), Invalid),
        (BulkChange(verb="replace", field="name", value="2"), InvalidValue),
        (BulkChange(verb="add_tag", value=""), InvalidValue),
    ],
)
def test_what_can_be_done_to_no_product_is_refused(three, change, error):
    """Before anything is read."""
    with three.store.read_session() as session, pytest.raises(error):
        preview_bulk(session, ALL, [change])
    with three.store.read_session() as session, pytest.raises(Invalid):
        preview_bulk(session, ALL, [])


class Quiet:
    """A job's work that nobody watches."""

    def __init__(self, parameters):
        self.parameters = parameters

    def check(self):
        """Go on."""


def test_many_products_are_a_job(both):
    """Six hundred: the request gives a job, and the job does what was seen."""
    with both.store.session() as session:
        for number in range(601):
            values = {"sku": f"s{number}", "name": f"N {number}", "price": 1}
            create_product(session, values, by="ada")
    change = BulkChange(verb="add_percent", field="price", value=100)
    token = look_at_bulk(both, ALL, [change]).token
    with both.store.session():
        done = change_many(both, ALL, [change], token=token, by="ben")
    assert (done.changed, len(done.job)) == (None, 36)

    with both.store.read_session() as session:
        parameters = dict(get_job(session, done.job).parameters)
    assert KINDS[BULK].run(both, Quiet(parameters)) == {"changed": 601}
    with both.store.read_session() as session:
        assert get_product(session, 601).price == 2
        assert look_at_bulk(both, ALL, [change]).token != token
