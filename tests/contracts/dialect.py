"""What every database dialect must do. Subclass it, once for each dialect."""

from __future__ import annotations

from tests.contracts.dialect_bench import Door, Exact
from tests.contracts.dialect_catalogue import CatalogueContract
from tests.contracts.dialect_change import ChangeContract
from tests.contracts.dialect_outline import OutlineContract
from tests.contracts.dialect_plan import PlanContract
from tests.contracts.dialect_rows import RowsContract
from tests.contracts.dialect_state import StateContract
from tests.contracts.dialect_wall import WallContract

__all__ = ["DialectContract", "Door", "Exact"]


class DialectContract(
    CatalogueContract,
    ChangeContract,
    OutlineContract,
    PlanContract,
    RowsContract,
    StateContract,
    WallContract,
):
    """Set the attributes; write the fixtures `target` and `door` (`DialectBench`)."""
