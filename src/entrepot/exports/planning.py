"""Plan the file of a source."""

from __future__ import annotations

from collections.abc import Mapping

from entrepot.connections import StatementSource
from entrepot.exports import receipts
from entrepot.exports.naming import file_name
from entrepot.exports.options import read_options
from entrepot.exports.plan import FilePlan, SourceFacts
from entrepot.exports.registry import FORMATS
from entrepot.exports.spec import SheetPlan


def plan_source(
    source: StatementSource, format: str, options: Mapping[str, object]
) -> FilePlan:
    """Return the plan of a file with one source's rows as they come.

    Raises:
        UnknownName, Invalid: Format or options are wrong.
    """
    chosen = FORMATS.get(format)
    return FilePlan(
        title=source.title,
        format=format,
        options=read_options(chosen, options),
        file_name=file_name(source.title, chosen.extension),
        sheets=(SheetPlan(title="", source=source.reader),),
        facts=facts_of(source),
    )


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
