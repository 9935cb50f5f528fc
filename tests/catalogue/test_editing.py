"""Products made, changed, deleted, brought back; each change is a version."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from entrepot.base.errors import InvalidValue, NotThere, UnknownName
from entrepot.catalogue import (
    FIELDS,
    Product,
    clear_override,
    create_product,
    delete_product,
    get_product,
    list_overrides,
    list_versions,
    reserve_ids,
    restore_product,
    state_at,
    update_product,
)
from entrepot.catalogue.errors import ProductExists, ProductNewer


def test_a_product_is_made_of_its_fields(both, product):
    """Clean: SKU in capitals, an exact amount."""
    with both.store.read_session() as session:
        kept = get_product(session, product)
        made = list_versions(session, product)

    assert (kept.sku, kept.price, kept.version) == ("KST-1001", Decimal("18.75"), 1)
    assert [(v.version, v.kind, v.changed_by) for v in made] == [(1, "create", "ada")]
    changes = {c.field: c.new for c in made[0].changes}
    assert (changes["price"], changes["brand"]) == (18.75, "Kestrel")


@pytest.mark.parametrize(
    ("values", "error", "why"),
    [
        ({"sku": None}, InvalidValue, "sku"),
        ({"name": "  "}, InvalidValue, "name"),
        ({"price": "1e308"}, InvalidValue, "price"),
        ({"price": -1}, InvalidValue, "price"),
        ({"currency": "EURO"}, InvalidValue, "currency"),
        ({"weight": float("nan")}, InvalidValue, "weight"),
        ({"upc": 12345678}, InvalidValue, "upc"),
        ({"upc": "1" * 21}, InvalidValue, "upc"),
        ({"brand": "a\0b"}, InvalidValue, "brand"),
        ({"inventory_quantity": 2**31}, InvalidValue, "inventory_quantity"),
        ({"inventory_quantity": True}, InvalidValue, "inventory_quantity"),
        ({"is_active": 1}, InvalidValue, "is_active"),
        ({"status": "sold"}, InvalidValue, "status"),
        ({"additional_images": [1]}, InvalidValue, "additional_images"),
        ({"metafields": []}, InvalidValue, "metafields"),
        ({"category_id": 99}, NotThere, "category"),
        ({"colour": "red"}, UnknownName, "colour"),
        ({"sku": "kst-1001"}, ProductExists, "KST-1001"),
    ],
)
def test_what_cannot_be_is_refused(both, product, values, error, why):
    """Nothing is written, neither for a new product nor for one that is there."""
    given = {"sku": "new", "name": "New", "price": 1}
    with both.store.open_session() as session:
        other = create_product(session, given, by="ada").id
        session.commit()
        for write in (
            lambda: create_product(session, given | {"sku": "n2"} | values, by="ada"),
            lambda: update_product(session, other, values, by="ada"),
        ):
            with pytest.raises(error, match=why):
                write()
            session.rollback()
        skus = list(session.scalars(select(Product.sku).order_by(Product.sku)))

        assert skus == ["KST-1001", "NEW"]
        assert len(list_versions(session, other)) == 1


def test_a_change_keeps_the_old_values(both, product):
    """Also a NULL, and only what is different."""
    with both.store.session() as session:
        update_product(
            session,
            product,
            {"name": "Helmet", "weight": 0.4, "price": 18.75, "brand": None},
            version=1,
            by="ben",
        )
    with both.store.read_session() as session:
        changed = list_versions(session, product)[0]
        old, new = (state_at(session, product, number) for number in (1, 2))

    assert [(c.field, c.old, c.new) for c in changed.changes] == [
        ("name", "Safety helmet, vented", "Helmet"),
        ("brand", "Kestrel", None),
        ("weight", None, 0.4),
    ]
    assert {n for n in FIELDS if old[n] != new[n]} == {"name", "brand", "weight"}
    assert old["custom_attributes"] == {"colour": "white"}


def test_what_is_the_same_is_no_change(both, product):
    """No version, and no override."""
    with both.store.session() as session:
        update_product(session, product, {"price": "18.75", "brand": "Kestrel"}, by="b")

        assert get_product(session, product).version == 1
        assert list_overrides(session, product) == []


def test_an_older_version_is_refused(both, product):
    """With the version that there is, in the facts."""
    with both.store.session() as session:
        update_product(session, product, {"price": 20}, version=1, by="ben")
    with both.store.open_session() as session:
        for late in (
            lambda: update_product(session, product, {"price": 9}, version=1, by="cy"),
            lambda: delete_product(session, product, version=1, by="cy"),
        ):
            with pytest.raises(ProductNewer) as caught:
                late()
            assert caught.value.facts["version"] == 2
        assert get_product(session, product).price == 20


def test_of_two_at_once_one_is_refused(both, product):
    """Both saw version 1; nobody's change is lost unseen."""
    barrier, told = threading.Barrier(2, timeout=60), []

    def write(name: str) -> None:
        barrier.wait()
        try:
            with both.store.session() as session:
                update_product(session, product, {"brand": name}, version=1, by=name)
            told.append(name)
        except ProductNewer:
            told.append("refused")

    threads = [threading.Thread(target=write, args=(n,)) for n in ("ada", "ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(told)[1] == "refused"
    with both.store.read_session() as session:
        assert get_product(session, product).brand == sorted(told)[0]


def test_a_product_goes_back_to_what_it_was(both, product):
    """As a new version; nothing of the history is lost."""
    with both.store.session() as session:
        first = state_at(session, product, 1)
        for number in range(3):
            values = {"name": f"Name {number}", "weight": number + 1.0}
            update_product(session, product, values, by="ben")
        update_product(session, product, {"custom_attributes": None}, by="ben")
        restored = restore_product(session, product, 1, by="cy")
        assert restored.version == 6

    with both.store.read_session() as session:
        kinds = [seen.kind for seen in list_versions(session, product)]
        assert state_at(session, product, 6) == first
        assert state_at(session, product, 3)["name"] == "Name 1"
    assert kinds == ["restore", *["update"] * 4, "create"]


def test_a_deleted_product_comes_back(both, product):
    """By its id, with everything it had; until then it is not there."""
    with both.store.session() as session:
        was = state_at(session, product, 1)
        delete_product(session, product, version=1, by="ben")
    with both.store.session() as session:
        with pytest.raises(NotThere):
            get_product(session, product)
        with pytest.raises(NotThere):
            state_at(session, product, 2)
        assert state_at(session, product, 1) == was
        assert restore_product(session, product, 1, by="cy").version == 3

    with both.store.read_session() as session:
        assert state_at(session, product, 3) == was
        kinds = [seen.kind for seen in list_versions(session, product)]
    assert kinds == ["restore", "delete", "create"]


def test_a_sku_that_was_given_away_stops_the_return(both, product):
    """The deleted one has to get another SKU, or the new one has to go."""
    with both.store.session() as session:
        delete_product(session, product, by="ben")
        create_product(session, {"sku": "KST-1001", "name": "N", "price": 1}, by="ben")
    with both.store.open_session() as session:
        with pytest.raises(ProductExists, match="KST-1001"):
            restore_product(session, product, 1, by="cy")
        session.rollback()
        assert session.get(Product, product) is None


def test_an_id_is_never_given_twice(both, product):
    """Not even when its product is gone: its versions would be another's."""
    with both.store.session() as session:
        delete_product(session, product, by="ben")
        values = {"sku": "n", "name": "N", "price": 1}
        new = create_product(session, values, by="ben").id
        first = reserve_ids(session, 1000)

    assert product < new < first


def test_reserved_ids_are_nobody_else_s(both):
    """A thousand in a row, while others take some of their own."""
    with both.store.session() as session:
        first = reserve_ids(session, 1000)
        session.execute(
            text(
                "INSERT INTO products (id, sku, name, price) "
                "VALUES (:first, 'A', 'A', 1), (:last, 'B', 'B', 1)"
            ),
            {"first": first, "last": first + 999},
        )
        values = {"sku": "n", "name": "N", "price": 1}
        assert create_product(session, values, by="ben").id >= first + 1000


def test_versions_come_page_by_page(both, product):
    """The newest first, each with the same changes as in the whole list."""
    with both.store.session() as session:
        for number in range(5):
            update_product(session, product, {"name": f"N{number}"}, by="ben")
    with both.store.read_session() as session:
        whole = list_versions(session, product)
        first = list_versions(session, product, limit=2)
        rest = list_versions(session, product, before=first[-1].version)

        assert first + rest == whole
        with pytest.raises(NotThere):
            list_versions(session, 999)


def test_what_a_person_set_is_theirs_until_cleared(both, product):
    """A feed's change is no override."""
    with both.store.session() as session:
        update_product(session, product, {"name": "By hand", "price": 3}, by="ben")
        update_product(session, product, {"brand": "F"}, by="feed", is_override=False)
        held = [(o.field, o.set_by) for o in list_overrides(session, product)]
        clear_override(session, product, "price")
        left = [o.field for o in list_overrides(session, product)]
        with pytest.raises(NotThere, match="price"):
            clear_override(session, product, "price")

    assert held == [("name", "ben"), ("price", "ben")]
    assert left == ["name"]
