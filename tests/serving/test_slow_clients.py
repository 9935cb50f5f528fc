"""Clients that read nothing do not hold a thread for ever."""

from __future__ import annotations

import socket

from entrepot.serving.slow_clients import LIMIT_MS, limit_listeners


def limit_of(line: socket.socket) -> int:
    """Return how long the kernel waits for a reader, in milliseconds; 0 is for ever."""
    return line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)


def test_a_listening_socket_gets_a_limit_and_hands_it_on():
    """Connections accepted later have the limit; a socket that is none has not."""
    with socket.socket() as listener, socket.socket() as other:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        found = limit_listeners()
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()

        assert found >= 1
        with accepted:
            assert limit_of(listener) == limit_of(accepted) == LIMIT_MS
        assert limit_of(other) == 0
