"""The console's page as tests speak of it, and a connection with many names."""

from __future__ import annotations

from playwright.sync_api import Page, expect

EDITOR = "[data-code] .cm-content"
GRID = "table.virtual"
OPTIONS = "[data-code] .cm-tooltip-autocomplete li"
ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT sum(i) FROM n"
)
MANY = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
    " SELECT i, 'name ' || i AS name, CASE WHEN i % 2 THEN NULL ELSE '' END AS gap,"
    " i + 0.5 AS amount FROM n"
)


def open_console(page: Page, *, connection: str = "demo") -> None:
    """Open an empty console on a connection, its tables read."""
    page.goto(f"/console?connection={connection}")
    expect(page.locator("[data-list=tables] [role=treeitem]").first).to_be_visible()
    if page.locator("select[name=connection]").input_value() != connection:
        page.select_option("select[name=connection]", connection)


def write(page: Page, sql: str) -> None:
    """Put a text in the place of what is written; no completion opens."""
    page.locator(EDITOR).focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(sql)
    page.keyboard.press("Escape")


def written(page: Page) -> str:
    """Return what stands in the editor."""
    return "\n".join(page.locator("[data-code] .cm-line").all_inner_texts())


def run(page: Page, sql: str) -> None:
    """Run a text, and wait for its end."""
    write(page, sql)
    page.keyboard.press("Control+Enter")
    settle(page)


def settle(page: Page) -> None:
    """Wait until nothing runs and the rows that are seen are there."""
    expect(page.locator("[data-run]")).to_be_enabled()
    expect(page.locator(f"{GRID} tr[data-waits]")).to_have_count(0)


def rows(page: Page) -> list[list[str]]:
    """Return the texts of the rows that stand in the page, without their numbers."""
    lines = page.locator(f"{GRID} tbody tr[data-place]")
    return [line.locator("td[role=gridcell]").all_inner_texts() for line in lines.all()]
