"""The second step: which column goes to which field."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.catalogue import TreeSeen, list_trees
from entrepot.feeds.pages.looking import look_at
from entrepot.feeds.pages.mapping_forms import (
    ColumnShown,
    show_columns,
    target_groups,
)
from entrepot.feeds.pages.plans import plan_of
from entrepot.feeds.reading import Inspection, Plan, Target, list_targets
from entrepot.feeds.seen import ImportSeen
from entrepot.web import problems

DATE_ORDERS = {
    "ymd": "year, month, day",
    "dmy": "day, month, year",
    "mdy": "month, day, year",
}
FEWEST_SKU_PARTS = 3
BLANK_DEFAULTS = 1
"""Rows for one more default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingStep:
    """The columns of a file, each beside the field that it goes to.

    Attributes:
        groups: Every field by heading.
        defaults: Field and text, and blank ones for more.
        needs: What is missing before it can be imported.
        trees: Those of others, which the file's categories may be of.
    """

    plan: Plan
    inspection: Inspection | None
    columns: list[ColumnShown]
    groups: list[tuple[str, list[Target]]]
    defaults: list[tuple[str, str]]
    needs: tuple[str, ...]
    trees: list[TreeSeen]
    problem: dict[str, object] | None = None
    date_orders: dict[str, str]

    @property
    def names(self) -> set[str]:
        """Return every field that can be chosen without being named."""
        return {target.name for _, targets in self.groups for target in targets}

    @property
    def sku_parts(self) -> list[str]:
        """Return the columns that a SKU is made of, and blank ones for more."""
        parts = self.plan.sku_from
        return [*parts, *[""] * max(1, FEWEST_SKU_PARTS - len(parts))]

    @property
    def taken_count(self) -> int:
        """Return how many columns go anywhere."""
        return sum(1 for column in self.columns if column.mapped.field)


def show_mapping(
    house: House, seen: ImportSeen, plan: Plan | None = None
) -> MappingStep:
    """Return where the columns go, by a plan that need not be kept yet."""
    plan = plan or plan_of(seen)
    inspection, problem = None, None
    with house.store.read_session() as session:
        trees = list_trees(session)
    try:
        inspection = look_at(house, seen)
    except EntrepotError as error:
        problem = problems.describe(error)
    return MappingStep(
        plan=plan,
        inspection=inspection,
        columns=show_columns(inspection, plan) if inspection else [],
        groups=target_groups(list_targets()),
        defaults=[*plan.defaults.items(), *[("", "")] * BLANK_DEFAULTS],
        needs=inspection.needs if inspection else (),
        trees=trees,
        problem=problem,
        date_orders=DATE_ORDERS,
    )
