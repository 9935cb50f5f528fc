"""Delivery by page: destinations come, are tested, change and go."""

import pytest
from playwright.sync_api import expect

from entrepot.delivery import list_destinations
from tests.pages.sent import DELIVERY

EITHER = pytest.mark.parametrize("kind", ["page", "plain"])


@pytest.fixture
def screen(request, kind):
    """The page of deliveries, with scripts or without."""
    page = request.getfixturevalue(kind)
    page.goto("/delivery")
    return page


def names(site):
    """Return the names kept now."""
    return [found.name for found in list_destinations(site.app.extensions["house"])]


@EITHER
def test_a_destination_comes_and_goes(screen, site, kind):
    """Added by its channel's form, tested, changed, removed after a question."""
    screen.get_by_role("link", name="Add a destination").first.click()
    screen.get_by_role("link", name="Folder").click()
    screen.get_by_label("Name", exact=True).fill(f"by-{kind}")
    screen.get_by_label("Folder", exact=True).fill(kind)
    screen.get_by_role("button", name="Add the destination").click()
    screen.get_by_role("button", name=f"Send a test to by-{kind}").click()
    expect(screen.locator(".notice.ok")).to_contain_text("written as test.json")
    screen.get_by_role("link", name=f"Change by-{kind}").click()
    screen.get_by_label("What people should know of it").fill("Orders of the day")
    screen.get_by_role("button", name="Keep the changes").click()
    expect(screen.locator("tbody").first).to_contain_text("Orders of the day")
    screen.get_by_role("link", name=f"Remove by-{kind}").click()
    screen.get_by_role("button", name=f"Remove by-{kind}").click()
    screen.wait_for_url("**/delivery")

    assert names(site) == ["archive", "warehouse"]


@EITHER
def test_what_is_wrong_is_said_above_the_form(screen, site, kind):
    """The fields keep what was written, but for the secret."""
    screen.goto("/delivery/new?channel=webhook")
    screen.get_by_label("Name", exact=True).fill("far")
    screen.get_by_label("Url").fill("https://127.1/hook")
    screen.get_by_label("Secret").fill("hidden words of a kind")
    screen.get_by_role("button", name="Add the destination").click()
    expect(screen.locator(".problem")).to_contain_text("is no address as it is usually")

    assert screen.get_by_label("Url").input_value() == "https://127.1/hook"
    assert "hidden words" not in screen.content()
    assert names(site) == ["archive", "warehouse"]


@EITHER
def test_a_test_that_fails_is_told(screen, kind):
    """In the place where people look."""
    screen.get_by_role("button", name="Send a test to warehouse").click()
    expect(screen.locator(".problem")).to_contain_text("warehouse.example")


def test_a_delivery_is_sent_again(plain, site):
    """Then it waits, and a second press is told so."""
    plain.goto(f"/delivery/deliveries/{DELIVERY}")
    expect(plain.locator("tbody tr")).to_have_count(3)
    plain.get_by_role("button", name="Send again").click()
    expect(plain.locator("h1 + .meta")).to_contain_text("Tried again later")
    expect(plain.get_by_role("button", name="Send again")).to_have_count(0)
