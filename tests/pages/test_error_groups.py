"""Errors by their causes in a browser: read by keys, resolved, muted, told on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from entrepot.watch.groups import service
from entrepot.watch.groups.spec import Wish
from tests.pages.lines import FAILED_ID, HOSTILE, entry, write

LINKS = "[data-error-link]"
MANY = ("alpha is away", "beta is away", "gamma is away")


@pytest.fixture(scope="module", autouse=True)
def house(watched):
    """The served house, with a few causes more."""
    for n, words in enumerate(MANY):
        write(watched, entry(words, ago=30 - n, level="ERROR", logger="entrepot.quay"))
    for words in HOSTILE:
        write(watched, entry(words, level="ERROR", logger="entrepot.hostile"))
    service.list_groups(watched, Wish())
    return watched


@pytest.fixture
def opened(house):
    """Let every group be open again at the end."""
    yield
    for group in service.list_groups(house, Wish(), limit=100).groups:
        service.reopen(house, group.id)


def test_errors_are_walked_by_keys(page):
    """In the list from link to link, then from page to page, in the same order."""
    page.goto("/errors?logger=entrepot.quay")
    page.keyboard.press("e")
    expect(page.locator(LINKS).nth(0)).to_be_focused()
    page.keyboard.press("e")
    page.keyboard.press("Shift+E")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(MANY[2])
    page.keyboard.press("e")
    expect(page.locator("h1")).to_have_text(MANY[1])
    page.keyboard.press("Shift+E")
    expect(page.locator("h1")).to_have_text(MANY[2])
    expect(page.locator("[data-error-above]")).to_have_count(0)


def test_an_error_is_resolved_by_key(page, house, opened):
    """It stands among the resolved ones then, and nowhere else."""
    page.goto(f"/errors/{FAILED_ID}")
    page.keyboard.press("r")
    expect(page.locator(".page-head .badge")).to_have_text("Resolved")
    page.goto("/errors?q=SupplierInvoice")
    expect(page.locator(LINKS)).to_have_count(0)
    page.get_by_role("link", name=re.compile("Resolved")).click()

    expect(page.locator(LINKS)).to_have_count(1)
    assert service.read_group(house, FAILED_ID).group.state == "resolved"


def test_an_error_is_muted_and_opened_without_scripts(plain, house, opened):
    """By a menu and a button; the page says until when."""
    plain.goto(f"/errors/{FAILED_ID}")
    plain.locator("#mute-box > summary").click()
    plain.get_by_role("button", name="Until 100 more came").click()
    expect(plain.locator(".notice")).to_contain_text("Muted until it came 100 times")
    plain.get_by_role("button", name="Open it again").click()

    expect(plain.locator(".notice")).to_have_count(0)
    assert service.read_group(house, FAILED_ID).group.state == "open"


def test_a_report_is_copied(page):
    """As Markdown, and the clipboard has it whole."""
    page.goto(f"/errors/{FAILED_ID}")
    page.get_by_role("button", name="Copy as Markdown").click()
    expect(page.locator(".toast")).to_contain_text("Copied")
    text = page.evaluate("navigator.clipboard.readText()")

    assert text.startswith("# ")
    assert f"- Error: `{FAILED_ID}`" in text


def test_an_error_leads_to_its_lines(page):
    """In one click, to the line, and to those of its request."""
    page.goto(f"/errors/{FAILED_ID}")
    page.get_by_role("link", name="Lines around it").click()
    expect(page.locator("h1")).to_have_text(re.compile(r"Line \d+"))
    expect(page.locator(".log.open")).to_contain_text("SupplierInvoice")
    page.go_back()
    page.get_by_role("link", name="Lines of its request").click()

    expect(page.locator("#log-lines [data-line]")).to_have_count(2)


def test_words_of_strangers_do_nothing(page):
    """In the list and on each page they are text."""
    page.goto("/errors?logger=entrepot.hostile")
    links = [link.get_attribute("href") for link in page.locator(LINKS).all()]
    for link in links:
        page.goto(link)
        expect(page).to_have_title(re.compile("Entrepôt"))
        assert "taken" not in page.title().split("<")[0]
        assert page.locator("main img, main script").count() == 0

    assert len(links) == len(HOSTILE)


def test_a_search_finds_a_request(page):
    """By its id; what finds nothing says so, and leads back."""
    page.goto("/errors")
    page.fill("#error-words", "nothing-says-this")
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_contain_text("No error matches")
    page.fill("#error-words", "8c1f00aa8c1f00aa")
    page.keyboard.press("Enter")

    expect(page.locator(LINKS)).to_have_count(1)
