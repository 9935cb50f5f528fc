"""Configured values that only the secret key opens, as text."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from entrepot.base import ground_settings as ground
from entrepot.base import secrets
from entrepot.base.errors import Conflict
from entrepot.base.settings import Settings


def seal_text(settings: Settings, text: str) -> str:
    """Return a text encrypted, in base64."""
    return base64.b64encode(secrets.seal(settings, text.encode())).decode()


def open_text(settings: Settings, sealed: str) -> str:
    """Return what was sealed.

    Raises:
        Conflict: It was sealed with another key, which is not here.
    """
    key_file = Path(settings[ground.HOME]) / secrets.FILE
    if not settings[ground.SECRET_KEY] and not key_file.exists():
        # A new key would open nothing, and hide that the old one is lost.
        raise Conflict("the secret key that encrypted it is not here")
    try:
        return secrets.unseal(
            settings, base64.b64decode(sealed, validate=True)
        ).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Conflict("the stored text is not an encrypted value") from error
