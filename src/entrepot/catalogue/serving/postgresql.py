"""Products out of PostgreSQL: ours with documents, or somebody's four columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg.sql import SQL, Composable, Composed

from entrepot.catalogue.serving.layouts import Layout
from entrepot.catalogue.serving.spec import Asked, Found, Kind, Slice

CHUNK = 1_000
"""Products of the whole list that are joined at a time."""
_ANY = "SELECT EXISTS (SELECT 1 FROM products)"
_STAMP = "SELECT generation FROM catalogue_state WHERE id = 1"


class Statements:
    """The statements for one layout, written once."""

    def __init__(self, layout: Layout) -> None:
        whole = SQL("SELECT {document}, {version} FROM {source} WHERE p.id = %s")
        some = SQL(
            "SELECT documents, found, last, last IS NOT NULL AND EXISTS (SELECT 1 "
            "FROM products p WHERE {public} AND p.id > last {sought}) FROM (SELECT "
            "coalesce(string_agg(document, ',' ORDER BY id), '') AS documents, "
            "count(*) AS found, max(id) AS last FROM (SELECT p.id, {document} AS "
            "document FROM {source} WHERE {public} AND p.id > %(after)s {sought} "
            "ORDER BY p.id LIMIT %(limit)s OFFSET %(offset)s) chosen) whole"
        )
        briefs = SQL(
            "SELECT string_agg(brief, ',' ORDER BY id), max(id) FROM (SELECT p.id, "
            "{brief} AS brief FROM products p WHERE {public} AND p.id > %s "
            "ORDER BY p.id LIMIT %s) q"
        )
        count = SQL("SELECT count(*) FROM products p WHERE {public} {sought}")
        sought = SQL(
            "AND (p.name ILIKE %(q)s OR json_extract_path_text({brief}::json, "
            "'description') ILIKE %(q)s)"
        ).format(brief=layout.brief)
        self.is_ours = layout.is_ours
        self.find = _text(whole, layout)
        self.find_public = _text(whole + SQL(" AND {public}"), layout)
        self.slice = _text(some, layout, SQL(""))
        self.slice_sought = _text(some, layout, sought)
        self.briefs = _text(briefs, layout)
        self.count = _text(count, layout, SQL(""))
        self.count_sought = _text(count, layout, sought)


def _text(
    template: SQL | Composed, layout: Layout, sought: Composable | None = None
) -> str:
    whole = template if isinstance(template, SQL) else SQL(template.as_string(None))
    return whole.format(
        document=layout.document,
        version=layout.version,
        source=layout.source,
        brief=layout.brief,
        public=layout.public,
        sought=sought or SQL(""),
    ).as_string(None)


@dataclass(frozen=True, slots=True)
class PostgresqlReader:
    """Reads by a connection in autocommit that somebody holds."""

    connection: psycopg.Connection
    statements: Statements
    stamp: str

    @property
    def kind(self) -> Kind:
        """Tell whether the documents are ours."""
        return "ours" if self.statements.is_ours else "foreign"

    def find(self, product_id: int, *, is_public: bool = True) -> Found | None:
        """Return a product's whole document."""
        if product_id >= 1 << 63:
            return None
        sql = self.statements.find_public if is_public else self.statements.find
        found = self.connection.execute(sql, (product_id,)).fetchone()
        return None if found is None else Found(found[0].encode(), found[1])

    def read_slice(self, asked: Asked) -> Slice:
        """Return documents, joined by PostgreSQL."""
        sql = self.statements.slice_sought if asked.q else self.statements.slice
        given = {
            "after": asked.after,
            "limit": asked.limit,
            "offset": asked.offset,
            "q": _sought(asked.q),
        }
        found = self.connection.execute(sql, given).fetchone()
        assert found is not None  # it has no GROUP BY
        documents, count, last, has_more = found
        return Slice(
            documents=documents.encode(), count=count, last_id=last, has_more=has_more
        )

    def read_briefs(self) -> Iterator[bytes]:
        """Yield every product, in one state of the database."""
        self.connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            after = 0
            while True:
                given = (after, CHUNK)
                found = self.connection.execute(self.statements.briefs, given)
                joined, after = found.fetchone() or (None, 0)
                if joined is None:
                    return
                yield joined.encode()
        finally:
            self.connection.execute("COMMIT")

    def count(self, q: str = "") -> int:
        """Return how many everybody may see."""
        sql = self.statements.count_sought if q else self.statements.count
        found = self.connection.execute(sql, {"q": _sought(q)}).fetchone()
        return int(found[0]) if found else 0

    def has_any(self) -> bool:
        """Tell whether the table has a product."""
        found = self.connection.execute(_ANY).fetchone()
        return bool(found and found[0])


def read_stamp(connection: psycopg.Connection, statements: Statements) -> str:
    """Return the generation of our own catalogue there; nothing of another's."""
    if not statements.is_ours:
        return ""
    found = connection.execute(_STAMP).fetchone()
    return f"db-{found[0]}" if found else ""


def _sought(q: str) -> str:
    escaped = q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
