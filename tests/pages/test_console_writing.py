"""Write mode in a browser: shown, asked for, made or left."""

from playwright.sync_api import expect

from tests.pages.console import GRID, open_console, rows, run, write

PANEL = "[data-panel=rows]"


def test_a_change_is_asked_for_before_it_is_made(page):
    """Write mode is seen; the question names rows and table; a no changes none."""
    open_console(page)
    write(
        page,
        "UPDATE plants SET name = 'Here' WHERE plant = (SELECT min(plant) FROM plants)",
    )
    expect(page.locator(".writing-note")).to_be_hidden()
    page.get_by_role("switch", name="Write").check()
    expect(page.locator(".writing-note")).to_be_visible()
    page.get_by_role("button", name="Preview").click()
    dialog = page.locator("#change-dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Change 1 row of main.plants?")
    expect(dialog.get_by_role("button", name="Change nothing")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(PANEL)).to_contain_text("Nothing was changed")
    page.locator(PANEL).get_by_role("button", name="Try it again").click()
    dialog.get_by_role("button", name="Change 1 row").click()
    expect(page.locator(f"{PANEL} .receipt h3")).to_contain_text("1 row changed")
    run(page, "SELECT name FROM plants ORDER BY plant LIMIT 1")

    assert rows(page) == [["Here"]]
    page.select_option("select[name=connection]", "shop")
    expect(page.locator(".writing-note")).to_be_hidden()


def test_write_mode_is_left_behind(page):
    """A tab that is opened again reads, though its text changes data."""
    open_console(page)
    write(page, "DELETE FROM plants")
    page.get_by_role("switch", name="Write").check()
    expect(page.locator("[data-kept]")).to_have_text("Draft kept")
    page.reload()
    expect(page.get_by_role("button", name="Run", exact=False).first).to_be_visible()
    expect(page.get_by_role("switch", name="Write")).not_to_be_checked()
    page.get_by_role("button", name="Run").click()

    expect(page.locator(f"{PANEL} .problem")).to_be_visible()
    expect(page.locator(GRID)).to_have_count(0)


def test_columns_are_made_wider_by_keys(page):
    """`+` and `-` at the column where one is; `=` fits it again."""
    open_console(page)
    run(page, "SELECT 3.0 AS a, 'x' AS b, printf('%0500d', 1) AS c, 1 AS d")
    expect(page.locator(f"{GRID} tbody td.num").first).to_have_text("3.0")
    head = page.locator("#head-1")
    page.locator(GRID).focus()
    page.keyboard.press("ArrowRight")
    begin = head.evaluate("head => head.offsetWidth")
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert head.evaluate("head => head.offsetWidth") > begin
    page.keyboard.press("=")

    assert head.evaluate("head => head.offsetWidth") == begin
