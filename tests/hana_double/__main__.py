"""Run the double: `python -m tests.hana_double` prints its port when it is ready."""

from __future__ import annotations

import argparse
import socketserver
import ssl
import sys

from tests.hana_double.scram import METHODS
from tests.hana_double.service import Service
from tests.hana_double.tenants import Tenants


class Server(socketserver.ThreadingTCPServer):
    """Listens on loopback; each client has a thread."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self, port: int, tenants: Tenants, options: argparse.Namespace
    ) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.tenants = tenants
        self.methods: tuple[str, ...] = tuple(options.methods)
        self.tls: ssl.SSLContext | None = None
        if options.certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(options.certificate)


class Handler(socketserver.BaseRequestHandler):
    """Serves one client."""

    server: Server

    def handle(self) -> None:
        """Speak TLS first where the server does."""
        wire = self.request
        if self.server.tls is not None:
            try:
                wire = self.server.tls.wrap_socket(wire, server_side=True)
            except OSError:
                return  # no TLS, or the certificate did not please
        Service(wire, self.server.tenants, self.server.methods).serve()


def main() -> None:
    """Serve until somebody ends the process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--certificate", help="a PEM file with key and certificate")
    parser.add_argument("--methods", nargs="+", default=METHODS)
    options = parser.parse_args()
    password = sys.stdin.readline().rstrip("\n")
    server = Server(options.port, Tenants(password), options)
    print(server.server_address[1], flush=True)  # noqa: T201 - for whoever started it
    server.serve_forever()


if __name__ == "__main__":
    main()
