"""Pages of products, as forms send them and browsers without scripts show them."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest
from tests.pages.goods import drawing

from entrepot.catalogue import (
    Category,
    create_category,
    create_product,
    get_product,
    list_images,
    list_overrides,
    list_versions,
    merge_category,
    undo_merge,
    update_product,
)

NEW = "/catalogue/products/new"
SENT = {
    "sku": "kst-7",
    "name": "Ear defenders",
    "price": "12.90",
    "currency": "EUR",
    "inventory_quantity": "40",
    "status": "active",
    "is_active": "yes",
    "custom_attributes": "colour: blue\r\nsizes: [1, 2]",
}


@pytest.fixture
def page(client):
    """The address of a product that was added by the form."""
    answer = client.post(NEW, data=SENT)
    assert answer.status_code == 303, answer.text
    return answer.location.partition("?")[0]


@pytest.fixture
def id(page):
    """Its number."""
    return int(page.rpartition("/")[2])


@pytest.fixture
def seen(house, id):
    """A function that gives a value of the product as it is now."""

    def one(name):
        with house.store.read_session() as session:
            return getattr(get_product(session, id), name)

    return one


def form_of(answer) -> dict[str, str]:
    """Return what the page's form would send."""
    text, found = answer.text, {}
    part = text[text.index('id="product-form"') :]
    part = part[: part.index("</form>")]
    for tag in re.findall(r"<input [^>]*>", part):
        name, value = (
            re.search(f' {what}="([^"]*)"', tag) for what in ("name", "value")
        )
        if 'type="checkbox"' in tag and " checked" not in tag:
            continue
        found[name[1]] = unescape(value[1] if value else "on")
    for name, value in re.findall(
        r'<textarea [^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', part, re.S
    ):
        found[name] = unescape(value)
    for name, options in re.findall(
        r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', part, re.S
    ):
        chosen = re.findall(r'<option(?: value="([^"]*)")? selected>([^<]*)', options)
        found[name] = unescape(chosen[0][0] or chosen[0][1]) if chosen else ""
    return found


def test_a_form_adds_a_product(page, seen):
    """With the values that its texts mean; the next page shows it."""
    assert (seen("sku"), str(seen("price")), seen("version")) == ("KST-7", "12.90", 1)
    assert seen("custom_attributes") == {"colour": "blue", "sizes": [1, 2]}
    assert (seen("is_active"), seen("track_inventory")) == (True, False)


def test_a_form_that_nobody_touched_saves_nothing(client, page, seen):
    """No version, no field held."""
    form = form_of(client.get(page))
    answer = client.post(page, data=form)

    assert (answer.status_code, "told=same" in answer.location) == (303, True)
    assert seen("version") == 1


def test_only_what_was_changed_is_held(client, house, page, id, seen):
    """Feeds may still write the other fields; and this one, once it is let go."""
    form = form_of(client.get(page)) | {"price": "11.50"}
    assert client.post(page, data=form).status_code == 303
    with house.store.read_session() as session:
        held = [one.field for one in list_overrides(session, id)]

    assert (held, str(seen("price")), seen("version")) == (["price"], "11.50", 2)
    assert "by hand" in client.get(page).text
    client.post(f"{page}/release", data={"field": "price"})
    with house.store.read_session() as session:
        assert list_overrides(session, id) == []


def test_wrong_fields_stay_in_the_form_with_what_is_wrong(client, page, seen):
    """Each beside its field, all at once, and nothing is saved."""
    form = form_of(client.get(page)) | {"price": "12,90", "metafields": "{", "name": ""}
    answer = client.post(page, data=form)

    assert answer.status_code == 400
    assert "3 fields are wrong" in answer.text
    assert 'value="12,90"' in answer.text
    for name in ("price", "metafields", "name"):
        assert f'id="wrong-{name}"' in answer.text
    assert seen("version") == 1


def test_two_people_see_paths_of_categories_and_yes_or_no(client, house, page, id):
    """Not the numbers that the form sends; so it is among the versions."""
    form = form_of(client.get(page)) | {"category_id": "1", "track_inventory": "yes"}
    with house.store.session() as session:
        deep = create_category(session, name="Hats", parent_id=3)
        values = {"category_id": deep.id, "is_active": False}
        update_product(session, id, values, by="pedro")
        number = deep.id
    answer = client.post(page, data=form)
    shown = answer.text[answer.text.index('id="conflict"') :]
    cells = re.findall(r'<td class="break">(.*?)</td>', shown)
    versions = client.get(f"{page}/versions").text

    assert answer.status_code == 412
    untouched = '<span class="muted">not touched</span>'
    assert sorted(zip(cells[::2], cells[1::2], strict=True)) == [
        (untouched, "no"),
        ("Office Supplies", "Furniture &gt; Hats"),
        ("yes", untouched),
    ]
    assert "Furniture &gt; Hats" in versions
    assert f">{number}<" not in versions


def test_versions_tell_a_merge_of_categories(client, house, page, id):
    """There and back; no import is named, since there was none."""
    with house.store.session() as session:
        gone = create_category(session, name="Hats & caps", parent_id=3)
        update_product(session, id, {"category_id": gone.id}, by="pedro")
        merge = merge_category(session, gone.id, 3, by="pedro")
    merged = client.get(f"{page}/versions").text
    with house.store.session() as session:
        undo_merge(session, merge.id, by="pedro")
    undone = client.get(f"{page}/versions").text

    told = "<small>merge of Hats &amp; caps</small>"
    assert (merged.count(told), undone.count(told)) == (1, 2)
    assert merge.id[:8] not in undone


def test_a_taken_sku_is_said(client, page):
    """The form keeps what was written."""
    answer = client.post(NEW, data=SENT | {"name": "Another"})

    assert answer.status_code == 409
    assert 'value="Another"' in answer.text


def test_two_people_lose_nothing(client, house, page, id, seen):
    """Who saves second sees both, and saving again takes both changes."""
    form = form_of(client.get(page)) | {"price": "11.50"}
    with house.store.session() as session:
        update_product(session, id, {"brand": "Oslo", "price": "13"}, by="pedro")
    answer = client.post(page, data=form)
    merged = form_of(answer)

    assert answer.status_code == 412
    assert "yours replaces theirs" in answer.text
    assert "by pedro" in answer.text
    assert (merged["version"], merged["price"], merged["brand"]) == (
        "2",
        "11.50",
        "Oslo",
    )
    assert (str(seen("price")), seen("version")) == ("13.00", 2)
    assert client.post(page, data=merged).status_code == 303
    assert (str(seen("price")), seen("brand")) == ("11.50", "Oslo")


def test_an_older_version_is_brought_back(client, page, id, house, seen):
    """Also of a product that was removed, under its old address."""
    client.post(page, data=form_of(client.get(page)) | {"name": "Muffs"})
    client.post(f"{page}/versions", data={"version": "1"})
    assert (seen("name"), seen("version")) == ("Ear defenders", 3)

    assert "Remove Ear defenders?" in unescape(client.get(f"{page}/remove").text)
    assert client.post(f"{page}/remove", data={"version": "3"}).status_code == 303
    gone = client.get(page, follow_redirects=True)
    assert "This product was deleted" in gone.text
    assert client.post(f"{page}/versions", data={"version": "2"}).status_code == 303
    with house.store.read_session() as session:
        kinds = [one.kind for one in list_versions(session, id)]
    assert (seen("name"), kinds[:2]) == ("Muffs", ["restore", "delete"])


def test_a_form_offers_categories_as_long_as_they_can_be_read(client, house, page):
    """A list below each other; of very many, words that find one."""
    with house.store.session() as session:
        worn = create_category(session, name="Workwear").id
        hands = create_category(session, name="Hands", parent_id=worn).id
    listed = client.get(page).text
    with house.store.session() as session:
        session.add_all(Category(name=f"c{n}", slug=f"c{n}") for n in range(500))
    client.post(page, data=form_of(client.get(page)) | {"category_words": "hands"})
    form = form_of(client.get(page))

    assert f'<option value="{hands}">\u2003Hands</option>' in listed
    assert form["category_words"] == "Workwear > Hands"
    assert form["category_id"] == str(hands)
    client.post(page, data=form | {"category_words": ""})
    assert form_of(client.get(page))["category_words"] == ""


def test_words_that_mean_several_categories_are_a_choice(client, house, page, seen):
    """Nothing is saved before one of them is taken; none at all is said as well."""
    with house.store.session() as session:
        session.add_all(Category(name=f"Hats {n}", slug=f"h{n}") for n in range(501))
    form = form_of(client.get(page))
    unknown = client.post(page, data=form | {"category_words": "gloves"})
    several = client.post(page, data=form | {"category_words": "hats 5"})
    before = seen("category_id")
    value = re.search(r'type="radio" name="category_id" value="(\d+)"', several.text)[1]
    asked = {"category_words": "hats 5", "category_asked": "hats 5"}
    client.post(page, data=form | asked | {"category_id": value})

    assert "categories have the words" in several.text
    assert "No category has the words" in unknown.text
    assert (several.status_code, before, str(seen("category_id"))) == (400, None, value)


def test_many_are_put_into_a_category_by_its_words(client, house, page, id, seen):
    """Where categories are too many for a list; the look names its path."""
    with house.store.session() as session:
        session.add_all(Category(name=f"Hats {n}", slug=f"h{n}") for n in range(501))
    there = f"/catalogue/bulk?ids={id}"
    look = {"category_words": "hats 77", "category_asked": "", "action": "preview"}
    shown = client.post(there, data=look).text
    several = client.post(there, data=look | {"category_words": "hats"})
    sent = {
        name: re.search(f'name="{name}" value="([^"]*)"', shown)[1]
        for name in ("category_words", "category_asked", "category", "token")
    }
    client.post(there, data=sent | {"action": "apply"})

    assert "Hats 77" in shown
    assert several.status_code == 400
    assert str(seen("category_id")) == sent["category"]


def test_a_product_changed_meanwhile_is_not_removed(client, page, seen):
    """Whoever asked saw another one."""
    client.post(page, data=form_of(client.get(page)) | {"name": "Muffs"})
    answer = client.post(f"{page}/remove", data={"version": "1"})

    assert (answer.status_code, seen("name")) == (412, "Muffs")


def test_pictures_are_added_described_and_ordered(client, house, page, id):
    """Files and addresses in one form; what is no picture is refused."""

    def images():
        with house.store.read_session() as session:
            return list_images(session, id)

    sent = {
        "file": [(BytesIO(drawing((9, 9, 9))), "a.png"), (BytesIO(b"no"), "b.png")],
        "addresses": "",
    }
    assert client.post(f"{page}/images", data=sent).status_code == 400
    assert images() == []
    sent = {
        "file": (BytesIO(drawing((9, 9, 9))), "a.png"),
        "addresses": "https://pictures.example/b.jpg\r\n\r\n",
    }
    done = client.post(f"{page}/images", data=sent)
    assert done.status_code == 303, done.text
    first, second = images()
    assert (first.state, second.state) == ("kept", "pending")
    client.post(f"{page}/images/{first.id}", data={"action": "down"})
    told = {"action": "describe", "alt_text": " Grey "}
    client.post(f"{page}/images/{first.id}", data=told)
    assert [(one.id, one.alt_text) for one in images()] == [
        (second.id, ""),
        (first.id, "Grey"),
    ]
    client.post(f"{page}/images/{second.id}", data={"action": "remove"})
    assert [one.id for one in images()] == [first.id]
    refused = client.post(f"{page}/images/{first.id}", data={"action": "paint"})
    assert refused.status_code == 400


def test_many_are_changed_after_a_look(client, house, page, id, seen):
    """The picked ones go into the address; what is shown is what is done."""
    picked = client.get("/catalogue/bulk", query_string={"id": [id, id + 1]})
    assert picked.location.endswith(f"ids={id},{id + 1}")
    look = {"percent_field": "price", "percent": "10", "action": "preview"}
    there = f"/catalogue/bulk?ids={id}"
    shown = client.post(there, data=look)
    token = re.search(r'name="token" value="([^"]+)"', shown.text)[1]

    assert "1 product would change" in shown.text
    assert str(seen("price")) == "12.90"
    done = client.post(there, data=look | {"action": "apply", "token": token})
    assert (done.status_code, "changed=1" in done.location) == (303, True)
    assert str(seen("price")) == "14.19"
    again = client.post(there, data=look | {"action": "apply", "token": token})
    assert again.status_code == 409
    assert str(seen("price")) == "14.19"


def test_a_bulk_change_of_nothing_is_said(client, page, id):
    """So is one that means nothing."""
    for sent in ({}, {"percent": "ten"}, {"set_field": "brand"}):
        answer = client.post(f"/catalogue/bulk?ids={id}", data=sent)
        assert answer.status_code == 400


def test_the_products_of_the_list_go_into_a_file(client, page):
    """Narrowed, or all of them in a shape; the receipt says how many."""
    client.post(NEW, data=SENT | {"sku": "B", "name": "Boots", "brand": "Oslo"})

    def rows(query, shape):
        sent = {"shape": shape, "format": "csv"}
        made = client.post(f"/catalogue/export?{query}", data=sent)
        id = made.location.rpartition("/")[2].partition("?")[0]
        file = client.get(f"/api/exports/{id}/download").text
        return [line.split(",")[1] for line in file.splitlines()[1:]]

    assert rows("brand=Oslo", "these") == ["B"]
    assert rows("brand=Oslo", "catalogue.products") == ["KST-7", "B"]
    assert client.post("/catalogue/export", data={"shape": "x"}).status_code == 400


def test_an_address_that_means_nothing_is_a_problem_in_the_page(client, page):
    """The rest of the page stands, with the way out."""
    answer = client.get("/catalogue?price_from=abc")

    assert answer.status_code == 400
    assert "Remove all filters" in answer.text


def test_viewers_read_and_do_not_write(signed_in, house):
    """They see the form, shut; what they send is refused."""
    viewer = signed_in("viewer")
    with house.store.session() as session:
        id = create_product(session, {"sku": "A", "name": "A", "price": 1}, by="x").id
    page = viewer.get(f"/catalogue/products/{id}")

    assert page.status_code == 200
    assert '<fieldset class="stack" disabled>' in page.text
    assert "data-writes" not in viewer.get("/catalogue").text
    assert viewer.post(f"/catalogue/products/{id}", data=SENT).status_code == 403
    assert viewer.get("/catalogue/bulk").status_code == 403


def test_nobody_reads_without_signing_in(signed_in, house):
    """The pages are for people we know; the API is for everybody."""
    nobody = signed_in("viewer").application.test_client()

    assert nobody.get("/catalogue").status_code == 401


def test_an_empty_catalogue_offers_three_ways_to_begin(client):
    """A file, a hand, samples; home leads to a file as well."""
    text = client.get("/catalogue").text

    for way in ("Import a file", "Write the first one by hand", "catalogue init"):
        assert way in text
    home = client.get("/", headers={"Accept": "text/html"}).text
    assert 'href="/imports/new"' in home


def test_a_product_and_its_category_lead_to_each_other(client, house, page, id):
    """From the head of the page, and from the category's side."""
    with house.store.session() as session:
        worn = create_category(session, name="Workwear").id
    client.post(page, data=form_of(client.get(page)) | {"category_id": str(worn)})

    assert f'href="/catalogue/categories?at={worn}"' in client.get(page).text
    side = client.get(f"/catalogue/categories?at={worn}").text
    assert "Show 1 product" in side
