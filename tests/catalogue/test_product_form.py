"""The form of a product: values as text, and text as values."""

from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from entrepot.base.errors import InvalidValue
from entrepot.catalogue import FIELDS
from entrepot.catalogue.pages.bulk_form import BulkForm, changes_of
from entrepot.catalogue.pages.form import (
    changed_names,
    form_of,
    read_form,
    read_values,
    text_of,
    value_of,
)
from entrepot.catalogue.pages.form_fields import SECTIONS

VALUES = {
    "sku": "KST-1",
    "name": "Safety helmet",
    "description": "Vented.\nWhite.",
    "price": Decimal("18.70"),
    "currency": "EUR",
    "upc": "0036000291452",
    "weight": 0.5,
    "length": 30.0,
    "inventory_quantity": 312,
    "track_inventory": True,
    "continue_selling_when_out_of_stock": False,
    "status": "active",
    "is_active": True,
    "category_id": 3,
    "additional_images": ["/a.png", "/b.png"],
    "metafields": {"shop": {"ring": 2}},
    "custom_attributes": {
        "colour": "white",
        "sizes": ["S", "M"],
        "number": "9",
        "whole": 9,
        "lines": "one\ntwo",
        "none": None,
    },
}


def test_every_field_stands_in_one_section():
    """None is missing from the page, and none is there twice."""
    named = [name for section in SECTIONS for name in section.names]

    assert sorted(named) == sorted(FIELDS)


def test_values_come_back_as_they_were():
    """What nobody touched in the form is no change."""
    form = form_of(VALUES, 7)
    sent = MultiDict({**{n: t for n, t in form.texts.items() if t}, "version": "7"})
    read = read_form(sent)
    values, wrongs = read_values(read)

    assert (read.version, wrongs) == (7, {})
    assert changed_names(read, VALUES) == []
    assert {name: values[name] for name in VALUES} == VALUES
    assert [n for n, value in values.items() if n not in VALUES and value] == []


def test_only_what_was_written_is_a_change():
    """An unticked box and another price; a blank behind a text is nothing."""
    texts = {**form_of(VALUES).texts, "price": "19.90", "name": "Safety helmet "}
    texts.pop("is_active")
    form = read_form(MultiDict(texts))

    assert changed_names(form, VALUES) == ["price", "is_active"]
    assert read_values(form, ["price", "is_active"])[0] == {
        "price": Decimal("19.90"),
        "is_active": False,
    }


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("price", "12,90", "Price must be an amount, not '12,90'"),
        ("price", "-1", "Price must be 0 or more, not '-1'"),
        ("price", "", "Price must not be empty"),
        ("weight", "1e400", "Weight: '1e400' is not a number, 0 or more"),
        ("weight", "heavy", "Weight: 'heavy' is not a number, 0 or more"),
        ("inventory_quantity", "3.5", "In stock: '3.5' is not a whole number"),
        (
            "inventory_quantity",
            "9" * 30,
            f"In stock: '{'9' * 30}' is not a whole number",
        ),
        ("sku", "x" * 101, "SKU has 101 characters; 100 fit"),
        ("metafields", "[1]", "Metafields must be a JSON object"),
        (
            "custom_attributes",
            "blue",
            "Attributes: 'blue' has no colon; write colour: blue",
        ),
    ],
)
def test_a_text_that_means_nothing_is_refused_with_its_field(name, text, said):
    """People read where it is and what is wrong with it."""
    with pytest.raises(InvalidValue) as raised:
        value_of(FIELDS[name], text)

    assert raised.value.detail == said


def test_metafields_that_are_no_json_say_where():
    """The place of the mistake stands in the message."""
    with pytest.raises(InvalidValue, match="line 2 column 1"):
        value_of(FIELDS["metafields"], '{"a": 1,\n}')


def test_identifiers_stay_text():
    """Zeros in front of a GTIN or an attribute are not lost."""
    assert value_of(FIELDS["upc"], "00012345") == "00012345"
    facts = value_of(FIELDS["custom_attributes"], "code: 00123\nlarge: 1e400")

    assert facts == {"code": "00123", "large": "1e400"}
    assert text_of(FIELDS["custom_attributes"], facts) == "code: 00123\nlarge: 1e400"


def test_a_bulk_form_means_its_filled_lines_alone():
    """A status, a percentage, a tag; prepared choices mean nothing by themselves."""
    assert changes_of(BulkForm()) == []
    form = BulkForm(status="archived", percent="-2.5", add_tag="sale", category="-")
    found = [(c.verb, c.field, c.value) for c in changes_of(form)]

    assert found == [
        ("set", "status", "archived"),
        ("set", "category_id", None),
        ("add_percent", "price", Decimal("-2.5")),
        ("add_tag", "", "sale"),
    ]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (BulkForm(percent="ten"), "'ten' is not a percentage"),
        (BulkForm(set_field="brand"), "Brand has no value to be set to"),
        (BulkForm(set_field="sku", set_value="1"), "sku"),
    ],
)
def test_a_bulk_form_says_what_it_cannot_mean(form, said):
    """An empty value is meant only where it is ticked."""
    assert changes_of(BulkForm(set_field="brand", empties=True))[0].value is None

    with pytest.raises(Exception, match=said):
        changes_of(form)
