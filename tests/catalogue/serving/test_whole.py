"""The whole list as a file, and its twin packed with gzip."""

from __future__ import annotations

import gzip
import hashlib
import json

import pytest
from sqlalchemy import insert

from entrepot.catalogue import Product, documents, update_product
from entrepot.catalogue.serving.source import source_of
from entrepot.catalogue.serving.whole import write_whole

COUNT = 2_500


@pytest.fixture
def large(both):
    """A house with products whose list is more than a megabyte."""
    row = {"name": "Crane", "price": 1, "status": "active", "description": "fold " * 99}
    with both.store.session() as session:
        rows = [row | {"sku": f"S{number}"} for number in range(COUNT)]
        session.execute(insert(Product), rows)
        documents.refresh_all(session)
        documents.bump(session)
    return both


def files(house) -> set[str]:
    """Return the names of what is kept."""
    return {one.name for one in (house.home / "run" / "catalogue").iterdir()}


def test_the_twin_unpacks_to_the_list(large):
    """Each with its own hash; both are written once for a state."""
    whole, where, _ = write_whole(large, source_of(large))
    again, *_ = write_whole(large, source_of(large))
    plain, packed = whole.path.read_bytes(), whole.packed.path.read_bytes()

    assert (where, again) == ("db", whole)
    assert len(json.loads(plain)) == COUNT
    assert gzip.decompress(packed) == plain
    assert hashlib.sha256(plain).hexdigest() == whole.sha256
    assert hashlib.sha256(packed).hexdigest() == whole.packed.sha256
    assert len(packed) < len(plain) / 10
    assert files(large) == {whole.path.name, whole.packed.path.name}


def test_a_write_leaves_nothing_of_the_state_before(large):
    """The next list has it, and the files of the older one are gone."""
    before, *_ = write_whole(large, source_of(large))
    with large.store.session() as session:
        update_product(session, 1, {"name": "Heron"}, by="ada")
    after, *_ = write_whole(large, source_of(large))

    assert json.loads(gzip.decompress(after.packed.path.read_bytes()))[0]["name"] == (
        "Heron"
    )
    assert after.stamp != before.stamp
    assert files(large) == {after.path.name, after.packed.path.name}


def test_a_file_whose_twin_is_gone_is_sent_as_it_is(large):
    """Nobody waits for another one."""
    first, *_ = write_whole(large, source_of(large))
    first.packed.path.unlink()
    second, *_ = write_whole(large, source_of(large))

    assert (second.path, second.packed) == (first.path, None)
