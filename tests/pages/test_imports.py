"""An import step by step, with scripts and without; its keys, ticks and rules."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from entrepot.catalogue import Product
from tests.pages import imported
from tests.working import do_jobs

FILE = imported.HEAD + (
    "W-1;Work boots;79,90 €;12;Safety > Feet;black\n"
    "W-2;Knee pads;17,80 €;75;Safety > Knees;black\n"
    "W-3;Free sample;gratis;1;Safety;\n"
)


@pytest.fixture
def house(site):
    """The served house."""
    return site.app.extensions["house"]


@pytest.fixture
def skus(house):
    """A function that returns the SKUs that begin so, and their stocks."""

    def find(beginning):
        wanted = select(Product.sku, Product.inventory_quantity).where(
            Product.sku.startswith(beginning)
        )
        with house.store.read_session() as session:
            return dict(session.execute(wanted).all())

    return find


@pytest.fixture
def work(house):
    """A function that does what imports have asked for."""
    return lambda: do_jobs(house, kinds="feeds.")


@pytest.mark.parametrize("kind", ["page", "plain"])
def test_a_file_becomes_products_and_is_taken_back(request, kind, skus, work):
    """Sent, mapped, previewed, ticked, applied, undone: each step has its address."""
    page = request.getfixturevalue(kind)
    beginning = kind[0].upper()
    sent = FILE.replace("W-", f"{beginning}W-").encode()

    def wait():
        work()
        if kind == "plain":
            page.get_by_role("link", name="Look again").click()

    page.goto("/imports/new")
    page.set_input_files(
        "#file", {"name": "w.csv", "mimeType": "text/csv", "buffer": sent}
    )
    page.get_by_role("button", name="Send it and look").click()
    expect(page.locator(".sheet .names th").first).to_have_text("Artikelnummer")
    page.get_by_role("button", name="Next: mapping").click()
    expect(page.get_by_label("Bestand", exact=True)).to_have_value("inventory_quantity")
    page.get_by_role("button", name="Next: rules").click()
    expect(page.locator("#samples")).to_contain_text("gratis")
    page.get_by_role("button", name="Next: preview").click()
    expect(page.locator("h2", has_text="Comparing")).to_be_visible()
    assert skus(f"{beginning}W-") == {}
    wait()
    expect(page.locator("#changes tbody tr")).to_have_count(2)
    expect(page.locator("#rejected")).to_contain_text("gratis")
    page.get_by_label(f"Take {beginning}W-2, line 3").uncheck()
    if kind == "page":
        expect(page.locator("#picked")).to_contain_text("1 left out")
    else:
        page.get_by_role("button", name="Keep the ticks").click()
    page.get_by_role("button", name="Next: apply 1 change").click()
    page.get_by_role("button", name="Write 1 change").click()
    wait()
    expect(page.locator(".receipt")).to_contain_text("3 rows read")
    assert skus(f"{beginning}W-") == {f"{beginning}W-1": 12}

    page.get_by_role("link", name="Undo this import").click()
    page.get_by_role("button", name="Undo it").click()
    wait()
    expect(page.locator("main")).to_contain_text("1 product that it had made is gone")
    assert skus(f"{beginning}W-") == {}


def test_a_rule_shows_what_it_does_while_it_is_written(page, site):
    """The samples follow, and the rule is kept with its import."""
    page.goto(f"/imports/{site.ids['inspected']}?step=rules")
    page.get_by_role("button", name="Add a rule").click()
    page.get_by_label("What the rule is for").fill("Dear ones wait")
    page.get_by_label("Column of a condition").select_option("product:price")
    page.get_by_label("Comparison of a condition").select_option("is_above")
    page.get_by_label("Value of a condition").fill("500")
    page.get_by_label("Column that changes").select_option("product:status")
    page.get_by_label("Value", exact=True).fill("draft")
    expect(page.locator("#samples")).to_contain_text("Dear ones wait matches 1 of 6")
    page.get_by_role("button", name="Keep them").click()
    expect(page).to_have_url(re.compile("said=kept"))
    expect(page.get_by_label("What the rule is for")).to_have_value("Dear ones wait")
    page.get_by_role("button", name="Remove this rule").click()
    page.get_by_role("button", name="Keep them").click()

    expect(page.get_by_label("What the rule is for")).to_have_count(0)


def test_a_half_written_rule_says_what_it_lacks(plain, site):
    """Nothing of it is lost, and rules are added and moved without scripts."""
    plain.goto(f"/imports/{site.ids['inspected']}?step=rules")
    plain.get_by_role("button", name="Add a rule").click()
    plain.get_by_label("What the rule is for").fill("Half")
    plain.get_by_role("button", name="And if").click()
    expect(plain.get_by_label("Column of a condition")).to_have_count(2)
    expect(plain.get_by_role("alert")).to_have_text("Choose what it does, or remove it")
    plain.get_by_role("button", name="Add a rule").click()
    plain.get_by_role("button", name="Move this rule down").first.click()
    names = plain.get_by_label("What the rule is for")

    assert [name.input_value() for name in names.all()] == ["", "Half"]


def test_ticks_are_kept_at_once(page, site):
    """By pointer and by Space, also after a reload."""
    page.goto(f"/imports/{site.ids['previewed']}")
    box = page.get_by_label("Take NL-77310, line 4")
    box.uncheck()
    expect(page.locator("#picked")).to_contain_text("1 left out")
    page.locator("tr", has=box).locator("td").nth(1).focus()
    page.keyboard.press("Space")
    expect(page.locator("#picked")).not_to_contain_text("left out")
    page.get_by_label("Take all on this page").uncheck()
    expect(page.locator("#go-on")).to_contain_text("There is nothing to apply")
    page.reload()
    expect(page.locator("#changes tbody :checked")).to_have_count(0)
    page.get_by_label("Take all on this page").check()
    expect(page.locator("#go-on")).to_contain_text("apply 3 changes")


def test_changes_are_narrowed_by_kind_field_and_words(plain, site):
    """Each narrowing is an address; a price that jumps is marked."""
    plain.goto(f"/imports/{site.ids['previewed']}")
    plain.get_by_role("link", name="Change 2").click()
    rows = plain.locator("#changes tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="NL-77310")).to_contain_text("Looks wrong")
    plain.get_by_role("link", name="Stock 1").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("4260→ becomes 4210")
    plain.goto(f"/imports/{site.ids['previewed']}?q=hearing")

    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("NL-51200")


def test_keys_lead_on_and_back(page, site):
    """Control Enter does what the primary button does, Escape goes back."""
    page.goto(f"/imports/{site.ids['previewed']}?step=mapping")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#samples")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#mapping")).to_be_visible()
    page.get_by_label("Artikelnummer", exact=True).focus()
    page.keyboard.press("Enter")

    expect(page.get_by_label("Bezeichnung", exact=True)).to_be_focused()


def test_a_dropped_file_is_told_by_its_name(page):
    """Anywhere on the page; the button then sends it."""
    page.goto("/imports/new")
    page.evaluate(
        """() => {
          const moved = new DataTransfer();
          moved.items.add(new File(["sku,name,price\\nD-1,Drop,1\\n"], "dropped.csv"));
          for (const type of ["dragover", "drop"])
            document.body.dispatchEvent(new DragEvent(type,
              { dataTransfer: moved, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator("[data-chosen]")).to_contain_text("dropped.csv")
    page.get_by_role("button", name="Send it and look").click()

    expect(page.locator("h1")).to_have_text("Import: dropped.csv")


def test_rejected_rows_come_back_with_their_reasons(plain, site):
    """As a file with a column of reasons, and as a list by reason."""
    plain.goto(f"/imports/{site.ids['previewed']}/errors")
    expect(plain.locator("tbody tr")).to_have_count(2)
    with plain.expect_download() as started:
        plain.get_by_role("link", name="CSV").click()
    lines = started.value.path().read_text("utf-8-sig").splitlines()

    assert "_error" in lines[0]
    assert "gratis" in lines[1]
    assert len(lines) == 3


def test_a_feed_is_made_paused_and_removed(plain):
    """By forms alone; what is wrong is told with what was written."""
    plain.goto("/feeds/new")
    plain.get_by_label("Name").fill("Harbour goods")
    plain.get_by_label("Address or path").fill("https://goods.example/feed.csv")
    plain.get_by_label("Or at other times").fill("61 * * * *")
    plain.get_by_role("button", name="Make the feed").click()
    expect(plain.locator(".problem")).to_be_visible()
    plain.get_by_label("Or at other times").fill("30 5 * * *")
    plain.get_by_role("button", name="Make the feed").click()
    expect(plain.locator("h1")).to_have_text("Harbour goods")
    plain.goto("/feeds")
    line = plain.locator("tr", has_text="Harbour goods")
    expect(line).to_contain_text("30 5 * * *")
    plain.get_by_role("button", name="Pause Harbour goods").click()
    expect(line).to_contain_text("Paused")
    line.get_by_role("link", name="Harbour goods", exact=True).click()
    plain.get_by_role("link", name="Remove").click()
    plain.get_by_role("button", name="Remove Harbour goods").click()

    expect(line).to_have_count(0)
