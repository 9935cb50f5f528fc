"""The log in a browser: likes hidden and found, errors walked, lines copied."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.pages.lines import FAILED, FAILED_ID, REQUEST, STACK, entry, write

LINES = "#log-lines [data-line]"
OPEN = "[data-open-line]"
LOGGER = "entrepot.likes"
LIKES = f"/logs?logger={LOGGER}"


@pytest.fixture(scope="module", autouse=True)
def house(watched):
    """The served house, with lines of two shapes and errors far apart."""
    many = [
        entry(f"Export {n} took {n}.5 s", ago=900 - n, logger=LOGGER)
        for n in range(240)
    ]
    errors = [
        entry(f"Broken crate {n}", ago=950 - n * 400, logger=LOGGER, level="ERROR")
        for n in range(2)
    ]
    write(watched, errors[0], *many, errors[1])
    return watched


@pytest.mark.parametrize("keys", [True, False])
def test_lines_that_say_the_same_are_hidden(page, keys):
    """By a link or a key; the chip says what, and takes it back."""
    page.goto(LIKES)
    said = page.locator(f"{LINES} .said")
    said.nth(1).click()
    if keys:
        page.keyboard.press("h")
    else:
        page.get_by_role("link", name="Hide like this").click()
    page.wait_for_url("**hide=Export*")
    expect(said).to_have_text([re.compile("Broken crate 1"), re.compile("crate 0")])
    chip = page.locator(".chip.on", has_text="not like")
    expect(chip).to_contain_text("Export * took * s")
    chip.get_by_role("link").click()

    expect(said).to_have_count(200)


def test_only_such_lines_are_found(page):
    """Two hundred others do not matter; what was hidden stays hidden."""
    page.goto(f"{LIKES}&hide=Nothing+like+this")
    page.locator(f"{LINES} .said", has_text="Broken").first.click()
    page.keyboard.press("o")
    page.wait_for_url("**like=Broken*")

    expect(page.locator(LINES)).to_have_count(2)
    expect(page.locator(".chip.on", has_text="Nothing like this")).to_be_visible()
    page.locator("#log-words").fill("crate")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=crate**")
    assert {"like=", "hide="} <= set(re.findall(r"\w+=", page.url))


def test_a_logger_is_hidden_without_a_script(plain):
    """Its lines are gone until the chip goes."""
    plain.goto("/logs?q=duplicate")
    plain.locator(OPEN).click()
    plain.get_by_role("link", name="Hide feeds").click()
    expect(plain.locator(".empty")).to_contain_text("not from entrepot.feeds")
    plain.get_by_label("Remove the filter not from").click()

    expect(plain.locator(f"{LINES} .said")).to_contain_text([FAILED])


def test_a_stretch_is_chosen_by_keys(page):
    """Shift and arrows paint it, Enter narrows to it, Escape forgets it."""
    page.goto("/logs?logger=entrepot.access")
    bars = page.locator("[data-levels] a.column")
    bars.nth(3).focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Escape")
    expect(page.locator(".brush")).to_have_count(0)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".brush")).to_have_count(1)
    expect(page.locator("#announce")).to_contain_text("Enter narrows to it")
    [first, last] = [bars.nth(n).get_attribute("href") for n in (4, 6)]
    page.keyboard.press("Enter")
    page.wait_for_url("**start_date=**")

    begin = re.search(r"start_date=([^&]+)", first)[1]
    end = re.search(r"end_date=([^&]+)", last)[1]
    assert f"start_date={begin}&end_date={end}" in page.url


def test_the_next_error_may_be_a_page_away(page):
    """The key leads from error to error, and says where there is none."""
    page.goto(LIKES)
    page.keyboard.press("e")
    expect(page.locator(f"{LINES}:has({OPEN}:focus)")).to_contain_text("crate 1")
    page.keyboard.press("e")
    page.wait_for_url("**before=**")
    expect(page.locator(f"{LINES}:has({OPEN}:focus)")).to_contain_text("crate 0")
    page.keyboard.press("e")
    expect(page.locator(".toast")).to_contain_text("No older error")
    page.keyboard.press("Shift+E")

    expect(page.locator(f"{LINES}:has({OPEN}:focus)")).to_contain_text("crate 1")


def test_the_next_error_is_a_link(plain):
    """Without a script, under the same filters."""
    plain.goto(f"{LIKES}&q=Export")
    plain.get_by_role("link", name="Older error").click()
    expect(plain.locator(".problem")).to_contain_text("no error below line")
    plain.goto(LIKES)
    plain.get_by_role("link", name="Older error").click()

    expect(plain.locator(".log.open")).to_contain_text("Broken crate 0")


def test_a_line_is_copied_whole(page):
    """As text with its stack trace, and as JSON; by a key as well."""
    page.goto("/logs?q=duplicate")
    page.locator(f"{LINES} .said", has_text=FAILED).click()
    page.get_by_role("button", name="Copy as JSON").click()
    expect(page.locator(".toast")).to_contain_text("Line copied as JSON")
    line = json.loads(page.evaluate("navigator.clipboard.readText()"))
    page.keyboard.press("Escape")
    page.locator(OPEN).first.focus()
    page.keyboard.press("c")
    expect(page.locator(".toast").last).to_contain_text("Line copied as text")
    text = page.evaluate("navigator.clipboard.readText()")

    assert (line["message"], line["stack_trace"]) == (FAILED, STACK)
    assert text.startswith(f"{line['timestamp']} ERROR entrepot.feeds {FAILED} ")
    assert f"request_id={REQUEST}" in text.splitlines()[0]
    assert text.endswith(STACK)


def test_the_lines_shown_are_copied(page):
    """As many as there are, newest first."""
    page.goto(f"{LIKES}&level=ERROR")
    page.locator("#copy-lines summary").click()
    page.get_by_role("button", name="As JSON, one a line").click()
    expect(page.locator(".toast")).to_contain_text("2 lines copied")
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()

    assert [json.loads(one)["message"][-1] for one in copied] == ["1", "0"]


def test_a_line_is_seen_among_more_of_its_neighbours(plain):
    """Fifty on each side, or as many as are asked for; its minute is a click."""
    plain.goto("/logs?q=duplicate")
    number = plain.locator(LINES).get_attribute("data-line")
    plain.goto(f"/logs/{number}")
    expect(plain.locator("[data-line]").nth(50)).to_be_visible()
    few = plain.locator("[data-line]").count()
    plain.get_by_role("link", name="± 200").click()
    expect(plain.locator(".segments [aria-current]")).to_have_text("± 200")
    assert plain.locator("[data-line]").count() > few
    plain.get_by_role("link", name="Its minute in the log").click()

    expect(plain.locator(".log.open")).to_contain_text(FAILED)
    expect(plain.locator(".chip.on", has_text="time")).to_be_visible()


def test_a_number_of_neighbours_that_is_none_is_said(plain):
    """With those that are."""
    answer = plain.goto("/logs/1?around=7")

    assert answer.status == 400
    expect(plain.locator(".problem .hint")).to_contain_text("50, 200, 500")


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Its request", f"/traces?request={REQUEST}"),
        ("Its trace", f"/traces/{REQUEST:0>32}"),
        ("Its job", "/jobs/J-9918"),
        ("Its error group", f"/errors/{FAILED_ID}?state=all"),
    ],
)
def test_a_line_leads_on(plain, name, address):
    """To everything that is known of the same."""
    plain.goto("/logs?q=duplicate")
    plain.locator(OPEN).click()
    link = plain.locator(".log-more").get_by_role("link", name=name)

    expect(link).to_have_attribute("href", address)
