"""Variants of one handle are told apart by what really differs between them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from entrepot.catalogue.outbound.items import Item
from entrepot.catalogue.outbound.options import options_of


def variants(*attributes: dict[str, object]) -> list[Item]:
    """Return products of one handle with these attributes; the SKUs are A, B, C."""
    return [
        Item(id=n, sku=sku, name="Tee", price=Decimal(1), custom_attributes=some)
        for n, (sku, some) in enumerate(zip("ABCDE", attributes, strict=False), 1)
    ]


@pytest.mark.parametrize(
    ("attributes", "options"),
    [
        (
            [{"size": "S", "cut": "slim"}, {"size": "M", "cut": "slim"}],
            [{"Size": "S"}, {"Size": "M"}],
        ),
        (
            [{"shoe_size": "40", "colour": "red"}, {"shoe_size": "40", "colour": "g"}],
            [{"Colour": "red"}, {"Colour": "g"}],
        ),
        ([{"size": "S"}, {"size": "S"}], [{"Title": "A"}, {"Title": "B"}]),
        ([{"size": "S"}, {}], [{"Title": "A"}, {"Title": "B"}]),
        ([{"size": 1}, {"size": 2}], [{"Title": "A"}, {"Title": "B"}]),
        ([{"Size (cm)": "1"}, {"Size (cm)": "2"}], [{"Title": "A"}, {"Title": "B"}]),
        ([{"vendor": "x"}, {"vendor": "y"}], [{"Title": "A"}, {"Title": "B"}]),
        (
            [{"size": "S"}, {"size": "M"}, {"size": "M"}],
            [
                {"Size": "S", "Title": "A"},
                {"Size": "M", "Title": "B"},
                {"Size": "M", "Title": "C"},
            ],
        ),
        (
            [{"options": {"Maß": "1"}, "size": "S"}, {"options": {"Maß": "2"}}],
            [{"Maß": "1"}, {"Maß": "2"}],
        ),
    ],
)
def test_options_are_what_differs(attributes, options):
    """What some lack, what is no text, or what would come back else, is none."""
    found = options_of(variants(*attributes), taken=frozenset({"vendor"}))

    assert found == options


def test_of_many_attributes_those_are_taken_that_tell_most():
    """A shop has room for three; they stay in the products' own order."""
    many = [
        {"a": "1", "b": "1", "c": "1", "d": "1", "e": "1"},
        {"a": "1", "b": "2", "c": "1", "d": "2", "e": "1"},
        {"a": "2", "b": "3", "c": "1", "d": "1", "e": "2"},
        {"a": "2", "b": "3", "c": "2", "d": "3", "e": "1"},
    ]

    assert [list(options) for options in options_of(variants(*many))] == [
        ["A", "B", "C"]
    ] * 4


def test_one_alone_has_the_usual_option():
    """Its attributes do not differ from anything."""
    assert options_of(variants({"size": "S"})) == [{"Title": "Default Title"}]
