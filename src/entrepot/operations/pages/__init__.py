"""The pages of this room, a module for each subject."""

from entrepot.operations.pages import configurations, health, upkeep
from entrepot.operations.pages.blueprint import bp

__all__ = ["bp", "configurations", "health", "upkeep"]
