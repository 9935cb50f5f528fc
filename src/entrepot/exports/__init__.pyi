from .events import ExportBroke, ExportCancelled, ExportFinished
from .plan import FilePlan, SourceFacts
from .receipts import Receipt
from .registry import FORMATS, file_media_types
from .service import (
    Bounds,
    Finished,
    cancel_export,
    find_receipt,
    get_file,
    get_receipt,
    list_receipts,
    run_export,
)
from .spec import (
    ExportedColumn,
    ExportFormat,
    Option,
    Options,
    Sheet,
    SheetPlan,
    Writing,
    Written,
)
from .spools import SpoolSource

__all__ = [
    "FORMATS",
    "Bounds",
    "ExportBroke",
    "ExportCancelled",
    "ExportFinished",
    "ExportFormat",
    "ExportedColumn",
    "FilePlan",
    "Finished",
    "Option",
    "Options",
    "Receipt",
    "Sheet",
    "SheetPlan",
    "SourceFacts",
    "SpoolSource",
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
