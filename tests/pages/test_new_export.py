"""A new export, step by step: with scripts and without, from rows to receipt."""

import csv
import io
import zipfile

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.pages import exported

TABLE = "connection=shop&schema=main&table=Order%20Details"
ORDERS = "/data-products/shop:main/tables/Order%20Details"


@pytest.mark.parametrize("kind", ["page", "plain"])
def test_a_table_becomes_a_file_in_three_steps(request, kind):
    """Connection, table, format, and the file; each step has its address."""
    page = request.getfixturevalue(kind)
    page.goto("/exports/new")
    page.get_by_label("Connection").select_option("shop")
    if kind == "plain":
        page.get_by_role("button", name="Go on").click()
    page.get_by_label("Table", exact=True).select_option(label="keyless · table")
    if kind == "plain":
        page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Next: format and columns").click()
    expect(page.locator("#preview .names th").first).to_be_visible()
    page.get_by_role("button", name="Next: deliver").click()
    expect(page.get_by_role("heading", name="Where it goes")).to_be_visible()
    assert "table=keyless" in page.url
    page.locator("main button.primary").click()

    assert "keyless.xlsx" in page.locator(".receipt").inner_text()
    expect(page.get_by_role("link", name="Download")).to_have_count(1)


def test_a_table_page_hands_its_rows_over(plain):
    """Filter, order and columns of the table go along; the preview shows the result."""
    plain.goto(f"{ORDERS}?where=id:le:2&order_by=id%20desc&columns=price,id")
    plain.click("#export-box > summary")
    plain.get_by_role("link", name="More choices…").click()

    sheet = plain.locator("#preview .sheet table")
    expect(sheet.locator(".names th")).to_have_text(
        ["price", "id"], use_inner_text=True
    )
    expect(sheet.locator("tbody tr")).to_have_text(
        ["2\tNULL\t2", "3\t12.5\t1"], use_inner_text=True
    )


def test_columns_are_left_out_named_and_moved(plain):
    """What the form says stands in the preview and in the file."""
    plain.goto(f"/exports/new?step=format&{TABLE}&where=id:eq:1&columns=id,price")
    plain.get_by_label("Heading of price").fill("Preis, netto")
    plain.get_by_role("button", name="Move price up").click()
    plain.locator("label.choice", has_text="CSV").click()
    plain.get_by_role("button", name="Show it", exact=True).last.click()
    heads = plain.locator("#preview .names th")
    expect(heads).to_have_text(["Preis, netto", "id"], use_inner_text=True)
    plain.get_by_role("button", name="Export now").click()
    with plain.expect_download() as started:
        plain.get_by_role("link", name="Download").click()

    assert started.value.path().read_text().split("\n")[:2] == [
        '"Preis, netto",id',
        "12.5,1",
    ]


def test_the_preview_follows_what_is_chosen(page):
    """With scripts it changes by itself, and the address with it."""
    page.goto(f"/exports/new?step=format&{TABLE}&columns=id,price")
    page.get_by_label("Take price").uncheck()
    expect(page.locator("#taken")).to_have_text("1 of 8 taken")
    expect(page.locator("#preview .names th")).to_have_text(["id"])
    page.get_by_label("Heading of id").fill("Number")
    expect(page.locator("#preview .names th")).to_have_text(["Number"])

    assert "heading=id:Number" in page.url


def test_a_column_moves_without_a_reload(page):
    """The row goes up, keeps the focus, and the preview follows."""
    page.goto(f"/exports/new?step=format&{TABLE}&columns=id,price")
    page.get_by_role("button", name="Move price up").click()
    expect(page.locator("#preview .names th")).to_have_text(["price", "id"])

    names = page.locator("#columns .name").all_inner_texts()
    assert names[:2] == ["price", "id"]


def test_control_enter_exports(page):
    """The key does what the primary button does."""
    page.goto(f"/exports/new?step=format&{TABLE}&format=json")
    page.get_by_label("File name").press("Control+Enter")

    expect(page.locator(".receipt")).to_contain_text("Order Details.json")


def test_wrong_words_stand_at_their_field(plain):
    """A split that is no number and an option that is none say so where they stand."""
    place = f"/exports/new?step=format&{TABLE}&format=csv"
    plain.goto(f"{place}&split=many&option=delimiter:xx")
    split, delimiter = plain.locator("#split"), plain.locator("#option-delimiter")

    wrongs = [
        plain.locator(f"#{field.get_attribute('aria-describedby')}").inner_text()
        for field in (split, delimiter)
    ]
    assert wrongs == [
        "'many' is not from 1 to 10,000,000 rows",
        "The option delimiter cannot be 'xx'. delimiter: one of ',', ';', 'tab', '|'",
    ]


def test_a_query_that_is_none_is_told_at_the_query(plain):
    """The database's own words stand below the text, which is still there."""
    plain.goto("/exports/new?kind=query&connection=shop")
    plain.get_by_label("SELECT").fill("SELEC 1")
    plain.get_by_role("button", name="Next: format and columns").click()

    words = 'SQLite does not take the statement: near "SELEC": syntax error'
    assert plain.locator("#wrong-query").inner_text() == words
    assert plain.get_by_label("SELECT").input_value() == "SELEC 1"


def test_a_query_too_long_for_an_address_still_gets_on(plain):
    """The form is answered itself, and keeps all of it."""
    plain.goto("/exports/new?kind=query&connection=shop")
    long = f"SELECT 1 AS one -- {'x' * 5000}"
    plain.get_by_label("SELECT").fill(long)
    plain.get_by_role("button", name="Next: format and columns").click()
    heads = plain.locator("#preview .names th")
    expect(heads).to_have_text(["one"])
    plain.get_by_role("button", name="Export now").click()

    assert long in plain.locator("main pre").first.inner_text()


def test_a_file_of_mine_is_sent_and_exported(plain):
    """A CSV file comes in, keeps its codes, and goes out as parts in a zip."""
    sent = b"code,name\n007,Bond\n008,Bill\n009,Bess\n"
    plain.goto("/exports/new?kind=file")
    plain.set_input_files(
        "#file", {"name": "agents.csv", "mimeType": "text/csv", "buffer": sent}
    )
    plain.get_by_role("button", name="Send it and look").click()
    plain.locator("label.choice", has_text="NDJSON").click()
    plain.get_by_label("Rows in each file").fill("2")
    plain.get_by_role("button", name="Export now").click()
    with plain.expect_download() as started:
        plain.get_by_role("link", name="Download agents_2.ndjson").click()

    assert started.value.path().read_text() == '{"code":"009","name":"Bess"}\n'


def test_a_kind_of_file_that_is_not_taken_is_told_at_the_field(plain):
    """The kinds that are taken are named by the field's help."""
    plain.goto("/exports/new?kind=file")
    plain.set_input_files(
        "#file", {"name": "a.exe", "mimeType": "x/y", "buffer": b"MZ"}
    )
    plain.get_by_role("button", name="Send it and look").click()

    assert "there is no kind of file named '.exe'" in (
        plain.locator("#wrong-file").inner_text().lower()
    )


def test_a_workbook_with_sheets_asks_which(plain):
    """Each sheet with columns is offered; the chosen one is exported."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["a"])
    book.create_sheet("Second").append(["b", "c"])
    book.save(file)
    plain.goto("/exports/new?kind=file")
    named = {"name": "two.xlsx", "mimeType": "x/y", "buffer": file.getvalue()}
    plain.set_input_files("#file", named)
    plain.get_by_role("button", name="Send it and look").click()
    plain.locator("label.choice", has_text="Second").click()
    plain.get_by_role("button", name="Next: format and columns").click()

    expect(plain.locator("#preview .names th")).to_have_text(
        ["b", "c"], use_inner_text=True
    )


def test_parts_are_split_as_asked(plain):
    """A zip comes whole, and each of its files alone."""
    plain.goto(f"/exports/new?step=format&{TABLE}&where=id:le:3&columns=id&split=2")
    plain.locator("label.choice", has_text="CSV").click()
    plain.get_by_role("button", name="Export now").click()
    with plain.expect_download() as started:
        plain.get_by_role("link", name="Download", exact=False).first.click()

    with zipfile.ZipFile(started.value.path()) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist()]
    assert [list(csv.reader(io.StringIO(text))) for text in texts] == [
        [["id"], ["1"], ["2"]],
        [["id"], ["3"]],
    ]


def test_the_list_follows_what_runs(page, site):
    """A bar becomes a receipt's line by itself when the export ends."""
    row = page.locator(f"#export-{exported.UNCOUNTED}")
    page.goto("/exports?q=three_way")
    expect(row.locator("progress")).to_be_visible()
    exported.end(site.app.extensions["house"], exported.UNCOUNTED)
    expect(row.locator(".badge")).to_have_text("Failed", timeout=5000)
    exported.begin_again(site.app.extensions["house"], exported.UNCOUNTED)


def test_the_list_is_narrowed_by_state_and_words(plain):
    """State and title choose; both stand in the address."""
    plain.goto("/exports?status=failed")
    failed = plain.locator(".job .what a").all_inner_texts()
    plain.get_by_label("Search exports by title or file name").fill("q3 JOURNAL")
    plain.get_by_label("Search exports by title or file name").press("Enter")

    assert "JournalEntryHeader, Q3" in failed
    expect(plain.locator(".job .what a")).to_have_text(
        ["JournalEntryHeader, Q3"], use_inner_text=True
    )
    assert plain.url.endswith("?status=failed&q=q3+JOURNAL")


def test_the_list_has_pages(plain):
    """Older ones stand behind a link; none is shown twice."""
    plain.goto("/exports?limit=2")
    first = plain.locator(".job").evaluate_all("all => all.map(one => one.id)")
    plain.get_by_role("link", name="Older exports").click()
    second = plain.locator(".job").evaluate_all("all => all.map(one => one.id)")

    assert (len(first), len(second)) == (2, 2)
    assert not set(first) & set(second)


def test_a_receipt_says_all_that_is_known(plain):
    """Filter, template, rows, warnings, parts, deliveries, and how to check."""
    plain.goto(f"/exports/{exported.ARCHIVE}")
    text = plain.locator("main").inner_text()

    said = [
        "status:eq:open",
        "finance.monthly, version 7",
        "1,204 rows expected, as many written",
        "12 values could not become a date",
        "orders_2.csv",
        "Delivered, 1 try",
        "entrepot exports verify orders.zip",
    ]
    assert [words for words in said if words not in text] == []


def test_a_failed_export_says_why_and_what_to_do(plain):
    """Reason, hint, and a way to try again."""
    plain.goto(f"/exports/{exported.FAILED}")

    problem = plain.locator(".problem").inner_text()
    assert "sap-s4 closed the connection at row 71,002".lower() in problem.lower()
    assert "What it needs was away. Try again when it is back." in problem
    expect(plain.get_by_role("button", name="Try again")).to_have_count(1)


def test_an_export_is_made_again(plain):
    """The button asks for the same anew, and leads to the new one."""
    plain.goto(f"/exports/{exported.EXPIRED}")
    plain.get_by_role("button", name="Make again").click()

    assert exported.EXPIRED not in plain.url
    assert "purchase_orders.xlsx" in plain.locator(".receipt").inner_text()


def test_a_file_is_deleted_and_its_receipt_stays(plain):
    """First it is there; the question names what stops working; then it is gone."""
    plain.goto(f"/exports/new?step=format&{TABLE}&format=csv&where=id:eq:3")
    plain.get_by_role("button", name="Export now").click()
    expect(plain.get_by_role("link", name="Download")).to_have_count(1)
    plain.get_by_role("link", name="Delete").click()
    plain.get_by_role("button", name="Delete it").click()

    expect(plain.get_by_role("link", name="Download")).to_have_count(0)
    assert "The file is not kept any more" in plain.locator("main").inner_text()
