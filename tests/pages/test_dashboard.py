"""The dashboard in a browser: figures, charts by pointer and keys, ways onward."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.pages.lines import access, write, write_samples

HOUR = "/dashboard?range=1h"


@pytest.fixture(scope="module", autouse=True)
def house(watched):
    """The served house, with half an hour of requests and samples of its pool."""
    return watched


def test_figures_lead_to_their_details(page, house):
    """Each tile is a link: to its chart, or into the log."""
    write_samples(house)  # the tile shows the last minute's
    page.goto(HOUR)
    tiles = page.locator("a.stat")

    expect(tiles.locator(".name")).to_have_text(
        [
            "Requests a second",
            "Answer time, p95",
            "Failed",
            "Errors in the log",
            "Connections in use",
        ]
    )
    expect(tiles.last.locator(".value")).to_have_text(re.compile("4 of [36]0"))
    tiles.nth(2).click()
    expect(page).to_have_url(re.compile("#failures$"))
    tiles.nth(3).click()
    page.wait_for_url("**/logs?range=1h&level=ERROR&level=CRITICAL")


def test_a_chart_tells_its_values_to_pointer_and_keys(page):
    """A crosshair and the table's row; screen readers hear the same."""
    page.goto(HOUR)
    box = page.locator("#times [data-chart]")
    probe = box.get_by_role("slider")
    probe.hover()
    expect(box.locator(".readout")).to_contain_text("p95")
    expect(box.locator(".cross")).to_have_attribute("visibility", "visible")
    probe.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    last = box.locator("tbody tr").nth(-2).locator("td").all_text_contents()

    expect(probe).to_have_attribute(
        "aria-valuetext", f"{last[0]}: p50 {last[1]}, p95 {last[2]}, p99 {last[3]}"
    )
    expect(box.locator(".readout > span").first).to_have_text(f"{last[0]} UTC")
    page.keyboard.press("Escape")
    expect(box.locator(".readout")).to_be_hidden()


def test_words_keep_their_size(page):
    """A narrow chart is drawn narrower, not smaller."""
    page.goto(HOUR)
    label = page.locator("#times .rungs li").first
    wide = label.evaluate("e => getComputedStyle(e).fontSize")
    width = page.locator("#times .canvas text").first.evaluate("e => e.getBBox().width")
    page.set_viewport_size({"width": 380, "height": 700})
    text = page.locator("#times .canvas text").first

    assert label.evaluate("e => getComputedStyle(e).fontSize") == wide == "11px"
    assert text.evaluate("e => e.getBBox().width") == width


def test_the_numbers_are_right(plain, house):
    """Of an endpoint that nobody else asks: counts, percentiles, failures."""
    many = [access("/api/figures", 200, 10, 100 + n) for n in range(19)]
    write(house, *many, access("/api/figures", 500, 2000, 99))
    plain.goto(HOUR)
    row = plain.locator("#endpoints tr", has_text="/api/figures")
    cells = row.locator("td").all_inner_texts()

    assert cells[1:3] == ["20", "1"]
    assert [round(float(cells[n].split()[0])) for n in (3, 4)] == [10, 10]
    assert cells[5:7] == ["2.0 s", "2.0 s"]


def test_an_endpoint_leads_to_its_lines(plain, house):
    """All of them, and those that failed."""
    write(house, access("/api/leads", 200, 3, 60), access("/api/leads", 502, 3, 61))
    plain.goto(HOUR)
    row = plain.locator("#endpoints tr", has_text="/api/leads")
    row.get_by_role("link", name="1", exact=True).click()

    expect(plain.locator("#log-lines .said")).to_have_count(1)
    expect(plain.locator("#log-lines .said")).to_contain_text("GET /api/leads 502")


def test_recent_errors_open_their_line(plain):
    """With those around it."""
    plain.goto(HOUR)
    plain.locator("#errors a", has_text="SupplierInvoice").first.click()

    expect(plain.locator(".log.open .said")).to_contain_text("duplicate key")


def test_it_looks_again_by_itself(open_context, house):
    """New requests come into the open page; an open table stays open."""
    page = open_context().new_page()
    page.clock.install()
    page.goto(HOUR)
    page.locator("#requests-table summary").click()
    page.locator("h1").click()
    write(house, *[access("/api/renewed", 200, 3, 1) for _ in range(3)])
    page.clock.run_for(16_000)

    expect(page.locator("#endpoints")).to_contain_text("/api/renewed")
    expect(page.locator("#requests-table")).to_have_attribute("open", "")
    expect(page.locator("#requests .probe")).to_have_count(1)


def test_another_time_is_a_click(page):
    """The ranges are links, kept in the address."""
    page.goto("/dashboard")
    page.get_by_role("link", name="24 h").click()
    page.wait_for_url("**/dashboard?range=24h")

    expect(page.locator("#requests h2")).to_have_text("Requests a second, last 24 h")


def test_home_has_the_last_day(plain):
    """Two small charts and the way to the dashboard."""
    plain.goto("/")
    panel = plain.locator(".card", has_text="Requests and answer time")
    expect(panel.locator("[data-chart]")).to_have_count(2)
    panel.get_by_role("link", name="Dashboard").click()

    assert plain.url.endswith("/dashboard?range=24h")


def test_a_range_that_is_none_is_said(plain):
    """With those that are."""
    answer = plain.goto("/dashboard?range=7y")

    assert answer.status == 400
    expect(plain.locator(".problem .hint")).to_contain_text("15m, 1h, 6h, 24h, 2d")
