"""Connections that the setting gives: read at every start, or the start stops."""

import json

import pytest

from entrepot import connections
from entrepot.base.errors import Invalid
from entrepot.connections import GivenBySetting, add_connection, remove_connection


def test_pairs_may_stand_on_lines(build, folder):
    """`name=url` pairs, parted by blanks or lines, are there like stored ones."""
    house = build(
        ENTREPOT_CONNECTIONS="shop=sqlite:///shop.db\n pg=postgres://ada:pw@localhost/x"
    )

    found = connections.list_connections(house)

    assert [(c.name, c.dialect, c.shown_url, c.origin) for c in found] == [
        ("pg", "postgresql", "postgresql://ada@localhost/x", "setting"),
        ("shop", "sqlite", f"sqlite:///{folder}/shop.db", "setting"),
    ]
    assert "pw" in connections.get_target(house, "pg").url


def test_json_holds_paths_with_blanks(build, folder):
    """One JSON object does the same."""
    (folder / "my shop.db").touch()
    house = build(ENTREPOT_CONNECTIONS=json.dumps({"shop": "my shop.db"}))

    [found] = connections.list_connections(house)

    assert found.shown_url == f"sqlite:///{folder}/my shop.db"


def test_a_given_one_opens(build):
    """Rows come from it like from any other."""
    house = build(ENTREPOT_CONNECTIONS="shop=shop.db")

    tables = connections.open_database(house, "shop").list_tables("main")

    assert [table.name for table in tables] == ["item"]


def test_the_setting_holds_over_what_is_stored(build, folder):
    """A stored one of the same name is hidden as long as the setting gives one."""
    add_connection(build(), name="shop", url="shop.db", description="stored")
    house = build(ENTREPOT_CONNECTIONS="shop=shop.db")

    assert [c.origin for c in connections.list_connections(house)] == ["setting"]
    assert [c.origin for c in connections.list_connections(build())] == ["stored"]


def test_a_given_one_is_not_changed_here(build):
    """It is neither removed nor replaced; the error names the setting."""
    house = build(ENTREPOT_CONNECTIONS="shop=shop.db")

    for attempt in (
        lambda: remove_connection(house, "shop", by="ada"),
        lambda: add_connection(house, name="shop", url="shop.db"),
    ):
        with pytest.raises(GivenBySetting) as caught:
            attempt()
        assert "ENTREPOT_CONNECTIONS" in caught.value.detail


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("shop.db", "ENTREPOT_CONNECTIONS, entry 1: it has no name"),
        ("a=shop.db a=shop.db", "ENTREPOT_CONNECTIONS has 'a' twice"),
        (
            "a:b=shop.db",
            "ENTREPOT_CONNECTIONS, entry 'a:b': 'a:b' cannot be the name of a "
            "connection",
        ),
        (
            "a=nosql://u:hunter2@h/x",
            "ENTREPOT_CONNECTIONS, entry 'a': there is no kind of database named "
            "'nosql'",
        ),
        (
            "a=postgres://u:hunter2@h@h/x",
            "ENTREPOT_CONNECTIONS, entry 'a': the URL names no host that can be read",
        ),
        ('{"a": 1}', "ENTREPOT_CONNECTIONS, entry 'a': no URL text"),
        ('{"a": "hunter2', "ENTREPOT_CONNECTIONS is not a JSON object"),
    ],
)
def test_a_wrong_entry_stops_the_start(build, text, detail):
    """With one line that names the entry and never its URL."""
    with pytest.raises(Invalid) as caught:
        build(ENTREPOT_CONNECTIONS=text)

    assert caught.value.detail == detail
    assert "hunter2" not in str(caught.value.hint)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ENTREPOT_CONNECTIONS_POOL_COUNT", "0"),
        ("ENTREPOT_CONNECTIONS_CONNECT_SECONDS", "6"),
        ("ENTREPOT_CONNECTIONS_CONNECT_SECONDS", "0"),
        ("ENTREPOT_CONNECTIONS_CONNECT_SECONDS", "nan"),
    ],
)
def test_numbers_out_of_range_stop_the_start(build, variable, value):
    """With the name of the variable."""
    with pytest.raises(Invalid, match=variable):
        build(**{variable: value})
