"""`ENTREPOT_ROOMS` serves some rooms only."""

from __future__ import annotations

import pytest

from entrepot.app import create_app
from entrepot.base.errors import UnknownName
from entrepot.composition import build_house, served_rooms


@pytest.fixture
def serve(environ, migrated):
    """Build the application with these rooms."""
    houses = []

    def build(rooms):
        houses.append(build_house(environ | {"ENTREPOT_ROOMS": rooms}))
        return create_app(houses[-1], is_open=True)

    yield build
    for house in houses:
        house.close()


def places(app) -> set[str]:
    """Return the first parts of the paths that are served, below /api."""
    rules = [rule.rule for rule in app.url_map.iter_rules()]
    return {rule.split("/")[2] for rule in rules if rule.startswith("/api/")}


def test_every_room_is_served_where_none_is_named(serve):
    """The empty setting means all."""
    assert {"connections", "data-products", "health"} <= places(serve(" , "))


def test_only_the_named_room_is_served(serve):
    """The others' routes are 404; health stays."""
    client = serve("dataproducts").test_client()

    assert client.get("/api/data-products").status_code == 200
    assert client.get("/api/connections").status_code == 404
    assert client.get("/api/health").status_code == 200


def test_a_room_uses_lower_rooms_that_are_not_served(serve):
    """Data products read connections, whose own routes are not there."""
    app = serve("dataproducts")

    assert "connections" not in places(app)
    assert app.test_client().get("/api/data-products").json["success"] is True


def test_rooms_keep_the_order_of_the_house(environ):
    """However they are written, the lowest comes first."""
    house = build_house(environ | {"ENTREPOT_ROOMS": "exports, connections"})

    assert [room.name for room in served_rooms(house.settings)] == [
        "connections",
        "exports",
    ]


def test_an_unknown_room_stops_the_start(serve):
    """The hint names the nearest room."""
    with pytest.raises(UnknownName) as caught:
        serve("connections,export")

    assert caught.value.hint == "did you mean 'exports'?"
