"""The pages of this room, a module for each subject."""

from entrepot.accounts.pages import audit, auth, keys, users
from entrepot.accounts.pages.blueprint import bp

__all__ = ["audit", "auth", "bp", "keys", "users"]
