"""The console where no scripts run, and its history."""

from playwright.sync_api import expect

from tests.pages.console import GRID, open_console, rows, settle


def run(page, sql):
    """Send the form with a statement."""
    page.goto("/console")
    page.select_option("select[name=connection]", "demo")
    page.fill("textarea[name=sql]", sql)
    page.get_by_role("button", name="Run").click()


def cells(page):
    """Return the texts of the table's rows."""
    lines = page.locator("table.grid tbody tr")
    return [line.locator("td:not(.pick)").all_inner_texts() for line in lines.all()]


def test_a_statement_runs_without_scripts(plain):
    """Its rows are a table; the text, the connection and the time stay there."""
    run(plain, "SELECT 7 AS n, NULL AS missing, '' AS empty, 'a' AS t")
    plain.wait_for_url("**/console?run=*")

    assert cells(plain) == [["7", "NULL", "''", "a"]]
    assert plain.input_value("textarea").startswith("SELECT 7 AS n")
    expect(plain.locator(".gridbox:not(.only-js) footer")).to_contain_text("1–1 of 1")


def test_an_error_stands_at_its_place_without_scripts(plain):
    """The word is marked in the statement; a mended one runs."""
    run(plain, "SELECT name\nFROM supliers")
    problem = plain.locator(".problem")

    expect(problem).to_contain_text("no such table: supliers")
    expect(problem.locator("mark")).to_have_text("supliers")
    expect(problem).to_contain_text("Line 2, column 6")
    run(plain, "SELECT count(*) > 0 AS is_there FROM suppliers")
    assert cells(plain) == [["1"]]


def test_several_statements_stand_one_below_the_other(plain):
    """Each with its rows until one fails; the text stays whole."""
    sql = "SELECT 1 AS a;\nSELECT 3.0 AS b;\nSELECT nix;\nSELECT 4"
    run(plain, sql)

    assert cells(plain) == [["1"], ["3.0"]]
    expect(plain.locator(".problem")).to_contain_text("no such column: nix")
    expect(plain.locator("main")).to_contain_text("1 statement did not run")
    assert plain.input_value("textarea") == sql


def test_parameters_are_asked_for_without_scripts(plain):
    """The first time the fields come, the second time it runs with their values."""
    run(plain, "SELECT :n + 1 AS more, :t AS t")
    plain.get_by_label("Value of n").fill("41")
    plain.get_by_label("Kind of n").select_option("number")
    plain.get_by_label("Value of t").fill("it's")
    plain.get_by_role("button", name="Run").click()
    plain.wait_for_url("**/console?run=*")

    assert cells(plain) == [["42", "it's"]]
    assert plain.get_by_label("Value of n").input_value() == "41"
    assert plain.get_by_label("Kind of n").input_value() == "number"


def test_rows_follow_each_other_without_scripts(plain):
    """A hundred at a time, out of what was kept."""
    run(plain, "SELECT material FROM materials ORDER BY 1 LIMIT 120")
    foot = plain.locator(".gridbox:not(.only-js) footer")
    expect(foot).to_contain_text("1–100 of 120")
    plain.get_by_role("link", name="Next rows").click()

    expect(foot).to_contain_text("101–120 of 120")
    assert len(cells(plain)) == 20


def test_the_history_finds_what_ran(plain):
    """By words and state; a line opens the run again."""
    run(plain, "SELECT 'a needle' AS x")
    run(plain, "SELECT 'a needle' FROM nowhere")
    plain.goto("/console/history?q=a+needle")
    lines = plain.locator("tbody tr")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("no such table: nowhere")
    plain.get_by_role("link", name="Done").click()
    expect(lines).to_have_count(1)
    lines.first.get_by_role("link").click()

    assert cells(plain) == [["a needle"]]


def test_a_run_of_the_history_opens_in_the_editor(page):
    """With scripts the same address gives a tab with the rows that are kept."""
    open_console(page)
    made = page.request.post(
        "/api/sql/execute",
        data={"query": "SELECT :n AS n", "params": {"n": 5}, "connection": "demo"},
    )
    page.goto(f"/console?run={made.json()['data']['query_id']}")
    expect(page.locator(f"{GRID} tbody td.num")).to_have_text(["5"])
    settle(page)

    assert rows(page) == [["5"]]
    assert page.get_by_label("Value of n").input_value() == "5"
    assert page.url.endswith("/console")
