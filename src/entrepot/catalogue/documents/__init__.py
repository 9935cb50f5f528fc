"""The stored document of each product: made, scored, indexed, counted by generation.

Whatever writes products, pictures, or names of categories calls `refresh` and `bump`
in the transaction that writes.
"""

from entrepot.catalogue.documents.generation import bump, read_generation
from entrepot.catalogue.documents.quality import LostPoint, Rule, list_rules
from entrepot.catalogue.documents.refreshing import (
    refresh,
    refresh_all,
    refresh_few,
    refresh_missing,
)
from entrepot.catalogue.documents.scoring import list_lost_points

__all__ = [
    "LostPoint",
    "Rule",
    "bump",
    "list_lost_points",
    "list_rules",
    "read_generation",
    "refresh",
    "refresh_all",
    "refresh_few",
    "refresh_missing",
]
