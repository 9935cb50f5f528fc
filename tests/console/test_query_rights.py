"""Who may do what with a saved query and a link, by the pages and the API."""

from __future__ import annotations

import sqlite3

import pytest

from entrepot.connections import add_connection

SQL = "SELECT n FROM item WHERE n <= :most"
PAGES = ("", "/versions", "/used-by", "/run", "/edit", "/remove", "/console")
FORMS = ("/run", "/edit", "/remove", "/share", "/restore")
ASKED = ("", "/versions", "/versions/1", "/diff", "/used-by")
SENT = {
    "/run": {},
    "/export": {"params": {"most": 1}, "format": "csv"},
    "/restore": {"version": 1},
    "/schedule": {"name": "s", "cron": "0 6 * * *", "params": {"most": 1}},
}


@pytest.fixture
def people(house, signed_in, tmp_path):
    """A function that gives a client of somebody; there is a connection `shop`."""
    path = tmp_path / "home" / "shop.db"
    with sqlite3.connect(path) as writer:
        writer.execute("CREATE TABLE item (n INTEGER)")
        writer.executemany("INSERT INTO item VALUES (?)", [(1,), (2,), (3,)])
    add_connection(house, name="shop", url=f"sqlite:///{path}", by="test")
    return signed_in


@pytest.fixture
def anna(people):
    """An analyst, who saves queries."""
    return people("analyst", "anna@example.com")


def save(client, *, is_shared=False):
    """Save a query, and return its id."""
    said = {"name": "Few", "connection": "shop", "sql": SQL, "is_shared": is_shared}
    return client.post("/api/sql/queries", json=said).json["data"]["id"]


def statuses(client, id):
    """Return what every page, form and address of a query answers."""
    page, api = f"/console/queries/{id}", f"/api/sql/queries/{id}"
    return {
        *(client.get(page + one).status_code for one in PAGES),
        *(client.post(page + one, data={"version": 1}).status_code for one in FORMS),
        *(client.get(api + one).status_code for one in ASKED),
        *(client.post(api + one, json=body).status_code for one, body in SENT.items()),
        client.patch(api, json={"tags": ["x"]}).status_code,
        client.delete(api).status_code,
    }


def test_a_private_query_is_nowhere_for_others(people, anna):
    """Whatever they ask, an admin too; it stays as it was."""
    id = save(anna)
    before = anna.get(f"/api/sql/queries/{id}").json["data"]
    others = [people("analyst", "ben@example.com"), people("admin")]

    assert [statuses(other, id) for other in others] == [{404}, {404}]
    assert [other.get("/api/sql/queries").json["data"] for other in others] == [[], []]
    assert [other.get("/jump.json").text.count("Few") for other in others] == [0, 0]
    assert anna.get(f"/api/sql/queries/{id}").json["data"] == before


def test_a_shared_query_is_run_and_not_changed_by_others(people, anna):
    """They see no button to change it either, and whose it is."""
    id, ben = save(anna, is_shared=True), people("analyst", "ben@example.com")
    here, there = f"/console/queries/{id}", f"/api/sql/queries/{id}"
    page = ben.get(here).text
    changes = [
        ben.post(f"{here}/share", data={"shared": "no"}),
        ben.post(f"{here}/edit", data={"name": "Mine", "sql": "SELECT 1"}),
        ben.post(f"{here}/restore", data={"version": 1}),
        ben.post(f"{here}/remove"),
        ben.get(f"{here}/edit"),
        ben.patch(there, json={"is_shared": False}),
        ben.delete(there),
    ]
    ran = ben.post(f"{there}/run", json={"params": {"most": 2}, "shape": "arrays"})

    assert {one.status_code for one in changes} == {403}
    assert ("Remove" in page, "Save a copy" in page) == (False, True)
    assert "anna@example.com" in page
    assert ran.json["data"]["rows"] == [[1], [2]]
    assert anna.get(there).json["data"]["version"] == 1
    assert anna.get(f"{there}/used-by").json["data"]["runs"] == []


def test_a_viewer_runs_a_shared_query_and_makes_no_files(people, anna):
    """Neither by the form nor by the API; the page says who may."""
    id, viewer = save(anna, is_shared=True), people("viewer")
    here, there = f"/console/queries/{id}", f"/api/sql/queries/{id}"
    form = {"value.most": "2", "format": "csv", "name": "s", "cron": "0 6 * * *"}
    ran = viewer.post(f"{here}/run", data=form | {"action": "run"})
    refused = [
        viewer.post(f"{here}/run", data=form | {"action": "file"}),
        viewer.post(f"{here}/run", data=form | {"action": "schedule"}),
        viewer.post(f"{there}/export", json=SENT["/export"]),
        viewer.post(f"{there}/schedule", json=SENT["/schedule"]),
    ]

    assert (ran.status_code, "/console?run=" in ran.location) == (303, True)
    assert {one.status_code for one in refused} == {403}
    assert "for analysts and admins" in viewer.get(f"{here}/run").text
    assert anna.get("/api/exports").json["data"] == []
    assert anna.get("/api/exports/schedules").json["data"] == []


def test_a_link_gives_no_more_than_the_reader_s_role(people, anna):
    """The text and the values; not the private query, and no more rows than theirs."""
    id = save(anna)
    state = {"connection": "shop", "sql": SQL, "title": "Few", "values": {"most": 2}}
    more = {"saved_query": id, "max_rows": 1_000_000}
    url = anna.post("/api/sql/links", json={"state": state | more}).json["data"]["url"]
    viewer = people("viewer")
    own, theirs = anna.get(url).text, viewer.get(url).text
    nobody = viewer.application.test_client().get(url, headers={"Accept": "text/html"})

    assert f'data-of-query="{id}"' in own
    assert 'data-of-query=""' in theirs
    assert ('value="1000000"' in own, 'value="1000000"' in theirs) == (True, False)
    assert (nobody.status_code, nobody.location.startswith("/login")) == (303, True)
    assert viewer.get(f"/console/queries/{id}").status_code == 404
