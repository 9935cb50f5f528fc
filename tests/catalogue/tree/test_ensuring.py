"""Paths of names become categories, once each."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from entrepot.base.errors import InvalidValue
from entrepot.catalogue import (
    Category,
    create_category,
    ensure_paths,
    find_paths,
    get_category,
    parse_path,
    rebuild_paths,
)

PAPER = ("Office Supplies", "Paper")
A4 = (*PAPER, "A4")


def count(session):
    """Return how many categories there are."""
    return len(session.scalars(select(Category.id)).all())


def test_missing_levels_are_made(both):
    """Those that are there are used, and every path and level is right."""
    with both.store.session() as session:
        found = ensure_paths(session, [A4, PAPER, ("New", "Newer")], by="feed")

        a4 = get_category(session, found[A4])
        assert (a4.parent_id, a4.level) == (found[PAPER], 2)
        assert get_category(session, found[PAPER]).parent_id == 1
        assert a4.meta_data == {"made_by": "feed"}
        assert count(session) == 4 + 4
        assert rebuild_paths(session) == 0


def test_what_is_there_is_found_and_nothing_is_written(both):
    """Whatever the case and the blanks."""
    with both.store.session() as session:
        first = ensure_paths(session, [A4], by="feed")
    said = []
    event.listen(
        both.store.engine,
        "before_cursor_execute",
        lambda _c, _cu, statement, *_: said.append(statement),
    )
    with both.store.session() as session:
        again = ensure_paths(session, [("OFFICE  supplies", "paper", "a4")], by="x")

        assert list(again.values()) == list(first.values())
        assert {s.split()[0] for s in said} <= {"SELECT", "BEGIN"}


def test_the_name_written_alike_goes_first(both):
    """Where people have two that differ by case alone."""
    with both.store.session() as session:
        upper = create_category(session, name="PAPER").id
        lower = create_category(session, name="paper").id

        found = ensure_paths(session, [("paper",), ("PAPER",), ("Paper",)], by="x")

        assert list(found.values()) == [lower, upper, upper]


def test_an_empty_level_is_refused_and_nothing_made(both):
    """Before anything is written."""
    with both.store.session() as session:
        with pytest.raises(InvalidValue, match="level 2 of 'A >  > C' has no name"):
            ensure_paths(session, [("New",), ("A", " ", "C")], by="x")

        assert count(session) == 4


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "a category has a name"),
        ("> ", "a category has a name"),
        ("A >", "level 2 of 'A > ' has no name"),
        ("A > > B", "level 2"),
        ("A > " + "x" * 256, "level 2 .* has 256 characters, more than 255"),
        (" > ".join("ABCDEFGHIJKLMNOPQRSTU"), "has 21 levels, more than 20"),
    ],
)
def test_a_path_that_cannot_be_is_told(text, why):
    """With the level that is wrong."""
    assert parse_path(" A>B > C ") == ("A", "B", "C")
    with pytest.raises(InvalidValue, match=why):
        parse_path(text)


def test_paths_can_be_looked_up_alone(both):
    """What is not there is left out."""
    with both.store.session() as session:
        found = ensure_paths(session, [A4], by="x")

        assert find_paths(session, [A4, ("None",)]) == found


def test_new_categories_can_be_made_by_hand_afterwards(both):
    """The ids that were given in one go are given once."""
    with both.store.session() as session:
        found = ensure_paths(session, [A4], by="x")

        assert create_category(session, name="Next").id > max(found.values())
