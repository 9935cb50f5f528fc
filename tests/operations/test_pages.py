"""The page about our own database, for people."""

from __future__ import annotations

import pytest

from entrepot.operations.health.monitor import watch_database

HTML = {"Accept": "text/html"}
HERE = {"Origin": "http://localhost"}
"""What a browser says of the page that a form stands on."""


@pytest.fixture
def page(sign_in):
    """A function that opens the page as somebody."""

    def open_page(role="viewer", **headers):
        client = sign_in(role, via="session")
        return client.get("/database", headers={**HTML, **headers})

    return open_page


def test_it_says_how_the_database_is(page, our_house, kind):
    """State, connections and settings stand there; admins alone may reconnect."""
    page()
    watch_database(our_house).look()

    mine, admins = page(), page("admin")

    assert mine.status_code == 200
    assert "Healthy" in mine.text
    assert "<code>DB_POOL_SIZE</code>" in mine.text
    assert 'class="line s1"' in mine.text
    assert ("/database/reconnect" in mine.text) is False
    assert "/database/reconnect" in admins.text
    assert "hea/lth" not in admins.text


def test_it_stands_in_the_rail(page):
    """The rail leads to it, below House."""
    assert '<a href="/database" title="Database"' in page().text


def test_nothing_new_is_not_sent_again(page):
    """Who has the page as it is gets 304."""
    tag = page().headers["ETag"]

    again = page(**{"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")


def test_its_buttons_work(sign_in, our_house):
    """Checking looks anew; reconnecting is for admins; both lead back."""
    viewer, admin = sign_in("viewer", "session"), sign_in("admin", "session")
    looks = our_house.store.meter.read().looks
    checked = viewer.post("/database/check", headers=HERE)
    refused = viewer.post("/database/reconnect", headers=HERE)
    done = admin.post("/database/reconnect", headers=HERE)

    assert (checked.status_code, refused.status_code) == (303, 403)
    assert done.headers["Location"] == "/database?said=reconnected"
    assert our_house.store.meter.read().looks == looks + 2
    text = admin.get(done.headers["Location"], headers=HTML).text
    assert "The connections were made anew" in text


def test_tabs_that_are_not_served_do_not_show(page):
    """Each tab leads to a page that answers."""
    tabs = page().text.partition("Parts of the database")[2].partition("</nav>")[0]
    links = tabs.split('href="')[1:]

    assert links[0].startswith('/database"')
    assert 'aria-current="page"' in links[0]
    assert all(link.startswith("/database") for link in links)
