"""Files from the page: the menu, the options, the receipt."""

import csv

import pytest
from playwright.sync_api import expect

from entrepot.connections import add_connection, remove_connection
from tests.dataproducts.stock import build

ORDERS = "/data-products/shop:main/tables/Order%20Details"


@pytest.mark.parametrize("kind", ["page", "plain"])
def test_the_menu_saves_what_is_shown(request, kind):
    """Filter, order and columns go into the file, with scripts and without."""
    page = request.getfixturevalue(kind)
    page.goto(f"{ORDERS}?where=id:le:2&order_by=id%20desc&columns=id,price")
    page.click("#export-box > summary")
    with page.expect_download() as started:
        page.locator("#export-box").get_by_role("link", name="CSV").click()
    with open(started.value.path(), newline="") as file:
        rows = list(csv.reader(file))

    assert rows == [["id", "price"], ["2", ""], ["1", "12.5"]]
    assert started.value.suggested_filename.endswith(".csv")


@pytest.mark.parametrize("kind", ["page", "plain"])
def test_options_go_into_the_file(request, kind):
    """The page of options offers what the format declares."""
    page = request.getfixturevalue(kind)
    page.goto(f"{ORDERS}/export?format=csv&where=id:eq:1&columns=id,price")
    page.get_by_label("Delimiter").select_option(";")
    with page.expect_download() as started:
        page.get_by_role("button", name="Export to CSV").click()

    assert started.value.path().read_text().split() == ["id;price", "1;12.5"]


def test_the_wait_is_shown_and_can_be_stopped(page):
    """Before the first byte there is a toast with a way out; no file comes then."""
    page.route("**/export?**", lambda route: None)  # an answer that never comes
    page.goto(ORDERS)
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Preparing the file")
    expect(toast.locator("progress")).to_be_visible()
    toast.get_by_role("button", name="Stop").click()

    expect(toast).to_contain_text("Export stopped")


def test_a_failed_export_says_why(page, site, tmp_path):
    """The problem's own words, and no file."""
    house = site.app.extensions["house"]
    path = build(house.home / f"{tmp_path.name}.db")
    add_connection(house, name="brief", url=f"sqlite:///{path}")
    page.goto("/data-products/brief:main/tables/keyless")
    path.unlink()
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    expect(page.locator(".toast.bad")).to_contain_text("No file was made")
    remove_connection(house, "brief", by="test")

    assert path.name in page.locator(".toast.bad p").inner_text()


def test_a_receipt_stays(plain):
    """The list leads to it; it names the file, the rows and the hash."""
    plain.goto(f"{ORDERS}?where=id:le:2")
    plain.click("#export-box > summary")
    with plain.expect_download():
        plain.locator("#export-box a[href*='format=json']").click()
    plain.goto("/exports")
    plain.locator(".job .what a").first.click()

    assert "2 rows written" in plain.locator(".receipt").inner_text()
    expect(plain.locator(".receipt dt", has_text="SHA-256")).to_have_count(1)
    with plain.expect_download() as again:
        plain.get_by_role("link", name="Download").click()
    assert again.value.suggested_filename == "Order Details.json"
