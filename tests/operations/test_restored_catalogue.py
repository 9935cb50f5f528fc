"""A restored catalogue is found by its words, and no answer of before is given."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import pytest

from entrepot.app import create_app
from entrepot.catalogue import create_product, update_product
from entrepot.composition import build_house
from entrepot.migrations import ensure
from entrepot.operations import back_up, restore

pytestmark = pytest.mark.fault

ADDRESSES = (
    "/api/products",
    "/api/products?limit=5",
    "/api/products/1",
    "/api/products?q=lamp",
    "/api/products?q=torch",
    "/api/products?q=lmap",
)


@pytest.fixture
def shop(upkept):
    """The variables of a house with one product, a lamp; no use is open."""
    with opened(upkept) as house:
        ensure(house)
        values = {"sku": "L1", "name": "Lamp", "price": 1, "status": "active"}
        with house.store.session() as session:
            create_product(session, values, by="ada")
    return upkept


@contextmanager
def opened(environ):
    """Give a house as a command has it: no server is there."""
    house = build_house(environ)
    yield house
    house.close()


@contextmanager
def served(environ):
    """Give a client of a server that ends."""
    with opened(environ) as house:
        yield create_app(house).test_client()


def told(environ):
    """Return every answer, asked twice of a server: the second may be a kept one."""
    with served(environ) as client:
        first = {address: client.get(address).json for address in ADDRESSES}
        assert {address: client.get(address).json for address in ADDRESSES} == first
    return first


def rename(environ, name) -> None:
    """Give the product another name."""
    with opened(environ) as house, house.store.session() as session:
        update_product(session, 1, {"name": name}, by="ada")


def backed_up(environ) -> Path:
    """Return a backup of now."""
    with opened(environ) as house:
        return Path(back_up(house).path)


def put_back(environ, backup) -> None:
    """Restore it."""
    with opened(environ) as house:
        restore(house, backup)


def skus(answer) -> list[str]:
    """Return the SKUs of a page."""
    return [one["sku"] for one in answer["data"]]


def test_words_and_answers_are_those_of_the_backup(shop):
    """Mistyped ones as well; what was written for the newer state is not sent."""
    before, backup = told(shop), backed_up(shop)
    rename(shop, "Torch")
    newer = told(shop)
    put_back(shop, backup)

    assert [skus(before[f"/api/products?q={q}"]) for q in ("lamp", "torch")] == [
        ["L1"],
        [],
    ]
    assert [skus(newer[f"/api/products?q={q}"]) for q in ("lamp", "torch")] == [
        [],
        ["L1"],
    ]
    assert before["/api/products?q=lmap"]["corrected_to"] == "lamp"
    assert told(shop) == before


def test_no_state_after_a_restore_is_taken_for_one_that_is_gone(shop):
    """Who has an answer of the lost state is sent the new one, whatever was written."""
    backup = backed_up(shop)
    rename(shop, "Torch")
    with served(shop) as client:
        lost = {one: client.get(one).headers["ETag"] for one in ADDRESSES[:3]}
        same = [
            client.get(one, headers={"If-None-Match": tag}).status_code
            for one, tag in lost.items()
        ]
    put_back(shop, backup)
    rename(shop, "Candle")

    assert same == [304, 304, 304]
    with served(shop) as client:
        for address, tag in lost.items():
            answer = client.get(address, headers={"If-None-Match": tag})
            assert (answer.status_code, "Candle" in answer.text) == (200, True)
        assert skus(client.get("/api/products?q=candle").json) == ["L1"]
