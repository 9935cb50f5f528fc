"""The API of this room, a module for each subject."""

from entrepot.operations.api import configurations, health, upkeep
from entrepot.operations.api.blueprint import bp

__all__ = ["bp", "configurations", "health", "upkeep"]
