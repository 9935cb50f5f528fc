"""Facets beside a table's rows: counted, chosen, let go, in the address."""

import re

import pytest
from playwright.sync_api import expect

SUPPLIERS = "/data-products/demo:main/tables/suppliers"
FOOT = ".gridbox footer"


def rows_of(link):
    """Return how many rows a facet's value says it has."""
    return int(link.locator(".n").inner_text().replace(",", ""))


@pytest.mark.parametrize("kind", ["page", "plain"])
def test_a_value_leaves_its_rows_and_lets_them_go(kind, request):
    """The rows are as many as the facet said; the address has all of it."""
    page = request.getfixturevalue(kind)
    page.goto(f"{SUPPLIERS}?limit=500")
    page.locator("#facet-box summary").click()
    page.locator("#facet-box").get_by_role("link", name="country").click()
    facet = page.locator("#facets section", has_text="country")
    first = facet.get_by_role("listitem").get_by_role("link").first
    rows = rows_of(first)
    first.click()
    expect(first).to_have_attribute("aria-current", "true")
    expect(page.locator(FOOT)).to_contain_text(f"of {rows} filtered")
    expect(page).to_have_url(re.compile(r"where=country.*facet=country"))
    first.click()

    expect(page.locator(FOOT)).not_to_contain_text("filtered")
    expect(page.locator("#facets [aria-current=true]")).to_have_count(0)
    facet.get_by_role("link", name="Remove the facet country").click()
    expect(page.locator("#facets")).to_have_count(0)


def test_any_column_can_be_counted(plain):
    """The menu's form keeps what the address has; so does the number of rows."""
    plain.goto(f"{SUPPLIERS}?where=country:eq:DE")
    plain.locator("#facet-box summary").click()
    plain.get_by_label("Column to count").select_option("language")
    plain.get_by_role("button", name="Count", exact=True).click()
    expect(plain.locator("#facets h3")).to_contain_text("language")
    plain.get_by_label("Rows on a page").select_option("25")
    plain.get_by_role("button", name="Show", exact=True).click()

    expect(plain.locator("#facets h3")).to_contain_text("language")
    expect(plain.locator(FOOT)).to_contain_text("1–25 filtered")
