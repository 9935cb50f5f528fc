"""The first rows of a file, as a template would make them."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.base.errors import Invalid
from entrepot.base.house import House
from entrepot.base.rows import ReadOptions, RowSource, RowStream
from entrepot.base.times import now
from entrepot.connections import query_source, table_source
from entrepot.exports.spec import SheetPlan
from entrepot.exports.template.document import TemplateDocument
from entrepot.exports.template.placeholders import Naming
from entrepot.exports.template.planning import planned
from entrepot.exports.wanted import Source

if TYPE_CHECKING:
    import pyarrow as pa

PREVIEW_ROWS = 20
READ_ROWS = 1_000
"""So many rows of a source are looked at: operations see no more of it."""

PREVIEW_SECONDS = 10.0
MOST_RECORDS = 1_000
CELL_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewColumn:
    """A column of the file; `type` is Arrow's."""

    name: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewSheet:
    """The first rows of a sheet.

    Attributes:
        rows: Cells as text, in the columns' order; null for NULL.
        is_partial: Operations saw the source's first rows only.
    """

    name: str
    columns: list[PreviewColumn]
    rows: list[list[str | None]]
    is_partial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a template makes of a source.

    Attributes:
        file_name: Without extension.
        warnings: What would not become the type that is wanted.
    """

    file_name: str
    sheets: list[PreviewSheet]
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Nothing:
    """A source without rows: a preview shows the headers."""

    title: str = "data"

    @contextmanager
    def open(self, options: ReadOptions) -> Iterator[RowStream]:
        """Begin to read, which is the end."""
        import pyarrow as pa

        yield RowStream(pa.schema([]), iter(()))


@dataclass(frozen=True, slots=True)
class Records:
    """Rows that stand in the request."""

    records: list[dict[str, object]]
    title: str = "records"

    @contextmanager
    def open(self, options: ReadOptions) -> Iterator[RowStream]:
        """Begin to read."""
        import pyarrow as pa

        from entrepot.base.columns import column_array

        names = list(dict.fromkeys(name for row in self.records for name in row))
        columns = [column_array([r.get(n) for r in self.records]) for n in names]
        batch = pa.record_batch(columns, names)
        yield RowStream(batch.schema, iter([batch]))


def preview_template(
    house: House, template: TemplateDocument, source: Source | None, title: str = ""
) -> Preview:
    """Return the first rows; without a source, the headers alone.

    Raises:
        Invalid: The source cannot be previewed, or something in it is wrong.
        NotThere: Its connection or table is not there.
    """
    at = now()
    rows: RowSource = Nothing() if source is None else preview_source(house, source)
    named = title or template.title or rows.title
    naming = Naming(template=template.name, title=named, id="00000000", at=at)
    plan = planned(template, naming, rows, lambda own: preview_source(house, own))
    misfits: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        sheets = [preview_sheet(sheet, Path(folder), misfits) for sheet in plan.sheets]
    warnings = misfit_warnings(misfits)
    return Preview(file_name=plan.file_name, sheets=sheets, warnings=warnings)


def misfit_warnings(misfits: Counter[str]) -> list[str]:
    """Return what to say of values that did not become the type that is wanted."""
    return [
        f"{header}: {count} of these values could not become the column's type"
        for header, count in misfits.items()
    ]


def preview_source(house: House, source: Source) -> RowSource:
    """Return a source that is read here, and only its beginning.

    Raises:
        Invalid, NotThere: As `preview_template`.
    """
    if source.records is not None:
        if len(source.records) > MOST_RECORDS:
            raise Invalid(f"a preview takes up to {MOST_RECORDS:,} records")
        return Records(source.records)
    if not source.connection or bool(source.table) == bool(source.query):
        raise Invalid(
            "a preview reads a table, a query, or records in the request",
            hint="give `connection` with `table` or `query`, or `records`",
        )
    if source.query:
        return query_source(house, source.connection, source.query, source.params)
    return table_source(
        house,
        source.connection,
        source.schema,
        source.table,
        columns=source.columns,
        where=source.where,
        order_by=source.order_by,
        limit=min(source.limit or READ_ROWS, READ_ROWS),
    )


def preview_sheet(plan: SheetPlan, folder: Path, misfits: Counter[str]) -> PreviewSheet:
    """Return the first rows of a sheet; what does not fit its type is counted."""
    from entrepot.base.cell_text import cell_text
    from entrepot.exports.template.shape import shaped

    with ExitStack() as stack:
        stream = _read(stack, plan.source)
        if plan.operations:
            joined = [_read(stack, source) for source in plan.joined]
            stream = stack.enter_context(_worked(stream, plan, joined, folder))
        batches = _first(stream.batches, PREVIEW_ROWS)
        cut = RowStream(stream.schema, batches, stream.is_uniform)
        shape = shaped(cut, plan.columns, misfits)
        columns = [PreviewColumn(name=f.name, type=str(f.type)) for f in shape.schema]
        rows: list[list[str | None]] = []
        for batch in shape.batches:
            texts = [map(_short, cell_text(c).to_pylist()) for c in batch.columns]
            rows += [list(row) for row in zip(*texts, strict=True)]
    return PreviewSheet(
        name=plan.title, columns=columns, rows=rows, is_partial=bool(plan.operations)
    )


def _worked(
    stream: RowStream, plan: SheetPlan, joined: list[RowStream], folder: Path
) -> AbstractContextManager[RowStream]:
    # What works on rows takes a second to import; most templates have no operation.
    applied = import_module("entrepot.exports.operations").applied
    worked: AbstractContextManager[RowStream] = applied(
        stream, plan.operations, joined, folder, seconds=PREVIEW_SECONDS
    )
    return worked


def _read(stack: ExitStack, source: RowSource) -> RowStream:
    options = ReadOptions(seconds=PREVIEW_SECONDS, batch_rows=READ_ROWS)
    stream = stack.enter_context(source.open(options))
    batches = _first(stream.batches, READ_ROWS)
    return RowStream(stream.schema, batches, stream.is_uniform)


def _first(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch.slice(0, rows)
        rows -= batch.num_rows
        if rows <= 0:
            return


def _short(text: str | None) -> str | None:
    if text is None or len(text) <= CELL_CHARACTERS:
        return text
    return f"{text[:CELL_CHARACTERS]}…"
