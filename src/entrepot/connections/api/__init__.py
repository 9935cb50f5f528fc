"""The API of this room, a module for each subject."""

from entrepot.connections.api import connections, hana
from entrepot.connections.api.blueprint import bp

__all__ = ["bp", "connections", "hana"]
