"""The frame around every page: theme, keys, search and jump, the rail, problems."""

import pytest
from playwright.sync_api import expect

from entrepot.app import create_app
from entrepot.composition import build_house

THEME = "document.documentElement.dataset.theme"


def test_the_theme_is_kept(page):
    """T changes it; the next page has it before the first paint."""
    page.goto("/")
    page.keyboard.press("t")
    assert page.evaluate(THEME) == "dark"
    page.goto("/keys")

    assert page.evaluate(THEME) == "dark"
    page.keyboard.press("t")
    assert page.evaluate(THEME) == "light"


def test_without_scripts_the_theme_is_the_systems(open_context):
    """And nothing that needs a script is shown."""
    context = open_context(java_script_enabled=False, color_scheme="dark")
    page = context.new_page()
    page.goto("/")

    expect(page.locator("[data-theme-toggle]")).to_be_hidden()
    expect(page.locator(".command")).to_be_hidden()
    expect(page.locator("body")).to_have_css("color", "rgb(232, 237, 241)")


@pytest.mark.parametrize(
    ("letter", "address"),
    [("d", "/data-products"), ("x", "/exports"), ("c", "/connections"), ("h", "/")],
)
def test_g_and_a_letter_go_to_a_place(page, site, letter, address):
    """Every place of the rail that says a letter."""
    page.goto("/keys")
    page.keyboard.press("g")
    page.keyboard.press(letter)
    page.wait_for_url(site.origin + address)

    expect(page.locator(".rail [aria-current=page]")).to_have_count(1)


def test_search_and_jump_finds_a_table(page):
    """Ctrl K, a few letters, Enter."""
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("purchase it")
    expect(page.locator("#palette .here")).to_contain_text("purchase_order_items")
    page.keyboard.press("Enter")
    page.wait_for_url("**/data-products/demo:main/tables/purchase_order_items")

    expect(page.locator("h1")).to_have_text("purchase_order_items")


def test_search_and_jump_says_when_nothing_is_found(page):
    """Not an empty box."""
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("zzz")

    expect(page.locator("#palette-found")).to_have_text("Nothing is called “zzz”")


def test_a_list_narrows_as_one_writes(page):
    """The slash leads to the search field of the page."""
    page.goto("/data-products/demo:main")
    page.keyboard.press("/")
    page.keyboard.type("cost centre")

    names = page.locator("#tables tbody tr:visible a.name")
    expect(names).to_have_text(["cost_centres"])


def test_a_list_narrows_without_scripts(plain):
    """The same field is a form."""
    plain.goto("/data-products/demo:main")
    plain.get_by_role("textbox", name="Search tables").fill("cost centre")
    plain.get_by_role("button", name="Search").click()

    names = plain.locator("#tables tbody tr a.name")
    expect(names).to_have_text(["cost_centres"])


def test_the_rail_opens_on_a_phone_without_scripts(open_context):
    """The menu button is a link to it."""
    context = open_context(
        java_script_enabled=False, viewport={"width": 360, "height": 780}
    )
    page = context.new_page()
    page.goto("/")
    expect(page.locator("#rail")).to_be_hidden()
    page.get_by_label("Open the menu").click()

    expect(page.locator("#rail")).to_be_visible()


def test_a_browser_gets_problems_as_pages(plain):
    """With the status, what to do, and the same as JSON."""
    answer = plain.goto("/data-products/demo:main/tables/suppliersx")

    assert answer.status == 404
    expect(plain.locator(".problem .hint")).to_have_text("Did you mean 'suppliers'?")
    assert '"status": 404' in plain.get_by_label("Problem document").text_content()


def test_the_first_run_offers_three_ways(client):
    """An empty house says how to begin."""
    text = client.get("/", headers={"Accept": "text/html"}).text

    assert "Welcome" in text
    for way in ("Connect a database", "entrepot demo", "Begin with the API"):
        assert way in text


def test_the_dock_has_room_for_its_names(open_context):
    """Five places on the narrowest phone; no name runs into the next one's."""
    context = open_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto("/database")
    links = page.locator(".dock a")

    expect(links).to_have_count(5)
    assert page.locator(".rail a[href]").count() > 5
    assert links.all_inner_texts() == [
        "Home",
        "Data",
        "Catalogue",
        "Imports",
        "Exports",
    ]
    cut = "links => links.filter(a => a.scrollWidth > a.clientWidth).length"
    assert links.evaluate_all(cut) == 0


def test_a_stranger_gets_a_welcome_and_no_more(environ):
    """Who is not known sees neither figures nor names."""
    house = build_house(environ)
    client = create_app(house).test_client()
    home, inside = client.get("/"), client.get("/data-products")
    house.close()

    assert "Welcome" in home.text
    assert "Sign in to see" in home.text
    assert inside.status_code == 401


@pytest.mark.parametrize("part", ["relations", "used-by"])
def test_the_current_tab_is_in_sight_on_a_phone(page, part):
    """The row of tabs scrolls there by itself."""
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"/data-products/demo:main/tables/suppliers/{part}")
    here = page.locator(".tabs [aria-current]")
    expect(here).to_be_visible()
    box = here.bounding_box()

    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
