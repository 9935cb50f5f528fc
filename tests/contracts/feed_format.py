"""What every feed format must do. Subclass it, once for each format."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from entrepot.base.errors import EntrepotError
from entrepot.feeds import FEED_FORMATS
from entrepot.feeds.spec import LINE, RawBatch, RowError

COLUMNS = ("sku", "name", "price")
ROWS: list[tuple[str, ...]] = [
    ("A-1", "plain", "9.90"),
    ("A-2", 'quote " comma , semicolon ; tab\there', "0.10"),
    ("A-3", "éα漢🙂 <b>&amp;</b>", "1234567.89"),
    ("A-4", "two\nlines", "0012"),
]


class Shelf:
    """Files in a folder, and what one format makes of them."""

    def __init__(self, name: str, folder: Path) -> None:
        self.format = FEED_FORMATS.get(name)
        self.path = folder / f"products{self.format.extensions[0]}"

    def put(self, body: bytes) -> Path:
        """Write a file."""
        self.path.write_bytes(body)
        return self.path

    def batches(self, body: bytes, **options: str | int | bool) -> list[RawBatch]:
        """Return all batches of a file, read with what it seems to be."""
        sniffed = self.format.sniff(self.put(body))
        return list(self.format.read(self.path, {**sniffed.options, **options}))

    def read(self, body: bytes, **options: str | int | bool) -> list[dict[str, object]]:
        """Return all rows of a file."""
        batches = self.batches(body, **options)
        return [row for batch in batches for row in batch.rows.to_pylist()]

    def wrong(self, body: bytes, **options: str | int | bool) -> list[tuple[int, str]]:
        """Return line and code of all errors of a file."""
        return [(error.line, error.code) for error in self.errors(body, **options)]

    def errors(self, body: bytes, **options: str | int | bool) -> list[RowError]:
        """Return all errors of a file."""
        return [e for batch in self.batches(body, **options) for e in batch.errors]


class FeedFormatContract:
    """Set `name`; write `encode` and, where rows are not numbered from 2, `first`."""

    name: str
    first = 1
    can_hold_lines = True

    def encode(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        """Write a file, with a writer that is not ours."""
        raise NotImplementedError

    @pytest.fixture
    def shelf(self, tmp_path):
        return Shelf(self.name, tmp_path)

    def rows_of(self, rows: Sequence[Sequence[str]]) -> list[dict[str, object]]:
        """Return rows as the format should give them, but for their numbers."""
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def test_gives_each_cell_as_it_is(self, shelf):
        """Texts come as they are in the file: zeros, signs and all."""
        found = shelf.read(self.encode(COLUMNS, ROWS))

        assert [{k: row[k] for k in COLUMNS} for row in found] == self.rows_of(ROWS)

    def test_recognises_its_own(self, shelf):
        """A file of the format is likelier than not to be one."""
        path = shelf.put(self.encode(COLUMNS, ROWS))

        assert shelf.format.sniff(path).likelihood > 0.5

    @pytest.mark.parametrize(
        "body", [b"", b"\0" * 4_000, b"\xff\xfe\x00", b"PK\x03\x04"]
    )
    def test_sniffing_never_fails(self, shelf, body):
        """Whatever a file holds, looking at it is no error."""
        assert 0 <= shelf.format.sniff(shelf.put(body)).likelihood <= 1

    @pytest.mark.parametrize("body", [b"", b"\0" * 4_000, b"PK\x03\x04" + b"x" * 100])
    def test_what_is_no_such_file_is_refused_in_words(self, shelf, body):
        """Reading what cannot be read says so, or finds rows that are wrong."""
        rows = []
        with suppress(EntrepotError):
            rows = shelf.read(body)

        assert rows == []

    def test_numbers_rows_in_their_order(self, shelf):
        """Each row says where it begins, and no two say the same."""
        rows = [(f"A-{n}", "thing", "1.00") for n in range(5)]

        found = shelf.read(self.encode(COLUMNS, rows))

        assert [row[LINE] for row in found] == list(range(self.first, self.first + 5))

    def test_many_rows_come_in_batches_of_one_schema(self, shelf):
        """No batch has more than 4,096 rows, and all have the same columns."""
        rows = [(f"A-{n}", "thing", "1.00") for n in range(9_000)]

        batches = shelf.batches(self.encode(COLUMNS, rows))

        assert sum(batch.rows.num_rows for batch in batches) == 9_000
        assert max(batch.rows.num_rows for batch in batches) <= 4_096
        assert {tuple(batch.rows.schema.names) for batch in batches} == {
            (LINE, *COLUMNS)
        }

    def test_no_rows_still_give_the_columns(self, shelf):
        """A file without products is none that fails."""
        batches = shelf.batches(self.encode(COLUMNS, []))

        assert batches[0].rows.schema.names == [LINE, *COLUMNS]
        assert sum(batch.rows.num_rows for batch in batches) == 0

    def test_formulas_are_texts(self, shelf):
        """What begins like a formula is not reckoned."""
        found = shelf.read(self.encode(COLUMNS, [("=1+1", '=HYPERLINK("x")', "2")]))

        assert (found[0]["sku"], found[0]["name"]) == ("=1+1", '=HYPERLINK("x")')

    def test_is_read_as_large_as_it_was(self, shelf):
        """What somebody adds while it is read is not there."""
        rows = [(f"A-{n}", "thing " * 20, "1.00") for n in range(9_000)]
        path = shelf.put(self.encode(COLUMNS, rows))
        options = shelf.format.sniff(path).options

        count = 0
        for batch in shelf.format.read(path, options):
            if count == 0:
                with path.open("ab") as file:
                    file.write(b"A-9999,added,1\n" * 50_000)
            count += batch.rows.num_rows

        assert count == 9_000
