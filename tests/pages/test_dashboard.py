"""The dashboard in a browser: figures, charts by pointer and keys, ways onward."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.pages.lines import access, write, write_samples

HOUR = "/dashboard?range=1h"
BEGUN = datetime.now(UTC).replace(second=0, microsecond=0)


def chosen(since_minutes, until_minutes):
    """Return the address's part for a time so many minutes before these tests."""
    since, until = (
        f"{BEGUN - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"
        for minutes in (since_minutes, until_minutes)
    )
    return f"start_date={since}&end_date={until}"


def chosen_in(address):
    """Return that part of an address."""
    asked = parse_qs(urlsplit(address).query)
    return f"start_date={asked['start_date'][0]}&end_date={asked['end_date'][0]}"


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
            "Services",
            "Requests a second",
            "Answer time, p95",
            "Failed",
            "Errors in the log",
            "Connections in use",
            "Jobs",
            "Exports",
            "Memory",
            "Processor",
        ]
    )
    expect(tiles.nth(5).locator(".value")).to_have_text(re.compile("4 of [36]0"))
    tiles.nth(0).click()
    expect(page).to_have_url(re.compile("#services$"))
    tiles.nth(4).click()
    page.wait_for_url("**/logs?range=1h&level=ERROR&level=CRITICAL")


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_figures_of_a_chosen_time_lead_to_its_lines(plain, at):
    """Whatever the tile, the log is narrowed to the same two moments."""
    plain.goto(f"/dashboard?{chosen(30, 1)}")
    plain.locator("a.stat").nth(at).click()

    assert chosen_in(plain.url) == chosen(30, 1)
    expect(plain.locator(".chip.on", has_text="time")).to_be_visible()


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
    canvas = page.locator("#requests canvas").element_handle()
    page.clock.run_for(16_000)

    expect(page.locator("#endpoints")).to_contain_text("/api/renewed")
    assert canvas.evaluate("e => e.isConnected && Boolean(e.closest('.plot.drawn'))")
    expect(page.locator("#requests-table")).to_have_attribute("open", "")
    expect(page.locator("#requests .probe")).to_have_count(1)


def test_another_time_is_a_click(page):
    """The ranges are links, kept in the address."""
    page.goto("/dashboard")
    page.get_by_role("link", name="24 h").click()
    page.wait_for_url("**/dashboard?range=24h")

    expect(page.locator(".page-head .meta")).to_contain_text("last 24 h")
    expect(page.locator("#requests .canvas")).to_have_attribute(
        "aria-label", re.compile("last 24 h")
    )


def test_any_time_can_be_chosen(plain):
    """By a form, without a script; twice the time is a click."""
    plain.goto("/dashboard")
    plain.locator("#free-time summary").click()
    since, until = (part.split("=")[1] for part in chosen(20, 5).split("&"))
    plain.get_by_label("From, UTC").fill(since)
    plain.get_by_label("Until").fill(until)
    plain.get_by_role("button", name="Show this time").click()
    assert chosen_in(unquote(plain.url)) == chosen(20, 5)
    expect(plain.locator(".segments [aria-current]")).to_have_count(0)
    plain.locator("#free-time summary").click()
    plain.get_by_role("link", name="Twice the time").click()

    assert f"start_date={BEGUN - timedelta(minutes=27, seconds=30):%Y-%m-%d}" in (
        plain.url
    )
    expect(plain.locator("#requests [data-raw]")).to_have_count(1)


@pytest.mark.parametrize(
    "asked",
    ["start_date=soon", "start_date=2026-01-02&end_date=2026-01-01", "end_date=1990"],
)
def test_a_time_that_cannot_be_is_said(plain, asked):
    """What is wrong with it, and what would be right."""
    answer = plain.goto(f"/dashboard?{asked}")

    assert answer.status == 400
    expect(plain.locator(".problem")).to_be_visible()


def test_a_time_is_drawn_with_the_pointer(page):
    """The stretch becomes the dashboard's, in its address."""
    page.goto(HOUR)
    over = page.locator("#times .u-over")
    expect(over).to_be_visible()
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 40, steps=5)
    page.mouse.up()
    page.wait_for_url("**start_date=**")

    asked = parse_qs(urlsplit(page.url).query)
    since, until = (
        datetime.fromisoformat(asked[name][0]) for name in ("start_date", "end_date")
    )
    assert timedelta(minutes=25) < until - since < timedelta(minutes=36)
    expect(page.locator("#times .u-over")).to_be_visible()


def test_one_crosshair_stands_in_every_chart(page):
    """The same moment in each, that of the arrows too."""
    page.goto(HOUR)
    page.locator("#times .u-over").focus()
    page.keyboard.press("ArrowLeft")
    cross = page.locator("#requests .u-cursor-x")

    expect(cross).to_be_visible()
    expect(page.locator("#requests .readout")).to_be_hidden()
    expect(page.locator("#times .readout")).to_be_visible()


def test_a_moment_leads_to_its_lines(page):
    """Enter on a chart opens the lines of what its crosshair is on."""
    page.goto(HOUR)
    page.locator("#requests .u-over").focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.wait_for_url("**/logs?*start_date=*")

    assert "logger=entrepot.access" in page.url


def test_a_chart_says_in_words_what_it_shows(plain):
    """Beside its shapes, for those who cannot see them; without a script too."""
    plain.goto(HOUR)
    summary = plain.locator("#requests .summary")

    expect(summary).to_have_text(re.compile(r"requests/s: mean \S+, most \S+ /s at "))
    expect(plain.locator("#requests .canvas path.line.s1").first).to_be_attached()
    expect(plain.locator("#requests-table tbody a").first).to_be_attached()


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
    expect(plain.locator(".problem .hint")).to_contain_text("15m, 1h, 6h, 24h, 2d, 7d")
