"""What people type is words, never syntax."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.watch.lines.conftest import entry

from entrepot.watch.lines import service
from entrepot.watch.spec import Wanted

MESSAGES = ("GET /api/products 200", "get_products failed", "Zürich: naïve café", "x")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("get", [2, 1]),
        ("GET prod", [2, 1]),
        ("/api/pro", [1]),
        ('"get products"', [2]),
        ('"get product"', []),
        ('"get prod', [2]),
        ("get -failed", [1]),
        ('-"get products"', [4, 3, 1]),
        ("- get", [2, 1]),
        ("cafe zurich", [3]),
        ("NAÏVE", [3]),
        ("get AND failed", []),
        ("get OR x", []),
        ("NEAR(get failed)", []),
        ("message:get", []),
        ("get*", [2, 1]),
        ("^get (200)", [1]),
        ('""', [4, 3, 2, 1]),
        ("!? … -", [4, 3, 2, 1]),
        ("get\0failed", [2]),
        ("\ud800", [4, 3, 2, 1]),
        ("🚢", [4, 3, 2, 1]),
        ("𞤀", []),
    ],
)
def test_words_are_found(house, fill, asked, found):
    """As beginnings of words, phrases in quotes just so, without what a minus names."""
    fill([entry(message=message) for message in MESSAGES])

    lines = service.list_lines(house, Wanted(q=asked), limit=9)
    assert [line.id for line in lines.lines] == found
    assert lines.total == len(found)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("get \"-*:^(){}+~'\\\0\n[]ß\udcff") | st.characters()))
def test_no_text_is_an_error(house, fill, asked):
    """Whatever it is, there is an answer."""
    fill([entry(message="get")])

    assert service.list_lines(house, Wanted(q=asked), limit=1).newest > 0


def test_a_beginning_of_too_many_words_is_one(house, fill):
    """Then the index looks for it by itself, with the same lines."""
    fill([entry(message=f"crate{n}") for n in range(40)])

    assert service.list_lines(house, Wanted(q="crate"), limit=1).total == 40
    assert service.list_lines(house, Wanted(q="crate3"), limit=1).total == 11
