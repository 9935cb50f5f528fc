"""Feeds: who carries a product, who writes it, and what becomes of what is gone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from entrepot import feeds
from entrepot.feeds.applying.spool import CHANGES, digest
from entrepot.feeds.events import ImportFailed
from entrepot.feeds.records import folder_of

FOUR = "SKU,Name,Price,Brand\nA1,One,1,\nA2,Two,2,\nA3,Three,3,\nA4,Four,4,\n"


@pytest.fixture
def add(importer):
    """A function that makes a feed whose files are sent."""

    def add_feed(name, **given):
        wanted = feeds.FeedWanted(name=name, source="upload", **given)
        return feeds.add_feed(importer.house, wanted, by="ann")

    return add_feed


def _without(text, *skus):
    return "".join(
        line for line in text.splitlines(keepends=True) if line[:2] not in skus
    )


def test_what_is_gone_is_archived_and_comes_back_by_undo(importer, add):
    """One of four vanished; undoing the import brings it back to the feed."""
    add("one", missing="archive", vanish_percent=30)
    importer.bring(FOUR, feed="one")

    seen = importer.bring(_without(FOUR, "A4"), feed="one")

    assert seen.counts.vanished == 1
    assert importer.changes(seen.id, kind="vanish") == [
        ("vanish", "A4", "status", "draft", "archived")
    ]
    assert importer.products()["A4"]["status"] == "archived"
    assert feeds.get_feed(importer.house, "one").products == 3
    importer.undo(seen.id)
    assert importer.products()["A4"]["status"] == "draft"
    assert feeds.get_feed(importer.house, "one").products == 4


def test_too_much_does_not_vanish_unasked(importer, add):
    """The import waits for a person's word, and nothing is written."""
    add("one", missing="archive", vanish_percent=30)
    importer.bring(FOUR, feed="one")
    half = importer.preview(_without(FOUR, "A3", "A4"), feed="one")
    assert half.guard.is_tripped

    stopped = importer.apply(half.id)

    assert (stopped.state, stopped.error_code) == ("previewed", "too-many-vanish")
    assert importer.products()["A4"]["status"] == "draft"
    assert importer.apply(half.id, accept_vanished=True).state == "applied"
    assert importer.products()["A4"]["status"] == "archived"


def test_what_stays_as_it_is_needs_nobodys_word(importer, add):
    """Where products that are gone are kept, none vanishes, however many they are."""
    add("one", missing="keep", vanish_percent=0)
    importer.bring(FOUR, feed="one")
    half = importer.preview(_without(FOUR, "A3", "A4"), feed="one")

    assert (half.guard.vanished, half.guard.is_tripped) == (2, False)
    assert importer.apply(half.id).state == "applied"
    assert importer.products()["A4"]["status"] == "draft"


def test_products_that_would_leave_are_let_stay_one_by_one(importer, add):
    """Such a one is as it was, the feed still carries it, and the limit forgets it."""
    add("one", missing="archive", vanish_percent=30)
    importer.bring(FOUR, feed="one")
    half = importer.preview(_without(FOUR, "A3", "A4"), feed="one")
    assert half.guard.is_tripped
    stays = importer.products()["A4"]
    change = feeds.ImportChange(staying=(stays["id"],))

    kept = feeds.change_import(importer.house, half.id, change)
    done = importer.apply(half.id)

    assert (kept.state, kept.staying, kept.excluded) == (
        "previewed",
        (stays["id"],),
        (),
    )
    assert (done.state, done.counts.vanished) == ("applied", 1)
    found = importer.products()
    assert (found["A3"]["status"], found["A4"]) == ("archived", stays)
    assert feeds.get_feed(importer.house, "one").products == 3
    again = importer.preview(_without(FOUR, "A3", "A4"), feed="one")
    assert [row[1] for row in importer.changes(again.id, kind="vanish")] == ["A4"]


def test_a_row_in_error_is_not_gone(importer, add):
    """Its product is in the file, though its price is not one."""
    add("one", missing="archive", vanish_percent=100)
    importer.bring(FOUR, feed="one")

    seen = importer.bring(FOUR.replace("Four,4", "Four,much"), feed="one")

    assert (seen.counts.rejected, seen.counts.vanished) == (1, 0)
    assert importer.products()["A4"]["status"] == "draft"


def test_the_higher_feed_writes_and_the_lower_fills_what_is_empty(importer, add):
    """The price stays the higher one's; the brand, which nobody gave, is taken."""
    add("high", priority=200)
    add("low", priority=100)
    importer.bring(FOUR, feed="high")

    seen = importer.bring("SKU,Name,Price,Brand\nA1,Uno,9,Acme\n", feed="low")

    one = importer.products()["A1"]
    assert (one["name"], one["price"]) == ("One", Decimal("1.00"))
    assert one["brand"] == "Acme"
    assert seen.counts.held == 2


def test_what_another_feed_carries_stays(importer, add):
    """Gone from one file, but in another."""
    add("one", missing="archive", vanish_percent=100)
    add("two")
    importer.bring(FOUR, feed="one")
    importer.bring(FOUR, feed="two")

    importer.bring(_without(FOUR, "A4"), feed="one")

    assert importer.products()["A4"]["status"] == "draft"


def test_a_feed_runs_by_itself_and_does_nothing_for_the_same_file(importer):
    """Fetched, previewed and applied; the second time it is unchanged."""
    folder = importer.house.home / "feeds"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "goods.csv"
    file.write_text(FOUR)
    plan = importer.take(FOUR).plan
    wanted = feeds.FeedWanted(name="own", source="path", address=str(file), plan=plan)
    feeds.add_feed(importer.house, wanted, by="ann")

    first = feeds.run_feed(importer.house, "own", by="ann", is_unattended=True)
    first = importer.done(first.id)
    second = feeds.run_feed(importer.house, "own", by="ann", is_unattended=True)
    second = importer.done(second.id)

    assert (first.state, first.counts.created) == ("applied", 4)
    assert (second.state, second.error) == ("unchanged", "")
    assert feeds.get_feed(importer.house, "own").products == 4


def test_a_source_that_fails_leaves_the_import_failed(importer, heard):
    """With the reason, for people, and told once for machines."""
    folder = importer.house.home / "feeds"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = feeds.ImportWanted(source="path", address=str(folder / "none.csv"))
    seen = feeds.start_import(importer.house, wanted, by="ann")

    seen = importer.done(seen.id)

    assert seen.state == "failed"
    assert seen.error
    told = [event for event in heard if isinstance(event, ImportFailed)]
    assert [(e.id, e.code, e.error) for e in told] == [
        (seen.id, seen.error_code, seen.error)
    ]


def test_what_vanishes_since_the_preview_is_asked_for_too(importer, add):
    """Whoever agrees to other changes has not agreed that half of a feed is gone."""
    add("one", missing="archive", vanish_percent=30)
    importer.bring(FOUR, feed="one")
    less = importer.preview(_without(FOUR, "A3"), feed="one")
    assert not less.guard.is_tripped
    renamed = FOUR.replace("A3,", "Z3,").replace("A4,", "Z4,")
    importer.bring(_without(renamed, "A1"), feed="one", vanish_percent=100)

    stopped = importer.apply(less.id, accept_changes=True)

    assert (stopped.state, stopped.error_code) == ("previewed", "too-many-vanish")
    assert stopped.guard.is_tripped
    gone = stopped.counts.vanished
    assert len(importer.changes(stopped.id, kind="vanish")) == gone
    agreed = importer.apply(stopped.id, accept_changes=True, accept_vanished=True)
    assert (agreed.state, agreed.counts.vanished) == (
        "applied",
        stopped.counts.vanished,
    )
    assert agreed.receipt.changes_sha256 == kept_digest(importer.house, agreed.id)


def kept_digest(house, id):
    """Return the SHA-256 of the changes that an import kept."""
    return digest(folder_of(house, id) / CHANGES)


def test_an_unattended_run_that_is_stopped_says_why(importer):
    """It waits for a person as what would vanish, not as one who merely looked."""
    folder = importer.house.home / "feeds"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "goods.csv"
    file.write_text(FOUR)
    wanted = feeds.FeedWanted(
        name="own",
        source="path",
        address=str(file),
        plan=importer.take(FOUR).plan,
        missing="archive",
        vanish_percent=30,
    )
    feeds.add_feed(importer.house, wanted, by="ann")

    def run():
        seen = feeds.run_feed(importer.house, "own", by="ann", is_unattended=True)
        return importer.done(seen.id)

    assert run().state == "applied"
    file.write_text(_without(FOUR, "A3", "A4"))
    stopped = run()

    assert (stopped.state, stopped.error_code) == ("previewed", "too-many-vanish")
    assert "2 of 4 products would vanish" in stopped.error
    assert importer.products()["A4"]["status"] == "draft"
