"""What messages have in common that say the same of other things."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.watch.lines.shapes import LONGEST, glob_of, phrases_of, shape_of


@pytest.mark.parametrize(
    ("message", "shape"),
    [
        ("Sync failed: duplicate key 5105600871/2026", "Sync failed: duplicate key *"),
        ("GET /api/products/4711 200", "GET /api/products/* *"),
        (
            "Export 8c1f-00aa finished: 12 rows in 0.3 s",
            "Export * finished: * rows in * s",
        ),
        ("column \"weight kg\" and 'size'", "column * and *"),
        ("it isn't the weaver's", "it isn't the weaver's"),
        ("first line\nsecond", "first line*"),
        ("10.0.0.1:80 at 2026-11-20T14:30:00Z", "* at *"),
        ("12345", "12345"),
        ("\n  Led by nothing 7", "*Led by nothing *"),
        (" \n ", ""),
        ("***", ""),
    ],
)
def test_what_varies_is_a_star(message, shape):
    """Numbers, ids, times and what stands in quotes; no shape is a star alone."""
    assert shape_of(message) == shape


def test_two_that_say_the_same_have_one_shape():
    """Of another file, at another time."""
    told = "Export {} finished: {} rows of ekko in {} s"

    assert shape_of(told.format("a1", 12, 0.4)) == shape_of(told.format("77", 9, 12))


@given(st.text(alphabet="ab1?[]*\"' .\n", max_size=300))
def test_a_message_is_of_its_own_shape(message):
    """Whatever stands in it; no pattern is longer than it may be."""
    shape = shape_of(message)

    assert not shape or fnmatchcase(message, glob_of(shape))
    assert shape.strip("*") or not shape
    assert len(shape) <= LONGEST + 2


@pytest.mark.parametrize(
    ("shape", "phrases"),
    [
        ("Export * finished: * rows of *", ["Export", "finished", "rows of"]),
        ("pre*fix whole", ["whole"]),
        ("Lager Zürich ship_no", ["Lager", "ship no"]),
        ("*", []),
    ],
)
def test_a_shape_has_words_that_an_index_finds(shape, phrases):
    """None that is cut by a star, none that the index may cut otherwise."""
    assert phrases_of(shape) == phrases
