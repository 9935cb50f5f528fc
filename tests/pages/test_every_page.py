"""What holds of every page: access, no complaints, no sideways scroll, a picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages.conftest import listen

ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
OUT = ROOT / "tests" / "out"

ORDERS = "/data-products/shop:main/tables/Order%20Details"
PAGES = {
    "home": "/",
    "products": "/data-products",
    "products-none": "/data-products?q=nothing-is-called-this",
    "product": "/data-products/demo:main",
    "table": "/data-products/demo:main/tables/purchase_orders",
    "table-filtered": f"{ORDERS}?where=id:gt:3&order_by=price%20desc",
    "table-none": f"{ORDERS}?where=id:gt:3&where=id:lt:2",
    "table-problem": f"{ORDERS}?where=day:eq:tomorrow",
    "structure": f"{ORDERS}/structure",
    "table-api": f"{ORDERS}/api",
    "export": f"{ORDERS}/export?format=csv",
    "connections": "/connections",
    "connection-remove": "/connections/shop/remove",
    "exports": "/exports",
    "audit": "/audit",
    "audit-none": "/audit?actor=nobody-is-called-this",
    "audit-record": "/audit/1",
    "settings": "/settings",
    "settings-change": "/settings?change=icons.default_color",
    "settings-none": "/settings?q=nothing-is-called-this",
    "migrations": "/database/migrations",
    "backups": "/database/backups",
    "sign-in": "/login",
    "account": "/account",
    "users": "/users",
    "user": "/users/1",
    "user-remove": "/users/1/remove",
    "key-revoke": "/account/keys/1/revoke",
    "docs": "/api/docs",
    "keys": "/keys",
    "problem": "/no/such/page",
}
EXPECTED = {"table-problem": 400, "problem": 404}
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def window(browser, site):
    """One window for every look, so that fonts and scripts are fetched once."""
    context = browser.new_context(base_url=site.origin)
    yield context
    context.close()


@pytest.fixture
def look(window):
    """A function that opens a page; it gives the page and its complaints."""
    pages = []

    def open_one(name):
        page = window.new_page()
        pages.append(page)
        complaints = listen(page)
        answer = page.goto(PAGES[name])
        assert answer.status == EXPECTED.get(name, 200)
        return page, complaints

    yield open_one
    for page in pages:
        page.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_serious_stands_in_the_way(look, name):
    """Axe finds nothing serious in either theme, and the console stays silent."""
    page, complaints = look(name)
    picture(page, f"{name}-light")
    in_light = wrongs(page)
    page.emulate_media(color_scheme="dark")
    picture(page, f"{name}-dark")

    assert (in_light, wrongs(page, "color-contrast")) == ([], [])
    assert complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_never_scrolls_sideways(look, name):
    """At 360 px only tables and code scroll sideways, in boxes of their own."""
    page, _ = look(name)
    page.set_viewport_size({"width": 360, "height": 780})
    picture(page, f"{name}-phone")

    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("part", ["#keys-dialog", "#palette", "#cell-dialog"])
def test_dialogs_are_as_open_to_all(look, part):
    """Dialogs too have nothing serious."""
    page, _ = look("table")
    page.evaluate("part => document.querySelector(part).showModal()", part)

    assert wrongs(page) == []


def test_menus_are_as_open_to_all(look):
    """So have the menus of formats and columns."""
    page, _ = look("table-filtered")
    page.click("#export-box > summary")
    picture(page, "table-export")
    first = wrongs(page)
    page.click("#column-box > summary")

    assert first + wrongs(page) == []


def wrongs(page, *rules) -> list[str]:
    """Return what axe finds serious, by all rules or these, with each place."""
    page.evaluate(AXE.read_text())
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in found["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def picture(page, name) -> None:
    """Keep a screenshot for whoever wants to look."""
    OUT.mkdir(exist_ok=True)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.screenshot(path=OUT / f"{name}.png")
