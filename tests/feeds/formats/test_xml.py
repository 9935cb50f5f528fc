"""XML whose elements repeat."""

from contextlib import suppress
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contracts.feed_format import COLUMNS, FeedFormatContract, Shelf

from entrepot.base.errors import EntrepotError, Invalid


class TestXml(FeedFormatContract):
    name = "xml"
    options = {"element": "catalog/product"}

    def encode(self, columns, rows):
        made = [
            "".join(
                f"<{c}>{escape(v)}</{c}>" for c, v in zip(columns, row, strict=True)
            )
            for row in rows
        ]
        body = "".join(f"<product>{inner}</product>\n" for inner in made)
        return f'<?xml version="1.0"?>\n<catalog>{body}</catalog>'.encode()

    def test_no_rows_still_give_the_columns(self, shelf):
        """Records name the columns themselves, so there are none."""
        assert len(shelf.batches(self.encode(COLUMNS, [("A", "b", "1")]))) == 1

        with pytest.raises(Invalid, match="no records"):
            shelf.batches(self.encode(COLUMNS, []), **self.options)


@pytest.fixture
def shelf(tmp_path):
    return Shelf("xml", tmp_path)


def test_reads_the_feed_of_google_merchant(shelf):
    """Items in a channel, with names in a namespace and elements that repeat."""
    body = b"""<?xml version="1.0"?>
    <rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>
    <title>Shop</title>
    <item><g:id>A</g:id><g:price>12.90 EUR</g:price>
      <g:additional_image_link>http://x/1</g:additional_image_link>
      <g:additional_image_link>http://x/2</g:additional_image_link></item>
    <item><g:id>B</g:id><g:price>1.00 EUR</g:price><![CDATA[]]></item>
    </channel></rss>"""

    assert shelf.format.sniff(shelf.put(body)).options == {
        "element": "rss/channel/item"
    }
    assert shelf.read(body) == [
        {
            "line": 1,
            "g:id": "A",
            "g:price": "12.90 EUR",
            "g:additional_image_link": '["http://x/1", "http://x/2"]',
        },
        {
            "line": 2,
            "g:id": "B",
            "g:price": "1.00 EUR",
            "g:additional_image_link": None,
        },
    ]


def test_attributes_and_inner_elements_have_names(shelf):
    """`@` for attributes, `/` for what is inside."""
    body = b"""<list><p id="1"><price currency="EUR">5</price><size><w>2</w></size></p>
    <p id="2"><price>6</price></p></list>"""

    assert shelf.read(body)[0] == {
        "line": 1,
        "@id": "1",
        "price@currency": "EUR",
        "price": "5",
        "size/w": "2",
        "size": None,
    }


@pytest.mark.parametrize(
    "start",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
        b'<!DOCTYPE lolz [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;&l;&l;&l;">]>',
    ],
)
def test_a_doctype_is_refused(shelf, start):
    """No entity of a file's own is ever looked at; without them it would be read."""
    body = b"<l><p><sku>A</sku></p><p><sku>B</sku></p></l>"
    assert len(shelf.read(body)) == 2

    with pytest.raises(Invalid, match="DOCTYPE"):
        shelf.read(start + body, element="l/p")


def test_a_broken_element_costs_itself(shelf):
    """Reading goes on with the next that begins."""
    body = b"<l><p><sku>A</sku></p><p><sku>B</s></p><p><sku>&nbsp;</sku></p>"
    body += b"<p><sku>D</sku></p></l>"

    assert [row["sku"] for row in shelf.read(body)] == ["A", "D"]
    assert shelf.wrong(body) == [(2, "broken-xml"), (3, "broken-xml")]


def test_bytes_of_another_encoding_cost_their_element(shelf):
    """They are not guessed at."""
    body = b"<l><p><sku>A</sku></p><p><sku>K\xe4se</sku></p><p><sku>C</sku></p></l>"

    assert [row["sku"] for row in shelf.read(body)] == ["A", "C"]
    assert shelf.wrong(body) == [(2, "broken-xml")]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-16", "utf-8"])
def test_reads_what_the_file_declares(shelf, encoding):
    """The encoding stands in its first line."""
    start = f'<?xml version="1.0" encoding="{encoding}"?>'
    text = f"{start}<l><p><n>Käse</n></p><p><n>x</n></p></l>"

    assert shelf.read(text.encode(encoding))[0]["n"] == "Käse"


def test_a_file_that_ends_in_the_middle_keeps_its_beginning(shelf):
    """What came is read, and the end is an error."""
    body = b"<l><p><sku>A</sku></p><p><sku>B</sk"

    assert [row["sku"] for row in shelf.read(body)] == ["A"]
    assert shelf.wrong(body) == [(2, "broken-xml")]


def test_a_huge_value_costs_its_element(shelf):
    """A value of 32 MB is left out, and the elements after it come."""
    huge = b"x" * (32 << 20)
    body = (
        b"<l><p><sku>A</sku></p><p><sku>" + huge + b"</sku></p><p><sku>C</sku></p></l>"
    )

    assert [row["sku"] for row in shelf.read(body, element="l/p")] == ["A", "C"]
    assert shelf.wrong(body, element="l/p") == [(2, "too-long")]


def test_deep_nesting_is_refused(shelf):
    """No product is so deep."""
    body = b"<l><p>" + b"<a>" * 500 + b"</a>" * 500 + b"</p></l>"

    with pytest.raises(Invalid, match="nested"):
        shelf.read(body, element="l/p")


@settings(max_examples=60)
@given(body=st.binary(max_size=300))
def test_no_bytes_break_it(tmp_path_factory, body):
    """A file is read or refused in words."""
    shelf = Shelf("xml", tmp_path_factory.mktemp("xml"))
    with suppress(EntrepotError):  # a DOCTYPE is one
        rows = shelf.read(b"<l><p><sku>A</sku></p>" + body, element="l/p")

        assert rows[0]["sku"] == "A"
