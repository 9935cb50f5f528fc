"""Categories above many products: renamed and moved by a job, whole or not at all."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from tests.databases import prepared
from tests.working import do_jobs

from entrepot.app import create_app
from entrepot.base.errors import Conflict, TooMuch
from entrepot.base.house import House
from entrepot.catalogue import (
    Category,
    Product,
    create_category,
    create_product,
    documents,
    rebuild_paths,
)
from entrepot.catalogue.jobs import KINDS
from entrepot.catalogue.models import Document
from entrepot.catalogue.tree import later
from entrepot.catalogue.tree.outline import load_outline
from entrepot.catalogue.tree.service import CategoryChange
from entrepot.composition import build_house
from entrepot.jobs import get_job

NEVER_AT_ONCE = {"ENTREPOT_CATALOGUE_RENEWED_AT_ONCE_COUNT": "0"}
HERE = "/api/categories"


@pytest.fixture
def tree(surroundings):
    """Paper below the first root, with a product; nothing is renewed at once."""
    house = build_house(surroundings | NEVER_AT_ONCE)
    add_paper(house)
    yield house
    house.close()


@pytest.fixture
def person(tree):
    """Flask's test client, as the person at this machine."""
    return create_app(tree, is_open=True).test_client()


@pytest.fixture
def ask(person):
    """A function that asks; it gives the status and the data or the problem."""

    def call(method, path, body=None):
        answer = person.open(f"{HERE}{path}", method=method, json=body)
        return answer.status_code, answer.json.get("data", answer.json)

    return call


def add_paper(house) -> None:
    """Add a category below the first root, and a product that is in it."""
    with house.store.session() as session:
        made = create_category(session, name="Paper", parent_id=1)
        values = {"sku": "a4", "name": "A4", "price": 1, "category_id": made.id}
        create_product(session, values, by="ada")


def told(house) -> list[str]:
    """Return the paths that the products' documents tell."""
    with house.store.read_session() as session:
        texts = session.scalars(select(Document.document)).all()
    return [json.loads(text)["category_path"] for text in texts]


def ended(house: House, id: str):
    """Return how a job ended, and what it said."""
    with house.store.read_session() as session:
        job = get_job(session, id)
        return job.status, job.error_message or job.result


def test_a_rename_above_many_products_is_a_job(tree, ask, heard):
    """The category keeps its name until then; afterwards all of them tell the new."""
    status, said = ask("PATCH", "/5", {"name": "Sheets", "description": "of wood"})
    before = told(tree), said["category"]["name"], said["products"]
    do_jobs(tree)

    assert (status, before) == (202, (["Office Supplies > Paper"], "Paper", 1))
    changed = {"category_id": 5, "changed": ["name", "description"]}
    assert ended(tree, said["job"]) == ("completed", changed)
    assert told(tree) == ["Office Supplies > Sheets"]
    assert ask("GET", "/5")[1]["description"] == "of wood"
    assert [e.changed for e in heard if type(e).__name__ == "CategoryChanged"] == [
        ("name", "description")
    ]


def test_a_move_above_many_products_is_a_job(tree, ask):
    """Done twice, as after a worker's death, it is done once."""
    status, said = ask("POST", "/5/move", {"parent_id": 2})
    with tree.store.read_session() as session:
        parameters = get_job(session, said["job"]).parameters
    do_jobs(tree)

    assert (status, said["category"]["path"]) == (202, "Office Supplies > Paper")
    assert told(tree) == ["Technology > Paper"]
    again = {"category_id": 5, "parent_id": 2}
    assert KINDS[later.MOVE].run(tree, Again(parameters)) == again
    assert told(tree) == ["Technology > Paper"]


class Again:
    """A further attempt at a job."""

    id, attempt = "x", 2

    def __init__(self, parameters):
        self.parameters = parameters

    def advance(self, **_told):
        """Go on."""


@pytest.mark.parametrize(
    ("act", "form", "path"),
    [
        ("rename", {"name": "Sheets"}, "Office Supplies > Sheets"),
        ("move", {"category": "2"}, "Technology > Paper"),
    ],
)
def test_the_page_leads_to_the_job(tree, person, act, form, path):
    """Which tells how far it is; the tree shows what became of it."""
    sent = person.post(f"/catalogue/categories/5/{act}", data=form)
    watched = person.get(sent.location)
    do_jobs(tree)

    assert (sent.status_code, sent.location[:6]) == (303, "/jobs/")
    assert "the category Paper" in watched.text
    assert told(tree) == [path]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/1/move", {"parent_id": 5}, 409),
        ("PATCH", "/1", {"name": "Technology"}, 409),
        ("PATCH", "/1", {"name": "  "}, 400),
        ("POST", "/5/move", {"parent_id": 99}, 404),
    ],
)
def test_what_cannot_be_is_refused_before_a_job(tree, ask, method, path, body, status):
    """With nothing changed and no job made."""
    refused, _ = ask(method, path, body)

    assert (refused, do_jobs(tree)) == (status, 0)
    assert told(tree) == ["Office Supplies > Paper"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/5", {"name": "Paper"}),
        ("PATCH", "/5", {"description": "white", "sort_order": 4, "is_active": False}),
        ("POST", "/5/move", {"parent_id": 1}),
        ("PATCH", "/3", {"name": "Chairs"}),
    ],
)
def test_what_no_document_tells_is_done_at_once(tree, ask, method, path, body):
    """The name and the place stay, or no product is below it."""
    status, said = ask(method, path, body)

    assert status == 200
    assert body.items() <= said.items()
    assert do_jobs(tree) == 0


def test_a_later_change_is_not_undone_by_an_older_job(tree, ask):
    """The job says so and leaves the tree as it is."""
    first, second = (ask("PATCH", "/5", {"name": n})[1]["job"] for n in ("B", "C"))
    moves = [ask("POST", "/5/move", {"parent_id": n})[1]["job"] for n in (2, 3)]
    do_jobs(tree)

    assert ended(tree, first)[0] == ended(tree, moves[0])[0] == "completed"
    why = "the category 'B' was changed meanwhile (look at it, and ask again)"
    assert ended(tree, second) == ended(tree, moves[1]) == ("failed", why)
    assert told(tree) == ["Technology > B"]


def test_up_to_the_bound_it_is_done_at_once(surroundings):
    """One product is one that may be renewed at once."""
    house = build_house(
        surroundings | {"ENTREPOT_CATALOGUE_RENEWED_AT_ONCE_COUNT": "1"}
    )
    add_paper(house)
    done = later.change_or_ask(house, 5, CategoryChange(name="Sheets"))

    assert (done.job, done.seen.path) == ("", "Office Supplies > Sheets")
    assert told(house) == ["Office Supplies > Sheets"]
    house.close()


@pytest.mark.fault
def test_more_products_than_one_statement_takes_are_all_renewed(both):
    """And a job is told how far it is."""
    count, said = 5_003, []
    with both.store.session() as session:
        rows = [
            {"sku": f"S{n}", "name": "P", "price": 1, "category_id": n % 2 + 1}
            for n in range(2 * count)
        ]
        session.execute(insert(Product), rows)
        documents.refresh_all(session)
    work = Again({"id": 1, "from": "Office Supplies", "change": {"name": "Office"}})
    work.advance = lambda rows, rows_total, stage: said.append((rows, rows_total))
    KINDS[later.RENAME].run(both, work)

    assert said == [(5_000, count), (count, count)]
    paths = told(both)
    assert (paths.count("Office"), paths.count("Technology")) == (count, count)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("rename"), st.integers(0, 9), st.sampled_from("abc")),
        st.tuples(st.just("move"), st.integers(0, 9), st.none() | st.integers(0, 9)),
    ),
    max_size=6,
)


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.fault)],
)
def branches(request, tmp_path_factory):
    """Ten categories with a product each, whose changes are all jobs."""
    home = tmp_path_factory.mktemp("later")
    with prepared(request, request.param, home) as environ:
        house = build_house(environ | NEVER_AT_ONCE)
        with house.store.session() as session:
            for number in range(4, 10):
                create_category(session, name=f"n{number}", parent_id=number // 2)
            for number in range(10):
                values = {"sku": f"S{number}", "name": "P", "price": 1}
                values["category_id"] = number + 1
                create_product(session, values, by="x")
        yield house
        house.close()


def test_tree_and_documents_agree_after_any_jobs(branches):
    """Asked for at once and done one after the other, some in vain."""

    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(steps=STEPS)
    def run(steps):
        for kind, number, value in steps:
            try:
                if kind == "rename":
                    wanted = CategoryChange(name=value)
                    later.change_or_ask(branches, number + 1, wanted)
                else:
                    to = None if value is None else value + 1
                    later.move_or_ask(branches, number + 1, to)
            except (Conflict, TooMuch):
                continue
        do_jobs(branches, kinds="catalogue.")
        check(branches)

    run()


def check(house) -> None:
    """Paths are right, and each document tells its category."""
    with house.store.session() as session:
        outline = load_outline(session)
        texts = map(json.loads, session.scalars(select(Document.document)))
        paths = {one["id"]: one["category_path"] for one in texts}
        found = session.execute(select(Product.id, Product.category_id)).all()
        wrong = rebuild_paths(session)
        count = len(session.scalars(select(Category.id)).all())

    assert (wrong, count) == (0, 10)
    assert paths == {id: " > ".join(outline.names(category)) for id, category in found}
