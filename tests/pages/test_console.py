"""The SQL console in a browser: written, run, stopped, looked at."""

from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

from tests.pages.conftest import listening, open_tab
from tests.pages.console import (
    EDITOR,
    ENDLESS,
    GRID,
    open_console,
    rows,
    run,
    settle,
    write,
    written,
)

FOOT = "[data-foot]"


@pytest.fixture
def console(page):
    """An empty console on the demo."""
    open_console(page)
    return page


def test_a_statement_runs_and_its_rows_stand_in_a_grid(console):
    """NULL and the empty text differ; the foot says rows and time."""
    run(console, "SELECT 7 AS n, NULL AS missing, '' AS empty, 'Ā' AS name")

    assert rows(console) == [["7", "NULL", "''", "Ā"]]
    assert console.locator(f"{GRID} thead button").all_inner_texts() == [
        "n", "missing", "empty", "name",
    ]  # fmt: skip
    expect(console.locator(FOOT)).to_contain_text("1 row")
    expect(console.locator("#announce")).to_contain_text("1 row in")


def test_keys_run_all_the_selection_or_the_statement_at_the_cursor(console):
    """`Ctrl Enter` runs all, or what is selected; `Shift Enter` where one is."""
    run(console, "SELECT 1 AS a;\n\nSELECT 2 AS b;\nSELECT 3 AS c")
    assert rows(console) == [["3"]]
    console.get_by_label("Statement 1", exact=True).click()
    settle(console)
    assert rows(console) == [["1"]]
    console.locator(EDITOR).click()
    console.keyboard.press("Control+Home")
    console.keyboard.press("ArrowDown")
    console.keyboard.press("ArrowDown")
    console.keyboard.press("Shift+Enter")
    expect(console.locator(f"{GRID} thead button")).to_have_text(["b"])
    console.locator(EDITOR).click()
    console.keyboard.press("Control+End")
    console.keyboard.press("Shift+Home")
    console.keyboard.press("Control+Enter")

    expect(console.locator(f"{GRID} thead button")).to_have_text(["c"])


def test_an_error_is_underlined_at_its_place(console):
    """The nearest name is told; the button goes to the word; mending it runs."""
    run(console, "SELECT name\nFROM supliers")
    problem = console.locator("[data-panel=rows] .problem")

    expect(problem).to_contain_text("no such table: supliers")
    expect(problem.locator(".hint")).to_contain_text("suppliers")
    expect(console.locator("[data-code] .cm-lintRange-error")).to_have_text("supliers")
    run(console, "SELECT count(*) AS n FROM suppliers")
    expect(console.locator("[data-code] .cm-lintRange-error")).to_have_count(0)
    expect(problem).to_have_count(0)


def test_a_long_run_is_stopped_by_escape(console):
    """The clock runs, rows are waited for; after the stop another can run."""
    write(console, ENDLESS)
    console.keyboard.press("Control+Enter")
    expect(console.locator("[data-stop]")).to_be_enabled()
    expect(console.locator("[data-clock]")).not_to_have_text("")
    console.keyboard.press("Escape")

    expect(console.get_by_role("heading", name="Stopped")).to_be_visible()
    expect(console.locator("[data-stop]")).to_be_disabled()
    run(console, "SELECT 1 AS again")
    assert rows(console) == [["1"]]


def test_parameters_are_a_form(console):
    """A field for each name; kinds are kept; a wrong value runs nothing."""
    write(console, "SELECT :n + 1 AS more, :t AS t, ':x' AS text, :t AS again")
    fields = console.locator("[data-value]")
    expect(fields).to_have_count(2)
    console.get_by_label("Value of n").fill("many")
    console.get_by_label("Kind of n").select_option("number")
    console.keyboard.press("Control+Enter")
    expect(console.locator("#toasts")).to_contain_text("“many” is not a number")
    console.get_by_label("Value of n").fill("41")
    console.get_by_label("Value of t").fill("it's")
    console.keyboard.press("Control+Enter")

    expect(console.locator(f"{GRID} tbody td.num")).to_have_text(["42"])
    assert rows(console) == [["42", "it's", ":x", "it's"]]


def test_several_queries_are_open_at_a_time(console):
    """Each keeps its text, its answer and its undo; a closed one comes back."""
    run(console, "-- First\nSELECT 1 AS one")
    console.get_by_label("New query").click()
    run(console, "-- Second\nSELECT 2 AS two")
    tabs = console.locator("[data-tab]")
    expect(tabs).to_have_text(["First", "Second"])
    tabs.first.click()
    settle(console)
    assert rows(console) == [["1"]]
    tabs.first.press("ArrowRight")
    expect(tabs.last).to_be_focused()
    console.get_by_label("Close this query").click()
    expect(tabs).to_have_text(["First"])
    console.locator("#toasts").get_by_role("button", name="Undo").click()

    expect(tabs).to_have_text(["First", "Second"])
    assert written(console) == "-- Second\nSELECT 2 AS two"


def crash(tab):
    """Let the tab's process die, as when its memory is full."""
    with suppress(Error):  # nobody is there to answer
        tab.goto("chrome://crash", timeout=5_000)


def test_drafts_survive_a_crash(browser, site):
    """A tab that dies loses nothing; the next one says that they are back."""
    with open_tab(browser, site) as first:
        open_console(first)
        write(first, "SELECT 'a draft' AS kept")
        expect(first.locator("[data-kept]")).to_have_text("Draft kept")
        second = first.context.new_page()
        with first.expect_event("crash"):
            crash(first)
        with listening(second) as complaints:
            second.goto("/console")
            expect(second.locator("[data-restored]")).to_contain_text("is back")

        assert written(second) == "SELECT 'a draft' AS kept"
        assert complaints == []


def test_a_reload_shows_the_rows_again(console):
    """What ran is not run again: its rows are kept."""
    run(console, "SELECT random() AS r")
    before = rows(console)
    console.reload()
    expect(console.locator(f"{GRID} tbody td[role=gridcell]")).to_have_count(1)
    settle(console)

    assert rows(console) == before


def test_drafts_are_each_persons_own(console):
    """The storage is told apart by who writes; an unknown version is left alone."""
    write(console, "SELECT 1")
    expect(console.locator("[data-kept]")).to_have_text("Draft kept")
    keys = console.evaluate(
        "Object.keys(localStorage).filter(k => k.includes('draft'))"
    )
    assert [key.split(".")[:4] for key in keys] == [
        ["entrepot", "console", "1", "local"]
    ]
    console.evaluate(
        "key => localStorage.setItem(key, JSON.stringify("
        "{...JSON.parse(localStorage.getItem(key)), version: 2}))",
        keys[0],
    )
    console.reload()

    expect(console.locator("[data-restored]")).to_be_hidden()
    assert console.evaluate("key => localStorage.getItem(key)", keys[0]) is not None


def test_history_and_tables_stand_beside_the_query(console):
    """Columns are found and put into the text; what ran opens again."""
    run(console, "SELECT 'found again' AS x")
    side = console.locator("#console-side")
    side.get_by_label("Find a table or column").fill("city")
    expect(side.get_by_role("treeitem").first).to_be_visible()
    side.get_by_label("Find a table or column").press("ArrowDown")
    console.keyboard.press("ArrowDown")
    write(console, "SELECT ")
    side.locator("[data-insert='city']").first.click()
    assert written(console) == "SELECT city"
    side.get_by_role("tab", name="History").click()
    side.get_by_label("Find what ran").fill("found again")
    side.locator(".side-row", has_text="found again").first.click()
    expect(console.locator(f"{GRID} thead button")).to_have_text(["x"])
    settle(console)

    assert rows(console) == [["found again"]]


def test_a_chart_is_drawn_of_the_rows(console):
    """Bars or a line, by the columns one chooses, with its table."""
    run(console, "SELECT 'a' AS k, 3 AS n, 9 AS m UNION ALL SELECT 'b', 5, 1")
    console.get_by_role("tab", name="Chart").click()
    chart = console.locator("[data-result-chart]")
    expect(chart.locator(".bars-across .by")).to_have_text(["b", "a"])
    chart.get_by_label("Value").select_option(label="m")
    expect(chart.locator(".bars-across .by")).to_have_text(["a", "b"])
    chart.get_by_label("Kind").select_option(label="Line")

    expect(chart.locator("path.line")).to_have_count(1)
    chart.locator("#chart-series summary").click()
    chart.get_by_label("Also n").check()
    expect(chart.locator("path.line")).to_have_count(2)
    expect(chart.locator(".legend > *")).to_have_text(["m", "n"])
    assert chart.locator("tbody tr").all_text_contents() == ["a93", "b15"]


def test_two_windows_do_not_lose_each_others_drafts(console):
    """A query that is opened there appears here; one that is closed goes."""
    write(console, "SELECT 'here' AS x")
    expect(console.locator("[data-kept]")).to_have_text("Draft kept")
    other = console.context.new_page()
    open_console(other)
    other.get_by_label("New query").click()
    write(other, "-- There\nSELECT 1")

    expect(console.locator("[data-tab]")).to_have_count(2)
    assert written(console) == "SELECT 'here' AS x"
    other.get_by_label("Close this query").click()
    expect(console.locator("[data-tab]")).to_have_count(1)
    other.close()


def test_a_plan_is_shown_as_steps(console):
    """What the database would do; the rows of before stay."""
    run(console, "SELECT name FROM suppliers WHERE supplier = 'x'")
    console.keyboard.press("Control+e")
    plan = console.locator("[data-panel=plan]")

    expect(plan.locator(".plan-steps li").first).to_contain_text("suppliers")
    expect(plan).to_contain_text("it did not run")
    console.get_by_role("tab", name="Rows").click()
    expect(console.locator("[data-foot]")).to_contain_text("0 rows")


def test_a_text_is_laid_out(console):
    """As one step, which undo takes back."""
    write(console, "select name from suppliers where city = 'x'")
    console.keyboard.press("Shift+Alt+F")
    lines = console.locator("[data-code] .cm-line")
    expect(lines).not_to_have_count(1)
    assert written(console).split() == [
        "SELECT", "name", "FROM", "suppliers", "WHERE", "city", "=", "'x'",
    ]  # fmt: skip
    console.locator(EDITOR).focus()
    console.keyboard.press("Control+z")

    expect(lines).to_have_count(1)


def test_the_rows_become_a_file(console):
    """An export of what is shown, made without running again."""
    run(console, "SELECT name FROM suppliers LIMIT 3")
    console.locator("#export-rows-box summary").click()
    console.get_by_role("button", name="These rows as CSV").click()
    expect(console.locator("#toasts")).to_contain_text("3 rows")
    console.locator("#toasts").get_by_role("button", name="Open it").click()
    console.wait_for_url("**/exports/*")

    expect(console.locator("main")).to_contain_text("3")


def test_a_query_is_saved_and_opened_again(console):
    """A change is marked; saving it makes a version; the side lists it."""
    run(console, "SELECT :n AS n")
    console.get_by_label("Kind of n").select_option("number")
    console.keyboard.press("Control+s")
    dialog = console.locator("#save-dialog")
    dialog.get_by_label("Name").fill("One number")
    dialog.get_by_label("Tags").fill("small, test")
    dialog.get_by_role("button", name="Save the query").click()
    expect(console.locator("#toasts")).to_contain_text("Saved as One number")
    expect(console.locator("[data-tab]")).to_have_text(["One number"])
    write(console, "SELECT :n + 1 AS n")
    expect(console.locator("[data-tab] .dot")).to_be_visible()
    console.keyboard.press("Control+s")
    expect(dialog.get_by_role("heading")).to_have_text("Save version 2")
    dialog.get_by_role("button", name="Save the query").click()
    expect(console.locator("[data-tab] .dot")).to_have_count(0)
    console.get_by_label("Close this query").click()
    console.get_by_role("tab", name="Saved").click()
    console.locator(".side-row", has_text="One number").click()

    expect(console.locator("[data-tab]")).to_have_text(["One number"])
    assert written(console) == "SELECT :n + 1 AS n"
    assert console.get_by_label("Kind of n").input_value() == "number"


def test_a_link_holds_the_state_of_a_tab(console):
    """It is copied; the state behind it is what stood there."""
    write(console, "SELECT :n AS n")
    console.get_by_label("Value of n").fill("x")
    console.get_by_role("button", name="Share").click()
    expect(console.locator("#toasts")).to_contain_text("Link copied")
    address = console.evaluate("navigator.clipboard.readText()")
    id = address.rsplit("/", 1)[1]
    state = console.request.get(f"/api/sql/links/{id}").json()["data"]["state"]

    assert (state["connection"], state["sql"]) == ("demo", "SELECT :n AS n")
    assert (state["values"], state["max_rows"]) == ({"n": "x"}, 10_000)
