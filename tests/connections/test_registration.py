"""Registering databases: kept, found again by any process, and forgotten."""

import functools
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from entrepot import connections
from entrepot.base.errors import (
    Conflict,
    EntrepotError,
    Invalid,
    NotThere,
    Unavailable,
)
from entrepot.connections import (
    ConnectionAdded,
    ConnectionRemoved,
    ConnectionTested,
    NameTaken,
    OutsideRoots,
    add_connection,
    get_connection,
    get_target,
    list_connections,
    open_database,
    remove_connection,
)
from tests.connections.conftest import make_database

SERVER = "postgresql://ada:hunter2@db.example.org/shop"


def test_a_registered_database_is_listed_and_opens(house, folder):
    """What was given is what is listed; its tables can be read."""
    added = add_connection(
        house, name="shop", url="shop.db", description="Lamps", by="ada"
    )

    assert added == get_connection(house, "shop")
    assert list_connections(house) == [added]
    assert (added.dialect, added.shown_url, added.description, added.created_by) == (
        "sqlite",
        f"sqlite:///{folder}/shop.db",
        "Lamps",
        "ada",
    )
    assert datetime.now(UTC) - added.created_at < timedelta(minutes=1)
    assert [t.name for t in open_database(house, "shop").list_tables("main")] == [
        "item"
    ]


def test_the_list_is_sorted(house):
    """By name, whatever the order they came in."""
    for name in ("b", "c", "a"):
        add_connection(house, name=name, url="shop.db")

    assert [c.name for c in list_connections(house)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "name", ["", "a b", "a:b", "a/b", "~a", ".a", "é", "a\n", "x" * 64, "dialects"]
)
def test_a_name_that_no_address_can_hold_is_refused(house, name):
    """A connection's name stands in paths and before a colon."""
    with pytest.raises(Invalid):
        add_connection(house, name=name, url="shop.db")

    assert list_connections(house) == []


def test_a_name_is_used_once(house, folder):
    """The second registration is refused, the first stays."""
    make_database(folder / "other.db")
    first = add_connection(house, name="shop", url="shop.db")

    with pytest.raises(NameTaken):
        add_connection(house, name="shop", url="other.db")

    assert list_connections(house) == [first]


def test_an_unknown_name_gets_those_there_are(house):
    """A slip of the pen gets the nearest name."""
    add_connection(house, name="shop", url="shop.db")

    test = functools.partial(connections.test_connection, by="ada")
    for ask in (get_connection, get_target, open_database, test):
        with pytest.raises(NotThere) as caught:
            ask(house, "shpo")
        assert caught.value.hint == "did you mean 'shop'?"


def test_it_is_greeted_before_it_is_kept(house, folder):
    """A database that does not answer is not registered, unless nobody asks it."""
    (folder / "bad.db").write_bytes(b"this is no database" * 100)

    with pytest.raises(EntrepotError):
        add_connection(house, name="bad", url="bad.db")
    with pytest.raises(Unavailable):
        add_connection(house, name="gone", url="gone.db")
    assert list_connections(house) == []
    assert not (folder / "gone.db").exists()

    add_connection(house, name="gone", url="gone.db", test=False)
    assert [c.name for c in list_connections(house)] == ["gone"]


def test_an_address_is_tried_without_being_kept(house):
    """The database answers, and the list stays empty."""
    greeting = connections.try_url(house, url="shop.db")

    assert greeting.server.startswith("SQLite ")
    assert list_connections(house) == []


def test_a_registered_database_is_tested(house, folder, heard):
    """It is connected to anew each time; both outcomes are audited."""
    add_connection(house, name="shop", url="shop.db")
    heard.clear()

    good = connections.test_connection(house, "shop", by="ada")
    (folder / "shop.db").unlink()
    with pytest.raises(Unavailable) as caught:
        connections.test_connection(house, "shop", by="bob")

    assert good.server.startswith("SQLite ")
    assert heard == [
        ConnectionTested(name="shop", error="", by="ada"),
        ConnectionTested(name="shop", error=caught.value.detail, by="bob"),
    ]
    assert all(act.audited for act in heard)


def test_a_removed_database_is_forgotten(house, folder):
    """Its name is free, an open door is shut, and the file is as it was."""
    add_connection(house, name="shop", url="shop.db")
    open_database(house, "shop").list_tables("main")
    before = (folder / "shop.db").read_bytes()

    remove_connection(house, "shop", by="ada")

    assert list_connections(house) == []
    with pytest.raises(NotThere):
        open_database(house, "shop")
    with pytest.raises(NotThere):
        remove_connection(house, "shop", by="ada")
    assert (folder / "shop.db").read_bytes() == before


def test_listeners_hear_who_did_it(house, heard):
    """Both acts are audited events, without the password."""
    add_connection(house, name="pg", url=SERVER, test=False, by="ada")
    remove_connection(house, "pg", by="bob")

    acts = [e for e in heard if isinstance(e, ConnectionAdded | ConnectionRemoved)]
    assert acts == [
        ConnectionAdded(
            name="pg",
            dialect="postgresql",
            shown_url="postgresql://ada@db.example.org/shop",
            allow_unsafe_role=False,
            by="ada",
        ),
        ConnectionRemoved(name="pg", by="bob"),
    ]
    assert all(act.audited for act in acts)


def test_a_failed_act_is_not_heard(house, heard):
    """Whoever keeps the audit hears only of what came to be."""
    add_connection(house, name="shop", url="shop.db")
    heard.clear()

    with pytest.raises(NameTaken):
        add_connection(house, name="shop", url="shop.db")

    assert heard == []


def test_a_password_rests_encrypted(house):
    """It stands in no file of the home, shows nowhere, and still opens the door."""
    added = add_connection(house, name="pg", url=SERVER, test=False)

    assert "hunter2" not in f"{added} {list_connections(house)}"
    assert "hunter2" not in repr(get_target(house, "pg"))
    assert get_target(house, "pg").url == SERVER
    files = [path for path in house.home.rglob("*") if path.is_file()]
    assert files
    assert all(b"hunter2" not in path.read_bytes() for path in files)


def test_another_secret_key_does_not_open_it(house, build):
    """The error says that the key changed; the list is still there."""
    add_connection(house, name="pg", url=SERVER, test=False)
    other = build(SECRET_KEY="kJ3n9dPq2vXw7zRt5yBm8cLf4hGs6aEu")

    assert [c.name for c in list_connections(other)] == ["pg"]
    with pytest.raises(Conflict) as caught:
        open_database(other, "pg")
    assert caught.value.detail == "a stored secret was encrypted with another key"


def test_a_door_stays_open_until_the_registration_changes(house, build, folder):
    """Another process removes and adds it anew: this one notices."""
    other = build()
    add_connection(house, name="shop", url="shop.db")
    first = open_database(house, "shop")
    assert open_database(house, "shop") is first

    make_database(folder / "other.db")
    remove_connection(other, "shop", by="bob")
    add_connection(other, name="shop", url="other.db")

    assert open_database(house, "shop") is not first
    assert get_target(house, "shop").url == f"sqlite:///{folder}/other.db"


def test_settings_reach_the_target(build):
    """How many connections, and how long one may take."""
    house = build(
        ENTREPOT_CONNECTIONS_POOL_COUNT="3", ENTREPOT_CONNECTIONS_CONNECT_SECONDS="1.5"
    )
    add_connection(house, name="shop", url="shop.db", allow_unsafe_role=True)

    target = get_target(house, "shop")

    assert (target.pool_count, target.connect_seconds, target.allow_unsafe_role) == (
        3,
        1.5,
        True,
    )
    assert target.cache_folder == str(house.home / "cache" / "connections")


def test_a_file_that_became_a_link_outside_is_denied(house, folder, tmp_path):
    """The folders are checked at every opening, not only at the registration."""
    add_connection(house, name="shop", url="shop.db")
    os.rename(folder / "shop.db", tmp_path / "away.db")
    os.symlink(tmp_path / "away.db", folder / "shop.db")

    with pytest.raises(OutsideRoots):
        open_database(house, "shop")


def test_two_processes_that_add_one_name_leave_one(house, build):
    """What the early look missed, the database refuses."""
    from entrepot.connections import registry

    other = build()
    first = add_connection(house, name="shop", url="shop.db")

    with pytest.raises(NameTaken):
        registry.save(other, first, None)

    assert list_connections(house) == [first]


def test_a_new_process_sees_what_was_registered(house, environ):
    """The command, started anew, lists and tests it."""
    add_connection(house, name="shop", url="shop.db")

    ended = subprocess.run(
        [sys.executable, "-m", "entrepot", "connections", "test", "shop"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environ},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("SQLite ")


def test_an_unreachable_host_is_unavailable(house):
    """Nobody listens there: said at once, with what to look at, and nothing kept."""
    with pytest.raises(Unavailable) as caught:
        add_connection(house, name="pg", url="postgresql://ada:hunter2@127.0.0.1:1/x")

    assert "hunter2" not in f"{caught.value.detail} {caught.value.hint}"
    assert caught.value.hint
    assert list_connections(house) == []


def test_the_database_of_ours_holds_no_clear_password(house):
    """Looked at with nothing but SQLite: an address without it, and a sealed box."""
    add_connection(house, name="pg", url=SERVER, test=False)

    with sqlite3.connect(house.home / "entrepot.db") as connection:
        [(url, sealed)] = connection.execute(
            "SELECT url, password_sealed FROM connections_connection"
        )
    connection.close()

    assert url == "postgresql://ada@db.example.org/shop"
    assert b"hunter2" not in sealed
    assert len(sealed) > len(b"hunter2")
