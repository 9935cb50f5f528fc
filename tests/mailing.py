"""A real mail server on loopback, for tests that send."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword


@dataclass
class Post:
    """What was taken, and what is to be refused.

    Attributes:
        answers: What it says to a recipient, by address, instead of taking it.
    """

    port: int = 0
    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    password: bytes = b""

    @property
    def messages(self) -> list[EmailMessage]:
        """The messages, read."""
        return [
            message_from_bytes(envelope.content, policy=policy.default)
            for envelope in self.envelopes
        ]

    async def handle_RCPT(self, server, session, envelope, address, options):
        """Take a recipient, or not."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        """Take a message."""
        self.envelopes.append(envelope)
        return "250 taken"

    def check_login(self, server, session, envelope, kind, said):
        """Let in who knows the password."""
        assert isinstance(said, LoginPassword)
        self.logins.append((said.login, said.password))
        return AuthResult(success=said.password == self.password, handled=False)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def post_office(
    *, tls: ssl.SSLContext | None = None, mode: str = "none", password: str = ""
) -> Iterator[Post]:
    """Give a server that runs until the block ends.

    Args:
        mode: `none`, `starttls` (which then is required) or `tls`.
        password: Asked for, where there is one.
    """
    post = Post(password=password.encode())
    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=_free_port(),
        ssl_context=tls if mode == "tls" else None,
        tls_context=tls if mode == "starttls" else None,
        require_starttls=mode == "starttls",
        authenticator=post.check_login if password else None,
        auth_required=bool(password),
        auth_require_tls=mode == "starttls",
    )
    controller.start()
    post.port = controller.port
    try:
        yield post
    finally:
        controller.stop()
