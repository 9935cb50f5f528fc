"""What can go wrong with people, passwords, tokens and keys."""

from __future__ import annotations

from entrepot.base.errors import Conflict, Denied, Invalid, Unauthenticated


class WrongPassword(Unauthenticated):
    """Address or password is wrong."""


class NotThePassword(Denied):
    """The present password is not right."""


class TokenRefused(Unauthenticated):
    """The token is not good."""


class KeyRefused(Unauthenticated):
    """The API key is not good."""


class WeakPassword(Invalid):
    """The password is too easy to guess."""


class EmailTaken(Conflict):
    """Somebody has this address already."""


class LastAdmin(Conflict):
    """Nobody could look after this Entrepôt any more."""


class KeyNameTaken(Conflict):
    """A key has this name already."""
