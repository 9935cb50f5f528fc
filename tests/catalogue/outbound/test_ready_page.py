"""The page of the ready feeds: addresses, states, and what is left out."""

from __future__ import annotations

import pytest

from entrepot.app import create_app
from entrepot.catalogue.outbound.ready import FEEDS

PAGE = "/catalogue/feeds"


@pytest.fixture
def client(shop):
    """A client of the house with products, which trusts everybody."""
    return create_app(shop, is_open=True).test_client()


def test_every_feed_stands_there_before_it_is_written(client):
    """With its address; looking writes none."""
    text = client.get(PAGE).text

    assert all(f"/feeds/{name}" in text for name in FEEDS)
    assert text.count("when it is first fetched") == len(FEEDS)


def test_a_feed_is_written_and_says_what_it_leaves_out(client):
    """Each product with what it lacks, and the way to the field."""
    answer = client.post(f"{PAGE}/google.xml")
    text = client.get(f"{PAGE}?lacking=google.xml").text

    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "as the catalogue is now" in text
    assert "Left out of google.xml" in text
    assert "BARE" in text
    assert "#field-description" in text


def test_a_feed_that_is_not_there_is_a_problem(client):
    """Neither shown nor written."""
    assert client.get(f"{PAGE}?lacking=none.xml").status_code == 404
    assert client.post(f"{PAGE}/none.xml").status_code == 404


def test_pages_of_the_catalogue_share_their_tabs(client):
    """From each of them the others are one step away."""
    for here in ("", "/categories", "/categories/mappings", "/icons", "/feeds"):
        text = client.get(f"/catalogue{here}").text
        tabs = text[text.index('aria-label="The catalogue"') :]
        tabs = tabs[: tabs.index("</nav>")]
        for there in ("", "/categories", "/icons", "/feeds"):
            assert f'href="/catalogue{there}"' in tabs
        assert 'href="/imports"' in tabs
