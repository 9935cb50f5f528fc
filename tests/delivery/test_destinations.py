"""Destinations: kept with their secrets sealed, changed, tested, removed."""

import pytest

from entrepot.base.acting import Actor, acting_as
from entrepot.base.errors import Denied, Invalid, NotThere, Refused, UnknownName
from entrepot.base.secrets import unseal
from entrepot.delivery import (
    DestinationNameTaken,
    DestinationWanted,
    add_destination,
    change_destination,
    get_destination,
    list_destinations,
    remove_destination,
    test_destination,
)
from entrepot.delivery.models import Destination
from tests.answering import reply
from tests.contracts.channel import SECRET

MARTA = Actor(name="marta@example.com", kind="person")
test_destination.__test__ = False  # it is what we try, not a test


def sealed(house, name):
    """Return the row's secret, in the clear."""
    with house.store.read_session() as session:
        row = session.query(Destination).filter_by(name=name).one()
    assert SECRET.encode() not in row.secret_sealed
    return unseal(house.settings, row.secret_sealed).decode()


def folder(name="files", **options):
    """Return a folder that is wanted."""
    given = {"folder": "shop", **options}
    return DestinationWanted(name=name, channel="folder", options=given)


def test_a_secret_is_sealed_and_never_shown(house, hook, receiver, heard):
    """What is shown, told and kept in options has none of it."""
    assert hook.options == {"url": f"{receiver.url}/hook"}
    assert hook.has_secret
    assert SECRET not in repr((hook, heard, list_destinations(house)))
    assert sealed(house, "hook") == SECRET


def test_what_is_done_to_destinations_is_audited(house, heard):
    """Who, which and what; a test too, well or not."""
    with acting_as(MARTA):
        add_destination(house, folder())
        change_destination(house, "files", options={"folder": "other"})
        test_destination(house, "files")
        remove_destination(house, "files")

    told = [event for event in heard if type(event).__name__.startswith("Destin")]
    assert [type(event).__name__ for event in told] == [
        "DestinationAdded",
        "DestinationChanged",
        "DestinationTested",
        "DestinationRemoved",
    ]
    assert all(event.audited for event in told)
    assert {(e.name, e.channel, e.by) for e in told} == {
        ("files", "folder", "marta@example.com")
    }
    assert told[1].changed == ["options"]


def test_options_left_out_have_their_defaults(house):
    """And what is shown is what holds."""
    assert add_destination(house, folder()).options == {
        "folder": "shop",
        "file_name": "{name}.{extension}",
    }


def test_a_change_leaves_what_it_does_not_name(house, hook, receiver):
    """The secret stays unless a new one is given."""
    change_destination(house, "hook", description="Orders", options={"secret": ""})
    assert sealed(house, "hook") == SECRET
    changed = change_destination(house, "hook", options={"secret": "x" * 16})

    assert sealed(house, "hook") == "x" * 16
    assert changed.description == "Orders"
    assert changed.options == {"url": f"{receiver.url}/hook"}


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (folder(""), Invalid),
        (folder("a/b"), Invalid),
        (folder("new"), Invalid),
        (folder("x" * 64), Invalid),
        (folder("files"), DestinationNameTaken),
        (folder("b", folder="../.."), Denied),
        (folder("b", folder=""), Invalid),
        (folder("b", colour="red"), UnknownName),
        (folder("b", folder="x" * 5000), Invalid),
        (DestinationWanted(name="b", channel="pigeon"), UnknownName),
        (
            DestinationWanted(
                name="b",
                channel="webhook",
                options={"url": "https://a.example", "secret": "short"},
            ),
            Invalid,
        ),
    ],
)
def test_what_cannot_work_is_not_kept(house, wanted, error):
    """Each is refused for its reason, and the list stays."""
    add_destination(house, folder())
    with pytest.raises(error):
        add_destination(house, wanted)

    assert [found.name for found in list_destinations(house)] == ["files"]


def test_a_bad_change_changes_nothing(house):
    """All of it, or none."""
    before = add_destination(house, folder())
    with pytest.raises(Denied):
        change_destination(house, "files", options={"folder": "/"}, description="x")

    assert get_destination(house, "files") == before


def test_a_test_says_what_the_other_side_says(house, hook, receiver):
    """Once, now; a refusal is an error."""
    assert test_destination(house, "hook").answer == "202 Accepted"
    receiver.answer = lambda asked: reply(status="410 Gone")
    with pytest.raises(Refused, match="410 Gone"):
        test_destination(house, "hook")

    assert [asked.headers["x-entrepot-event"] for asked in receiver.asked] == [
        "test",
        "test",
    ]


def test_a_removed_destination_is_gone(house, hook):
    """It cannot be asked for any more."""
    remove_destination(house, "hook")

    assert list_destinations(house) == []
    with pytest.raises(NotThere):
        get_destination(house, "hook")
