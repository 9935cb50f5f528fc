"""From what a caller asks for to the export this house makes."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.errors import Invalid
from entrepot.base.times import now
from entrepot.exports.wanted import ExportRequest, Source, Split
from entrepot.exports.ybb.asked import Asked, chosen_format, chunk_rows, operations
from entrepot.exports.ybb.catalogue import most_in_one_file, template_of
from entrepot.exports.ybb.limits import WAITED_RECORDS
from entrepot.exports.ybb.names import clean_file_name, sheet_title

OPTIONS: dict[str, dict[str, str | int | float | bool]] = {
    "json": {"layout": "document"}
}
"""Of formats, where the document's file is another than the usual one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Records that came.

    Attributes:
        spool: Where they are, by the name that a source has for it.
        columns: That at least one of them has.
    """

    spool: str
    rows: int
    columns: tuple[str, ...]


def wanted_export(kind: str, asked: Asked, sent: Sent) -> ExportRequest:
    """Return the export that is wanted.

    Raises:
        Invalid: There are no records, or something in the request is wrong.
        UnknownTemplate: There is no such template of this kind.
        UnknownName: A filter or the order is of a column that no record has.
    """
    if not sent.rows:
        raise Invalid(
            "data: no data to export", hint="send at least one record", field="data"
        )
    template = template_of(kind, asked.template)
    is_split = asked.force_chunking or sent.rows > most_in_one_file(template)
    rows = chunk_rows(asked, template.limits.recommended_chunk_size)
    format = chosen_format(asked)
    return ExportRequest(
        source=Source(spool=sent.spool),
        format=format,
        options=OPTIONS.get(format, {}),
        operations=operations(asked, sent.columns),
        template=template.name,
        title=f"{kind.capitalize()} {asked.template}",
        file_name=clean_file_name(asked.filename),
        sheet_name=sheet_title(kind, now(), asked.sheet_name)
        if asked.sheet_name
        else "",
        split=Split(rows=rows) if is_split else None,
        wait=waits(asked, sent.rows),
    )


def waits(asked: Asked, rows: int) -> bool:
    """Tell whether the file is made before the answer."""
    if asked.response_mode == "file":
        return True
    if asked.is_async == "auto":
        return rows <= WAITED_RECORDS
    return not asked.is_async


def check(kind: str, asked: Asked) -> None:
    """Refuse what can be refused before the records are looked at.

    Raises:
        Invalid: A name cannot be, or a file is wanted at once and later.
        UnknownTemplate: There is no such template of this kind.
    """
    template_of(kind, asked.template)
    clean_file_name(asked.filename)
    sheet_title(kind, now(), asked.sheet_name)
    if asked.response_mode == "file" and asked.is_async is True:
        raise Invalid(
            "response_mode: a file cannot be sent before it is made",
            hint="leave out async, or ask for metadata",
            field="response_mode",
        )
