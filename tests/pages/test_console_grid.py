"""The grid of a run's rows: a hundred thousand of them, by keys, copied."""

import json

import pytest
from playwright.sync_api import expect

from tests.pages.console import GRID, MANY, open_console, rows, run, settle

BOX = "[data-panel=rows]"
HERE = f"{GRID} tbody .here"
FRAMES = """async () => {
    const box = document.querySelector("[data-panel=rows]");
    const frame = () => new Promise((go) => requestAnimationFrame(go));
    const bare = [];
    let most = 0;
    for (let at = 0; at < 60; at += 1) {
        box.scrollTop += 2400;
        await frame();
        await frame();
        const { top, bottom } = box.getBoundingClientRect();
        const rows = [...box.querySelectorAll("tr[data-place]")];
        const first = rows[0].getBoundingClientRect().top;
        const last = rows.at(-1).getBoundingClientRect().bottom;
        if (first > top + 40 || last < bottom) bare.push(at);
        most = Math.max(most, rows.length);
    }
    return { bare, most };
}"""


@pytest.fixture
def console(page):
    """An empty console on the demo that keeps a hundred thousand rows."""
    open_console(page)
    page.select_option("select[name=max_rows]", "100000")
    return page


@pytest.fixture
def many(console):
    """A run of a hundred thousand rows, the first cell focused."""
    run(console, MANY)
    console.locator(GRID).focus()
    return console


def clipboard(page):
    """Return what was copied."""
    return page.evaluate("navigator.clipboard.readText()")


def test_a_hundred_thousand_rows_scroll(many):
    """Few rows stand in the page, and every frame is full; the last comes at once."""
    expect(many.locator("[data-foot]")).to_contain_text("100,000 rows")
    many.keyboard.press("Control+End")
    settle(many)
    expect(many.locator(HERE)).to_have_text("100000.5")
    assert rows(many)[-1] == ["100000", "name 100000", "''", "100000.5"]
    many.keyboard.press("Control+Home")
    found = many.evaluate(FRAMES)

    assert found["bare"] == []
    assert found["most"] < 80


def test_keys_move_among_cells(many):
    """Arrows, Home, End and pages; the head is above the first row."""
    many.keyboard.press("ArrowRight")
    expect(many.locator(HERE)).to_have_text("name 1")
    many.keyboard.press("ArrowDown")
    many.keyboard.press("End")
    expect(many.locator(HERE)).to_have_text("2.5")
    many.keyboard.press("PageDown")
    assert many.locator(GRID).get_attribute("aria-activedescendant") == "cell-here"
    many.keyboard.press("Control+Home")
    expect(many.locator(HERE)).to_have_text("1")
    many.keyboard.press("ArrowUp")
    assert many.locator(GRID).get_attribute("aria-activedescendant") == "head-0"
    many.keyboard.press("Enter")
    settle(many)

    expect(many.locator(f"{GRID} th[aria-sort=ascending]")).to_have_text("i")


def test_rows_are_sorted_without_a_new_run(many):
    """`S` goes round: up, down, as they came."""
    runs = []
    many.on("request", lambda r: runs.append(r.url) if "execute" in r.url else None)
    many.keyboard.press("End")
    many.keyboard.press("s")
    expect(many.locator(f"{GRID} th[aria-sort=ascending]")).to_have_text("amount")
    many.keyboard.press("s")
    expect(many.locator(f"{GRID} th[aria-sort=descending]")).to_have_text("amount")
    settle(many)
    assert rows(many)[0][0] == "100000"

    assert runs == []


def test_a_selection_is_copied_as_it_is_wanted(console):
    """TSV by key, CSV and Markdown by the menu; NULL and '' are told apart in CSV."""
    run(console, "SELECT 1 AS a, 'x,\"y' AS b, '' AS c UNION ALL SELECT 2, NULL, 'p|q'")
    console.locator(GRID).focus()
    console.keyboard.press("Control+a")
    console.keyboard.press("Control+c")
    expect(console.locator("#toasts")).to_contain_text("Copied 2 rows as TSV")
    assert clipboard(console) == 'a\tb\tc\n1\tx,"y\t\n2\t\tp|q'
    copy_as(console, "As CSV")
    assert clipboard(console) == 'a,b,c\r\n1,"x,""y",""\r\n2,,p|q'
    copy_as(console, "As Markdown")

    assert clipboard(console) == (
        '| a | b | c |\n| --- | --- | --- |\n| 1 | x,"y |  |\n| 2 | NULL | p\\|q |'
    )


def test_a_copy_runs_nothing_where_it_is_pasted(console):
    """No formula in a spreadsheet, no HTML in Markdown; numbers stay as they are."""
    run(console, "SELECT '=1+1' AS a, -5 AS b, '-5.5' AS c, '<b>' AS d")
    console.locator(GRID).focus()
    console.keyboard.press("Control+a")
    console.keyboard.press("Control+c")
    expect(console.locator("#toasts")).to_contain_text("Copied 1 row as TSV")

    assert clipboard(console) == "a\tb\tc\td\n'=1+1\t-5\t-5.5\t<b>"
    copy_as(console, "As CSV")
    assert clipboard(console) == "a,b,c,d\r\n'=1+1,-5,-5.5,<b>"
    copy_as(console, "As Markdown")
    assert clipboard(console).endswith("| =1+1 | -5 | -5.5 | \\<b> |")


def copy_as(page, label):
    """Choose from the menu, and wait until it is said to be copied."""
    page.evaluate("document.querySelector('#toasts').replaceChildren()")
    page.locator("#copy-box summary").click()
    page.get_by_role("button", name=label, exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Copied")


def test_a_range_is_picked_by_shift(many):
    """Its size is told; Enter opens the whole value of a cell."""
    many.keyboard.press("Shift+ArrowRight")
    many.keyboard.press("Shift+ArrowDown")
    expect(many.locator("[data-picked]")).to_have_text("2 rows × 2 columns selected")
    many.keyboard.press("Control+c")
    expect(many.locator("#toasts")).to_contain_text("Copied 2 rows")
    assert clipboard(many) == "i\tname\n1\tname 1\n2\tname 2"
    many.keyboard.press("Enter")
    dialog = many.locator("#cell-dialog")

    expect(dialog.locator("[data-cell-text]")).to_have_text("name 2")
    expect(dialog.locator("[data-cell-meta]")).to_contain_text("row 2")
    many.keyboard.press("Escape")
    expect(many.locator(GRID)).to_be_focused()


def test_odd_columns_have_their_place(console):
    """Names that are empty or come twice, long texts, and no rows at all."""
    run(console, "SELECT 1 AS a, 2 AS a, 3 AS \"\", printf('%0300d', 1) AS long")
    heads = console.locator(f"{GRID} thead button")
    expect(heads).to_have_text(["a", "a_2", "(no name)", "long"])
    cut = console.locator(f"{GRID} .cut")
    assert (len(cut.inner_text()), cut.get_attribute("data-more")) == (200, "100")
    run(console, "SELECT 1 AS a WHERE 0")

    expect(console.get_by_role("heading", name="No rows")).to_be_visible()


def test_rows_that_are_not_kept_any_more_are_told(console):
    """The grid says so, and how to get them again."""
    gone = {"code": "result-gone", "detail": "the rows are not kept any more"}
    console.route(
        "**/api/sql/results/**",
        lambda route: route.fulfill(
            status=410, body=json.dumps(gone), content_type="application/json"
        ),
    )
    run_plain(console, "SELECT 1 AS a")
    box = console.locator(BOX)
    expect(box.get_by_role("heading")).to_have_text("These rows are not kept any more")
    console.unroute_all()
    box.get_by_role("button", name="Run again").click()
    settle(console)

    expect(console.locator(f"{GRID} tbody td.num")).to_have_text(["1"])


def run_plain(page, sql):
    """Run a text without waiting for its rows."""
    page.locator("[data-code] .cm-content").click()
    page.keyboard.insert_text(sql)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
