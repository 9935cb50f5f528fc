"""Tables of this room."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from entrepot.accounts import passwords
from entrepot.accounts.audit_models import AuditRecord
from entrepot.accounts.names import check_email
from entrepot.base.entities import NOW, Count, No, Timestamps, Yes, one_of
from entrepot.base.errors import UnknownName
from entrepot.base.identity import ROLES
from entrepot.base.store import Model, UtcDateTime
from entrepot.base.times import now

__all__ = ["ApiKey", "Attempts", "AuditRecord", "SignIn", "User"]

_NOT_REVOKED = text("revoked_at IS NULL")


class User(Timestamps, Model):
    """Somebody with an account.

    `role` and `is_admin` agree: setting one sets the other.  A token holds the
    `auth_version` of its making; whatever must end tokens counts it up.
    """

    __tablename__ = "users"
    __table_args__ = (one_of("role", ROLES),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    first_name: Mapped[str | None] = mapped_column(String(100))
    last_name: Mapped[str | None] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(
        String(20), default="viewer", server_default="viewer"
    )
    is_active: Mapped[Yes]
    # The role says it: a default of its own would undo `User(role="admin")`.
    is_admin: Mapped[bool] = mapped_column(server_default=false())
    last_login: Mapped[datetime | None] = mapped_column(UtcDateTime)
    has_first_password: Mapped[No]
    password_changed_at: Mapped[datetime] = mapped_column(
        UtcDateTime, default=now, server_default=NOW
    )
    auth_version: Mapped[int] = mapped_column(default=1, server_default="1")

    @property
    def full_name(self) -> str:
        """Return first and last name, whichever are there."""
        return " ".join(filter(None, (self.first_name, self.last_name)))

    def set_password(self, password: str) -> None:
        """Keep the hash of a password; tokens from before are good no more.

        Raises:
            WeakPassword: It is too easy to guess.
        """
        passwords.check_rules(password, email=self.email or "")
        self.password_hash = passwords.make_hash(password)
        self.password_changed_at = now()
        self.auth_version += 1

    def check_password(self, password: str) -> bool:
        """Tell whether this is the password."""
        return passwords.is_right(self.password_hash, password)

    @validates("email")
    def _check_email(self, _key: str, value: str) -> str:
        return check_email(value)

    @validates("role", "is_admin")
    def _agree(self, key: str, value: str | bool) -> str | bool:
        if key == "role":
            if value not in ROLES:
                raise UnknownName("role", str(value), ROLES)
            other: tuple[str, object] = ("is_admin", value == "admin")
        else:
            kept = self.role if self.role in ("viewer", "analyst") else "viewer"
            other = ("role", "admin" if value else kept)
        if not self.__dict__.get("_is_agreeing"):
            self.__dict__["_is_agreeing"] = True
            setattr(self, *other)
            del self.__dict__["_is_agreeing"]
        return value


class SignIn(Model):
    """A browser, or a program with tokens, that somebody signed in with.

    `secret_hash` is that of a browser's cookie, or of the newest refresh token.
    """

    __tablename__ = "accounts_sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(10))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    is_kept: Mapped[No]
    address: Mapped[str] = mapped_column(
        String(45), default="", server_default=text("''")
    )
    agent: Mapped[str] = mapped_column(
        String(255), default="", server_default=text("''")
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=NOW)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_because: Mapped[str | None] = mapped_column(String(40))


class ApiKey(Model):
    """A program's way in; the key itself is not kept, only its hash."""

    __tablename__ = "accounts_key"
    __table_args__ = (
        one_of("role", ROLES),
        Index(
            "uq_accounts_key_name",
            "name",
            unique=True,
            sqlite_where=_NOT_REVOKED,
            postgresql_where=_NOT_REVOKED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(12))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(String(20))
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=NOW)
    created_by: Mapped[str] = mapped_column(
        String(255), default="", server_default=text("''")
    )
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Attempts(Model):
    """Sign-ins that failed of late, of an account, an address, or both together.

    `key` is a hash: what people typed, be it a password in the wrong field, is not
    kept.
    """

    __tablename__ = "accounts_attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[Count]
    failed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    closed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
