"""What all items of one order have in common, and where they choose from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from entrepot.demo.masters import Masters
from entrepot.demo.rows import CompanyCode, CostCentre, Material, Plant, Supplier

BEGIN, END = date(2023, 1, 2), date(2025, 12, 31)
"""The first order, and the day on which the demo looks at everything."""

CENT = Decimal("0.01")
NOTHING, ONE = Decimal("0.000"), Decimal("1.000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """A company and what its buyers choose from.

    Attributes:
        near, far: Suppliers in the company's country, and in the others.
    """

    company: CompanyCode
    near: tuple[Supplier, ...]
    far: tuple[Supplier, ...]
    plants: tuple[Plant, ...]
    cost_centres: tuple[CostCentre, ...]
    materials: tuple[Material, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One order before it has items."""

    number: int
    around: Surroundings
    supplier: Supplier
    ordered_on: date
    is_cancelled: bool
    sheet_numbers: Iterator[int]
    chance: Random

    @property
    def language(self) -> str:
        """Return the buyer's language."""
        return self.around.company.language

    def plant(self) -> str:
        """Choose one of the company's plants."""
        return self.chance.choice(self.around.plants).plant

    def cost_centre(self) -> str:
        """Choose one of the company's cost centres."""
        return self.chance.choice(self.around.cost_centres).cost_centre


def surroundings(masters: Masters) -> tuple[Surroundings, ...]:
    """Return each company's surroundings."""
    return tuple(_of(company, masters) for company in masters.companies)


def _of(company: CompanyCode, masters: Masters) -> Surroundings:
    code, country = company.company_code, company.country
    free = [supplier for supplier in masters.suppliers if not supplier.is_blocked]
    return Surroundings(
        company=company,
        near=tuple(s for s in free if s.country == country),
        far=tuple(s for s in free if s.country != country),
        plants=tuple(p for p in masters.plants if p.company_code == code),
        cost_centres=tuple(c for c in masters.cost_centres if c.company_code == code),
        materials=masters.materials,
    )


def rounded(amount: Decimal) -> Decimal:
    """Return an amount in whole cents, half a cent rounded up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def weekday(on: date) -> date:
    """Return the day, or the Monday after a weekend."""
    return on + timedelta(days=7 - on.weekday()) if on.weekday() > 4 else on
