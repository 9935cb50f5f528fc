"""What people say of a cause, and what it takes for one to open by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from entrepot.base.acting import Actor, acting_as
from entrepot.base.errors import Invalid, Missing
from entrepot.base.times import now
from entrepot.watch.events import ErrorMarked, ErrorReopened, ErrorUnmuted
from entrepot.watch.groups import service
from entrepot.watch.groups.forgetting import forget_groups
from entrepot.watch.groups.models import (
    ErrorGroupRow,
    ErrorHour,
    ErrorOccurrence,
    ErrorTouch,
)
from entrepot.watch.groups.spec import Wish
from tests.watch.groups.causes import error, write

ANNA = Actor(name="anna@example.com", kind="person")


@pytest.fixture
def come(both):
    """A function that lets an error come, and returns its group."""

    def come(message="It broke", times=1, **more):
        write(both, *(error(message, **more) for _ in range(times)))
        found = service.list_groups(both, Wish(q=message))
        return found.groups[0]

    return come


def one(house, group):
    """Return a group as it is now."""
    return service.read_group(house, group.id).group


def told(heard, kind):
    """Return the events of a kind."""
    return [event for event in heard if isinstance(event, kind)]


def test_what_was_resolved_opens_when_it_comes_again(both, come, heard):
    """And says in which release; who resolved it is kept."""
    group = come(fields={"release": "1.0"})
    with acting_as(ANNA):
        service.resolve(both, group.id)
    resolved = one(both, group)
    again = come(fields={"release": "1.1"})

    assert (resolved.state, resolved.resolved_by) == ("resolved", "anna@example.com")
    assert (again.state, again.is_back, again.count) == ("open", True, 2)
    assert (again.reopened_release, again.reopened_count) == ("1.1", 1)
    (event,) = told(heard, ErrorReopened)
    assert (event.id, event.release, event.times) == (group.id, "1.1", 1)


def test_what_came_before_it_was_resolved_does_not_open_it(both, come, heard):
    """A line that was read late is counted."""
    group = come()
    service.resolve(both, group.id)
    late = come(at=now().timestamp() - 3600)

    assert (late.state, late.count) == ("resolved", 2)
    assert told(heard, ErrorReopened) == []


def test_what_is_ignored_is_counted_on(both, come, heard):
    """It never opens by itself."""
    group = come()
    service.ignore(both, group.id)
    again = come(times=3)

    assert (again.state, again.count) == ("ignored", 4)
    assert told(heard, ErrorReopened) == []


def test_what_is_muted_opens_after_so_many_more(both, come, heard):
    """Not one earlier."""
    group = come()
    service.mute(both, group.id, more=3)
    quiet = come(times=2)
    loud = come()

    assert (quiet.state, quiet.muted_left) == ("muted", 1)
    assert (loud.state, loud.muted_left, loud.is_back) == ("open", None, False)
    assert [event.count for event in told(heard, ErrorUnmuted)] == [4]


def test_what_is_muted_opens_when_its_time_is_over(both, come):
    """Also where nothing came since."""
    group = come()
    service.mute(both, group.id, until=now() + timedelta(hours=1))
    quiet = come()
    over = now() - timedelta(seconds=1)
    with both.store.session() as session:
        session.execute(update(ErrorGroupRow).values(muted_until_at=over))
    loud = one(both, group)

    assert (quiet.state, loud.state, loud.muted_until_at) == ("muted", "open", None)


def test_what_is_said_is_recorded(house, heard):
    """Who, what it was before, and until when; the last word counts."""
    write(house, error("It broke"))
    id = service.list_groups(house, Wish()).groups[0].id
    service.mute(house, id, more=5)
    service.reopen(house, id)

    assert [(e.state, e.was, e.more) for e in told(heard, ErrorMarked)] == [
        ("muted", "open", 5),
        ("open", "muted", None),
    ]
    assert all(event.audited for event in told(heard, ErrorMarked))


@pytest.mark.parametrize(
    "wrong",
    [{}, {"more": 0}, {"until": now()}, {"until": now() + timedelta(days=400)}],
    ids=["no end", "none more", "past", "far"],
)
def test_muting_has_an_end(house, wrong):
    """In time, or in number; nothing is changed."""
    write(house, error("It broke"))
    (group,) = service.list_groups(house, Wish()).groups
    with pytest.raises(Invalid):
        service.mute(house, group.id, **wrong)

    assert one(house, group).state == "open"


@pytest.mark.parametrize("do", [service.resolve, service.ignore, service.read_group])
def test_what_is_not_there_is_missing(house, do):
    """Whatever is asked of it."""
    with pytest.raises(Missing):
        do(house, "nothing")


def test_old_groups_go(both, come):
    """With all that is counted of them; ignored ones and young ones stay."""
    for message in ("old one", "ignored one"):
        come(message, at=now().timestamp() - 100 * 86_400, actor="anna")
    service.ignore(both, service.list_groups(both, Wish(q="ignored")).groups[0].id)
    come("young one", actor="anna")

    assert forget_groups(both, 90, True) == 1
    assert forget_groups(both, 90, False) == 1
    titles = {group.title for group in service.list_groups(both, Wish()).groups}
    assert titles == {"ignored one", "young one"}
    with both.store.read_session() as session:
        tables = (ErrorHour, ErrorTouch, ErrorOccurrence)
        left = [len(set(session.scalars(select(t.group_id)))) for t in tables]
    assert left == [1, 1, 1]


def test_lists_go_on_where_they_ended(both, come):
    """In each order, page by page, and from neighbour to neighbour."""
    for n, name in enumerate("abcde"):
        come(f"{name} broke", times=n + 1)
    for order in ("last", "first", "count"):
        wish, after, seen = Wish(order=order), "", []
        while True:
            found = service.list_groups(both, wish, limit=2, after=after)
            seen += found.groups
            after = found.next
            if not after:
                break
        ids = [group.id for group in seen]

        assert [group.title[0] for group in seen] == list("edcba")
        assert [service.next_group(both, id, wish) for id in ids] == [*ids[1:], ""]
        assert [service.previous_group(both, id, wish) for id in ids] == ["", *ids[:-1]]


def test_groups_are_found(both, come):
    """By words, types, routes, loggers, releases, states and requests."""
    come("it broke 7", logger="entrepot.jobs", request_id="8c1f00aa8c1f00aa")
    fields = {"endpoint": "get_products", "release": "1.0"}
    come("100%_sure", error_type="OddError", fields=fields)

    def found(**wish):
        groups = service.list_groups(both, Wish(**wish)).groups
        return [group.title.split(" ")[0] for group in groups]

    assert found(q="BROKE") == found(logger="entrepot.jobs") == ["it"]
    assert found(q="8c1f00aa8c1f00aa") == ["it"]
    assert found(q="%_") == found(error_type="OddError") == ["OddError:"]
    assert found(route="get_products") == found(release="1.0") == ["OddError:"]
    assert found(logger="entrepot.job") == found(states=("muted",)) == []
    assert len(found(states=("open",), logger="entrepot")) == 2


def test_hours_are_counted(both, come):
    """Each error in its own; the time asked for has equal stretches."""
    come(at=now().timestamp() - 5 * 3600, times=2)
    group = come(at=now().timestamp() - 40 * 3600)
    found = service.read_group(both, group.id, hours=12)
    wide = service.read_group(both, group.id, hours=48)

    assert [one.count for one in found.stretches] == [*[0] * 6, 2, *[0] * 5]
    assert (found.group.recent, wide.group.recent, wide.group.count) == (2, 3, 3)
    assert (len(wide.group.hours), sum(wide.group.hours)) == (12, 3)


def test_no_question_is_too_odd(both):
    """What no text of a database can hold is found nowhere."""
    write(both, error("It broke"))

    for odd in ("\0", "\ud800", "%", "\\", "x" * 500):
        wish = Wish(q=odd, logger=odd, route=odd, release=odd, error_type=odd)
        assert service.list_groups(both, wish).groups == []
        with pytest.raises(Missing):
            service.read_group(both, odd)
