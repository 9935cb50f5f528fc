"""Pages of saved queries, as forms send them and browsers without scripts show them."""

from __future__ import annotations

import re

import pytest

SQL = "SELECT id, name FROM item WHERE id <= :most AND name <> :but ORDER BY id"
FORM = {
    "name": "Few items",
    "connection": "shop",
    "tags": "stock, daily",
    "sql": SQL.replace(" AND", "\r\nAND"),
    "parameter": ["most", "but"],
    "type.most": "integer",
    "label.most": "At most",
    "default.most": "2",
    "required.most": "on",
    "type.but": "text",
    "label.but": "",
    "default.but": "",
    "action": "save",
}
LIST = "/console/queries"


def texts(page, pattern):
    """Return what a pattern finds in a page, without blanks around it."""
    return [found.strip() for found in re.findall(pattern, page.text, re.S)]


def names(page):
    """Return the names in the list of queries."""
    return texts(page, r'class="name break" href="[^"]*">(.*?)</a>')


@pytest.fixture
def saved(shop):
    """The address of a query that was saved by the form."""
    answer = shop.post(f"{LIST}/new", data=FORM)
    assert answer.status_code == 303, answer.text
    return answer.location


@pytest.fixture
def known(shop, saved):
    """A function that gives the saved query as the API has it."""
    id = saved.rpartition("/")[2]
    return lambda: shop.get(f"/api/sql/queries/{id}").json["data"]


def test_a_form_makes_a_query(known):
    """With the parameters that its rows say; lines end as they do everywhere."""
    made = known()

    assert made["sql"] == SQL.replace(" AND", "\nAND")
    assert made["tags"] == ["daily", "stock"]
    assert made["is_shared"] is False
    usual = {"choices": [], "label": ""}
    assert made["parameters"] == [
        usual
        | {"name": "most", "type": "integer", "label": "At most"}
        | {"default": 2, "required": True},
        usual | {"name": "but", "type": "text", "default": None, "required": False},
    ]


def test_the_form_shows_fields_for_the_places_of_the_sql(shop):
    """When it is asked to read them, and nothing is kept."""
    sql = "SELECT :a, ':no', :b"
    page = shop.post(f"{LIST}/new", data=FORM | {"sql": sql, "action": "look"})

    assert page.status_code == 200
    assert texts(page, r'name="parameter" value="(\w+)"') == ["a", "b"]
    assert names(shop.get(LIST)) == []


def test_a_copy_begins_with_everything_but_the_name(shop, saved):
    """Its parameters with their types too; nothing is kept before it is saved."""
    page = shop.get(f"{LIST}/new?copy={saved.rpartition('/')[2]}")

    assert texts(page, r'name="parameter" value="(\w+)"') == ["most", "but"]
    assert texts(page, r"<option selected>(\w+)</option>") == ["integer", "text"]
    assert texts(page, r'name="name" value="(.*?)"') == [""]
    assert names(shop.get(LIST)) == ["Few items"]
    assert shop.get(f"{LIST}/new?copy=77").status_code == 404


def test_a_wrong_form_keeps_what_was_typed(shop):
    """And says what is wrong with it."""
    page = shop.post(f"{LIST}/new", data=FORM | {"default.most": "many"})

    assert page.status_code == 400
    assert "most: &#39;many&#39; is not an integer" in page.text
    assert 'name="default.most" value="many"' in page.text
    assert names(shop.get(LIST)) == []


def test_the_list_is_narrowed_and_paged(shop, saved):
    """By words, tag, connection and whose they are; in steps."""
    for name in ("A", "B"):
        shop.post(f"{LIST}/new", data=FORM | {"name": name, "tags": ""})

    assert names(shop.get(LIST)) == ["A", "B", "Few items"]
    assert names(shop.get(f"{LIST}?tag=daily")) == ["Few items"]
    assert names(shop.get(f"{LIST}?q=few&connection=shop")) == ["Few items"]
    assert names(shop.get(f"{LIST}?whose=shared")) == []
    assert "No saved query matches" in shop.get(f"{LIST}?connection=other").text
    first = shop.get(f"{LIST}?limit=2")
    (after,) = texts(first, r'href="([^"]*)" rel="next"')
    last = shop.get(after.replace("&amp;", "&"))
    assert (names(first), names(last)) == (["A", "B"], ["Few items"])


def test_it_runs_to_the_screen_with_typed_values(shop, saved):
    """The rows stand in the console, under an address of their own."""
    form = {"value.most": "3", "value.but": "item 2", "max_rows": "100"}
    ran = shop.post(f"{saved}/run", data=form | {"action": "run"})
    page = shop.get(ran.location)

    assert ran.status_code == 303
    assert texts(page, r'<td class="pick">\d+</td>(.*?)</tr>') == [
        '<td class="num">1</td><td>item 1</td>',
        '<td class="num">3</td><td>item 3</td>',
    ]


def test_a_wrong_value_stays_in_its_field(shop, saved):
    """Nothing ran."""
    page = shop.post(f"{saved}/run", data={"value.most": "x", "action": "run"})

    assert page.status_code == 400
    assert "most: &#39;x&#39; is not an integer" in page.text
    assert 'name="value.most" value="x"' in page.text
    assert shop.get("/api/sql/runs").json["data"] == []


def test_it_goes_into_a_file_without_the_screen(shop, saved, house):
    """An export of its own, whose receipt is shown."""
    form = {"value.most": "5", "value.but": "-", "format": "csv", "action": "file"}
    asked = shop.post(f"{saved}/run", data=form)

    assert (asked.status_code, asked.location.startswith("/exports/")) == (303, True)
    (made,) = shop.get("/api/exports").json["data"]
    assert (made["title"], made["format"]) == ("Few items", "csv")
    assert shop.get("/api/sql/runs").json["data"] == []


def test_it_is_scheduled_with_the_form_s_values(shop, saved):
    """The schedule knows which query it is of."""
    form = {"value.most": "7", "format": "csv", "action": "schedule"}
    times = {"name": "few-daily", "cron": "0 6 * * *", "time_zone": "Europe/Berlin"}
    wrong = shop.post(f"{saved}/run", data=form | times | {"cron": "whenever"})
    made = shop.post(f"{saved}/run", data=form | times)
    (schedule,) = shop.get("/api/exports/schedules").json["data"]

    assert (wrong.status_code, made.status_code) == (400, 303)
    assert made.location == f"{saved}/used-by"
    assert "few-daily" in shop.get(made.location).text
    listed = shop.get("/exports/schedules").text
    assert f'<a href="{saved}">Few items</a> as csv' in listed
    assert schedule["origin"] == f"query:{saved.rpartition('/')[2]}"
    assert schedule["request"]["source"]["params"] == [7, None]


def test_versions_are_compared_and_brought_back(shop, saved, known):
    """As versions of their own."""
    sql = "SELECT id FROM item WHERE id < :most"
    form = FORM | {"parameter": "most", "sql": sql, "version": "1", "note": "fewer"}
    changed = shop.post(f"{saved}/edit", data=form)
    page = shop.get(f"{saved}/versions")
    late = shop.post(f"{saved}/edit", data=form | {"sql": SQL, "note": "late"})
    back = shop.post(f"{saved}/restore", data={"version": "1"})

    assert (changed.status_code, back.status_code) == (303, 303)
    assert texts(page, r"<ins>(.*?)</ins>") == [
        "+ SELECT id FROM item WHERE id &lt; :most"
    ]
    assert texts(page, r"<del>(.*?)</del>")[-1] == "- :but text may be empty"
    assert late.status_code == 409
    assert (known()["version"], known()["sql"]) == (3, SQL.replace(" AND", "\nAND"))


def test_it_is_shared_and_made_private_again(shop, saved, known):
    """One press each."""
    shop.post(f"{saved}/share", data={"shared": "yes"})
    is_shared = known()["is_shared"]
    shop.post(f"{saved}/share", data={"shared": "no"})

    assert (is_shared, known()["is_shared"]) == (True, False)


def test_removing_asks_first(shop, saved):
    """And tells of the schedules that go on."""
    times = {"name": "few-daily", "cron": "0 6 * * *", "action": "schedule"}
    shop.post(f"{saved}/run", data=times | {"format": "csv", "value.most": "1"})
    asked = shop.get(f"{saved}/remove")
    still = shop.get(saved).status_code
    gone = shop.post(f"{saved}/remove")

    assert "few-daily" in asked.text
    assert (still, gone.status_code, gone.location) == (200, 303, LIST)
    assert shop.get(saved).status_code == 404


def test_the_console_opens_with_it(shop, saved):
    """Its text, its name and its defaults; nothing runs."""
    page = shop.get(f"{saved}/console")

    assert 'data-of-title="Few items"' in page.text
    assert 'name="value.most" value="2"' in page.text
    assert shop.get("/api/sql/runs").json["data"] == []


def test_a_link_opens_the_console_as_it_was(shop, saved, known):
    """With the saved query it shows, while that still says the same."""
    state = {"connection": "shop", "sql": known()["sql"], "title": "Three"}
    more = {"values": {"most": 3, "but": None}, "saved_query": known()["id"]}
    url = shop.post("/api/sql/links", json={"state": state | more}).json["data"]["url"]
    before = shop.get(url)
    shop.patch(f"/api/sql/queries/{known()['id']}", json={"sql": "SELECT :most"})
    after = shop.get(url)

    assert 'name="value.most" value="3"' in before.text
    assert 'data-of-query="1" data-of-title="Three"' in before.text
    assert 'data-of-query="" data-of-title="Three"' in after.text
    assert shop.get("/api/sql/runs").json["data"] == []


def test_a_table_s_page_names_the_queries_that_read_it(shop, saved):
    """Beside its exports."""
    here = "/data-products/shop:main/tables"
    page = shop.get(f"{here}/item/used-by")

    assert texts(page, r'<a href="([^"]*)">Few items') == [saved]


def test_search_and_jump_finds_it(shop, saved):
    """By its name."""
    found = shop.get("/jump.json").json["data"]

    assert [one for one in found if one["icon"] == "star"] == [
        {
            "label": "Few items",
            "note": "saved query on shop",
            "icon": "star",
            "address": saved,
        }
    ]
