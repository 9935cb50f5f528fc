"""The pages of imports and feeds by requests: who may, and what asks first."""

from __future__ import annotations

import io

import pytest
from tests.working import do_jobs

from entrepot.feeds import (
    FeedWanted,
    add_feed,
    get_feed,
    get_import,
    list_feeds,
    preview_import,
    take_upload,
)

HEAD = "sku,name,price\n"
FOUR = HEAD + "".join(f"A-{n},Article {n},{n}.00\n" for n in range(4))
ONE = HEAD + "A-0,Article 0,0.50\n"


@pytest.fixture
def send(house):
    """A function that sends a file and has it compared; it returns the id."""

    def send_one(text, feed=""):
        stream = io.BytesIO(text.encode())
        id = take_upload(house, stream, name="a.csv", feed=feed, by="ines").id
        preview_import(house, id, by="ines")
        do_jobs(house)
        return id

    return send_one


@pytest.fixture
def feed(house):
    """A feed that takes off sale what its files have no longer."""
    wanted = FeedWanted(name="goods", source="upload", missing="deactivate")
    return add_feed(house, wanted, by="ines").name


def test_imports_are_for_analysts_and_feeds_for_admins(signed_in):
    """Others are told so; nothing begins."""
    viewer, analyst = signed_in("viewer"), signed_in("analyst")

    assert [viewer.get(path).status_code for path in ("/imports", "/feeds")] == [
        403
    ] * 2
    assert analyst.get("/imports").status_code == 200
    assert analyst.get("/feeds").status_code == 200
    assert analyst.get("/feeds/new").status_code == 403
    assert analyst.post("/feeds/new", data={"name": "x"}).status_code == 403


def test_an_import_without_a_file_says_so(client):
    """At the form, with nothing kept."""
    answer = client.post("/imports/new", data={"from": "upload"})

    assert answer.status_code == 400
    assert "No file was chosen" in answer.text


def test_a_step_that_is_not_open_leads_to_where_the_import_is(client, send):
    """Result is not there before anything was applied."""
    id = send(ONE)
    page = client.get(f"/imports/{id}?step=result").text

    assert "What this import does" in page
    assert client.get(f"/imports/{id}?step=apply").text.count("Write 1 change") == 2


def test_much_that_leaves_asks_first(client, house, send, feed):
    """Without the tick nothing is written; with it all of it is."""
    first = send(FOUR, feed)
    client.post(f"/imports/{first}/apply")
    do_jobs(house)
    second = send(ONE, feed)
    assert "75 %" in client.get(f"/imports/{second}").text

    client.post(f"/imports/{second}/apply")
    do_jobs(house)
    assert get_import(house, second).state == "previewed"
    assert (
        "That is right: 3 products" in client.get(f"/imports/{second}?step=apply").text
    )
    client.post(f"/imports/{second}/apply", data={"accept_vanished": "yes"})
    do_jobs(house)
    assert get_import(house, second).state == "applied"


def test_a_product_that_leaves_is_unticked(client, house, send, feed):
    """By itself: the others leave, and the lines stay taken."""
    first = send(FOUR, feed)
    client.post(f"/imports/{first}/apply")
    do_jobs(house)
    id = send(ONE, feed)
    page = client.get(f"/imports/{id}").text
    assert '<input type="checkbox" name="take_gone" value="2" checked' in page

    form = {"line": "2", "take": "2", "gone": ["2", "3", "4"], "take_gone": ["3", "4"]}
    client.post(f"/imports/{id}/picks", data=form)
    seen = get_import(house, id)
    page = client.get(f"/imports/{id}").text

    assert (seen.excluded, seen.staying) == ((), (2,))
    assert '<input type="checkbox" name="take_gone" value="2" aria-label' in page
    assert "Next: apply 3 changes" in page
    step = client.get(f"/imports/{id}?step=apply").text
    assert "That is right: 2 products" in step


def test_a_mapping_is_kept_for_the_feed(client, house, send, feed):
    """Where its box is ticked; the next file is then read that way."""
    id = send(ONE, feed)
    form = {"column": ["sku", "name", "price"], "target": ["sku", "name", "cost_price"]}
    form |= {"decimal": ["", "", ""], "decimal_sign": ".", "date_order": "ymd"}
    client.post(f"/imports/{id}/mapping", data=form | {"for_feed": "on"})
    plan = get_feed(house, feed).plan

    assert [one.field for one in plan.mapping] == ["sku", "name", "cost_price"]
    assert get_import(house, id).state == "inspected"


def test_the_same_mapping_keeps_the_preview(client, house, send):
    """Walking through the steps again costs nothing."""
    id = send(ONE)
    plan = get_import(house, id).plan
    form = {
        "column": [one.column for one in plan.mapping],
        "target": [one.field for one in plan.mapping],
        "decimal": [one.decimal_sign for one in plan.mapping],
        "default_field": list(plan.defaults),
        "default_value": list(plan.defaults.values()),
        "go": "rules",
    }
    answer = client.post(f"/imports/{id}/mapping", data=form)

    assert answer.status_code == 303
    assert get_import(house, id).state == "previewed"


def test_a_wrong_mapping_is_told_and_not_kept(client, house, send):
    """The form still says what was chosen."""
    id = send(ONE)
    form = {"column": ["sku"], "target": ["nothing_is_called_this"], "decimal": [""]}
    answer = client.post(f"/imports/{id}/mapping", data=form)

    assert answer.status_code == 400
    assert '<option value="nothing_is_called_this" selected>' in answer.text
    assert get_import(house, id).plan.mapping[0].field == "sku"


def test_a_file_of_anothers_categories_leads_to_their_mapping(client, house):
    """The tree is named with the mapping; what nobody mapped is open there."""
    text = "sku,name,price,category\nA-1,Mug,5,Cups > Mugs\n"
    id = take_upload(house, io.BytesIO(text.encode()), name="a.csv", by="ines").id
    form = {"category_tree": "supplier", "fetches_pictures": "no", "go": "rules"}
    client.post(f"/imports/{id}/mapping", data=form)
    plan = get_import(house, id).plan
    preview_import(house, id, by="ines")
    do_jobs(house)

    assert (plan.category_tree, plan.fetches_pictures) == ("supplier", False)
    address = "/catalogue/categories/mappings?tree=supplier&amp;state=open"
    assert address in client.get(f"/imports/{id}").text
    assert "Cups &gt; Mugs" in client.get(address.replace("&amp;", "&")).text
    step = client.get(f"/imports/{id}?step=mapping").text
    assert '<option value="no" selected>' in step
    assert 'name="category_tree" value="supplier"' in step


def test_a_tree_has_a_name_that_can_be_kept(client, house, send):
    """One that is too long is told, at the form."""
    id = send(ONE)
    answer = client.post(f"/imports/{id}/mapping", data={"category_tree": "x" * 101})

    assert answer.status_code == 400
    assert get_import(house, id).plan.category_tree == ""


def test_an_import_is_dropped_and_a_feed_removed(client, house, send, feed):
    """After a question each."""
    id = send(ONE, feed)
    for path in (f"/imports/{id}/delete", f"/feeds/{feed}/remove"):
        assert client.get(path).status_code == 200
        assert client.post(path).status_code == 303

    assert client.get(f"/imports/{id}").status_code == 404
    assert list_feeds(house) == []


def test_a_feed_is_made_of_an_import(client, house, send):
    """It takes the plan over, and the import belongs to it."""
    id = send(ONE)
    assert (
        "It reads its files like a.csv" in client.get(f"/feeds/new?of_import={id}").text
    )
    form = {"name": "goods", "source": "upload", "priority": "7", "missing": "archive"}
    form |= {"vanish_percent": "5", "of_import": id, "empty": "keep"}
    answer = client.post("/feeds/new", data=form)
    made = get_feed(house, "goods")

    assert answer.headers["Location"] == f"/imports/{id}"
    assert (made.priority, made.vanish_percent, made.missing) == (7, 5, "archive")
    assert made.plan == get_import(house, id).plan
    assert get_import(house, id).feed == "goods"
