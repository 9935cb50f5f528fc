"""Who sees saved queries and links, and who changes them."""

from __future__ import annotations

import pytest

from entrepot.base.errors import Denied, NotThere
from entrepot.console.saved.keeping import change_query, remove_query, save_query
from entrepot.console.saved.links import LinkState, make_link
from entrepot.console.saved.seeing import (
    QueryFilter,
    get_query,
    list_queries,
    list_tags,
)
from entrepot.console.saved.spec import QueryChange, QueryWanted
from entrepot.console.saved.using import queries_of_table, used_by

STATE = {
    "connection": "shop",
    "sql": "SELECT :n AS n",
    "values": {"n": 1},
    "max_rows": 10,
    "view": "chart",
    "chart": {"kind": "bar", "by": "n"},
}


def wanted(**more):
    """Return a query to be saved."""
    return QueryWanted(name="q", connection="shop", sql="SELECT * FROM item", **more)


@pytest.mark.usefixtures("shop")
def test_a_private_query_is_its_owners(house, anna, ben, admin):
    """To others it is not there, nor to an admin."""
    made = save_query(house, anna, wanted(tags=["mine"]))

    assert list_queries(house, anna, QueryFilter()) == [made]
    for other in (ben, admin):
        with pytest.raises(NotThere):
            get_query(house, other, made.id)
        with pytest.raises(NotThere):
            used_by(house, other, made.id)
        assert list_queries(house, other, QueryFilter()) == []
        assert list_tags(house, other) == []


@pytest.mark.usefixtures("shop")
def test_a_shared_query_is_everybodys_to_run_and_its_owners_to_change(
    house, anna, ben, admin
):
    """Each may have one of the same name."""
    made = save_query(house, anna, wanted(is_shared=True))
    save_query(house, ben, wanted())

    assert get_query(house, ben, made.id).is_mine is False
    with pytest.raises(Denied):
        change_query(house, ben, made.id, QueryChange(sql="SELECT 1"))
    with pytest.raises(Denied):
        remove_query(house, ben, made.id)
    assert change_query(house, admin, made.id, QueryChange(tags=["x"])).tags == ["x"]


@pytest.mark.usefixtures("shop")
def test_the_queries_of_a_table_are_known(house, anna, ben):
    """Those that one may see, however the table's name is written."""
    save_query(house, anna, wanted())

    assert [q.name for q in queries_of_table(house, anna, "shop", "main", "ITEM")] == [
        "q"
    ]
    assert queries_of_table(house, ben, "shop", "main", "item") == []
    assert queries_of_table(house, anna, "shop", "main", "other") == []


def test_a_link_holds_the_exact_state(shop):
    """Under an id that nobody guesses; opening it runs nothing."""
    made = shop.post("/api/sql/links", json={"state": STATE})
    link = made.json["data"]
    opened = shop.get(f"/api/sql/links/{link['id']}").json["data"]

    assert (made.status_code, len(link["id"])) == (201, 22)
    assert opened == link
    assert opened["state"] == STATE | {"title": "", "saved_query": None}
    assert shop.get("/api/sql/runs").json["data"] == []


@pytest.mark.usefixtures("shop")
def test_a_link_names_no_query_that_its_maker_does_not_see(house, anna, ben):
    """Its text is kept, and the query knows nothing of it."""
    made = save_query(house, anna, wanted())
    state = LinkState(connection="shop", sql="SELECT 1", saved_query=made.id)
    links = [make_link(house, who, state) for who in (anna, ben)]

    assert [link.state.saved_query for link in links] == [made.id, None]
    assert used_by(house, anna, made.id).links == links[:1]


@pytest.mark.parametrize("id", ["x" * 22, "short", "%00", "y" * 4_000])
def test_a_wrong_link_leads_nowhere(shop, id):
    """Whatever it looks like."""
    assert shop.get(f"/api/sql/links/{id}").status_code == 404


def test_a_link_to_a_connection_that_is_gone_says_so(shop):
    """And shows nothing of the statement."""
    made = shop.post("/api/sql/links", json={"state": STATE}).json["data"]
    shop.delete("/api/connections/shop")

    answer = shop.get(f"/api/sql/links/{made['id']}")

    assert answer.status_code == 404
    assert "SELECT" not in answer.text
