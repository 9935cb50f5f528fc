"""A file that is to be made, as every process can be told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from entrepot.exports.spec import Options, Properties, SheetPlan
from entrepot.exports.wanted import Split

PART_NAME = "{stem}_{number}"
"""How the files of an archive are called, where nobody says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What a receipt says of where the rows come from.

    Attributes:
        schema, table: What is read, when it is one table.
        sql_sha256: Of the statements and their bound values, or of what was sent.
        sql: What a person wrote; empty for a table.
        estimated_rows: Known from statistics; None where there are none.
        expected_rows: Known exactly: the file must have as many.
        mark: Changes whenever the rows may have; None where nobody can tell.
    """

    connection: str = ""
    schema: str | None = None
    table: str | None = None
    sql_sha256: str = ""
    sql: str = ""
    estimated_rows: int | None = None
    expected_rows: int | None = None
    mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """A file that is to be made.

    Attributes:
        sheets: In their order. Where the format has no sheets, several go into an
            archive with a file for each.
        options: A value for each of the format's options, typed.
        file_name: With its extension, safe on every system.
        split: Cut each sheet's rows into files of so many, in an archive.
        part_name: Of the archive's files: `{stem}`, `{sheet}`, `{number}` (from 1)
            and `{total}` are put in; the extension follows.
        about: What a document of this format says of its rows before them.
    """

    title: str
    format: str
    options: Options
    file_name: str
    sheets: tuple[SheetPlan, ...]
    facts: SourceFacts = field(default_factory=SourceFacts)
    split: Split | None = None
    part_name: str = PART_NAME
    properties: Properties = field(default_factory=Properties)
    about: Mapping[str, str] = field(default_factory=dict)
    template: str = ""
    template_version: int | None = None
