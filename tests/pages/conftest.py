"""Pages as a browser shows them; none of them may complain in the console."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    expect,
)

from tests.pages.lines import write_ordinary, write_samples, write_trace
from tests.pages.site import Site, open_browser, serve

WAIT_MILLISECONDS = 30_000
AWAY = "/health"
"""Nothing runs there; another site's page would cost a process."""

SIZE = {"width": 1280, "height": 720}

expect.set_options(timeout=WAIT_MILLISECONDS)  # a busy machine is no failure


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
    write_trace(house)
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


@pytest.fixture(scope="package")
def tab(browser, site) -> Iterator[Page]:
    """A tab with scripts for one test after the other."""
    allowed = ["clipboard-read", "clipboard-write"]
    with open_tab(browser, site, permissions=allowed) as tab:
        yield tab


@pytest.fixture(scope="package")
def plain_tab(browser, site) -> Iterator[Page]:
    """A tab without scripts for one test after the other."""
    with open_tab(browser, site, java_script_enabled=False) as tab:
        yield tab


@pytest.fixture
def page(tab, site) -> Iterator[Page]:
    """A page with scripts, which may not complain.

    What `renew` cannot take back, such as a clock, needs a page of `open_context`.
    """
    with listening(tab) as complaints:
        yield tab
    renew(tab, site)
    assert complaints == []


@pytest.fixture
def plain(plain_tab, site) -> Iterator[Page]:
    """A page without scripts."""
    yield plain_tab
    renew(plain_tab, site)


@contextmanager
def open_tab(browser: Browser, site: Site, **options) -> Iterator[Page]:
    """Give a tab with Playwright's options: each costs a second, so tests share it."""
    context = browser.new_context(base_url=site.origin, viewport=SIZE, **options)
    context.set_default_timeout(WAIT_MILLISECONDS)
    yield context.new_page()
    context.close()


def renew(tab: Page, site: Site) -> None:
    """Leave nothing of a test to the next: routes, storage, cookies, size, pointer."""
    tab.unroute_all(behavior="ignoreErrors")
    try:
        tab.goto(AWAY)
    except Error:  # something that the test had begun to load came between
        tab.goto(AWAY)
    tab.context.clear_cookies()
    forget(tab, site)
    tab.set_viewport_size(SIZE)
    tab.emulate_media(color_scheme="light")
    tab.mouse.move(0, 0)


def forget(tab: Page, site: Site) -> None:
    """Leave nothing of what pages have stored."""
    line = tab.context.new_cdp_session(tab)
    everything = {"origin": site.origin, "storageTypes": "all"}
    line.send("Storage.clearDataForOrigin", everything)
    line.detach()


@contextmanager
def listening(page: Page) -> Iterator[list[str]]:
    """Give the list into which the page's errors and warnings come until the end.

    What the network answers is left out: a refused value is a 400 on purpose.
    """
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        is_network = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not is_network:
            complaints.append(message.text)

    def fail(error: Exception) -> None:
        complaints.append(str(error))

    page.on("pageerror", fail)
    page.on("console", hear)
    yield complaints
    page.remove_listener("pageerror", fail)
    page.remove_listener("console", hear)
