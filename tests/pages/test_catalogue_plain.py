"""The catalogue without scripts: found, written and pictured by forms alone."""

from playwright.sync_api import expect

from tests.pages import goods


def test_products_are_narrowed_by_links(plain):
    """A facet's value, a search, and each taken away again."""
    plain.goto("/catalogue")
    brand = plain.get_by_label("Narrow down").get_by_role("link", name="Kestrel")
    brand.click()
    expect(plain.locator("table.products tbody tr")).to_have_count(2)
    plain.get_by_role("searchbox").fill("boots")
    plain.get_by_role("button", name="Search", exact=True).click()

    expect(plain.locator("table.products tbody tr")).to_have_count(1)
    plain.get_by_role("link", name="Remove the filter Words boots").click()
    expect(plain.locator("table.products tbody tr")).to_have_count(2)
    plain.get_by_role("link", name="Remove the filter Brand Kestrel").click()
    assert "brand=" not in plain.url


def test_pages_follow_by_key(plain):
    """The second begins after the last of the first."""
    plain.goto("/catalogue?limit=25&brand=Van+der+Meer&sort=sku")
    plain.get_by_role("link", name="Next").click()

    expect(plain.locator(".gridbox footer")).to_contain_text("26–50 of 60")
    first = plain.locator("table.products tbody tr").first
    expect(first).to_contain_text("VM-T025")


def test_a_product_is_saved_and_brought_back(plain):
    """What was changed is held, stands in the versions, and is undone there."""
    plain.goto("/catalogue?q=VM-T058")
    plain.locator("table.products tbody th a").click()
    plain.get_by_label("Price", exact=True).fill("6.66")
    plain.get_by_role("button", name="Save the product").click()
    expect(plain.locator(".notice.ok")).to_contain_text("Saved")
    expect(plain.locator("[data-field=price] .badge")).to_contain_text("by hand")
    plain.get_by_role("link", name="Versions").click()
    expect(plain.locator("#version-2")).to_contain_text("7.80")
    plain.get_by_role("button", name="Bring back version 1").click()

    expect(plain.locator(".notice.ok")).to_contain_text("Brought back")
    expect(plain.get_by_label("Price", exact=True)).to_have_value("7.80")


def test_a_picture_is_sent_and_described(plain):
    """It stands there at once, with what it shows as its text."""
    plain.goto(f"/catalogue/products/{goods.BOOTS}/images")
    sent = {"name": "boots.png", "mimeType": "image/png"}
    plain.get_by_label("Files").set_input_files(
        [{**sent, "buffer": goods.drawing((20, 90, 40))}]
    )
    plain.get_by_role("button", name="Add pictures").click()
    plain.get_by_label("What it shows").fill("Black boots")
    plain.get_by_role("button", name="Save", exact=True).click()

    expect(plain.get_by_role("img", name="Black boots")).to_be_visible()
    shown = plain.get_by_role("img", name="Black boots")
    assert shown.evaluate("image => image.naturalWidth") > 0


def test_a_new_product_says_what_it_needs(plain):
    """A price with a comma is wrong beside its field; with a point it is added."""
    plain.goto("/catalogue/products/new")
    plain.get_by_label("Name", exact=True).fill("Ear defenders")
    plain.get_by_label("SKU").fill("ed-1")
    plain.get_by_label("Price", exact=True).fill("12,90")
    plain.get_by_role("button", name="Add the product").click()
    expect(plain.locator("#wrong-price")).to_contain_text("12,90")
    plain.get_by_label("Price", exact=True).fill("12.90")
    plain.get_by_role("button", name="Add the product").click()

    expect(plain.get_by_role("heading", level=1)).to_have_text("Ear defenders")
    expect(plain.locator(".page-head .meta")).to_contain_text("ED-1")


def test_what_was_nearly_meant_is_found(plain):
    """The page says what it looked for instead."""
    plain.goto("/catalogue")
    plain.get_by_role("searchbox").fill("nitrlie")
    plain.get_by_role("button", name="Search", exact=True).click()

    expect(plain.locator("table.products tbody tr")).to_have_count(1)
    expect(plain.locator(".notice")).to_contain_text("These have nitrile")


def test_picked_products_are_changed_on_a_page(plain):
    """Boxes, a look, and the list with what came of it."""
    plain.goto("/catalogue?q=VM-T05&sort=sku")
    plain.get_by_label("Pick Packing tape, paper, 73").check()
    plain.get_by_label("Pick Packing tape, paper, 74").check()
    plain.get_by_role("button", name="Change those picked").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Change 2 products")
    plain.get_by_label("Add a tag").fill("winter")
    plain.get_by_role("button", name="See what would change").click()
    expect(plain.locator("#bulk-shown ins").first).to_have_text('tags: ["winter"]')
    plain.get_by_role("button", name="Change 2 products").click()

    expect(plain.locator(".notice.ok")).to_contain_text("2 products changed")
    expect(plain.locator("table.products tbody tr")).to_have_count(2)
