"""What people are told of a statement that fails: the place, the names, no secrets."""

from __future__ import annotations

import pytest
from tests.console.conftest import ENDLESS
from tests.serving.servers import until

from entrepot.base.errors import Unavailable
from entrepot.connections import Target, add_connection, remove_connection
from entrepot.console import service
from entrepot.console.binding import Bound
from entrepot.console.failing import told
from entrepot.console.spec import LIVE, Wanted


@pytest.mark.parametrize(
    ("sql", "position", "hint"),
    [
        ("SELECT id FROM itme", 16, "did you mean 'item'?"),
        ("SELECT id,\n i.nmae FROM item i", 15, "did you mean 'name'?"),
        ("SELECT 'itme' FROM -- itme\n itme", 29, "did you mean 'item'?"),
        ("SELECT id FROM item WHERE", 26, None),
    ],
)
def test_an_error_names_the_place_and_the_nearest_name(ask, sql, position, hint):
    """As the outline knows the names."""
    status, answer = ask("execute", query=sql)

    assert (status, answer.get("position")) == (400, position)
    assert answer.get("hint") == hint


def test_an_error_says_no_place_of_the_machine(house):
    """Hosts, files and passwords leave neither in the words nor in the hint."""
    url = "postgresql://reader:kaleidoscope@db.internal:5432/shop"
    target = Target(name="shop", dialect="postgresql", url=url)
    error = Unavailable(
        "connection to db.internal:5432 failed, password kaleidoscope, /var/lib/x",
        hint="is PostgreSQL running at db.internal:5432?",
    )

    said = told(
        house, error, sql="SELECT 1", bound=Bound("SELECT 1", []), target=target
    )

    assert (said.detail, said.hint) == ("connection to … failed, password …, …", None)


def test_a_connection_removed_meanwhile_ends_nothing(house, ask, anna):
    """What runs goes on until it ends; what comes is told that it is gone."""
    begun = service.start_run(house, anna, Wanted(sql=ENDLESS))

    remove_connection(house, "shop", by="test")

    assert service.get_run(house, anna, begun.query_id).state in LIVE
    service.stop_run(house, anna, begun.query_id)
    until(lambda: service.get_run(house, anna, begun.query_id).state not in LIVE)
    assert service.get_run(house, anna, begun.query_id).state == "stopped"
    assert ask("execute", query="SELECT 1", connection="shop")[0] == 404


@pytest.mark.parametrize("path", ["execute", "outline", "explain"])
def test_a_database_that_is_away_is_told_of_without_its_address(shop, house, path):
    """Neither where it is nor who would have entered."""
    url = "mariadb://reader:secret-word@127.0.0.1:1/hidden"
    add_connection(house, name="away", url=url, test=False, by="test")
    asked = {"query": "SELECT 1", "connection": "away"}

    if path == "outline":
        answer = shop.get("/api/sql/outline?connection=away")
    else:
        answer = shop.post(f"/api/sql/{path}", json=asked)

    assert answer.status_code == 503
    for word in ("127.0.0.1", "reader", "secret-word", "hidden"):
        assert word not in answer.text
