"""Saved queries as people use them, without scripts and with them."""

from playwright.sync_api import expect

from tests.pages.console import GRID, rows, settle, written
from tests.pages.saved import LINK, SHORT

NAME = "What suppliers of a country were ordered from"


def test_a_query_is_found_and_run_without_scripts(plain):
    """From the list to its rows; a wrong value stays in its field until it is right."""
    plain.goto("/console")
    plain.get_by_role("link", name="Saved queries").click()
    plain.get_by_role("searchbox").fill("ordered from")
    plain.get_by_role("button", name="Find").click()
    plain.get_by_role("link", name=f"Run {NAME}").click()
    plain.get_by_label("Ordered since").fill("2031-01-01")
    plain.get_by_label("Country of the supplier").select_option("FR")
    plain.get_by_role("button", name="Run in the console").click()

    expect(plain.locator(".gridbox.no-js .empty")).to_contain_text("No rows")
    plain.go_back()
    plain.get_by_label("Ordered since").fill("2020-01-01")
    plain.get_by_role("button", name="Run in the console").click()
    expect(plain.locator(".gridbox.no-js footer")).to_contain_text("1–")


def test_a_query_opens_in_the_console_with_its_rows(page):
    """The run of the form stands in a tab, and is not made again."""
    page.goto("/console/queries/1/run")
    page.get_by_role("button", name="Run in the console").click()
    expect(page.locator(f"{GRID} tbody tr[data-place]").first).to_be_visible()
    settle(page)

    assert len(rows(page)[0]) == 3
    assert page.get_by_label("Value of country").input_value() == "DE"


def test_a_link_opens_a_tab_and_runs_nothing(page):
    """Its text, its title and its values."""
    page.goto(f"/console/links/{LINK}")
    expect(page.get_by_label("Value of country")).to_have_value("NL")

    assert written(page).rstrip() == SHORT.rstrip()
    expect(page.get_by_role("tab", name="Suppliers of the Netherlands")).to_be_visible()
    expect(page.locator("[data-foot]")).to_contain_text("Nothing has run here yet")
