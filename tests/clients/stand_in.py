"""A server that answers as it is told, for what the real one never says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Told:
    """One answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None


@dataclass
class StandIn:
    """Where it is, and what it was asked: (method, path, headers, body)."""

    url: str
    asked: list[tuple[str, str, dict[str, str], bytes]]


@contextmanager
def standing_in(*answers: Told) -> Iterator[StandIn]:
    """Give these answers, one a request, the last one again and again."""
    asked: list[tuple[str, str, dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append((self.command, self.path, dict(self.headers), body))
            told = answers[min(len(asked), len(answers)) - 1]
            self.send_response(told.status)
            length = len(told.body) if told.length is None else told.length
            for name, value in {"Content-Length": str(length), **told.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.body)

        do_GET = do_POST = answer  # as the library calls them

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}
    )
    thread.start()
    try:
        yield StandIn(f"http://127.0.0.1:{server.server_port}", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
