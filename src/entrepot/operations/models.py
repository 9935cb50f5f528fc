"""The tables of this room."""

from entrepot.operations.configuration_models import Configuration
from entrepot.operations.health_models import Sample

__all__ = ["Configuration", "Sample"]
