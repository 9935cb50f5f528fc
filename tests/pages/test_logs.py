"""The log in a browser: narrowed by clicks, opened, followed, read by keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.pages.lines import (
    FAILED,
    HOSTILE,
    REQUEST,
    STACK,
    access,
    entry,
    write,
)

LINES = "#log-lines [data-line]"
OPEN = "[data-open-line]"
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would steer a terminal, or turn the text around it."""


@pytest.fixture(scope="module", autouse=True)
def house(watched):
    """The served house, with half an hour of lines."""
    return watched


def line(page, text):
    """Return the line on the page that has a text."""
    return page.locator(LINES).filter(has_text=text).first


def test_a_click_on_a_value_narrows_to_it(page):
    """An open line's values are links; the chip that comes takes it back."""
    page.goto("/logs?q=duplicate")
    line(page, FAILED).locator(".said").click()
    page.locator(".pair", has_text="feeds").click()
    page.wait_for_url("**/logs?*logger=entrepot.feeds*")
    expect(page.locator(".chip.on")).to_have_count(2)
    page.get_by_label("Remove the filter words").click()
    expect(page.locator(LINES).nth(1)).to_be_visible()
    page.get_by_label("Remove the filter logger").click()

    expect(page.locator(".chip.on")).to_have_count(0)


def test_an_open_line_shows_all_it_tells(page):
    """Facts, stack trace and what leads on; another click closes it."""
    page.goto("/logs?q=duplicate")
    line(page, FAILED).locator(".said").click()
    more = page.locator(".log-more")

    expect(more.locator(".pair", has_text="row")).to_have_text("row11204")
    assert more.locator("[data-stack]").text_content() == STACK
    assert re.search(r"[?&]line=\d+#line-\d+$", page.url)
    line(page, FAILED).locator(".said").click()
    expect(more).to_have_count(0)
    assert "line=" not in page.url


def test_lines_of_a_request_are_found_whenever_it_was(page):
    """One link leads to all of them, without the other filters."""
    page.goto("/logs?q=duplicate&level=ERROR")
    line(page, FAILED).locator(".said").click()
    page.get_by_role("link", name="Lines of this request").click()
    page.wait_for_url(f"**/logs?request_id={REQUEST}")

    expect(page.locator("#log-lines .said")).to_have_text(
        [re.compile("^SupplierInvoice"), re.compile("^Sync begun")]
    )
    expect(page.locator(".page-head .meta")).to_contain_text(
        "2 lines of all that is kept"
    )


def test_a_bar_narrows_to_its_time(page):
    """So does a stretch drawn with the pointer, and the keys lead to a bar."""
    page.goto("/logs?logger=entrepot.access")
    bar = page.locator("[data-levels] a.column").nth(-3)
    wanted = bar.get_attribute("href")
    bar.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(bar).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{wanted}")
    expect(page.locator(".chip.on", has_text="time")).to_have_count(1)
    before = page.url
    box = page.locator("[data-levels] .canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 20, steps=4)
    page.mouse.up()

    page.wait_for_url(lambda url: url != before)
    expect(page.locator(".dot.live")).to_have_count(0)
    expect(page.get_by_role("link", name="Twice the time")).to_be_visible()


def test_levels_narrow_without_losing_their_counts(page):
    """Ticking one leaves the numbers of the others."""
    page.goto("/logs")
    info = page.locator("label", has=page.locator("#level-info")).locator(".n")
    expect(info).not_to_have_text("0")
    page.locator("#level-error").check()
    page.wait_for_url("**level=ERROR*")

    expect(page.locator("#level-error")).to_be_checked()
    expect(info).not_to_have_text("0")
    assert set(page.locator("#log-lines .level").all_inner_texts()) == {"ERROR"}


def test_a_permalink_opens_the_line_among_its_neighbours(page, plain):
    """With or without a script."""
    page.goto("/logs?q=duplicate")
    number = line(page, FAILED).get_attribute("data-line")
    page.goto(f"/logs/{number}")
    expect(page.locator(".log-more [data-stack]")).to_have_text(STACK)
    plain.goto(f"/logs/{number}#line-{number}")

    expect(plain.locator(".log.open")).to_contain_text(FAILED)
    assert plain.locator("[data-line]").count() > 50


def test_a_line_that_is_gone_says_so(plain):
    """A permalink outlives its line."""
    answer = plain.goto("/logs/987654321")

    assert answer.status == 404
    expect(plain.locator(".problem")).to_contain_text("no line 987654321")


def test_new_lines_come_by_themselves(page, house):
    """On top, without a reload; the page says how many come a second."""
    page.goto("/logs?logger=entrepot.fresh")
    expect(page.locator(".empty")).to_be_visible()
    write(house, entry("The first of all", ago=0, logger="entrepot.fresh"))
    expect(page.locator(f"{LINES} .said")).to_have_text(["The first of all"])
    write(house, entry("The second", ago=0, logger="entrepot.fresh"))

    expect(page.locator(f"{LINES} .said").first).to_have_text("The second")
    expect(page.locator(".empty")).to_have_count(0)
    expect(page.locator("[data-log-rate]")).to_contain_text("lines/s")
    expect(page.locator("#log-lines")).to_have_attribute("role", "log")


def test_a_pause_holds(page, house):
    """Space stops what comes, and lets it go on."""
    page.goto("/logs?logger=entrepot.paused")
    page.keyboard.press("Space")
    expect(page.locator("[data-log-live]")).to_have_attribute("aria-pressed", "false")
    write(house, entry("While paused", ago=0, logger="entrepot.paused"))
    page.wait_for_timeout(2000)
    expect(page.locator(LINES)).to_have_count(0)
    assert page.locator("#log-lines").get_attribute("role") is None
    page.keyboard.press("Space")

    expect(page.locator(f"{LINES} .said")).to_have_text(["While paused"])


def test_nothing_moves_while_somebody_reads(page, house):
    """New lines wait behind a button while a line is open."""
    write(house, entry("Old", ago=5, logger="entrepot.read", fields={"a": 1}))
    page.goto("/logs?logger=entrepot.read")
    line(page, "Old").locator(".said").click()
    expect(page.locator(".log-more")).to_be_visible()
    write(house, entry("New", ago=0, logger="entrepot.read"))
    expect(page.get_by_role("button", name="1 new line")).to_be_visible()
    expect(page.locator(LINES)).to_have_count(1)
    page.get_by_role("button", name="1 new line").click()

    expect(page.locator(LINES)).to_have_count(2)


def test_hostile_lines_are_only_seen(page, house):
    """No markup, control or direction of a line works; its length has an end."""
    lines = [
        entry(text, ago=9, logger="entrepot.hostile", fields={f"<b>{text[:40]}": text})
        for text in HOSTILE
    ]
    write(house, *lines, entry("x" * 10_000_000, ago=8, logger="entrepot.hostile"))
    page.goto("/logs?logger=entrepot.hostile")
    said = page.locator("#log-lines .said").all_inner_texts()
    for opener in page.locator(OPEN).all():
        opener.click()
        expect(page.locator(".log-more")).to_have_count(1)
        page.locator(".log-more").hover()

    assert page.title() == "Logs · Entrepôt"
    expect(page.locator("main script, main img")).to_have_count(0)
    assert said[-1].startswith("<script>document.title='taken'</script><img src=x")
    assert UNSEEN.findall(page.content()) == []
    assert len(page.content()) < 200_000


def test_the_log_is_read_by_keys(page):
    """J and K move, Enter opens, E goes to errors, the slash to the words."""
    page.goto("/logs?logger=entrepot.feeds")
    page.keyboard.press("j")
    expect(line(page, FAILED).locator(OPEN)).to_be_focused()
    page.keyboard.press("j")
    expect(line(page, "Sync begun").locator(OPEN)).to_be_focused()
    page.keyboard.press("Shift+E")
    expect(line(page, FAILED).locator(OPEN)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".log-more [data-stack]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".log-more")).to_have_count(0)
    page.keyboard.press("/")

    expect(page.locator("#log-words")).to_be_focused()


def test_older_lines_are_a_page_further(page, house):
    """Page by page without a line twice, and back to the newest."""
    many = [entry(f"line {n}", ago=300 - n, logger="entrepot.many") for n in range(250)]
    write(house, *many)
    page.goto("/logs?logger=entrepot.many")
    expect(page.locator(LINES)).to_have_count(200)
    page.get_by_role("link", name="Older lines").click()
    expect(page.locator(LINES)).to_have_count(50)
    expect(page.locator(f"{LINES} .said").first).to_have_text("line 49")
    page.get_by_role("link", name="To the newest").click()

    expect(page.locator(f"{LINES} .said").first).to_have_text("line 249")


def test_everything_works_without_a_script(plain):
    """Searching, ticking, opening, the bars' times as a table."""
    plain.goto("/logs")
    plain.locator("#log-words").fill("duplicate")
    plain.locator("#level-error").check()
    plain.get_by_role("button", name="Search").click()
    expect(plain.locator("#log-lines .said")).to_have_count(1)
    plain.locator(OPEN).click()
    expect(plain.locator(".log-more [data-stack]")).to_have_text(STACK)
    plain.locator(OPEN).click()
    expect(plain.locator(".log-more")).to_have_count(0)
    plain.locator("#levels-table summary").click()
    plain.locator("#levels-table tbody a").last.click()

    expect(plain.locator(".chip.on", has_text="time")).to_have_count(1)


def test_no_match_names_the_filter_to_blame(plain):
    """Each that alone leaves nothing, with its removal."""
    plain.goto("/logs?q=duplicate&status=404")
    empty = plain.locator(".empty")
    expect(empty).to_contain_text("The filter words duplicate leaves none")
    expect(empty).to_contain_text("The filter status 404 leaves none")
    empty.get_by_role("link", name="remove it").last.click()

    expect(plain.locator(LINES)).to_have_count(1)


@pytest.mark.parametrize(
    "asked", ["status=9", "level=loud", "start_date=soon", "min_duration_ms=x"]
)
def test_a_value_that_cannot_be_is_said(plain, asked):
    """In the place of the lines; the filters stay to be mended."""
    answer = plain.goto(f"/logs?{asked}")

    assert answer.status == 400
    expect(plain.locator(".problem .detail")).to_contain_text(
        asked.partition("=")[0], ignore_case=True
    )
    expect(plain.locator("#log-filters")).to_be_visible()


def test_the_filters_open_behind_a_button_on_a_phone(open_context):
    """Without a script too, and nothing scrolls sideways."""
    page = open_context(
        java_script_enabled=False, viewport={"width": 360, "height": 780}
    ).new_page()
    page.goto("/logs")
    expect(page.locator("#log-panel")).to_be_hidden()
    page.get_by_role("link", name="Filters").click()

    expect(page.locator("#log-panel")).to_be_visible()
    page.goto("/logs?q=duplicate")
    page.locator(OPEN).click()
    expect(page.locator(".log-more")).to_be_visible()


def test_the_old_address_leads_to_the_dashboard(plain):
    """The documented one is not lost."""
    plain.goto("/logs-dashboard")

    assert plain.url.endswith("/dashboard")


def test_a_slow_request_is_found_by_its_time(plain, house):
    """What took at least so long."""
    write(house, access("/api/slow", 200, 4321.5, 20))
    plain.goto("/logs?min_duration_ms=4000")

    expect(plain.locator("#log-lines .said")).to_contain_text(
        ["GET /api/slow 200 in=4,321.5 ms"]
    )
