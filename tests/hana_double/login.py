"""Who may come in: the two messages of a login, and what the server says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.hana_double.errors import HanaError
from tests.hana_double.fields import Option, pack_options, unpack_fields, unpack_text
from tests.hana_double.packets import Part, PartKind, Parts
from tests.hana_double.scram import Login
from tests.hana_double.tenants import Tenant, Tenants

FAILED = HanaError(10, "authentication failed")
OPTIONS: list[tuple[int, Option]] = [
    (3, "en_US"),
    (4, True),
    (9, True),
    (10, True),
    (12, 8),
    (14, True),
    (15, 0),
    (16, 8),
    (17, 1),
    (18, True),
    (19, True),
    (21, True),
    (23, 8),
    (40, True),
    (43, True),
    (44, "4.00.000.00.1730000000 (fa/CE2026.2)"),
    (45, "DOUBLE"),
]
"""What the server can do, by numbers that the client knows."""

Replies = Callable[[int], list[Part]]


def place_reply() -> Part:
    """Say that the database which is asked for is here."""
    count, body = pack_options([(4, True)])
    return Part(PartKind.PLACE, count, body)


@dataclass(slots=True)
class Greeting:
    """A login between its two messages."""

    tenant: Tenant
    methods: tuple[str, ...]
    login: Login | None = None

    def begin(self, parts: Parts) -> Part:
        """Return the question that only somebody with the password can answer.

        Raises:
            HanaError: The client offers no way that we know.
        """
        fields = unpack_fields(parts[PartKind.LOGIN][1])
        names = [name.decode() for name in fields[1::2]]
        offered = dict(zip(names, fields[2::2], strict=True))
        self.login = Login.begin(offered, self.methods)
        if self.login is None:
            raise FAILED
        return Part(PartKind.LOGIN, 1, self.login.question())

    def end(self, parts: Parts) -> tuple[Tenant, str, Replies]:
        """Return who it is, and what to answer.

        Raises:
            HanaError: He is not, or he may not come in now.
        """
        fields = unpack_fields(parts[PartKind.LOGIN][1])
        name = unpack_text(fields[0]).upper()
        user = self.tenant.users.get(name)
        if self.login is None or user is None:
            raise FAILED
        if user.is_locked:
            text = f"user is locked; try again later: user {name}"
            raise HanaError(416, text)
        if not self.login.proves(fields[2], user.password):
            raise FAILED
        if user.must_change:
            what = "alter password required for user"
            text = f"user is forced to change password: {what} {name}"
            raise HanaError(414, text)
        answer = self.login.answer(user.password)
        return self.tenant, name, lambda number: _replies(answer, number)


def greet(tenants: Tenants, database: str, methods: tuple[str, ...]) -> Greeting:
    """Begin a login to a database.

    Raises:
        HanaError: There is none of that name.
    """
    tenant = tenants.find(database)
    if tenant is None:
        raise HanaError(2, f"general error: database {database} does not exist")
    return Greeting(tenant, methods)


def _replies(answer: bytes, number: int) -> list[Part]:
    count, body = pack_options([(1, number), *OPTIONS])
    return [Part(PartKind.LOGIN, 1, answer), Part(PartKind.OPTIONS, count, body)]
