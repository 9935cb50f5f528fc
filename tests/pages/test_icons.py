"""The pages of icons: looked at while chosen, made, made by the batch, used again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete

from entrepot.catalogue import Icon
from entrepot.catalogue.icons.batches import BATCH
from tests.pages.drawn import write_icons
from tests.working import do_jobs

MISSING = re.compile(r"Make (\d+) missing icons")


@pytest.fixture
def house(site):
    """The served house, with the icons as they were for whoever comes next."""
    house = site.app.extensions["house"]
    yield house
    with house.store.session() as session:
        session.execute(delete(Icon))
    write_icons(house)


def test_the_pictures_follow_what_is_chosen(page):
    """No page is loaded; a drawing that is not there is told in its field."""
    page.goto("/catalogue/icons/1")
    pictures = page.locator("[data-icon-preview] img")

    page.get_by_label("Drawing").fill("rocket")
    expect(pictures.first).to_have_attribute("src", re.compile("symbol=rocket"))
    page.get_by_text("Outlined", exact=True).click()
    expect(pictures.first).to_have_attribute("src", re.compile("style=outlined"))
    expect(page.locator("[data-icon-facts]")).to_contain_text("rocket")
    page.get_by_label("Drawing").fill("no-such-drawing")

    expect(page.locator("#symbol:invalid")).to_be_visible()


def test_an_icon_is_made_without_scripts(house, plain):
    """What is looked at is what is made; the one before stands below it."""
    plain.goto("/catalogue/icons/2")
    plain.get_by_label("Drawing").fill("rocket")
    plain.get_by_label("Flat").check(force=True)
    plain.get_by_role("button", name="Look at it").click()
    expect(plain.locator("[data-icon-facts]")).to_contain_text("rocket")
    assert "symbol=rocket" in plain.url

    plain.get_by_role("button", name="Make this the icon").click()

    row = plain.locator("table tbody tr").first
    expect(row).to_contain_text("Holds")
    expect(row).to_contain_text("Flat")
    expect(row).to_contain_text("rocket")


def test_an_older_icon_is_used_again(house, plain):
    """It holds, and the one that did stands as before."""
    plain.goto("/catalogue/icons/1")
    plain.get_by_role("button", name=re.compile("^Use again")).click()

    flat = plain.locator("table tbody tr", has_text="Flat")
    expect(flat).to_contain_text("Holds")
    expect(
        plain.locator("table tbody tr", has_text="#3b82f6 · transparent")
    ).to_contain_text("Before")


def test_an_icon_is_taken_away(house, plain):
    """Its category has none then."""
    plain.goto("/catalogue/icons/3")
    plain.get_by_role("button", name=re.compile("^Take icon")).click()
    expect(plain.get_by_text("Taken away")).to_be_visible()

    plain.goto("/catalogue/icons?lacking=true")
    taken = plain.locator(".good[href='/catalogue/icons/3']")
    expect(taken).to_contain_text("No icon")


def test_missing_icons_are_made_by_a_job(house, page):
    """The page follows it, and shows them when it is done."""
    page.goto("/catalogue/icons")
    missing = page.get_by_role("link", name=MISSING)
    count = int(MISSING.search(missing.inner_text())[1])
    missing.click()
    page.get_by_text("Minimal", exact=True).click()
    page.get_by_role("button", name=f"Make {count} icons").click()
    expect(page.locator(".jobs .job")).to_contain_text(f"Make icons for {count} cat")

    do_jobs(house, kinds=BATCH)

    made = page.locator(".good", has_text="Minimal")
    expect(made).to_have_count(count)
    expect(page.get_by_text("0 without an icon")).to_be_visible()


def test_a_colour_that_is_none_is_told(plain):
    """With what would be one."""
    answer = plain.goto("/catalogue/icons/1?color=red")

    assert answer.status == 400
    expect(plain.locator(".problem")).to_be_visible()
