"""The plan of a file by a template."""

from __future__ import annotations

from dataclasses import replace

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.exports.options import read_options
from entrepot.exports.plan import FilePlan, SourceFacts
from entrepot.exports.planning import joined_sources, lay_out
from entrepot.exports.registry import FORMATS
from entrepot.exports.sources import find_source
from entrepot.exports.spec import SheetPlan
from entrepot.exports.template.document import TemplateDocument
from entrepot.exports.template.library import get_template
from entrepot.exports.template.placeholders import Naming
from entrepot.exports.template.planning import Planned, planned, split_of
from entrepot.exports.wanted import ExportRequest


def plan_by_template(house: House, request: ExportRequest, id: str) -> FilePlan:
    """Return the plan of a file as a template wants it.

    Raises:
        NotThere: No such template, or version of it.
    """
    kept = get_template(house, request.template)
    template = kept.document()
    found = find_source(house, request.source)
    title = request.title or template.title or found.source.title
    naming = _naming(request, template, title, id)
    said = planned(
        template, naming, found.source, lambda wanted: find_source(house, wanted).source
    )
    if request.file_name and "{file}" not in (template.file_name or "{file}"):
        said = _renamed(said, request.file_name)
    format = FORMATS.get(request.format or said.format)
    given: dict[str, object] = {**said.options.get(format.name, {}), **request.options}
    plan = lay_out(
        format,
        title,
        facts=found.facts,
        sheets=_titled(
            tuple(_operated(house, request, s, found.source) for s in said.sheets),
            request.sheet_name,
        ),
        options=read_options(format, given),
        names=(said.file_name, said.archive_name),
        split=request.split or split_of(template, _rows(found.facts)),
    )
    return replace(
        plan,
        part_name=said.part_name,
        properties=said.properties,
        about=_about(kept.name),
        template=kept.name,
        template_version=kept.version,
    )


def _renamed(said: Planned, wished: str) -> Planned:
    """Let the name that is wished for be the stem of all."""
    return replace(
        said,
        file_name=wished,
        archive_name=f"{wished}_complete_export",
        part_name=f"{wished}_batch_{{number}}_of_{{total}}",
    )


def _titled(sheets: tuple[SheetPlan, ...], wished: str) -> tuple[SheetPlan, ...]:
    """Let a single sheet have the name that is wished for."""
    if not wished or len(sheets) > 1:
        return sheets
    part_title = f"{wished} (Batch {{number}})"
    return (replace(sheets[0], title=wished, part_title=part_title),)


def _about(name: str) -> dict[str, str]:
    kind, _, template = name.partition(".")
    return {"export_type": kind, "template": template or kind}


def _naming(
    request: ExportRequest, template: TemplateDocument, title: str, id: str
) -> Naming:
    return Naming(
        template=template.name, title=title, id=id, at=now(), file=request.file_name
    )


def _operated(
    house: House, request: ExportRequest, sheet: SheetPlan, source: object
) -> SheetPlan:
    """Let the request's operations come before the sheet's own."""
    if sheet.source is not source:
        return sheet
    return replace(
        sheet,
        operations=(*request.operations, *sheet.operations),
        joined=(*joined_sources(house, request.operations), *sheet.joined),
    )


def _rows(facts: SourceFacts) -> int | None:
    exact = facts.expected_rows
    return facts.estimated_rows if exact is None else exact
