"""The catalogue as people use it with scripts: picked rows, many changed together."""

import re

from playwright.sync_api import Locator, expect

from entrepot.catalogue import update_product
from tests.pages import goods

ROWS = "table.products tbody tr"


def cell(page, sku, column) -> Locator:
    """Return the cell of a product in a column."""
    heads = page.locator("table.products thead th")
    names = [head.get_attribute("data-column") for head in heads.all()]
    row = page.locator(f"{ROWS}:has(td[data-raw='{sku}'])")
    return row.locator("> *").nth(names.index(column))


def write(page, sku, column, text) -> Locator:
    """Write into a cell by keyboard; the cell is given back."""
    found = cell(page, sku, column)
    found.focus()
    page.keyboard.press("Enter")
    found.locator(".cell-field").fill(text)
    page.keyboard.press("Enter")
    return found


def pick(page, sku) -> None:
    """Pick a product's row by keyboard."""
    page.locator(f"{ROWS}:has-text('{sku}') td >> nth=1").focus()
    page.keyboard.press("Space")


def test_many_are_changed_in_a_dialog_over_the_list(page):
    """Picked by keyboard, looked at, done; the list stays where it was."""
    page.goto("/catalogue?q=VM-T02&sort=sku")
    expect(page.locator("[data-bulk=picked]")).to_be_disabled()
    pick(page, "VM-T021")
    pick(page, "VM-T023")
    expect(page.locator("[data-picked]")).to_have_text("2 picked")
    page.get_by_role("button", name="Change those picked").click()
    dialog = page.locator("#bulk-dialog")
    dialog.get_by_label("Status").select_option("draft")
    dialog.get_by_role("button", name="See what would change").click()
    expect(dialog.locator("#bulk-preview")).to_have_text("2 products would change")
    expect(dialog.locator("table")).to_contain_text("archived")
    dialog.get_by_role("button", name="Change 2 products").click()

    expect(page.locator(".toast.ok")).to_contain_text("2 products changed")
    expect(dialog).not_to_be_visible()
    statuses = page.locator(f"{ROWS} .status")
    expect(statuses.filter(has_text="draft")).to_have_count(2)
    expect(statuses.filter(has_text="archived")).to_have_count(8)
    assert page.url.endswith("?q=VM-T02&sort=sku")


def test_a_range_is_picked_with_shift_and_all_at_once(page):
    """What lies between two boxes; the box in the head takes all of the page."""
    page.goto("/catalogue?q=VM-T03&sort=sku")
    boxes = page.locator(f"{ROWS} input")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(page.locator("[data-picked]")).to_have_text("4 picked")
    page.get_by_label("Pick all on this page").click()

    expect(page.locator("[data-picked]")).to_have_text("10 picked")
    expect(page.locator(f"{ROWS}[aria-selected=true]")).to_have_count(10)


def test_a_facet_narrows_without_leaving_the_page(page):
    """The address follows, and so does the way back."""
    page.goto("/catalogue")
    page.evaluate("document.body.dataset.kept = 'yes'")
    panel = page.get_by_label("Narrow down")
    panel.get_by_role("link", name="Kestrel").click()
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page).to_have_url(re.compile(r"brand=Kestrel"))
    page.go_back()

    expect(page.locator(ROWS)).to_have_count(50)
    assert page.evaluate("document.body.dataset.kept") == "yes"


def test_a_field_of_a_lost_point_is_found(page):
    """The link opens its section and its field; what is written is counted."""
    page.goto(f"/catalogue/products/{goods.GLOVES}")
    page.locator("#measures summary").click()
    lost = page.locator("section[aria-labelledby=quality-title]")
    lost.get_by_role("link", name="Weight").click()

    expect(page.locator("#field-weight")).to_be_focused()
    page.keyboard.type("0.4")
    expect(page.locator("[data-changed-count]")).to_have_text("1 field changed")
    page.locator("#field-weight").fill("")
    expect(page.locator("[data-changed-count]")).to_have_text("")


def test_files_that_are_chosen_are_named(page):
    """Before they are sent."""
    page.goto(f"/catalogue/products/{goods.LAMP}/images")
    sent = {"mimeType": "image/png", "buffer": goods.drawing((1, 2, 3))}
    files = [{"name": f"{letter}.png", **sent} for letter in "ab"]
    page.get_by_label("Files").set_input_files(files)

    expect(page.locator("[data-chosen]")).to_have_text("2 files")


def test_a_cell_is_written_where_it_stands(page):
    """Enter saves as a version, Escape does not; the keys stay in the grid."""
    page.goto("/catalogue?q=VM-T041")
    price = write(page, "VM-T041", "price", "7.35")
    expect(price).to_contain_text("7.35 EUR")
    expect(price).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("9.99")
    page.keyboard.press("Escape")
    expect(price).to_contain_text("7.35 EUR")
    page.keyboard.press("ArrowRight")
    expect(cell(page, "VM-T041", "inventory_quantity")).to_be_focused()

    page.reload()
    expect(cell(page, "VM-T041", "price")).to_contain_text("7.35 EUR")
    row = page.locator(ROWS)
    expect(row).to_have_attribute("data-version", "2")


def test_tab_saves_and_goes_on(page):
    """Two cells after each other: the second waits for the version of the first."""
    page.goto("/catalogue?q=VM-T042")
    stock = cell(page, "VM-T042", "inventory_quantity")
    cell(page, "VM-T042", "price").dblclick()
    page.keyboard.type("8.01")
    page.keyboard.press("Tab")
    page.keyboard.type("77")
    page.keyboard.press("Enter")

    expect(stock).to_have_text("77")
    expect(cell(page, "VM-T042", "price")).to_contain_text("8.01")
    expect(page.locator(ROWS)).to_have_attribute("data-version", "3")


def test_a_word_is_chosen_and_a_name_written(page):
    """A select for what is one of few; F2 for the name, whose Enter opens the page."""
    page.goto("/catalogue?q=VM-T043")
    status = cell(page, "VM-T043", "status")
    status.focus()
    page.keyboard.press("Enter")
    status.locator("select").select_option("active")
    page.keyboard.press("Enter")
    expect(status).to_contain_text("active")
    page.locator(f"{ROWS} th").focus()
    page.keyboard.press("F2")
    page.keyboard.type("Brown tape")
    page.keyboard.press("Enter")
    expect(page.locator(f"{ROWS} th")).to_have_text("Brown tape")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Brown tape")


def test_a_value_that_cannot_be_is_not_saved(page):
    """The reason is said, and what was written can be mended."""
    page.goto("/catalogue?q=VM-T044")
    price = write(page, "VM-T044", "price", "12,90")
    toast = page.locator(".toast.bad")
    expect(toast).to_contain_text("12,90")
    expect(price).to_contain_text("6.40")
    toast.get_by_role("button", name="Write again").click()

    expect(price.locator(".cell-field")).to_have_value("12,90")
    page.keyboard.press("Escape")


def test_two_people_are_shown_to_each_other(page, site):
    """Theirs beside mine; mine is written where I say so."""
    page.goto("/catalogue?q=VM-T045")
    id = int(page.locator(ROWS).get_attribute("data-id"))
    with site.app.extensions["house"].store.session() as session:
        update_product(session, id, {"price": "5.00"}, by=goods.PEDRO)
    price = write(page, "VM-T045", "price", "6.00")
    dialog = page.locator("#edit-conflict")
    expect(dialog.locator("[data-conflict-mine]")).to_have_text("6.00")
    expect(dialog.locator("[data-conflict-theirs]")).to_have_text("5.00")
    dialog.get_by_role("button", name="Write mine").click()

    expect(price).to_contain_text("6.00 EUR")
    expect(page.locator(ROWS)).to_have_attribute("data-version", "3")
