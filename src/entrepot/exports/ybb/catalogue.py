"""What can be exported, by which templates, with which words for codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from entrepot.exports.errors import UnknownTemplate
from entrepot.exports.template.document import Column, TemplateDocument
from entrepot.exports.template.shipped import shipped_names, shipped_template
from entrepot.exports.ybb.asked import DEFAULT_CHUNK_ROWS

KINDS = ("participants", "payments", "ambassadors")
"""What is exported: the first part of a template's name."""

MAPPED = {
    "form_status": "form_status",
    "payment_status": "payment_status",
    "payment_method": "payment_method",
    "category": "category",
    "is_active": "boolean_status",
}
"""Columns that hold codes, and how the document calls the list of their words."""

TRANSFORMATIONS = {
    "date": "%Y-%m-%d",
    "datetime": "%Y-%m-%d %H:%M:%S",
    "currency": "{:,.2f}",
    "boolean": "Yes/No",
}
"""How values are written, in the notation of the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateEntry:
    """A template, as the catalogue shows it.

    Attributes:
        max_records_single_file: With more, the export is several files.
        recommended_chunk_size: Records of each of those; the default where it is null.
    """

    fields: tuple[str, ...]
    headers: tuple[str, ...]
    max_records_single_file: int
    recommended_chunk_size: int | None
    field_count: int
    description: str


Catalogue = Mapping[str, TemplateEntry]
"""Templates of one kind, by name."""


def template_of(kind: str, name: str) -> TemplateDocument:
    """Return the template of a kind.

    Raises:
        UnknownTemplate: There is none; known ones are listed.
    """
    known = tuple(_names(kind))
    if name not in known:
        raise UnknownTemplate(f"template of {kind}", name, known)
    return shipped_template(f"{kind}.{name}")


def list_templates() -> dict[str, Catalogue]:
    """Return every template, by kind and name."""
    return {kind: templates_of(kind) for kind in KINDS}


def templates_of(kind: str) -> Catalogue:
    """Return the templates of one kind.

    Raises:
        UnknownTemplate: There is no such kind.
    """
    check_kind(kind)
    return {name: _entry(template_of(kind, name)) for name in _names(kind)}


def check_kind(kind: str) -> None:
    """Let a kind pass that can be exported.

    Raises:
        UnknownTemplate: It is none.
    """
    if kind not in KINDS:
        raise UnknownTemplate("type of export", kind, KINDS)


def most_in_one_file(template: TemplateDocument) -> int:
    """Return how many records one file holds at most."""
    return template.limits.max_records_single_file or DEFAULT_CHUNK_ROWS


def list_mappings() -> dict[str, Mapping[str, str]]:
    """Return the words for codes, and how values are written."""
    found: dict[str, Mapping[str, str]] = {}
    for kind in KINDS:
        for name in _names(kind):
            template = template_of(kind, name)
            for column in template.sheets[0].columns:
                list_name = MAPPED.get(column.field)
                words = _words(template, column)
                if list_name and words:
                    found.setdefault(list_name, words)
    null = template_of(KINDS[0], "standard").null
    return {
        **{name: found[name] for name in MAPPED.values()},
        "transformations": {**TRANSFORMATIONS, "null": null},
    }


def _words(template: TemplateDocument, column: Column) -> Mapping[str, str]:
    words = template.maps[column.map] if column.map else column.values
    return {code: word for code, word in words.items() if code not in ("true", "false")}


def _names(kind: str) -> Iterator[str]:
    for name in shipped_names():
        first, _, rest = name.partition(".")
        if first == kind:
            yield rest


def _entry(template: TemplateDocument) -> TemplateEntry:
    columns = template.sheets[0].columns
    return TemplateEntry(
        fields=tuple(column.field for column in columns),
        headers=tuple(column.header for column in columns),
        max_records_single_file=most_in_one_file(template),
        recommended_chunk_size=template.limits.recommended_chunk_size,
        field_count=len(columns),
        description=template.description,
    )
