"""What can be read off what is remembered of people."""

from __future__ import annotations

from entrepot.accounts.proving import proofs
from entrepot.base.gauges import GAUGES, Gauge, Reading
from entrepot.base.house import House


def _remembered(house: House) -> list[Reading]:
    return [(("proofs",), len(proofs(house)))]


GAUGES["entrepot_cache_entries"] = Gauge(
    help="What is remembered instead of being found out again; proofs are of tokens, "
    "cookies and keys.",
    labels=("cache",),
    read=_remembered,
    of="process",
)
