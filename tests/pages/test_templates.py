"""Templates in a browser, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

TEXT = """name = "buyers"
null = "-"
[[sheets]]
name = "Orders"
columns = [
  { field = "id", header = "Number" },
  { field = "nope", header = "Nope" },
]
"""


def write(page, text=TEXT):
    """Open the editor and put a text into it."""
    page.goto("/exports/templates/new")
    page.get_by_label("Text of the template").fill(text)


@pytest.fixture
def made(site):
    """A template with two versions."""
    from entrepot.exports.template.changes import (
        change_template,
        create_template,
        delete_template,
    )

    house = site.app.extensions["house"]
    with site.app.app_context():
        create_template(house, TEXT.replace("buyers", "kept"), by="ada")
        text = TEXT.replace("buyers", "kept").replace("Number", "No.")
        change_template(house, "kept", text, by="bob", note="shorter")
    yield "/exports/templates/kept"
    delete_template(house, "kept", by="ada")


def test_a_template_is_written_previewed_kept_and_removed_without_scripts(plain):
    """All of it works by buttons."""
    write(plain)
    plain.get_by_label("Connection").select_option("demo")
    plain.get_by_role("textbox", name="Table").fill("purchase_orders")
    plain.get_by_role("button", name="Show 20 rows").click()

    rows = plain.get_by_role("region", name="Rows of Orders")
    expect(rows.get_by_role("row")).to_have_count(21)
    expect(rows.get_by_role("columnheader")).to_have_text(
        ["Number", "Nope"], use_inner_text=True
    )
    assert rows.get_by_role("cell").nth(1).inner_text() == "-"

    plain.get_by_role("button", name="Keep the template").click()
    assert plain.get_by_role("heading", level=1).inner_text() == "buyers"
    plain.get_by_role("link", name="Remove").click()
    plain.get_by_role("button", name="Remove it").click()
    assert plain.url.endswith("/exports/templates")
    expect(plain.get_by_role("link", name="buyers")).to_have_count(0)


def test_mistakes_are_told_with_their_lines_without_scripts(plain):
    """And the text is still there."""
    write(plain, TEXT.replace("null", "nul"))
    plain.get_by_role("button", name="Check the text").click()

    assert plain.locator("#mistakes").inner_text().split("\n\n") == [
        "1 mistake",
        "Line 2, column 1 nul: there is no 'nul' here; did you mean 'null'?",
    ]
    assert plain.get_by_label("Text of the template").input_value() == TEXT.replace(
        "null", "nul"
    )


def test_mistakes_appear_as_somebody_types(page):
    """Each leads to its place; right again, they are gone."""
    write(page, TEXT.replace("null", "nul"))
    link = page.get_by_role("link", name="Line 2, column 1")
    link.click()

    assert page.evaluate("document.activeElement.selectionStart") == len(
        'name = "buyers"\n'
    )
    page.get_by_label("Text of the template").fill(TEXT)
    page.get_by_text("No mistakes").wait_for()
    expect(link).to_have_count(0)
    assert page.locator(".numbers").inner_text().split() == list("123456789")


def test_versions_and_what_changed_are_shown(page, made):
    """The newest first, with who made it and why."""
    page.goto(made)
    page.get_by_role("link", name="what changed").click()

    assert page.locator("del").inner_text() == (
        '-  { field = "id", header = "Number" },'
    )
    assert page.locator("ins").inner_text() == '+  { field = "id", header = "No." },'
    page.go_back()
    page.get_by_role("link", name="Version 1").click()
    assert '"Number"' in page.get_by_label("Text of the template").input_value()


def test_a_shipped_template_is_copied(page):
    """It cannot be written over; its copy can."""
    page.goto("/exports/templates/payments.standard")
    text = page.get_by_label("Text of the template")
    assert text.get_attribute("readonly") is not None
    page.get_by_label("Name of the copy").fill("payments.copied")
    page.get_by_role("button", name="Copy it").click()

    assert page.get_by_role("heading", level=1).inner_text() == "payments.copied"
    assert text.get_attribute("readonly") is None
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()


def test_a_file_is_taken_in_and_a_wrong_one_refused(plain):
    """With the reason, and nothing kept."""
    plain.goto("/exports/templates")

    def send(text):
        file = {"name": "t.toml", "mimeType": "application/toml", "buffer": text}
        plain.get_by_label("A template as TOML or JSON").set_input_files(file)
        plain.get_by_role("button", name="Take it in").click()

    send(b'name = "taken"\nsheet = []')
    assert "did you mean 'sheets'?" in plain.locator("#mistakes").inner_text()
    plain.goto("/exports/templates")
    send(b'name = "taken"\n[[sheets]]\n')

    assert plain.get_by_role("heading", level=1).inner_text() == "taken"
    plain.get_by_role("link", name="Remove").click()
    plain.get_by_role("button", name="Remove it").click()


def test_an_old_version_is_not_kept_over_a_newer_one(open_context, made):
    """Whoever looked at an old text is told, and keeps what was written."""
    page = open_context().new_page()
    page.goto(f"{made}@1")
    page.get_by_label("Text of the template").fill(
        TEXT.replace("buyers", "kept").replace("Nope", "Never")
    )
    page.get_by_role("button", name="Keep as version 2").click()

    assert "Somebody else made a new version" in page.get_by_role("alert").inner_text()
    assert "Never" in page.get_by_label("Text of the template").input_value()
