"""Addresses of the list of products: read, changed by links, written again."""

from decimal import Decimal
from urllib.parse import parse_qs

import pytest

from entrepot.base.errors import Invalid
from entrepot.catalogue import Facet, FacetValue, ProductQuery
from entrepot.catalogue.pages.asked import Asked, product_query
from entrepot.catalogue.pages.facet_links import chips, facet_parts


def test_an_address_says_what_differs_from_the_usual():
    """An untouched list has none; a page further on forgets where it was."""
    asked = Asked(q="glove", brand=("Kestrel", "-"), cursor="abc", first=51)

    assert Asked().with_() == ""
    assert parse_qs(asked.with_(sort="-price")) == {
        "q": ["glove"],
        "brand": ["Kestrel", "-"],
        "sort": ["-price"],
    }
    assert parse_qs(asked.next("def"))["first"] == ["101"]


def test_an_address_is_a_query():
    """Every part of it."""
    asked = Asked(
        q=" glove ",
        brand=("Kestrel", "-"),
        category_id="4",
        price_from="0.50",
        has_image="false",
        stock="low",
        quality_to="50",
        ids="3,5,",
        sort="-updated_at",
        limit=25,
    )

    assert product_query(asked) == ProductQuery(
        q="glove",
        brand=("Kestrel", ""),
        category_id=4,
        price_from=Decimal("0.50"),
        has_image=False,
        stock="low",
        quality_to=50,
        ids=(3, 5),
        sort="updated_at",
        order="desc",
        limit=25,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"price_from": "12,90"},
        {"price_to": "NaN"},
        {"category_id": "-1"},
        {"has_image": "maybe"},
        {"stock": "some"},
        {"sort": "colour"},
        {"ids": "1,two"},
        {"ids": ",".join(["1"] * 1001)},
        {"quality_from": "9" * 12},
    ],
)
def test_an_address_that_means_nothing_is_refused(wrong):
    """The name of what is wrong stands in the message."""
    with pytest.raises(Invalid, match=next(iter(wrong)).split("_")[0]):
        product_query(Asked(**wrong))


def test_facets_turn_their_filters_on_and_off():
    """A brand joins the others, a range of prices stands alone."""
    asked = Asked(brand=("Kestrel",), price_from="10", price_to="20", cursor="abc")
    brands = (("Kestrel", 3), ("Oslo", 2), ("", 1))
    facets = [
        Facet(
            name="brand",
            values=tuple(FacetValue(value=v, label=v, count=n) for v, n in brands),
        ),
        Facet(
            name="price",
            values=(FacetValue(value="10-20", label="10 to 20", count=4),),
        ),
    ]
    brand, price = facet_parts(asked, facets)

    assert [(one.label, one.is_on) for one in brand.links] == [
        ("Kestrel", True),
        ("Oslo", False),
        ("None", False),
    ]
    assert parse_qs(brand.links[0].query) == {"price_from": ["10"], "price_to": ["20"]}
    assert parse_qs(brand.links[2].query)["brand"] == ["Kestrel", "-"]
    assert price.links[0].is_on
    assert parse_qs(price.links[0].query) == {"brand": ["Kestrel"]}
    assert (brand.most, price.more) == (3, 0)


def test_chips_take_one_filter_away_each():
    """With words that people know."""
    asked = Asked(q="glove", brand=("-",), price_to="5", has_image="true", ids="1,2")
    found = {
        (chip.label, chip.value): parse_qs(chip.query) for chip in chips(asked, "")
    }

    assert list(found) == [
        ("Words", "glove"),
        ("Brand", "none"),
        ("Price", "up to 5"),
        ("Image", "has one"),
        ("Picked", "2"),
    ]
    assert "price_to" not in found[("Price", "up to 5")]
    assert found[("Words", "glove")]["brand"] == ["-"]
