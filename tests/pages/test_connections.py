"""Connections by page: add, test, remove; with scripts and without."""

import pytest
from playwright.sync_api import expect

from entrepot.connections import list_connections
from tests.dataproducts.stock import build

EITHER = pytest.mark.parametrize("kind", ["page", "plain"])


@pytest.fixture
def screen(request, kind):
    """The page of connections, with scripts or without."""
    page = request.getfixturevalue(kind)
    page.goto("/connections")
    return page


def names(site):
    """Return the names registered now."""
    return [found.name for found in list_connections(site.app.extensions["house"])]


def fill(page, **fields):
    """Fill the form and send it."""
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)
    page.get_by_role("button", name="Connect and add").click()


@EITHER
def test_a_connection_comes_and_goes(screen, site, kind):
    """Added by form, tested, removed after a question that names it."""
    path = build(site.app.extensions["house"].home / f"{kind}.db")
    fill(screen, name=f"by-{kind}", url=f"sqlite:///{path}", description="Stock")
    expect(screen.locator("tbody")).to_contain_text(f"by-{kind}")
    screen.get_by_role("button", name=f"Test by-{kind}").click()
    expect(screen.locator(".notice.ok")).to_contain_text("SQLite 3")
    screen.get_by_role("link", name=f"Remove by-{kind}").click()
    expect(screen.get_by_role("heading", name="Remove the connection")).to_be_visible()
    screen.get_by_role("button", name=f"Remove by-{kind}").click()
    screen.wait_for_url("**/connections")

    assert names(site) == ["bdc", "demo", "shop"]


@EITHER
def test_what_is_wrong_is_said_beside_the_form(screen, site):
    """The fields keep what was written, but for the password."""
    fill(
        screen,
        name="far",
        url="postgresql://reader:hidden-word@127.0.0.1:1/shop",
        password="other-word",
    )
    expect(screen.locator("#add .problem")).to_be_visible()

    assert screen.locator("#name").input_value() == "far"
    assert "hidden-word" not in screen.content()
    assert "other-word" not in screen.content()
    assert names(site) == ["bdc", "demo", "shop"]


@pytest.mark.parametrize(
    ("origin", "status"), [("http://localhost", 409), ("http://a.example", 403)]
)
def test_a_foreign_page_may_not_add(site, origin, status):
    """A form that another site sends is refused before anybody looks at it."""
    fields = {"name": "demo", "url": "postgresql://127.0.0.1/shop"}
    answer = site.app.test_client().post(
        "/connections", data=fields, headers={"Origin": origin}
    )

    assert answer.status_code == status
    assert names(site) == ["bdc", "demo", "shop"]
