"""Pictures come by URL: each is kept, or says why it is not."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from tests.catalogue.images.conftest import picture
from tests.working import do_jobs

from entrepot.base.errors import InvalidValue, NotThere
from entrepot.catalogue import (
    add_pending,
    count_states,
    documents,
    list_images,
    queue_images,
    retry_images,
    submit_fetch,
)
from entrepot.catalogue.images.spec import ImageCounts
from entrepot.catalogue.models import Document
from entrepot.jobs import JobFilter, list_jobs

BOMB = 1_001 * 1_000
"""Pixels, just over the limit of these tests."""


def fetch(house, *urls: str, product_id: int = 1) -> list:
    """Note pictures, do the job, and return them as they are then."""
    with house.store.session() as session:
        found = queue_images(session, product_id, urls)
        submit_fetch(house, [one.id for one in found])
    do_jobs(house)
    return seen(house, product_id)


def seen(house, product_id: int = 1) -> list:
    """Return a product's pictures."""
    with house.store.read_session() as session:
        return list_images(session, product_id)


def document(house, product_id: int = 1) -> dict:
    """Return a product's stored document."""
    with house.store.read_session() as session:
        wanted = select(Document.document).where(Document.product_id == product_id)
        return json.loads(session.scalar(wanted))


def test_a_picture_is_kept_in_three_sizes(shop, gallery):
    """By its bytes, with its measures; the product's document knows of it."""
    url = gallery.url("/crane.jpg", picture(900, 600, format="JPEG"))
    before = document(shop)["has_image"]

    (one,) = fetch(shop, url)

    assert (one.state, one.error, one.url) == ("kept", "", url)
    assert (one.format, one.width, one.height) == ("jpeg", 900, 600)
    assert (one.file_name, one.size_bytes) == (
        "crane.jpg",
        len(gallery.answer("/crane.jpg")),
    )
    sizes = sorted(p.name for p in (shop.home / "images" / one.sha256[:2]).iterdir())
    ends = ["-card.webp", "-full.webp", "-thumb.webp", ".jpeg"]
    assert sizes == [one.sha256 + end for end in ends]
    assert (before, document(shop)["has_image"]) == (False, True)


def test_the_same_bytes_twice_are_one_picture(shop, gallery):
    """The second URL stays known and is not asked again; others have their own."""
    urls = [gallery.url(f"/{n}.png", picture()) for n in "ab"]

    first = fetch(shop, *urls)
    again = fetch(shop, *urls)
    other = fetch(shop, urls[0], product_id=2)

    assert [one.url for one in first] == [urls[0]] == [one.url for one in again]
    assert gallery.asked == {"/a.png": 2, "/b.png": 1}
    assert other[0].sha256 == first[0].sha256
    assert len(list((shop.home / "images").glob("??/*.png"))) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (404, "the server answers 404"),
        (b"", "the file is empty"),
        (b"nothing of a picture", "these bytes are no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG"),
        (b"<!DOCTYPE html><title>No</title>", "a web page"),
        (b"%PDF-1.7", "a PDF"),
        (picture(400, 300)[:-60], "damaged"),
        (b"x" * 200_001, "larger than 200,000 bytes"),
        (picture(1_001, 1_000), "1,001 × 1,000 pixels"),
    ],
    ids=["404", "empty", "text", "svg", "html", "pdf", "cut", "large", "bomb"],
)
def test_what_is_no_picture_has_failed_and_says_why(shop, gallery, content, reason):
    """Beside it a good one is kept: one stops no other."""
    good = gallery.url("/good.png", picture())

    found = fetch(shop, gallery.url("/bad.png", content), good)

    assert [one.state for one in found] == ["failed", "kept"]
    assert reason in found[0].error
    assert document(shop)["has_image"] is True


def test_a_server_that_is_busy_is_asked_three_times(shop, gallery):
    """What comes the third time is kept; what never comes has failed."""
    late = gallery.url("/late.png", [503, 429, picture()])
    never = gallery.url("/never.png", 500)

    found = fetch(shop, late, never)

    states = [(one.state, one.attempts) for one in found]
    assert states == [("kept", 3), ("failed", 3)]
    assert "500" in found[1].error


def test_a_failed_picture_can_be_fetched_again(shop, gallery):
    """Once the server has it."""
    fetch(shop, gallery.url("/a.png", [404, picture()]))

    with shop.store.session() as session:
        submit_fetch(shop, retry_images(session, product_id=1))
    do_jobs(shop)

    assert [(one.state, one.error) for one in seen(shop)] == [("kept", "")]


def test_addresses_of_our_own_network_are_not_asked(both, gallery):
    """Unless a setting allows them."""
    from entrepot.catalogue import create_product

    with both.store.session() as session:
        create_product(session, {"sku": "A", "name": "A", "price": 1}, by="tests")

    (one,) = fetch(both, gallery.url("/a.png", picture()))

    assert (one.state, gallery.asked) == ("failed", {})
    assert "is not a public address" in one.error


def test_pairs_are_noted_once_and_in_order(shop, gallery):
    """A pair that is there stays; what is no URL has failed at once."""
    pairs = [(1, "http://a.example/1.png"), (2, "ftp://b.example/2"), (1, "x" * 1_200)]

    with shop.store.session() as session:
        first = add_pending(session, pairs)
        again = add_pending(session, [*pairs, (1, "http://a.example/3.png")])

    assert (len(first), len(again)) == (3, 1)
    states = [(one.position, one.state, one.url[:24]) for one in seen(shop)]
    assert states == [
        (0, "pending", "http://a.example/1.png"),
        (1, "failed", "x" * 24),
        (2, "pending", "http://a.example/3.png"),
    ]
    assert "no URL of HTTP" in seen(shop, 2)[0].error


def test_people_are_told_at_once_what_is_no_url(shop):
    """Nothing is noted then."""
    with shop.store.session() as session, pytest.raises(InvalidValue, match="ftp://a"):
        queue_images(session, 1, ["http://a.example/1.png", "ftp://a/2"])

    with shop.store.session() as session, pytest.raises(NotThere, match="'77'"):
        queue_images(session, 77, ["http://a.example/1.png"])
    assert seen(shop) == []


def test_the_generation_follows_what_came(shop, gallery):
    """So that whoever kept an answer asks again."""

    def generation():
        with shop.store.read_session() as session:
            return documents.read_generation(session)

    before = generation()
    fetch(shop, gallery.url("/a.png", picture()))

    assert generation() > before


def test_many_are_fetched_as_all_that_wait(shop, gallery):
    """A job names a thousand at most; the result counts them."""
    pairs = [(1, gallery.url(f"/{n}.png", 404)) for n in range(70)]
    with shop.store.session() as session:
        add_pending(session, pairs)
        submit_fetch(shop, None)

    do_jobs(shop)

    with shop.store.read_session() as session:
        assert count_states(session) == ImageCounts(pending=0, kept=0, failed=70)
    job = list_jobs(shop, JobFilter(), limit=1).jobs[0]
    assert (job.state, job.result) == ("completed", {"kept": 0, "failed": 70})
