"""What this room's verbs take and give."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from entrepot.base.identity import Role

SignInKind = Literal["page", "token"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an account.

    Attributes:
        has_first_password: An admin chose the password; it holds for some days only.
    """

    id: int
    email: str
    first_name: str | None
    last_name: str | None
    full_name: str
    role: Role
    is_active: bool
    is_admin: bool
    has_first_password: bool
    last_login: datetime | None
    created_at: datetime
    password_changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person as they were added.

    Attributes:
        first_password: Where none was given: shown this once, to be handed over.
    """

    user: Person
    first_password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Where a sign-in comes from.

    Attributes:
        address: Of the network; empty at the terminal.
        agent: What the browser or program says it is.
    """

    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLine:
    """A place where somebody is signed in.

    Attributes:
        kind: `page` is a browser, `token` a program with access tokens.
        expires_at: When it ends for certain; it may end before when not used.
    """

    id: str
    kind: SignInKind
    address: str
    agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a program gets when it signs in, or refreshes.

    Attributes:
        refresh_token: Good once; the answer to it holds the next one.
        expires_in: Seconds for which the access token is good.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    token_type: Literal["Bearer"]
    expires_in: int
    user: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSession:
    """What a browser gets when somebody signs in; the secret goes into its cookie."""

    secret: str = field(repr=False)
    user: Person
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An API key, without the key.

    Attributes:
        prefix: How the key begins, to tell one from another.
        role: The most it may do; its person's role bounds it as well.
        scopes: Rooms it may enter (`exports`, `dataproducts:read`); all when empty.
        user: The e-mail address of its person; None for one of the machine's.
    """

    id: int
    name: str
    prefix: str
    role: Role
    scopes: list[str]
    user: str | None
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key as it was made; `secret` is shown this once."""

    key: Key
    secret: str = field(repr=False)
