"""The server's side of HANA's two logins that prove a password without sending it."""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from dataclasses import dataclass

from tests.hana_double.fields import pack_fields, unpack_fields

METHODS = ("SCRAMPBKDF2SHA256", "SCRAMSHA256")
ROUNDS = 15_000


@dataclass(frozen=True, slots=True)
class Login:
    """A login that has begun.

    Attributes:
        challenge: The client's random bytes.
        ours: The server's.
    """

    method: str
    challenge: bytes
    salt: bytes
    ours: bytes

    @classmethod
    def begin(cls, offered: dict[str, bytes], methods: tuple[str, ...]) -> Login | None:
        """Choose the first method that both sides know; None for none."""
        for method in methods:
            if method in offered:
                return cls(method, offered[method], os.urandom(16), os.urandom(48))
        return None

    @property
    def is_stretched(self) -> bool:
        """Whether the password is hashed many times."""
        return "PBKDF2" in self.method

    def question(self) -> bytes:
        """Return what the client needs for its proof."""
        rounds = [struct.pack(">I", ROUNDS)] if self.is_stretched else []
        fields = pack_fields([self.salt, self.ours, *rounds])
        return pack_fields([self.method.encode(), fields])

    def proves(self, field: bytes, password: str) -> bool:
        """Tell whether the client's proof shows that it knows the password."""
        proof = unpack_fields(b"\1\0" + field[2:])[0]
        key = hashlib.sha256(self._salted(password)).digest()
        stored = hashlib.sha256(key).digest()
        signature = _sign(stored, self.salt + self.ours + self.challenge)
        wanted = bytes(a ^ b for a, b in zip(signature, key, strict=True))
        return hmac.compare_digest(wanted, proof)

    def answer(self, password: str) -> bytes:
        """Return the server's own proof that it knows the password, too."""
        if not self.is_stretched:
            return pack_fields([self.method.encode(), b""])
        key = _sign(self._salted(password), self.salt)
        proof = _sign(key, self.challenge + self.salt + self.ours)
        return pack_fields([self.method.encode(), pack_fields([proof])])

    def _salted(self, password: str) -> bytes:
        if self.is_stretched:
            return hashlib.pbkdf2_hmac(
                "sha256", password.encode(), self.salt, ROUNDS, 32
            )
        return _sign(password.encode(), self.salt)


def _sign(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
