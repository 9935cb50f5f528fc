"""What this room tells its listeners; who did it is whoever acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from entrepot.base.events import Event, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    """Somebody signed in."""

    audited: ClassVar[bool] = True

    user_id: int
    email: str
    kind: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFailed(Event):
    """A sign-in failed: unknown address, wrong password, or not active.

    Attributes:
        email: As it was typed, of an account or like an address; else empty, since
            people type their passwords there.
    """

    level: ClassVar[Level] = "warning"
    audited: ClassVar[bool] = True

    email: str
    kind: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Event):
    """A sign-in was ended."""

    audited: ClassVar[bool] = True

    user_id: int
    email: str
    kind: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenReuseFound(Event):
    """A refresh token came a second time, so somebody has a copy; its family ended."""

    level: ClassVar[Level] = "warning"
    audited: ClassVar[bool] = True

    user_id: int
    email: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAdded(Event):
    """An account was made."""

    audited: ClassVar[bool] = True

    user_id: int
    email: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChanged(Event):
    """An account was changed.

    Attributes:
        changes: As `role: viewer → analyst`.
    """

    audited: ClassVar[bool] = True

    user_id: int
    email: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRemoved(Event):
    """An account was removed."""

    audited: ClassVar[bool] = True

    user_id: int
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Event):
    """A password was changed; every other sign-in of the person ended."""

    audited: ClassVar[bool] = True

    user_id: int
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChangeFailed(Event):
    """Somebody signed in gave a wrong present password for a new one."""

    level: ClassVar[Level] = "warning"
    audited: ClassVar[bool] = True

    user_id: int
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMade(Event):
    """An API key was made."""

    audited: ClassVar[bool] = True

    key_id: int
    name: str
    role: str
    scopes: tuple[str, ...]
    user_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRevoked(Event):
    """An API key was revoked."""

    audited: ClassVar[bool] = True

    key_id: int
    name: str
    user_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyCanSignIn(Event):
    """Nobody can sign in yet: entrepot db create-admin EMAIL makes the first admin."""

    level: ClassVar[Level] = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditExported(Event):
    """Somebody took records of the audit trail away in a file."""

    audited: ClassVar[bool] = True

    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHead(Event):
    """The last record of the audit trail, told so that a cut or new trail is found."""

    id: int
    mac: str
