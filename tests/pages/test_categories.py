"""The tree of categories as people use it: by keys, by pointer, without scripts."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from entrepot.catalogue.tree.categories import path_of_names
from entrepot.catalogue.tree.ensuring import ensure_paths, find_paths
from entrepot.catalogue.tree.names import parse_path, render_path

HERE = "/catalogue/categories"
MANY = 10_000


@pytest.fixture
def grow(site):
    """A function that makes categories of paths; it gives their ids."""
    house = site.app.extensions["house"]

    def make(*texts):
        paths = [parse_path(text) for text in texts]
        with house.store.session() as session:
            found = ensure_paths(session, paths, by="test")
        return [found[path] for path in paths]

    return make


@pytest.fixture
def path_of(site):
    """A function that gives the path of a category, as it is stored."""
    house = site.app.extensions["house"]

    def tell(category_id):
        with house.store.read_session() as session:
            return render_path(path_of_names(session, category_id))

    return tell


def open_tree(page, at):
    """Open the page at a category, and give the tree with the focus."""
    page.goto(f"{HERE}?at={at}")
    tree = page.get_by_role("tree")
    expect(tree.locator("[aria-selected=true]")).to_be_visible()
    tree.focus()
    return tree


def here(tree):
    """Return the name of the line where one is."""
    line = tree.get_attribute("aria-activedescendant")
    return tree.locator(f"#{line} .of").inner_text()


def levels():
    """Return the levels of a tree of 100 × 99 + 100 categories."""
    return [level for _ in range(100) for level in (0, *[1] * 99)]


@pytest.fixture
def forest(page):
    """The page, with a tree of ten thousand."""
    numbers = list(range(1, MANY + 1))
    data = {
        "generation": 1,
        "ids": numbers,
        "levels": levels(),
        "names": [f"Kind {number}" for number in numbers],
        "own": [1] * MANY,
        "total": [1] * MANY,
        "inactive": [],
    }
    body = json.dumps({"success": True, "data": data})
    page.route(
        "**/api/categories/outline",
        lambda route: route.fulfill(body=body, content_type="application/json"),
    )
    page.goto(HERE)
    tree = page.get_by_role("tree")
    expect(tree.get_by_role("treeitem").first).to_be_visible()
    tree.focus()
    return tree


def test_ten_thousand_are_a_few_lines_in_the_page(forest):
    """All of them can be reached; each tells its place among its neighbours."""
    forest.press("*")
    forest.press("End")

    assert here(forest) == "Kind 10000"
    assert forest.get_by_role("treeitem").count() < 120
    last = forest.locator(f"#category-{MANY}")
    marks = ("aria-level", "aria-posinset", "aria-setsize")
    assert [last.get_attribute(mark) for mark in marks] == ["2", "99", "99"]
    forest.press("Home")
    assert here(forest) == "Kind 1"


def test_arrows_open_and_close_and_walk(forest):
    """Right opens, then goes in; left goes up, then closes."""
    walk = []
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowLeft"):
        forest.press(key)
        is_open = forest.locator("#category-1").get_attribute("aria-expanded")
        walk.append((here(forest), is_open))

    assert walk == [
        ("Kind 1", "true"),
        ("Kind 2", "true"),
        ("Kind 3", "true"),
        ("Kind 1", "true"),
        ("Kind 1", "false"),
    ]


def test_letters_go_to_what_begins_with_them(forest):
    """What is typed quickly is one word; nothing else of the page hears it."""
    forest.press_sequentially("kind 30")

    assert here(forest) == "Kind 301"
    expect(forest.page.locator("#keys-dialog")).not_to_be_visible()


def test_a_search_shows_what_has_the_words_with_what_is_above(forest):
    """The others are hidden; emptying it brings them back."""
    field = forest.page.get_by_role("searchbox")
    field.fill("9999")
    names = [line.inner_text() for line in forest.locator(".of").all()]

    assert names == ["Kind 9901", "Kind 9999"]
    expect(forest.page.locator("[data-tree-foot]")).to_have_text(
        "1 of 10,000 categories"
    )
    field.fill("")
    expect(forest.page.locator("[data-tree-foot]")).to_have_text("10,000 categories")


def test_a_search_that_finds_nothing_says_so(forest):
    """And leads back to all of them."""
    nothing = forest.page.get_by_role("heading", name="No category matches")
    forest.page.get_by_role("searchbox").fill("no such words")
    expect(nothing).to_be_visible()
    forest.page.get_by_role("button", name="Show all of them").click()

    expect(nothing).to_be_hidden()
    expect(forest.page.get_by_role("searchbox")).to_be_focused()
    expect(forest.page.locator("[data-tree-foot]")).to_have_text("10,000 categories")


def test_f2_renames_in_place(page, grow, path_of):
    """Enter keeps it, Undo takes it back, Escape never sent anything."""
    (id,) = grow("Renaming > Old name")
    tree = open_tree(page, id)
    tree.press("F2")
    page.keyboard.type("Never sent")
    page.keyboard.press("Escape")
    assert path_of(id) == "Renaming > Old name"
    tree.press("F2")
    page.keyboard.type("New name")
    page.keyboard.press("Enter")
    expect(page.locator("#category h2")).to_have_text("New name")

    assert path_of(id) == "Renaming > New name"
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#category h2")).to_have_text("Old name")
    assert path_of(id) == "Renaming > Old name"


def test_a_move_is_chosen_by_words(page, grow, path_of):
    """What is below the category is no choice; Undo brings it home."""
    below, source, _ = grow("Moves > A > B", "Moves > A", "Moves > Goal")
    open_tree(page, source).press("Shift+M")
    field = page.get_by_role("combobox", name="Words of a category's path")
    field.fill("moves b")
    expect(page.get_by_role("option")).to_have_count(0)
    field.fill("moves goal")
    expect(page.get_by_role("option")).to_have_count(1)
    field.press("Enter")
    expect(page.locator("#category")).to_contain_text("Goal › A")

    assert path_of(below) == "Moves > Goal > A > B"
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#category p").first).to_have_text("Moves › A")
    assert path_of(below) == "Moves > A > B"


def test_a_category_is_dropped_onto_another(page, grow, path_of):
    """It goes below that one."""
    source, goal = grow("Drags > Dragged", "Drags > Goal")
    tree = open_tree(page, source)
    tree.locator(f"#category-{source}").drag_to(tree.locator(f"#category-{goal}"))
    expect(page.locator("#category")).to_contain_text("Goal › Dragged")

    assert path_of(source) == "Drags > Goal > Dragged"


def test_what_the_server_refuses_is_told(page, grow):
    """A neighbour has the name: the tree stays as it is."""
    one, _ = grow("Taken > One", "Taken > Two")
    open_tree(page, one).press("F2")
    page.keyboard.type("two")
    page.keyboard.press("Enter")

    expect(page.locator(".toast.bad")).to_contain_text(
        "a category 'Two' is there already"
    )
    expect(page.locator(f"#category-{one} .of")).to_have_text("One")


def test_a_merge_is_made_and_taken_back(page, grow, path_of, site):
    """From the side; the tree shows the target, and the other again afterwards."""
    source, goal = grow("Merges > Source", "Merges > Target")
    open_tree(page, source)
    page.get_by_role("link", name="Merge", exact=True).click()
    page.get_by_role("combobox", name="Words").fill("merges target")
    page.get_by_role("button", name="Merge it into that").click()
    expect(page.locator("#category h2")).to_have_text("Target")
    expect(page.locator(f"#category-{source}")).to_have_count(0)

    page.get_by_role("button", name="Take the merge of Source back").click()
    expect(page.locator("#category h2")).to_have_text("Source")
    house = site.app.extensions["house"]
    with house.store.read_session() as session:
        back = find_paths(session, [("Merges", "Source")])[("Merges", "Source")]
    assert path_of(goal) == "Merges > Target"
    assert path_of(back) == "Merges > Source"


def test_all_of_it_works_without_scripts(plain, path_of):
    """Made, renamed, moved, deleted, each by a form."""
    plain.goto(HERE)
    plain.get_by_role("link", name="New category").click()
    plain.get_by_label("Name").fill("Plain")
    plain.get_by_role("button", name="Make the category").click()
    id = int(plain.url.rpartition("=")[2])
    plain.get_by_label("Name").fill("Plainer")
    plain.get_by_role("button", name="Save").click()
    assert path_of(id) == "Plainer"
    plain.get_by_role("link", name="Move", exact=True).click()
    plain.get_by_role("searchbox").fill("furniture chairs")
    plain.get_by_role("button", name="Find").click()
    plain.get_by_label("Furniture > Chairs").check()
    plain.get_by_role("button", name="Move it there").click()

    assert path_of(id) == "Furniture > Chairs > Plainer"
    expect(plain.locator(".tree [aria-current]")).to_contain_text("Plainer")
    plain.get_by_role("link", name="Delete").click()
    plain.get_by_role("button", name="Delete it").click()
    expect(plain.locator("#category h2")).to_have_text("Chairs")


def test_a_name_that_is_taken_is_told_without_scripts(plain, grow):
    """The field keeps what was written."""
    grow("Asked for > Once")
    plain.goto(f"{HERE}/new")
    plain.get_by_label("Name").fill("asked FOR")
    plain.get_by_role("button", name="Make the category").click()

    expect(plain.get_by_role("alert")).to_contain_text("is there already")
    expect(plain.get_by_label("Name")).to_have_value("asked FOR")


def test_a_tree_is_looked_at_before_it_comes_in(plain):
    """The file is sent once; a line that is none is told with its number."""
    file = b"1 - Imported\n2 - Imported > One\n3 - Imported > > Two\n"
    plain.goto(f"{HERE}/import")
    plain.get_by_label("File").set_input_files(
        [{"name": "t.txt", "mimeType": "text/plain", "buffer": file}]
    )
    plain.get_by_label("Name of the tree").fill("numbers")
    plain.get_by_role("button", name="See what it would do").click()
    expect(plain.get_by_role("row", name="3 3 level 2")).to_be_visible()
    plain.get_by_role("button", name="Make 2 categories").click()

    expect(plain.get_by_role("heading", name="Imported")).to_be_visible()
    plain.get_by_role("link", name="Mappings").click()
    expect(plain.locator("#tree-name + .end")).to_have_text("2 of 2 mapped")


def test_a_category_of_theirs_is_mapped_to_one_of_ours(page):
    """By a suggestion, or by words; and back to nothing."""
    page.goto(f"{HERE}/mappings?tree=market")
    page.get_by_role("button", name="Office Supplies > Paper > Copy paper").click()
    row = page.get_by_role("row", name="Office > Copier paper")
    expect(row.get_by_role("link", name="Office Supplies > Paper")).to_be_visible()
    row.get_by_role("link", name="Choose").click()
    page.get_by_role("combobox", name="Words").fill("ink")
    page.get_by_role("button", name="That is it").click()
    expect(row.get_by_role("link", name="Technology > Printers > Ink")).to_be_visible()

    row.get_by_role("button", name="Clear").click()
    expect(row.get_by_role("button", name="Copy paper")).to_be_visible()
