from .asker import (
    Asker,
    Bounds,
)
from .choosing import (
    FormatChoice,
    format_of_name,
    list_choices,
)
from .events import (
    ExportBroke,
    ExportCancelled,
    ExportFinished,
    ExportStarted,
)
from .named import (
    NAMED,
    NamedRows,
)
from .options import (
    read_options,
)
from .plan import (
    FilePlan,
    SourceFacts,
)
from .receipts import (
    Filter,
    Receipt,
)
from .registry import (
    FORMATS,
    file_media_types,
)
from .scheduled import (
    ExportSchedule,
    list_export_schedules,
    schedule_export,
)
from .seen import (
    ExportSeen,
)
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
from .spools import (
    SpoolFacts,
    SpoolSource,
    adopt_spool,
    note_facts,
)
from .totals import (
    ExportCounts,
    count_exports,
)
from .wanted import (
    ExportRequest,
)

__all__ = [
    "FORMATS",
    "NAMED",
    "Asker",
    "Bounds",
    "ExportBroke",
    "ExportCancelled",
    "ExportCounts",
    "ExportFinished",
    "ExportFormat",
    "ExportRequest",
    "ExportSchedule",
    "ExportSeen",
    "ExportStarted",
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
    "count_exports",
    "create_export",
    "delete_export",
    "file_media_types",
    "find_receipt",
    "format_of_name",
    "get_export",
    "get_file",
    "get_receipt",
    "list_choices",
    "list_export_schedules",
    "list_exports",
    "list_receipts",
    "note_facts",
    "read_options",
    "run_export",
    "schedule_export",
]
