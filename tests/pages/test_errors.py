"""What breaks in a page arrives in the log."""

from __future__ import annotations

import json
import sqlite3

import pytest

from entrepot.watch.log.store import log_store
from tests.serving.servers import until


@pytest.fixture
def reports(site):
    """A function that waits for so many reports with this word, and returns all."""
    store = log_store(site.app.extensions["house"])

    def there(word):
        store.flush()
        asked = (
            "SELECT level, message, stack_trace, custom_fields FROM logs "
            "WHERE logger = 'entrepot.browser' AND message LIKE ? ORDER BY id"
        )
        with sqlite3.connect(store.path) as connection:
            return connection.execute(asked, [f"%{word}%"]).fetchall()

    def reports(word, count=1):
        until(lambda: len(there(word)) >= count)
        return there(word)

    return reports


@pytest.fixture
def careless(open_context):
    """A page that may complain."""
    return open_context().new_page()


def throw(page, *lines: str) -> None:
    """Let the page's own script run lines that fail."""
    page.evaluate(f"() => {{ {';'.join(lines)} }}")


def test_an_error_in_a_page_arrives(site, careless, reports):
    """With its place, and without the address's query."""
    careless.goto("/keys?token=hunter2")
    throw(careless, "setTimeout(() => { throw new RangeError('mismeasured') })")

    ((level, message, stack, fields),) = reports("mismeasured")
    assert (level, message) == ("ERROR", "Uncaught RangeError: mismeasured")
    assert "RangeError: mismeasured" in stack
    assert json.loads(fields)["url"] == f"{site.origin}/keys"


def test_a_promise_that_nobody_caught_arrives(careless, reports):
    """As an error."""
    careless.goto("/keys")
    throw(careless, "Promise.reject(new TypeError('unkept'))")

    assert [row[:2] for row in reports("unkept")] == [("ERROR", "TypeError: unkept")]


def test_the_same_error_arrives_once_and_never_many(careless, reports):
    """A page that breaks in a circle says so once; ten is all that it says."""
    careless.goto("/keys")
    throw(
        careless,
        "const same = new Error('again and again')",
        "for (let n = 0; n < 50; n++) Promise.reject(same)",
        "for (let n = 0; n < 50; n++) Promise.reject(new Error('again ' + n))",
    )

    assert len(reports("again", 10)) == 10
    careless.goto("/keys")  # what it reports comes after all that the first one did
    throw(careless, "Promise.reject(new Error('the last'))")
    assert len(reports("the last")) == 1
    assert len(reports("again and again")) == 1
    assert len(reports("again")) == 10
