"""Traces in a browser: found, drawn, read by keys, and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.pages.lines import HOSTILE, TRACE

STEPS = "[data-step]"


@pytest.fixture(scope="module", autouse=True)
def house(watched):
    """The served house, with one trace that is known."""
    return watched


def test_a_request_opens_as_a_waterfall(page):
    """From the list; what is sent again and again is pointed out."""
    page.goto("/traces?range=all&endpoint=exports_api.create_export&only=repeating")
    page.get_by_role("link", name="POST /api/exports").first.click()
    page.wait_for_url("**/traces/*")

    expect(page.locator(".notice.warn").first).to_contain_text("The same again")
    assert page.locator(STEPS).count() > 6
    bars = page.locator(f"{STEPS} rect:not(.crit)")
    assert bars.count() == page.locator(STEPS).count()


def test_keys_go_from_step_to_step(page):
    """J and K move, Enter opens the step: its statement stands below."""
    page.goto(f"/traces/{TRACE}")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"span=[0-9a-f]{16}"))

    chosen = page.locator(f"{STEPS}.chosen")
    expect(chosen).to_have_count(1)
    expect(page.locator("#step")).to_contain_text("Began")


def test_hostile_names_are_shown_and_do_nothing(page):
    """Whoever asks chooses what stands here."""
    page.goto(f"/traces/{TRACE}")

    expect(page.locator(STEPS).nth(1)).to_contain_text(HOSTILE[0])
    assert page.title() != "taken"
    assert "tulips" not in page.content()


@pytest.fixture
def exported(page):
    """The title of an export that a request asked for."""
    title = "Crates for the quay"
    asked = {"source": {"records": [{"a": 1}]}, "format": "csv", "title": title}
    answer = page.request.post("/api/exports", data=asked)
    assert answer.ok, answer.text()
    return title


@pytest.mark.parametrize(
    ("way", "shown"),
    [
        ("Its request and its SQL", "POST /api/exports"),
        ("Its lines in the log", "An export's file is whole"),
        ("Lines of the request", "POST /api/exports 200"),
    ],
)
def test_an_export_leads_back_in_two_clicks(page, exported, way, shown):
    """From its row to its request and SQL, and to its lines in the log."""
    page.goto("/exports")
    page.get_by_role("link", name=exported).first.click()
    page.get_by_role("link", name=way).click()
    page.wait_for_url(re.compile("/traces/|/logs"))

    expect(page.locator("main")).to_contain_text(shown)
    if "/traces/" in page.url:
        page.get_by_role("link", name="INSERT").first.click()
        expect(page.locator("#step .code")).to_contain_text("INSERT INTO")
