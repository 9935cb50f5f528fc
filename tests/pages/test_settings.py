"""Settings by page: Enter keeps what was written, a button of its own removes it."""

import pytest
from playwright.sync_api import expect

from entrepot.operations import list_configurations

DOWNLOADS = "ENTREPOT_DOWNLOADS_COUNT"


def kept(site):
    """Return the kept settings' values."""
    found = list_configurations(site.app.extensions["house"])
    return [line.value for line in found if line.setting == DOWNLOADS]


@pytest.mark.parametrize("kind", ["page", "plain"])
def test_a_setting_is_kept_and_removed(request, site, kind):
    """With scripts and without; what is wrong stands beside the field."""
    screen = request.getfixturevalue(kind)
    screen.goto("/settings?q=downloads")
    for text in ("many", "5", "6"):
        if not screen.locator("#value").count():
            screen.get_by_role("link", name=f"Change {DOWNLOADS}").click()
        screen.locator("#value").fill(text)
        screen.locator("#value").press("Enter")
        if text == "many":
            expect(screen.locator("td .problem")).to_contain_text("a whole number")
        else:
            expect(screen.locator(".notice.ok")).to_contain_text(DOWNLOADS)
            assert kept(site) == [int(text)]
    screen.get_by_role("link", name=f"Change {DOWNLOADS}").click()
    screen.get_by_role("button", name="Remove what is kept").click()
    expect(screen.locator(".notice.ok")).to_contain_text(DOWNLOADS)

    assert kept(site) == []
