"""Pages as a browser shows them; none of them may complain in the console."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.pages.lines import write_ordinary, write_samples
from tests.pages.site import open_browser, serve

WAIT_MILLISECONDS = 10_000


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    """Pages served from the demo and the awkward stock."""
    with serve(tmp_path_factory.mktemp("site") / "home") as site:
        yield site


@pytest.fixture(scope="package")
def watched(site):
    """The served house, with half an hour of ordinary lines and samples."""
    house = site.app.extensions["house"]
    write_ordinary(house)
    write_samples(house)
    return house


@pytest.fixture(scope="package")
def browser():
    """Chromium, started once."""
    with open_browser() as browser:
        yield browser


@pytest.fixture
def open_context(browser, site):
    """A function that opens a window of its own, with Playwright's options."""
    contexts: list[BrowserContext] = []

    def open_one(**options) -> BrowserContext:
        context = browser.new_context(base_url=site.origin, **options)
        context.set_default_timeout(WAIT_MILLISECONDS)
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_context) -> Iterator[Page]:
    """A page with scripts, which may not complain."""
    page = open_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    complaints = listen(page)
    yield page
    assert complaints == []


@pytest.fixture
def plain(open_context) -> Page:
    """A page without scripts."""
    return open_context(java_script_enabled=False).new_page()


def listen(page: Page) -> list[str]:
    """Return the list into which the page's errors and warnings will come.

    What the network answers is left out: a refused value is a 400 on purpose.
    """
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        is_network = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not is_network:
            complaints.append(message.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", hear)
    return complaints
