"""Make what there is: companies, cost centres, suppliers, plants and materials."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, product
from random import Random

from entrepot.demo import people
from entrepot.demo.goods import KINDS
from entrepot.demo.rows import (
    Account,
    CompanyCode,
    CostCentre,
    Material,
    PaymentTerms,
    Plant,
    Row,
    Supplier,
)
from entrepot.demo.texts import SUPPLIER_NOTES

FOUNDED_ON = date(2015, 1, 1)
SUPPLIERS_A_COUNTRY = 120

COMPANIES = (
    CompanyCode("1000", "Grünfels Maschinenbau GmbH", "Stuttgart", "DE", "EUR", "de"),
    CompanyCode("2000", "Grünfels Ingénierie SAS", "Lyon", "FR", "EUR", "fr"),
    CompanyCode("3000", "Greenfels Components Ltd", "Birmingham", "GB", "GBP", "en"),
    CompanyCode("4000", "Grünfels Präzision AG", "Winterthur", "CH", "CHF", "de"),
)
TERMS = (
    PaymentTerms("Z000", "Sofort fällig / due at once", 0, None, None),
    PaymentTerms("Z014", "14 Tage netto / 14 days net", 14, None, None),
    PaymentTerms("Z030", "30 Tage netto / 30 days net", 30, None, None),
    PaymentTerms("Z032", "10 Tage 2 %, 30 netto", 30, 10, Decimal("2.000")),
    PaymentTerms("Z045", "45 jours fin de mois", 45, None, None),
    PaymentTerms("Z063", "8 jours 3 %, 60 net", 60, 8, Decimal("3.000")),
)
PLANTS = (
    Plant("1010", "1000", "Werk Stuttgart", "Stuttgart"),
    Plant("1020", "1000", "Werk Lübeck", "Lübeck"),
    Plant("2010", "2000", "Usine de Lyon", "Lyon"),
    Plant("2020", "2000", "Atelier de Besançon", "Besançon"),
    Plant("3010", "3000", "Birmingham Works", "Birmingham"),
    Plant("4010", "4000", "Werk Winterthur", "Winterthur"),
)
ACCOUNTS = (
    Account("113100", "Bank", True),
    Account("154000", "Vorsteuer / input tax", True),
    Account("160000", "Verbindlichkeiten / payables", True),
    Account("191100", "WE/RE-Verrechnung / goods received, not invoiced", True),
    Account("417000", "Fremdleistungen / external services", False),
    Account("473000", "Skontoertrag / discounts received", False),
)
DEPARTMENTS = {
    "de": ("Fertigung", "Montage", "Qualität", "Einkauf", "Werkschutz", "Büro"),
    "fr": (
        "Fabrication",
        "Montage",
        "Qualité",
        "Achats",
        "Sécurité",
        "Études",
    ),
    "en": ("Production", "Assembly", "Quality", "Purchasing", "Security", "Office"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Masters:
    """Everything that orders choose from."""

    companies: tuple[CompanyCode, ...]
    cost_centres: tuple[CostCentre, ...]
    terms: tuple[PaymentTerms, ...]
    suppliers: tuple[Supplier, ...]
    plants: tuple[Plant, ...]
    materials: tuple[Material, ...]
    accounts: tuple[Account, ...]

    def rows(self) -> Iterator[Row]:
        """Give every row once."""
        return chain(
            self.companies,
            self.cost_centres,
            self.terms,
            self.suppliers,
            self.plants,
            self.materials,
            self.accounts,
        )


def make_masters(chance: Random) -> Masters:
    """Return the companies and everything around them."""
    return Masters(
        companies=COMPANIES,
        cost_centres=tuple(_cost_centres(chance)),
        terms=TERMS,
        suppliers=tuple(_suppliers(chance)),
        plants=PLANTS,
        materials=tuple(_materials(chance)),
        accounts=ACCOUNTS,
    )


def _cost_centres(chance: Random) -> Iterator[CostCentre]:
    for company in COMPANIES:
        for number, name in enumerate(DEPARTMENTS[company.language], start=1):
            yield CostCentre(
                f"{company.company_code}{number:02d}00",
                company.company_code,
                name,
                chance.choice((*people.BUYERS, None)),
                FOUNDED_ON,
                date(2024, 12, 31) if name in ("Werkschutz", "Security") else None,
            )


def _suppliers(chance: Random) -> Iterator[Supplier]:
    number = 100001
    for country in people.FIRM_NAMES:
        firms = product(people.FIRM_NAMES[country], people.TRADES[country])
        for name, trade in chance.sample(list(firms), SUPPLIERS_A_COUNTRY):
            yield _supplier(number, f"{name} {trade}", country, chance)
            number += 1


def _supplier(number: int, firm: str, country: str, chance: Random) -> Supplier:
    postal_code, city = chance.choice(people.TOWNS[country])
    street = f"{chance.choice(people.STREETS[country])} {chance.randrange(1, 180)}"
    email = f"orders@{_domain(firm)}.example"
    phone = people.PHONES[country].format(chance.randrange(100, 999))
    language = people.LANGUAGES[country]
    notes = chance.choice(SUPPLIER_NOTES[language])
    return Supplier(
        number,
        f"{firm} {chance.choice(people.LEGAL_FORMS[country])}",
        "z. Hd. Buchhaltung" if language == "de" and chance.random() < 0.2 else "",
        street if chance.random() < 0.9 else None,
        postal_code,
        city,
        country,
        language,
        email if chance.random() < 0.85 else None,
        phone if chance.random() < 0.7 else None,
        people.CURRENCIES[country],
        chance.choice(TERMS).payment_terms,
        chance.random() < 0.04,
        FOUNDED_ON + timedelta(days=chance.randrange(2800)),
        notes if chance.random() < 0.4 else None,
    )


def _domain(firm: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", firm).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]+", "-", ascii_only.lower()).strip("-")


def _materials(chance: Random) -> Iterator[Material]:
    number = 10001
    for kind in KINDS:
        for specification in kind.specifications:
            weight = round(chance.uniform(0.01, 24), 3)
            yield Material(
                f"{number:018d}",
                kind.de.format(specification),
                kind.en.format(specification),
                kind.fr.format(specification),
                kind.group,
                kind.unit,
                Decimal(chance.randrange(kind.low, kind.high)).scaleb(-2),
                weight if chance.random() < 0.8 else None,
                chance.random() < 0.03,
            )
            number += chance.randrange(1, 9)
