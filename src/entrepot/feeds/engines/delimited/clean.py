"""Blocks in which each line is a row, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from entrepot.feeds.engines.delimited.blocks import Block

if TYPE_CHECKING:
    import pyarrow as pa


def read_clean(
    block: Block, names: Sequence[str], encoding: str, delimiter: str
) -> pa.RecordBatch | None:
    """Return the rows of a block without their lines' numbers; None where it is not
    certain that each line is a row whose quotes are right."""
    import pyarrow as pa
    from pyarrow import csv

    body = block.body
    if block.is_cut or b"\0" in body or not _has_even_quotes(body, delimiter):
        return None
    try:
        if encoding != "utf-8":
            body = body.decode(encoding).encode()
        table = csv.read_csv(
            pa.BufferReader(body),
            csv.ReadOptions(
                use_threads=False, block_size=len(body) + 1, column_names=list(names)
            ),
            csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    if table.num_rows != block.body.count(b"\n"):
        return None
    return table.combine_chunks().to_batches()[0]


def _has_even_quotes(body: bytes, delimiter: str) -> bool:
    """Tell whether as many quotes begin a value as end one, and none are elsewhere.

    Together with a row for each line it follows that no value goes over a line's end.
    """
    if b'"' not in body:
        return True
    single = body.replace(b'""', b"")
    sign = delimiter.encode()
    opening = single.count(sign + b'"') + single.count(b'\n"')
    opening += single.startswith(b'"')
    closing = sum(single.count(b'"' + end) for end in (sign, b"\r", b"\n"))
    return opening == closing and opening + closing == single.count(b'"')
