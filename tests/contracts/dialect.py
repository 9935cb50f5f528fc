"""What every database dialect must do. Subclass it, once for each dialect."""

from __future__ import annotations

from tests.contracts.dialect_bench import Door, Exact
from tests.contracts.dialect_catalogue import CatalogueContract
from tests.contracts.dialect_rows import RowsContract
from tests.contracts.dialect_state import StateContract
from tests.contracts.dialect_wall import WallContract

__all__ = ["DialectContract", "Door", "Exact"]


class DialectContract(CatalogueContract, RowsContract, StateContract, WallContract):
    """Set the attributes; write the fixtures `target` and `door` (`DialectBench`)."""
