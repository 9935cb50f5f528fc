"""The table page: filters, order, columns, pages, counts; with scripts and without."""

import pytest
from playwright.sync_api import expect

ORDERS = "/data-products/shop:main/tables/Order%20Details"
EITHER = pytest.mark.parametrize("kind", ["page", "plain"])


@pytest.fixture
def table(request, kind):
    """The awkward table in a page with scripts or without."""
    page = request.getfixturevalue(kind)
    page.goto(ORDERS)
    return page


def ids(page):
    """Return the first column as it stands there."""
    return page.locator("table.grid tbody th").all_inner_texts()


def filter_by(page, column, words, value):
    """Fill the empty row of the filter builder and apply it."""
    if not page.locator("#filter-new").is_visible():
        page.click("#filter-box > summary")
    row = page.locator(".filter-row").last
    row.locator("[name=column]").select_option(column)
    row.locator("[name=op]").select_option(label=words)
    row.locator("[name=value]").fill(value)
    row.get_by_role("button", name="Apply").click()


@EITHER
def test_filters_are_built_and_removed(table):
    """Conditions join with and; each has its own way out."""
    filter_by(table, "id", "is more than", "20")
    table.wait_for_url("**?where=id%3Agt%3A20")
    filter_by(table, "price", "is between", "22 … 23")
    table.wait_for_url("**price%3Abetween%3A22%2C23")
    expect(table.locator("tbody tr")).to_have_count(2)
    table.get_by_role("link", name="Remove the filter on id").click()
    table.wait_for_url("**?where=price%3Abetween%3A22%2C23")

    assert ids(table) == ["22", "23"]


@EITHER
def test_no_match_says_which_filter_to_remove(table):
    """Each condition can be taken away where the rows would stand."""
    table.goto(f"{ORDERS}?where=id:gt:3&where=id:lt:2")
    expect(table.get_by_role("heading", name="No rows match")).to_be_visible()
    table.locator(".empty").get_by_role("link", name="id is less than 2").click()
    table.wait_for_url("**?where=id%3Agt%3A3")

    expect(table.locator("tbody tr")).to_have_count(22)


@EITHER
def test_a_wrong_value_keeps_the_form(table):
    """The problem stands where the rows would; the value can be mended."""
    filter_by(table, "day", "is", "tomorrow")
    expect(table.locator(".problem .detail")).to_have_text(
        "day: 'tomorrow' is not a date"
    )
    table.locator(".filter-row").first.locator("[name=value]").fill("2024-02-29")
    table.get_by_role("button", name="Apply").click()
    table.wait_for_url("**2024-02-29")

    assert ids(table) == ["1"]


@EITHER
def test_a_head_sorts_up_down_and_not(table):
    """Three clicks go round; the head says which way."""
    head = table.locator("th", has=table.get_by_role("link", name="big"))
    for direction, address in (
        ("ascending", "**?order_by=big"),
        ("descending", "**?order_by=big+desc"),
    ):
        head.get_by_role("link").click()
        table.wait_for_url(address)
        expect(head).to_have_attribute("aria-sort", direction)
    assert ids(table)[0] == "3"
    head.get_by_role("link").click()
    table.wait_for_url(f"**{ORDERS}**")

    expect(head).not_to_have_attribute("aria-sort", "descending")


@EITHER
def test_columns_are_chosen(table, kind):
    """Those unticked leave; the address keeps the choice, names encoded."""
    table.click("#column-box > summary")
    for name in ("picture", "day", "at", "is_open", "big", "price"):
        table.get_by_label(name, exact=True).uncheck()
        if kind == "page":
            table.wait_for_load_state("networkidle")
    if kind == "plain":
        table.get_by_role("button", name="Show these").click()
    table.wait_for_url("**?columns=id%2Cna.me~2C+%27q%27+%22x%22")

    expect(table.locator("thead th a")).to_have_text(
        ["id", "na.me, 'q' \"x\""], use_inner_text=True
    )


@EITHER
def test_pages_follow_each_other(table):
    """Next goes on behind the last row and counts on; First goes back."""
    table.goto(f"{ORDERS}?limit=10")
    table.get_by_role("link", name="Next").click()
    table.wait_for_url("**after=**")
    expect(table.locator(".gridbox footer")).to_contain_text("11–20")
    assert ids(table) == [str(n) for n in range(11, 21)]
    table.get_by_role("link", name="First").click()
    table.wait_for_url("**?limit=10")

    assert ids(table)[0] == "1"


@EITHER
def test_rows_are_counted_when_asked(table):
    """A page that does not hold them all counts nothing by itself."""
    table.goto(f"{ORDERS}?limit=10")
    assert "of" not in table.locator(".gridbox footer b").first.inner_text()
    table.get_by_role("link", name="Count exactly").click()
    table.wait_for_url("**total=exact**")

    expect(table.locator(".gridbox footer")).to_contain_text("1–10 of 25")


def test_previous_goes_back_page_by_page(page):
    """Also after two steps forward, and by the browser's own button."""
    page.goto(f"{ORDERS}?limit=10")
    for first in ("11–20", "21–25"):
        page.get_by_role("link", name="Next").click()
        expect(page.locator(".gridbox footer")).to_contain_text(first)
    page.get_by_role("button", name="Previous").click()
    expect(page.locator(".gridbox footer")).to_contain_text("11–20")
    page.get_by_role("button", name="Previous").click()
    expect(page.locator(".gridbox footer")).to_contain_text("1–10")
    page.go_back()

    expect(page.locator(".gridbox footer")).to_contain_text("11–20")


def test_cells_show_what_a_value_is(plain):
    """NULL, the empty text, bytes, yes and no, dates and big integers differ."""
    plain.goto(ORDERS)
    rows = plain.locator("tbody tr")
    full = rows.nth(0).locator("th, td").all_inner_texts()
    empty = rows.nth(1).locator("th, td").all_inner_texts()
    edge = rows.nth(2).locator("th, td").all_inner_texts()

    assert full[1:8] == [
        "1",
        "a",
        "12.50",
        "7",
        "bytes · 2 B",
        "29 Feb 2024",
        ("2024-02-29 10:11:12"),
    ]
    assert empty[2:] == ["NULL"] * 7
    assert edge[2:6] == ["''", "0.10", "9,007,199,254,740,993", "bytes · 0 B"]


def test_a_foreign_key_leads_to_its_row(plain):
    """The value is a link to the table it points at, filtered to that row."""
    plain.goto("/data-products/demo:main/tables/purchase_orders?limit=25")
    link = plain.locator("tbody tr").first.locator("td a").first
    code = link.inner_text()
    link.click()

    assert "where=" in plain.url
    assert ids(plain) == [code]
