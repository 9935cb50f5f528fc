"""From a file to rows that are products: guess, map, convert, and apply rules.

`inspect` looks at a file and proposes a plan; people change the plan; `samples` shows
what it does to some rows; `open_mapped` gives all of them.
"""

from entrepot.feeds.reading.inspecting import inspect
from entrepot.feeds.reading.opening import (
    Categories,
    MappedFeed,
    open_mapped,
    open_raw,
)
from entrepot.feeds.reading.plan import (
    Action,
    Condition,
    DateOrder,
    Mapped,
    Plan,
    Rule,
)
from entrepot.feeds.reading.planning import check_plan, parse_plan, render_plan
from entrepot.feeds.reading.sampling import (
    Change,
    RuleSample,
    SampleRow,
    Samples,
    samples,
)
from entrepot.feeds.reading.seen import (
    Candidate,
    ColumnSeen,
    Inspection,
    Target,
)
from entrepot.feeds.reading.shape import list_targets

__all__ = [
    "Action",
    "Candidate",
    "Categories",
    "Change",
    "ColumnSeen",
    "Condition",
    "DateOrder",
    "Inspection",
    "Mapped",
    "MappedFeed",
    "Plan",
    "Rule",
    "RuleSample",
    "SampleRow",
    "Samples",
    "Target",
    "check_plan",
    "inspect",
    "list_targets",
    "open_mapped",
    "open_raw",
    "parse_plan",
    "render_plan",
    "samples",
]
