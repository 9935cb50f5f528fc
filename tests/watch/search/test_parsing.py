"""What people write is read as they mean it, or pointed at where it goes wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.watch.errors import InvalidQuery
from entrepot.watch.search.parsing import DEEPEST, LONGEST, MOST, parse_query
from entrepot.watch.search.tree import render_tree
from tests.watch.search.trees import TREES


@given(TREES)
def test_a_tree_reads_as_it_was_rendered(tree):
    """Whatever it is made of."""
    assert parse_query(render_tree(tree)) == tree


@given(st.text(st.sampled_from('abAND ORT"()[]{}:<>=*?-\\\n.5') | st.characters()))
def test_any_text_is_read_or_pointed_at(text):
    """What is read renders as a text of the same meaning."""
    tree = error = None
    try:
        tree = parse_query(text)
    except InvalidQuery as caught:
        error = caught

    assert tree is None or parse_query(render_tree(tree)) == tree
    assert error is None or 1 <= error.position <= len(text) + 1


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("level:ERROR AND endpoint:/api/*", "level:ERROR AND path:/api/*"),
        ("duration:>5000 status:5xx", "duration_ms:>5000 AND status_code:5xx"),
        ("level:(ERROR OR CRITICAL)", "level:ERROR OR level:CRITICAL"),
        ("a b OR c -d", "(a AND b) OR (c AND NOT d)"),
        ("NOT (a OR b)", "NOT (a OR b)"),
        ("((a))", "a"),
        ('message:get* message:"x y"', 'get AND "x y"'),
        ('endpoint:"/a b"', 'path:"/a b"'),
        ("timestamp:[2026-11-20 TO now-1h}", "timestamp:[2026-11-20 TO now-1h}"),
        ("id:{1 TO *]", "id:{1 TO *]"),
        (
            "ValueError: no http://a.b/c 10:30",
            "message:ValueError: AND no AND message:http://a.b/c AND 10:30",
        ),
        ("fields.rows:>10", "fields.rows:>10"),
        ("and or not to", "and AND or AND not AND to"),
        ('"AND" --flag', '"AND" AND message:--flag'),
        ("!!! … OR level:INFO", "level:INFO"),
        (" ", ""),
        ("- !", ""),
    ],
)
def test_searches_are_understood(text, read):
    """Operators, other names, groups of a field, and pasted text."""
    tree = parse_query(text)

    assert (render_tree(tree) if tree else "") == read


@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("a AND", 6, "a condition is missing here"),
        ("AND a", 1, "AND joins two conditions, and there is none before it"),
        ("a OR OR b", 6, "OR joins two conditions, and there is none just before it"),
        ("a NOT", 6, "a condition is missing here"),
        ("x (a", 3, "this parenthesis is never closed"),
        ("a)", 2, "this parenthesis closes nothing"),
        ("a ()", 3, "there is nothing between these parentheses"),
        ('a "b', 3, "this quote is never closed"),
        ("a lvel:x", 3, "there is no field 'lvel'"),
        ("level:loud", 7, "there is no level 'loud'"),
        ("level: x", 7, "level needs a value here"),
        ("duration_ms:>", 14, "duration_ms needs a value here"),
        ("duration_ms:quick", 13, "'quick' is no number, which duration_ms is"),
        ("duration_ms:[1 TO", 13, "a range has two ends"),
        ("duration_ms:[1 2]", 13, "a range is written [a TO b]"),
        ("duration_ms:[1 TO 2 x", 13, "this range is never closed"),
        ("timestamp:>soon", 11, "'soon' is no time"),
        ("actor:>a", 7, "actor has no order, so that nothing is between or beyond"),
        (
            "message:[a TO b]",
            9,
            "message has no order, so that nothing is between or beyond",
        ),
        ("(" * (DEEPEST + 1), DEEPEST + 1, f"more than {DEEPEST} within each other"),
        (
            "NOT " * (DEEPEST + 1),
            4 * DEEPEST + 1,
            f"more than {DEEPEST} within each other",
        ),
        ("a " * (MOST + 1), 2 * MOST + 1, f"more than {MOST} conditions"),
    ],
)
def test_what_is_wrong_is_pointed_at(text, position, said):
    """With the character, from 1, and in words."""
    with pytest.raises(InvalidQuery) as caught:
        parse_query(text)

    assert caught.value.position == position
    assert caught.value.detail == f"q, character {position}: {said}"


def test_the_longest_search_is_read_and_a_longer_one_is_not():
    """A word of sixteen thousand characters is a word."""
    assert parse_query("x" * LONGEST) is not None

    with pytest.raises(InvalidQuery, match="longer than"):
        parse_query("x" * (LONGEST + 1))


def test_a_field_that_is_not_there_brings_near_names():
    """And says how to look for the words instead."""
    with pytest.raises(InvalidQuery) as caught:
        parse_query("durations:>1")

    assert caught.value.hint.startswith("did you mean duration")
    assert "in quotes" in caught.value.hint
    assert "duration_ms" in caught.value.facts["known"]
