"""The secret key, and values encrypted with it."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from entrepot.base import ground_settings as knobs
from entrepot.base.errors import Conflict, Invalid
from entrepot.base.events import SecretKeyMade, emit
from entrepot.base.settings import Settings

SHORTEST_BYTES = 32
FILE = "secret.key"
KNOWN = ("secret", "change", "example", "password", "default", "insecure", "your-")
"""Words of keys that stand in documentation: whoever reads it knows the key."""

_VERSION = b"\x01"
_NONCE_BYTES = 12


def secret_key(settings: Settings) -> bytes:
    """Return the key: SECRET_KEY, else the home's, made there when there is none.

    Raises:
        Invalid: The key is short or publicly known; or it is missing while our
            database is PostgreSQL, which other hosts may share; or the home cannot
            be written.
    """
    text = settings[knobs.SECRET_KEY]
    if text:
        return check_key(text.encode(), "SECRET_KEY")
    path = Path(settings[knobs.HOME]).resolve() / FILE
    try:
        if not path.exists():
            _refuse_shared(settings)
            _make(path)
        return check_key(path.read_bytes().strip(), str(path))
    except OSError as error:
        raise Invalid(
            f"the secret key {path} cannot be kept: {error.strerror}",
            hint="set SECRET_KEY, or ENTREPOT_HOME to a folder of yours",
        ) from error


def seal(settings: Settings, plain: bytes) -> bytes:
    """Encrypt a value so that only the same secret key opens it.

    Raises:
        Invalid: As `secret_key`.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    box = AESGCM(_sealing_key(settings)).encrypt(nonce, plain, _VERSION)
    return _VERSION + nonce + box


def unseal(settings: Settings, sealed: bytes) -> bytes:
    """Return what was sealed.

    Raises:
        Conflict: It was sealed with another key, or changed since.
        Invalid: As `secret_key`.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    version, nonce = sealed[:1], sealed[1 : 1 + _NONCE_BYTES]
    try:
        cipher = AESGCM(_sealing_key(settings))
        return cipher.decrypt(nonce, sealed[1 + _NONCE_BYTES :], version)
    except (InvalidTag, ValueError) as error:
        raise Conflict(
            "a stored secret was encrypted with another key",
            hint=f"bring back the old SECRET_KEY or {FILE}, or enter the secret anew",
        ) from error


def derive_key(settings: Settings, use: bytes, *, given: str = "") -> bytes:
    """Return a key for one use: other uses of the same secret learn nothing of it.

    Args:
        given: A secret of this use's own, already checked; the secret key when empty.

    Raises:
        Invalid: As `secret_key`.
    """
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    secret = given.encode() or secret_key(settings)
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=use).derive(secret)


def _sealing_key(settings: Settings) -> bytes:
    return derive_key(settings, b"entrepot seal 1")


def check_key(key: bytes, source: str) -> bytes:
    """Return the key, if nobody can guess it.

    Raises:
        Invalid: It is short, or publicly known.
    """
    hint = 'make one: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
    if len(key) < SHORTEST_BYTES:
        raise Invalid(
            f"{source} is too short: {len(key)} bytes of {SHORTEST_BYTES}", hint=hint
        )
    text = key.decode(errors="replace").lower()
    if len(set(key)) < 8 or any(word in text for word in KNOWN):
        raise Invalid(f"{source} is publicly known or easily guessed", hint=hint)
    return key


def _refuse_shared(settings: Settings) -> None:
    if settings[knobs.DATABASE_URL].startswith("postgres"):
        raise Invalid(
            "SECRET_KEY is not set, and a PostgreSQL database may be shared by hosts "
            "that must all have the same key",
            hint="set SECRET_KEY to the same 48 random characters on every host",
        )


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{FILE}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)  # appears whole, and never over one that is there
        emit(SecretKeyMade(path=str(path)))
    except FileExistsError:
        return  # another process was quicker: its key holds
    finally:
        os.unlink(name)
