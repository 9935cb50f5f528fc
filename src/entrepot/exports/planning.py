"""From what is asked for to the plan of a file."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace

from entrepot.base.house import House
from entrepot.base.rows import RowSource
from entrepot.connections import StatementSource
from entrepot.exports.naming import file_name
from entrepot.exports.options import read_options
from entrepot.exports.plan import FilePlan, SourceFacts
from entrepot.exports.registry import FORMATS
from entrepot.exports.sources import facts_of, find_source
from entrepot.exports.spec import ExportFormat, Options, SheetPlan
from entrepot.exports.wanted import ExportRequest, Join, Operation, Split

USUAL_FORMAT = "xlsx"


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


def plan_file(house: House, request: ExportRequest, id: str = "") -> FilePlan:
    """Return the plan of a file that is asked for; nothing is read but structures.

    Args:
        id: Of the export; names of files may hold it.

    Raises:
        NotThere: No such connection, schema, table, template or upload.
        UnknownName, Invalid: Something else in the request is wrong.
    """
    if request.template:
        from entrepot.exports.templated import plan_by_template

        return plan_by_template(house, request, id or uuid.uuid4().hex)
    found = find_source(house, request.source)
    format = FORMATS.get(request.format or USUAL_FORMAT)
    title = request.title or found.source.title
    return lay_out(
        format,
        title,
        facts=found.facts,
        sheets=(plain_sheet(house, request, found.source),),
        options=read_options(format, request.options),
        names=(request.file_name or title,) * 2,
        split=request.split,
    )


def plain_sheet(house: House, request: ExportRequest, source: RowSource) -> SheetPlan:
    """Return a sheet of the source's rows after the request's operations."""
    return SheetPlan(
        title="",
        source=source,
        operations=tuple(request.operations),
        joined=joined_sources(house, request.operations),
    )


def joined_sources(
    house: House, operations: Iterable[Operation]
) -> tuple[RowSource, ...]:
    """Return the further sources of some operations, in their order."""
    joins = (one.source for one in operations if isinstance(one, Join))
    return tuple(find_source(house, source).source for source in joins)


def lay_out(
    format: ExportFormat,
    title: str,
    *,
    facts: SourceFacts,
    sheets: tuple[SheetPlan, ...],
    options: Options,
    names: tuple[str, str],
    split: Split | None,
) -> FilePlan:
    """Return a plan with a safe name: the first for a file, the second an archive's."""
    has_sheets = format.write_sheets is not None
    is_archive = split is not None or (len(sheets) > 1 and not has_sheets)
    extension = "zip" if is_archive else format.extension
    return FilePlan(
        title=title,
        format=format.name,
        options=options,
        file_name=file_name(names[is_archive], extension),
        sheets=sheets,
        facts=_of_file(facts, sheets),
        split=split,
        about={"export_type": title, "template": ""},
    )


def _of_file(facts: SourceFacts, sheets: tuple[SheetPlan, ...]) -> SourceFacts:
    """Return the facts; the file's rows are known only where nothing changes them."""
    is_plain = len(sheets) == 1 and not sheets[0].operations
    if is_plain or facts.expected_rows is None:
        return facts
    return replace(facts, expected_rows=None, estimated_rows=facts.expected_rows)
