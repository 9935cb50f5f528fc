"""The tables of this room."""

from entrepot.operations.configurations.models import Configuration
from entrepot.operations.health.models import Sample
from entrepot.operations.migrations.models import MigrationHistory

__all__ = ["Configuration", "MigrationHistory", "Sample"]
