"""How every dialect must give rows: exactly, in batches, from bound values."""

from __future__ import annotations

import sqlalchemy as sa

from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement
from tests.contracts.dialect_bench import DialectBench

ODD_TEXTS = ("", " ", "'; DROP TABLE kept; --", "100%", "a_b", "\\", "ünï漢🙂", "a\nb")
BATCHES = {1: [1] * 10, 3: [3, 3, 3, 1], 4: [4, 4, 2], 16_384: [10]}
"""The sizes of ten rows' batches, by the size asked for."""


class RowsContract(DialectBench):
    """Rows, types, parameters."""

    def test_values_are_exact(self, door, database):
        """Each comes out with its Arrow type and its Python value, NULL as NULL."""
        columns = ", ".join(f"c{n} {e.type}" for n, e in enumerate(self.exact))
        door(f"CREATE TABLE {self.at('exact')} (k INTEGER, {columns})")
        literals = ", ".join(e.literal for e in self.exact)
        nulls = ", ".join("NULL" for _ in self.exact)
        door(f"INSERT INTO {self.at('exact')} VALUES (1, {literals}), (2, {nulls})")

        structure = database.describe(self.schema, "exact")
        sql = Statement(
            sql=f"SELECT * FROM {self.at('exact')} ORDER BY k",
            columns=structure.columns,
        )
        with database.read(sql, ReadOptions()) as stream:
            [batch] = list(stream.batches)

        found = [(batch.schema.types[n + 1], *c) for n, c in self._cells(batch)]
        assert found == [(e.arrow, e.value, None) for e in self.exact]

    def _cells(self, batch):
        columns = [column.to_pylist() for column in batch.columns[1:]]
        return enumerate(columns)

    def test_batches_have_the_size_asked_for(self, database, many, subtests):
        """Full ones until the last, in order, each with the schema."""
        sql = Statement(sql=f"SELECT id, name FROM {many} WHERE id < 10 ORDER BY id")

        for batch_rows, sizes in BATCHES.items():
            with subtests.test(str(batch_rows)):
                with database.read(sql, ReadOptions(batch_rows=batch_rows)) as stream:
                    batches = list(stream.batches)

                assert [b.num_rows for b in batches] == sizes
                assert {b.schema for b in batches} == {stream.schema}
                ids = [i for b in batches for i in b.column(0).to_pylist()]
                assert ids == list(range(10))

    def test_many_rows_are_all_there(self, database, many):
        """Once each, also when there are more than one batch can hold."""
        rows = self.rows(database, f"SELECT id, name FROM {many} ORDER BY id")

        assert rows == [[n, f"name {n}"] for n in range(20_000)]

    def test_empty_result_has_its_schema(self, database, kept):
        """No rows still say which columns there would have been."""
        sql = Statement(sql=f"SELECT id, name FROM {kept} WHERE id = 99")
        with database.read(sql, ReadOptions()) as stream:
            assert stream.schema.names == ["id", "name"]
            assert sum(b.num_rows for b in stream.batches) == 0

    def test_equal_names_are_told_apart(self, database, kept):
        """The second of two columns of one name gets `_2`."""
        sql = Statement(sql="SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS a")
        with database.read(sql, ReadOptions()) as stream:
            assert stream.schema.names == ["a", "a_3", "a_2", "a_4"]
            assert [b.num_rows for b in stream.batches] == [1]

    def test_harmless_endings_are_accepted(self, database, kept, subtests):
        """People leave semicolons and comments behind their statement."""
        for end in ("", ";", " ; ", " -- x", "; -- x\n", " /* x */ "):
            with subtests.test(end):
                assert self.rows(database, f"SELECT 42 AS a{end}") == [[42]]

    def test_bound_values_are_values(self, door, database):
        """Whatever the text, it is compared and never run; LIKE's signs are escaped."""
        door(f"CREATE TABLE {self.at('texts')} (id INTEGER PRIMARY KEY, t TEXT)")
        literals = [text.replace("'", "''") for text in ODD_TEXTS]
        into = f"INSERT INTO {self.at('texts')} VALUES"
        door(*(f"{into} ({n}, '{literal}')" for n, literal in enumerate(literals)))
        key, text = sa.column("id"), sa.column("t")
        table = sa.table("texts", key, text, schema=self.schema)

        for n, value in enumerate(ODD_TEXTS):
            equal = sa.select(key).select_from(table).where(text == value)
            assert self.rows(database, self.compiled(equal)) == [[n]]
        for part, hits in {"%": [[3]], "_": [[4]], "\\": [[5]], "ï漢": [[6]]}.items():
            like = sa.select(key).select_from(table)
            like = like.where(text.contains(part, autoescape=True))
            assert self.rows(database, self.compiled(like)) == hits

    def test_patterns_are_escaped_with_a_backslash(self, door, database):
        """As filters write them; letters are found in either case."""
        door(f"CREATE TABLE {self.at('patterns')} (t TEXT)")
        door(rf"INSERT INTO {self.at('patterns')} VALUES ('A%b\c'), ('axb\c')")
        text = sa.column("t")
        select = sa.select(text).select_from(sa.table("patterns", schema=self.schema))

        found = select.where(text.ilike(r"a\%B\\c", escape="\\"))

        assert self.rows(database, self.compiled(found)) == [["A%b\\c"]]

    def test_pages_are_cut_by_the_database(self, database, many):
        """Limit, offset, several values, key comparisons and sorting all compile."""
        key = sa.column("id")
        select = sa.select(key).select_from(sa.table("many", key, schema=self.schema))
        chosen = select.where(key.in_([7, 9, 8]), sa.not_(key == 9))
        page = select.where(key > 100).order_by(key.desc().nulls_last())

        assert self.rows(database, self.compiled(chosen.order_by(key))) == [[7], [8]]
        assert self.rows(database, self.compiled(page.limit(2).offset(1))) == [
            [19_998],
            [19_997],
        ]
