"""The files with which the server speaks HTTPS by itself."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from entrepot.base.errors import Invalid
from entrepot.base.settings import Settings
from entrepot.serving import settings as knobs


@dataclass(frozen=True, slots=True)
class Files:
    """A certificate with its chain, and its private key."""

    cert: Path
    key: Path


def read_files(settings: Settings) -> Files | None:
    """Return the files as they are set, tried together; None where there are none.

    Raises:
        Invalid: One of the two is missing, cannot be read, or is not the other's.
    """
    cert, key = settings[knobs.TLS_CERT], settings[knobs.TLS_KEY]
    if not cert and not key:
        return None
    if not cert or not key:
        missing = knobs.TLS_KEY if cert else knobs.TLS_CERT
        raise Invalid(f"{missing.variable} is missing: HTTPS needs both files")
    try:
        # Without a password to ask for: an encrypted key would wait at a terminal.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key, password=lambda: "")
    except ssl.SSLError as error:
        raise Invalid(
            f"{cert} and {key} are no certificate and its key: {_said(error)}",
            hint="both are PEM, the key belongs to the first certificate and has no "
            "password",
        ) from None
    except OSError as error:
        raise Invalid(f"a file for HTTPS cannot be read: {error.strerror}") from error
    return Files(Path(cert).resolve(), Path(key).resolve())


def _said(error: ssl.SSLError) -> str:
    return (error.reason or "they cannot be read").replace("_", " ").lower()
