"""Connections that come back are lent again, and never too many at once."""

from __future__ import annotations

import pytest

from entrepot.base.errors import Unavailable
from entrepot.base.lending import Lender


class Broken(Exception):
    """A connection that is gone."""


@pytest.fixture
def dropped():
    """The connections that were dropped."""
    return []


@pytest.fixture
def lender(dropped):
    """A lender of two connections."""
    return Lender[str]("shop", 2, dropped.append)


def refuse(connection):
    """Begin on none but `new`."""
    if connection != "new":
        raise Broken


def test_the_last_that_came_back_is_lent_first(lender):
    """Until none is left."""
    with lender.place(1) as generation:
        for name in ("a", "b"):
            lender.give_back(name, generation)
    begun = []

    taken = [lender.take(begun.append, Broken) for _ in range(3)]

    assert (taken, begun) == (["b", "a", None], ["b", "a"])


def test_what_cannot_begin_is_dropped(lender, dropped):
    """A server's restart leaves none that works."""
    for name in ("a", "b"):
        lender.give_back(name, 0)

    assert lender.take(refuse, Broken) is None
    assert dropped == ["b", "a"]


def test_no_more_than_so_many_are_lent(lender):
    """Whoever waits in vain is told whose connections they are."""
    with (
        lender.place(1),
        lender.place(1),
        pytest.raises(Unavailable, match="all 2 connections to 'shop' are busy"),
        lender.place(0.01),
    ):
        pass
    with lender.place(0.01) as generation:
        assert generation == 0


def test_what_was_lent_before_the_close_is_dropped_after_it(lender, dropped):
    """And what is idle at once."""
    lender.give_back("idle", 0)
    with lender.place(1) as generation:
        lender.close()
        lender.give_back("lent", generation)

    assert dropped == ["idle", "lent"]
