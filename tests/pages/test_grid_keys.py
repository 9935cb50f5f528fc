"""The grid by keyboard."""

import pytest
from playwright.sync_api import expect

ORDERS = "/data-products/shop:main/tables/Order%20Details"
HERE = "document.activeElement.textContent.trim()"


@pytest.fixture
def grid(page):
    """The awkward table, with the first cell in focus."""
    page.goto(ORDERS)
    page.locator("table.grid [tabindex='0']").focus()
    return page


def press(page, *keys):
    """Press keys one after another."""
    for key in keys:
        page.keyboard.press(key)


def test_the_grid_is_one_tab_stop(grid):
    """Tab enters the grid once and leaves it with the next press."""
    press(grid, "ArrowDown", "ArrowRight", "Tab")

    assert not grid.evaluate("!!document.activeElement.closest('table')")
    press(grid, "Shift+Tab")
    assert grid.evaluate(HERE) == "NULL"


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["ArrowDown"], "2"),
        (["ArrowDown", "ArrowUp"], "1"),
        (["ArrowRight", "ArrowRight"], "12.50"),
        (["ArrowRight", "ArrowLeft"], "1"),
        (["End"], "true"),
        (["End", "Home"], "1"),
        (["Control+End", "Home"], "25"),
        (["Control+End", "Control+Home"], "1"),
        (["PageDown", "PageUp"], "1"),
        (["ArrowUp"], "id"),
        (["ArrowLeft"], "1"),
    ],
)
def test_keys_move_the_cell(grid, keys, text):
    """Arrows, Home, End, with Ctrl and by the screen; never out of the grid."""
    press(grid, *keys)

    assert grid.evaluate(HERE) == text


def test_the_cell_in_focus_can_be_seen(grid):
    """The box scrolls so far that the cell stands clear of head and first column."""
    press(grid, "Control+End", "PageUp", "Home", "ArrowRight")
    seen = grid.evaluate(
        """() => {
          const cell = document.activeElement, box = cell.getBoundingClientRect();
          return cell.contains(document.elementFromPoint(box.left + 4, box.top + 8));
        }"""
    )

    assert seen


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["ArrowRight", "ArrowRight"], "12.5"),
        (["ArrowDown", "ArrowRight"], ""),
        (["ArrowUp", "ArrowRight"], "na.me, 'q' \"x\""),
        (["End", "ArrowLeft"], "2024-02-29T10:11:12"),
    ],
)
def test_control_c_copies_the_value(grid, keys, text):
    """The value as the database has it, NULL as nothing, a head as its name."""
    press(grid, *keys, "Control+c")
    expect(grid.locator(".toast")).to_be_visible()

    assert grid.evaluate("navigator.clipboard.readText()") == text


def test_s_sorts_and_f_filters_and_focus_stays(grid):
    """Both go into the address; the cell keeps the focus."""
    press(grid, "ArrowDown", "ArrowDown", "s")
    grid.wait_for_url("**?order_by=id")
    press(grid, "ArrowUp", "f")
    grid.wait_for_url("**?order_by=id&where=id%3Aeq%3A2")
    expect(grid.locator("table.grid tbody tr")).to_have_count(1)

    assert grid.evaluate(HERE) == "2"


def test_f_on_null_asks_for_null(grid):
    """NULL is a value to filter by too."""
    press(grid, "ArrowDown", "ArrowRight", "f")
    grid.wait_for_url("**where=na.me%2C+%27q%27+%22x%22%3Aisnull%3Atrue")

    expect(grid.locator("table.grid tbody tr")).to_have_count(1)


def test_enter_opens_the_cell(grid):
    """The dialog shows the value whole; Escape gives the focus back."""
    press(grid, "ArrowRight", "Enter")
    dialog = grid.locator("#cell-dialog")
    expect(dialog.locator("h2")).to_have_text("na.me, 'q' \"x\"")
    expect(dialog.locator("pre")).to_have_text("a")
    press(grid, "Escape")

    assert grid.evaluate(HERE) == "a"


def test_bytes_are_fetched_when_their_cell_opens(grid):
    """They are not in the page: the API is asked for this one value."""
    press(grid, *["ArrowRight"] * 4)
    with grid.expect_response("**/api/data-products/**") as asked:
        press(grid, "Enter")

    assert "where=id%3Aeq%3A1" in asked.value.url
    expect(grid.locator("#cell-dialog pre")).to_contain_text("0000  00 ff")


def test_letters_can_be_switched_off(grid):
    """For people whose voice or hand presses them by chance."""
    press(grid, "?")
    grid.locator("[data-preference=letters]").click()
    press(grid, "Escape", "s", "t", "g", "x")

    assert grid.url.endswith(ORDERS)
    assert grid.evaluate("document.documentElement.dataset.theme") is None
