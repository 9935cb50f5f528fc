"""Reading a CSN: entities, elements, associations, words."""

import json
import time

import pytest
from tests.dataproducts.sap.stock import CSN, DOCUMENT

from entrepot.dataproducts.errors import CsnUnreadable
from entrepot.dataproducts.sap.csn import (
    Association,
    Element,
    load_document,
    parse_csn,
)


def entity(elements, **more):
    """Return the one entity of a CSN with these elements."""
    definitions = {"c.E": {"kind": "entity", "elements": elements}, **more}
    return parse_csn({"definitions": definitions}).entities[0]


def test_a_csn_stands_in_an_array_or_alone():
    """Both are one document."""
    assert load_document(CSN) == load_document(json.dumps(DOCUMENT)) == DOCUMENT


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", "7", '"x"', '[{"definitions": []}]', "{", "[" * 100_000],
)
def test_what_is_no_csn_is_refused(text):
    """Nothing is guessed."""
    with pytest.raises(CsnUnreadable):
        load_document(text)


def test_contexts_and_types_are_no_entities():
    """An entity's short name is without its context; the order is the CSN's."""
    found = parse_csn(DOCUMENT)

    assert [(e.name, e.short_name) for e in found.entities] == [
        ("supplier.Supplier", "Supplier"),
        ("supplier.SupplierCompanyCode", "SupplierCompanyCode"),
    ]
    assert found.languages == ("de", "de_AT", "en")


def test_an_element_has_type_sizes_key_and_words():
    """A type of the document's own is followed, with its words."""
    key, name, amount, *_ = parse_csn(DOCUMENT).entities[0].elements

    assert key == Element(
        name="Supplier",
        type="cds.String",
        length=10,
        primary_key=True,
        nullable=False,
        label="Supplier",
        description="Account number of the supplier",
    )
    assert (name.nullable, name.label) == (False, "Name of Supplier")
    assert amount == Element(
        name="CreditLimit", type="cds.Decimal", precision=15, scale=2, label="Amount"
    )


@pytest.mark.parametrize(
    ("language", "supplier", "name"),
    [
        ("en", "Supplier", "Name of Supplier"),
        ("de", "Lieferant", "Name of Lieferant"),
        ("de-at", "Lieferant", "Bezeichnung of Lieferant"),
        ("fr", "Supplier", "Name of Supplier"),
        ("", "Supplier", "Name of Supplier"),
    ],
)
def test_words_come_in_the_language_asked_for(language, supplier, name):
    """What it lacks is taken from the language without its country, then English."""
    elements = parse_csn(DOCUMENT, language).entities[0].elements

    assert (elements[0].label, elements[1].label) == (supplier, name)


def test_without_english_any_language_will_do():
    """The first of the document."""
    document = {
        "definitions": {"E": {"kind": "entity", "@title": "{i18n>K}"}},
        "i18n": {"fr": {"K": "Fournisseur"}},
    }

    assert parse_csn(document).entities[0].label == "Fournisseur"


def test_associations_pair_the_columns_they_set_equal():
    """Whichever side they stand on; anything else leaves the pairs out."""
    codes = parse_csn(DOCUMENT).entities[1]

    assert codes.associations == (
        Association(
            name="_Supplier",
            target="supplier.Supplier",
            columns=("Supplier",),
            target_columns=("Supplier",),
            label="Supplier",
        ),
        Association(name="_Elsewhere", target="companycode.CompanyCode"),
    )


def test_a_managed_association_has_columns_of_its_own():
    """They are called after it and the target's key."""
    found = entity(
        {"to": {"type": "cds.Composition", "target": "F", "keys": [{"ref": ["id"]}]}}
    )

    assert [(a.columns, a.target_columns) for a in found.associations] == [
        (("to_id",), ("id",))
    ]


def test_inner_elements_are_columns():
    """Joined by an underscore, as the database has them."""
    found = entity(
        {
            "price": {"elements": {"value": {"type": "cds.Decimal"}}},
            "at": {"type": "T"},
        },
        T={"kind": "type", "elements": {"day": {"type": "cds.Date"}}},
    )

    assert [(e.name, e.type) for e in found.elements] == [
        ("price_value", "cds.Decimal"),
        ("at_day", "cds.Date"),
    ]


def test_a_type_may_be_that_of_another_element():
    """Without being a key for that."""
    other = {"kind": "entity", "elements": {"id": {"type": "cds.UUID", "key": True}}}
    found = entity({"x": {"type": {"ref": ["c.F", "id"]}}}, **{"c.F": other})

    assert found.elements == (Element(name="x", type="cds.UUID"),)


def test_types_that_hold_themselves_come_to_an_end():
    """As many columns as a table may have, and not more."""
    many = {f"e{n}": {"type": "T"} for n in range(10)}
    found = entity({"x": {"type": "T"}}, T={"kind": "type", "elements": many})
    circle = entity({"x": {"type": "A"}}, A={"kind": "type", "type": "A"})

    assert len(found.elements) == 10_000
    assert [e.name for e in circle.elements] == ["x"]


@pytest.mark.parametrize("wrong", [None, 7, "x", [], {}, [None], {"ref": [7]}, True])
def test_members_of_the_wrong_kind_say_nothing(wrong):
    """Somebody else wrote the document."""
    strange = {"type": wrong, "length": wrong, "@title": wrong, "key": "yes"}
    link = {"type": "cds.Association", "cardinality": wrong, "on": wrong, "keys": wrong}
    found = entity({"x": strange, "a": link, "y": wrong})
    entities = parse_csn({"definitions": {"E": wrong}, "i18n": wrong}).entities

    assert [e.name for e in found.elements] == ["x", "y"]
    assert found.elements[0].primary_key is False
    assert found.associations[0].columns == ()
    assert entities == ()


BOMB = {
    "T": {"kind": "type", "elements": {f"e{n}": {"type": "T"} for n in range(10)}},
    **{
        f"c.E{n}": {"kind": "entity", "elements": {"x": {"type": "T"}}}
        for n in range(100)
    },
}
WIDE = {
    "T": {"kind": "type", "type": "cds.String", **{f"@a{n}": 1 for n in range(5_000)}},
    "E": {"kind": "entity", "elements": {f"x{n}": {"type": "T"} for n in range(3_000)}},
}
CONTEXTS = {
    **{f"c{n}": {"kind": "context"} for n in range(3_000)},
    **{f"c{n}.E": {"kind": "entity", "elements": {}} for n in range(3_000)},
}
LABEL = {"E": {"kind": "entity", "@title": "{i18n>a}" * 2_000, "elements": {}}}


@pytest.mark.parametrize(
    ("definitions", "elements"),
    [(BOMB, 30_000), (WIDE, 3_000), (CONTEXTS, 0), (LABEL, 0)],
    ids=["types of themselves", "wide types", "contexts", "labels"],
)
def test_a_small_csn_stands_for_no_more_than_a_large_one(definitions, elements):
    """A few kilobytes would be a million elements, or labels of gigabytes."""
    texts = {"en": {"a": "x" * 20_000}}
    began = time.thread_time()

    found = parse_csn({"definitions": definitions, "i18n": texts}).entities

    assert sum(len(entity.elements) for entity in found) == elements
    assert max(len(entity.label) for entity in found) <= 2_000
    assert time.thread_time() - began < 15


def test_the_longest_context_counts():
    """Whatever else is defined; without one, what stands before the last full stop."""
    definitions = {
        "a": {"kind": "context"},
        "a.b": {"kind": "service"},
        "a.b.c.E": {"kind": "entity"},
        "x.y.F": {"kind": "entity"},
    }

    found = parse_csn({"definitions": definitions}).entities

    assert [entity.short_name for entity in found] == ["c.E", "F"]
