"""The console's pages as they come without scripts: what is run, tried, changed."""

from __future__ import annotations

import html
import re

import pytest

from entrepot.app import create_app
from entrepot.composition import build_house

DELETE = "DELETE FROM item\nWHERE id > :id"
FORM = {"connection": "shop", "value.id": "2990", "kind.id": "number"}


@pytest.fixture
def writing(shop, environ):
    """A client of the same house, where admins may write."""
    house = build_house({**environ, "ENTREPOT_CONSOLE_WRITE": "true"})
    yield create_app(house, is_open=True).test_client()
    house.close()


def token_in(answer):
    """Return the token that a page's form holds."""
    return re.search(r'name="token" value="([^"]+)"', answer.text)[1]


def title_in(answer, tag):
    """Return the text of the page's heading of what came of it."""
    found = re.search(rf"<{tag}[^>]*>([^<]*)", answer.text.partition("</form>")[2])
    return html.unescape(found[1])


def count(client):
    """Return how many items there are."""
    asked = {"query": "SELECT count(*) AS n FROM item", "connection": "shop"}
    return client.post("/api/sql/execute", json=asked).json["data"]["rows"][0]["n"]


def test_a_change_is_shown_asked_for_and_made(writing):
    """The button deletes what the page said, once, and a receipt stands there."""
    form = FORM | {"sql": DELETE.replace("\n", "\r\n"), "mode": "write"}

    shown = writing.post("/console", data=form)
    assert "Delete 10 rows from main.item?" in shown.text
    assert count(writing) == 3_000
    made = writing.post("/console/changes", data=form | {"token": token_in(shown)})
    assert (made.status_code, count(writing)) == (303, 2_990)
    assert title_in(writing.get(made.location), "h3") == "10 rows deleted"
    again = writing.post("/console/changes", data=form | {"token": token_in(shown)})

    assert (again.status_code, "used before" in again.text) == (409, True)
    assert count(writing) == 2_990


def test_write_mode_reads_as_ever(writing):
    """What only reads runs at once; a change among several statements is refused."""
    reads = writing.post("/console", data={"sql": "SELECT 1", "mode": "write"} | FORM)
    both = f"SELECT 1; {DELETE}"
    several = writing.post("/console", data={"sql": both, "mode": "write"} | FORM)

    assert (reads.status_code, reads.location.startswith("/console?run=")) == (
        303,
        True,
    )
    assert (several.status_code, "a change is tried alone" in several.text) == (
        400,
        True,
    )
    assert count(writing) == 3_000


def test_without_write_mode_the_page_only_reads(shop, writing):
    """The switch is there for who may write; the wall refuses a change without it."""
    assert 'name="mode"' in writing.get("/console").text
    assert 'name="mode"' not in shop.get("/console").text

    for client, status in ((writing, 303), (shop, 303)):
        answer = client.post("/console", data={"sql": DELETE} | FORM)
        assert answer.status_code == status
        assert "The statement failed" in client.get(answer.location).text
    token = {"sql": DELETE, "token": "x"} | FORM
    assert shop.post("/console/changes", data=token).status_code == 403
    assert count(writing) == 3_000


def test_what_is_typed_wrong_changes_nothing(writing):
    """Who must type the statement's words and types others is asked again."""
    form = {"connection": "shop", "sql": "DROP TABLE item", "typed": "DROP TABEL"}

    answer = writing.post("/console/changes", data=form | {"token": "x"})

    assert answer.status_code == 400
    assert "Type DROP TABLE to run it" in answer.text
    assert count(writing) == 3_000
