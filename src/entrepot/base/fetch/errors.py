"""What can go wrong with the address of something to fetch."""

from __future__ import annotations

from entrepot.base.errors import Denied, Refused


class AddressDenied(Denied):
    """This address may not be asked."""


class TooManyRedirects(Refused):
    """The other side sends us around."""
