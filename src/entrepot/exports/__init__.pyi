from .asker import Asker, Bounds
from .choosing import FormatChoice, list_choices
from .events import ExportBroke, ExportCancelled, ExportFinished
from .named import NAMED, NamedRows
from .plan import FilePlan, SourceFacts
from .receipts import Filter, Receipt
from .registry import FORMATS, file_media_types
from .scheduled import ExportSchedule, list_export_schedules, schedule_export
from .seen import ExportSeen
from .service import (
    Finished,
    cancel_export,
    create_export,
    delete_export,
    find_receipt,
    get_export,
    get_file,
    get_receipt,
    list_exports,
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
from .spools import SpoolFacts, SpoolSource, adopt_spool, note_facts
from .wanted import ExportRequest

__all__ = [
    "FORMATS",
    "NAMED",
    "Asker",
    "Bounds",
    "ExportBroke",
    "ExportCancelled",
    "ExportFinished",
    "ExportFormat",
    "ExportRequest",
    "ExportSchedule",
    "ExportSeen",
    "ExportedColumn",
    "FilePlan",
    "Filter",
    "Finished",
    "FormatChoice",
    "NamedRows",
    "Option",
    "Options",
    "Receipt",
    "Sheet",
    "SheetPlan",
    "SourceFacts",
    "SpoolFacts",
    "SpoolSource",
    "Writing",
    "Written",
    "adopt_spool",
    "cancel_export",
    "create_export",
    "delete_export",
    "file_media_types",
    "find_receipt",
    "get_export",
    "get_file",
    "get_receipt",
    "list_choices",
    "list_export_schedules",
    "list_exports",
    "list_receipts",
    "note_facts",
    "run_export",
    "schedule_export",
]
