"""Servers on loopback that answer what a test says, byte for byte."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[Asked], Iterable[bytes]]


@dataclass(slots=True)
class Answering:
    """A running server, and what it was asked so far."""

    port: int
    answer: Answer
    scheme: str = "http"
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}"


def reply(body: bytes = b"", status: str = "200 OK", **headers: str) -> list[bytes]:
    """Return an ordinary answer; `_` in a header's name stands for `-`."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return [("\r\n".join(lines) + "\r\n\r\n").encode() + body]


@contextmanager
def answering(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Answering]:
    """Give a server that answers each connection once, with the pieces it is told."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        server = Answering(port, answer, "https" if tls else "http")
        _in_background(_accept, listening, server, tls)
        try:
            yield server
        finally:
            listening.shutdown(socket.SHUT_RDWR)


def _in_background(work: Callable[..., None], *values: object) -> None:
    threading.Thread(target=work, args=values, daemon=True).start()


def _accept(
    listening: socket.socket, server: Answering, tls: ssl.SSLContext | None
) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            _in_background(_serve, connection, server, tls)


def _serve(
    connection: socket.socket, server: Answering, tls: ssl.SSLContext | None
) -> None:
    with suppress(OSError), connection:
        connection.settimeout(20)
        if tls:
            connection = tls.wrap_socket(connection, server_side=True)
        with connection, connection.makefile("rb") as file:
            asked = _read(file)
            server.asked.append(asked)
            for piece in server.answer(asked):
                connection.sendall(piece)


def _read(file: BinaryIO) -> Asked:
    method, path, _ = file.readline().decode().split(" ")
    headers = {}
    while line := file.readline().strip():
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    body = file.read(int(headers.get("content-length", 0)))
    return Asked(method, path, headers, body)


def certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate of a name; return its file, and a server's end of TLS."""
    file, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={name}",
         "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", file],
        check=True, capture_output=True,
    )  # fmt: skip
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file, key)
    return file, tls
