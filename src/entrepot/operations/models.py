"""The tables of this room."""

from entrepot.operations.configuration_models import Configuration
from entrepot.operations.health_models import Sample
from entrepot.operations.upkeep_models import MigrationHistory

__all__ = ["Configuration", "MigrationHistory", "Sample"]
