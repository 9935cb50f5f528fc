"""The API of this room, a module for each subject."""

from entrepot.accounts.api import audit, auth, keys, users
from entrepot.accounts.api.blueprint import bp

__all__ = ["audit", "auth", "bp", "keys", "users"]
