"""Room: rows to files."""

from entrepot.exports.receipts import ExportedColumn, Receipt
from entrepot.exports.registry import FORMATS, file_media_types
from entrepot.exports.service import (
    Finished,
    cancel_export,
    find_receipt,
    get_file,
    get_receipt,
    list_receipts,
    run_export,
)
from entrepot.exports.spec import ExportFormat, Option, Options, Writing, Written

__all__ = [
    "FORMATS",
    "ExportFormat",
    "ExportedColumn",
    "Finished",
    "Option",
    "Options",
    "Receipt",
    "Writing",
    "Written",
    "cancel_export",
    "file_media_types",
    "find_receipt",
    "get_file",
    "get_receipt",
    "list_receipts",
    "run_export",
]
