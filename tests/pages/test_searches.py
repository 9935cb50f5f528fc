"""Saved searches in a browser: changed in a dialog, of their list and of the log."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest
from playwright.sync_api import expect

from tests.pages.test_every_page import AXE, wrongs

QUERY = "level:ERROR AND nobody-says-this"


@pytest.fixture
def kept(page):
    """The number of a saved search; it is gone when the test ends."""
    asked = {"name": "lost crates", "query": QUERY}
    answer = page.request.post("/api/logs/searches", data=asked)
    id = answer.json()["data"]["search"]["id"]
    yield id
    page.request.delete(f"/api/logs/searches/{id}")


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("/logs/searches", "Change lost crates"),
        (f"/logs?q={quote_plus(QUERY)}", "lost crates"),
    ],
)
def test_a_search_is_changed_in_a_dialog(page, kept, place, name):
    """Name and sharing; what stands in it was there before, and nothing serious."""
    page.goto(place)
    page.get_by_role("link", name=name, exact=True).click()
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_label("Search", exact=True)).to_have_value(QUERY)
    page.evaluate(AXE.read_text())
    serious = wrongs(page)
    dialog.get_by_label("Name", exact=True).fill("found crates")
    dialog.get_by_label("Everybody who may read the log sees it").check()
    dialog.get_by_role("button", name="Change it").click()
    page.wait_for_url("**/logs/searches")

    expect(page.get_by_role("row", name="found crates")).to_contain_text("shared")
    assert serious == []


def test_a_search_is_removed_from_its_dialog(page, kept):
    """Its row is gone."""
    page.goto("/logs/searches")
    page.get_by_role("link", name="Change lost crates").click()
    page.locator("dialog[open]").get_by_role("button", name="Remove").click()

    expect(page.get_by_role("row", name="lost crates")).to_have_count(0)


def test_without_a_script_it_is_a_page(plain, page, kept):
    """With the same form."""
    plain.goto("/logs/searches")
    plain.get_by_role("link", name="Change lost crates").click()
    plain.get_by_label("Name").fill("found by hand")
    plain.get_by_role("button", name="Change it").click()

    expect(plain.get_by_role("link", name="found by hand", exact=True)).to_be_visible()
