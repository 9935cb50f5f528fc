"""Trees out of texts of every kind, and what is wrong in them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.base.errors import EntrepotError, Invalid, TooMuch, UnknownName
from entrepot.catalogue.tree.reading import READERS, read_tree

PETS = ("Pets",)
CATS = ("Pets", "Cats")
KITTENS = ("Pets", "Cats", "Kittens")

LINES = "# Version: 1\n1 - Pets\n22 - Pets > Cats\n3 - Pets > Cats > Kittens\n"
NESTED = "1 | [ 1-6] | Pets\n  22 | [2- 5] | Cats\n    3 | [3-4] | Kittens\n"
PATHS_JSON = json.dumps(
    [
        {"id": key, "path": [{"name": name} for name in path]}
        for key, path in (("1", PETS), ("22", CATS), ("3", KITTENS))
    ]
)
PARENTS_JSON = json.dumps(
    {
        "categories": [
            {"id": 3, "name": "Kittens", "parent_id": 22},
            {"id": 22, "name": "Cats", "parent": {"id": 1}},
            {"id": 1, "name": "Pets", "parent_id": None},
        ]
    }
)
BRANCHES_JSON = json.dumps(
    [
        {
            "id": 1,
            "name": "Pets",
            "children": [
                {
                    "id": 22,
                    "name": "Cats",
                    "children": [{"id": 3, "name": "Kittens"}],
                }
            ],
        }
    ]
)
PATH_CSV = "id;path\n1;Pets\n22;Pets > Cats\n3;Pets > Cats > Kittens\n"
PARENT_CSV = 'id,name,parent_id\n1,Pets,\n22,Cats,1\n3,"Kittens",22\n'


@pytest.mark.parametrize(
    ("text", "format"),
    [
        (LINES, "paths"),
        ("﻿" + LINES.replace("\n", "\r\n"), "paths"),
        (NESTED, "nested"),
        (PATHS_JSON, "json"),
        (PARENTS_JSON, "json"),
        (BRANCHES_JSON, "json"),
        (PATH_CSV, "csv"),
        (PARENT_CSV, "csv"),
    ],
)
def test_the_same_tree_in_every_kind(text, format):
    """The kind is found out."""
    found = read_tree(text)

    assert (found.format, found.faults) == (format, [])
    assert {(e.key, e.path) for e in found.entries} == {
        ("1", PETS),
        ("22", CATS),
        ("3", KITTENS),
    }


def test_lines_need_no_keys():
    """A sign between blanks in a name is no key then."""
    found = read_tree("Toys > Cars - used\nToys\n")

    assert [(e.key, e.path) for e in found.entries] == [
        ("", ("Toys", "Cars - used")),
        ("", ("Toys",)),
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("1 - A\n2 - A > > B\n", 2, "level 2 of 'A >  > B' has no name"),
        ("1 | [1-4] | A\nnothing\n", 2, "is not `id"),
        ("1 | [1-4] | A\n2 | [3-9] | B\n", 2, "does not lie within"),
        ("id,name,parent_id\n1,A,2\n2,B,1\n3,C,\n", 2, "above itself"),
        ("id,name,parent_id\n1,A,\n2,B,9\n", 3, "parent '9' is not there"),
        ("id,name,parent_id\n1,A,\n1,B,\n", 3, "stands in line 2 already"),
        ('[{"id": 1, "path": ["A"]}, {"id": 2, "path": ["A", null]}]', 2, "no name"),
        ('[{"id": 1, "path": ["A"]}, {"id": 2, "name": "B"}]', 2, "has no path"),
        ("path\nA\n" + "x" * 256 + "\n", 3, "has 256 characters"),
        (f"path\nA\n{' > '.join('ABCDEFGHIJKLMNOPQRSTU')}\n", 3, "21 levels"),
        ("id,path\n1,A\n" + "9" * 201 + ",B\n", 3, "at most 200"),
    ],
)
def test_what_is_no_category_is_told_with_its_line(text, line, reason):
    """The others come all the same."""
    found = read_tree(text)

    assert found.entries
    assert reason in found.faults[0].reason
    assert found.faults[0].line == line


@pytest.mark.parametrize("text", ["", "hello", "{}", '{"a": 1}', "a,b\n1,2\n", "[1]"])
def test_a_text_of_no_kind_is_refused(text):
    """With the kinds there are."""
    with pytest.raises(Invalid, match="no tree of categories"):
        read_tree(text)


def test_bad_json_and_unknown_formats_are_told():
    """So is too much of it."""
    with pytest.raises(Invalid, match="not JSON"):
        read_tree('[{"id": ')
    with pytest.raises(UnknownName, match="'xlsx'"):
        read_tree(LINES, format="xlsx")
    with pytest.raises(TooMuch, match="50,001 categories"):
        read_tree("\n".join(f"{n} - A > B{n}" for n in range(50_001)))


def test_json_as_deep_as_it_likes_does_not_stop_us():
    """Levels below the deepest are one fault."""
    deep = {"id": 0, "name": "x"}
    for number in range(1, 300):
        deep = {"id": number, "name": "x", "children": [deep]}
    found = read_tree(json.dumps([deep]))

    assert len(found.entries) == 20
    assert "21 levels" in found.faults[0].reason


@given(st.text(max_size=400), st.sampled_from(["", *READERS]))
def test_no_text_stops_us(text, format):
    """It is a tree, or refused by one of our errors."""
    try:
        found = read_tree(text, format=format)
    except EntrepotError:
        return
    assert all(all(entry.path) for entry in found.entries)
