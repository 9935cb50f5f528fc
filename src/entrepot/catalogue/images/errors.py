"""What can be wrong with a picture."""

from __future__ import annotations

from entrepot.base.errors import InvalidValue


class NoPicture(InvalidValue):
    """This is no picture that is kept."""
