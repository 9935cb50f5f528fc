"""From what a request says of a source to one that can be read."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace

from entrepot.base.errors import Invalid, NotThere
from entrepot.base.house import House
from entrepot.base.rows import RowSource
from entrepot.connections import StatementSource, query_source, table_source
from entrepot.exports import receipts
from entrepot.exports.named import NAMED, find_named
from entrepot.exports.plan import SourceFacts
from entrepot.exports.spools import SpoolSource, find_facts, spool_path
from entrepot.exports.uploads import get_upload, sheet_of
from entrepot.exports.wanted import Source

STEADY_TYPES = ("table", "materialized view")
"""Tables whose rows change only with the database that has them."""

_UNSTEADY = re.compile(
    r"\b(now|random\w*|rand\w*|current_\w+|localtime\w*|clock_timestamp|timeofday"
    r"|statement_timestamp|transaction_timestamp|gen_random\w*|uuid\w*|nextval|today"
    r"|date\s*\(|datetime\s*\(|time\s*\(|julianday|strftime|unixepoch|changes"
    r"|session_user|user|version|pg_\w+|txid\w*|read_\w+|parquet_scan)",
    re.IGNORECASE,
)
"""Words of statements that may give other rows though nothing has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A source that can be read by any process, and what is known of it."""

    source: RowSource
    facts: SourceFacts


def find_source(house: House, source: Source) -> Found:
    """Return what is to be read.

    Raises:
        NotThere: No such connection, schema, table or upload.
        Invalid: Not exactly one source is named, or a part of it is wrong.
    """
    spool = source.spool or source.upload
    given = [bool(source.table), bool(source.query), bool(spool), bool(source.named)]
    if given.count(True) != 1 or source.records is not None:
        raise Invalid(
            "name one source",
            hint="`connection` with `table` or `query`, or `records`, `upload` or "
            "`named`",
        )
    if source.named:
        return _named(house, source.named)
    if spool:
        return _spooled(house, source.spool or sheet_spool(house, source))
    if not source.connection:
        raise Invalid("a table or a query needs its `connection`")
    return _queried(house, source) if source.query else _table(house, source)


def _named(house: House, name: str) -> Found:
    rows = find_named(name)
    if rows is None:
        raise NotThere("rows", name[:100], sorted(NAMED))
    facts = SourceFacts(
        mark=rows.mark(house, name),
        schema=None,
        table=rows.name,
        estimated_rows=rows.estimate(house, name),
        sql_sha256=hashlib.sha256(name.encode()).hexdigest() if "?" in name else "",
    )
    return Found(source=rows.open(house, name), facts=facts)


def _table(house: House, source: Source) -> Found:
    found = table_source(
        house,
        source.connection,
        source.schema,
        source.table,
        columns=source.columns,
        where=source.where,
        order_by=source.order_by,
        limit=source.limit,
    )
    return _found(found, is_steady=found.table_type in STEADY_TYPES)


def _queried(house: House, source: Source) -> Found:
    found = query_source(house, source.connection, source.query, source.params)
    is_file = found.target.path != ""
    is_steady = is_file and not _UNSTEADY.search(source.query)
    if source.limit is not None:
        raise Invalid("write the limit into the query")
    return _found(found, is_steady=is_steady)


def _found(source: StatementSource, *, is_steady: bool) -> Found:
    mark = source.database.mark() if is_steady else None
    return Found(source=source.reader, facts=replace(facts_of(source), mark=mark))


def facts_of(source: StatementSource) -> SourceFacts:
    """Return what a receipt says of a statement."""
    statement = source.statement
    schema, table = statement.table or (None, None)
    return SourceFacts(
        connection=source.target.name,
        schema=schema,
        table=table,
        sql_sha256=receipts.hash_statement(statement),
        sql="" if statement.table else statement.sql,
        estimated_rows=source.estimated_rows,
    )


def sheet_spool(house: House, source: Source) -> str:
    """Return the name of an upload's spool: of the sheet that is named, or the first.

    Raises:
        NotThere, Expired: There is no such upload, or not any more.
        UnknownName: It has no sheet of this name.
    """
    return sheet_of(get_upload(house, source.upload), source.sheet).spool


def _spooled(house: House, name: str) -> Found:
    path = spool_path(house, name)
    known = find_facts(path)
    if known is None:
        raise NotThere("upload", name, [])
    facts = SourceFacts(
        sql_sha256=known.sha256, expected_rows=known.rows, mark=f"sent:{known.sha256}"
    )
    source = SpoolSource(path=path, title=known.title, is_uniform=known.is_uniform)
    return Found(source=source, facts=facts)
