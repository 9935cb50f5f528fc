"""FTP servers on loopback: a real one, and a small one that speaks TLS."""

from __future__ import annotations

import socket
import ssl
import threading
import warnings
from contextlib import contextmanager
from pathlib import Path

with warnings.catch_warnings():
    # Python 3.12 brings it the modules that are to leave the library.
    warnings.simplefilter("ignore", DeprecationWarning)
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import FTPHandler
    from pyftpdlib.ioloop import IOLoop
    from pyftpdlib.servers import FTPServer


@contextmanager
def ftp_server(folder: Path, user: str, password: str, **said: object):
    """Give the port of a server with the files of a folder.

    Args:
        said: Attributes of its handler.
    """
    people = DummyAuthorizer()
    people.add_user(user, password, str(folder))
    loop = IOLoop()
    handler = type("Handler", (FTPHandler,), {"authorizer": people, **said})
    server = FTPServer(("127.0.0.1", 0), handler, ioloop=loop)
    is_over = threading.Event()

    def serve():
        while not is_over.is_set():
            server.serve_forever(timeout=0.05, blocking=False)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.address[1]
    finally:
        is_over.set()
        thread.join()
        server.close_all()
        loop.close()


@contextmanager
def ftps_server(body: bytes, tls: ssl.SSLContext):
    """Give the port of a server with one file, and what it was told."""
    told: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        arguments = (listening, body, tls, told)
        thread = threading.Thread(target=_talk, args=arguments, daemon=True)
        thread.start()
        yield listening.getsockname()[1], told
    thread.join(10)


def _talk(listening, body, tls, told):
    answers = {"USER": "331 go on", "PASS": "230 in", "PBSZ": "200 ok"}
    answers |= {"PROT": "200 ok", "TYPE": "200 ok", "MDTM": "213 20260101000000"}
    answers |= {"SIZE": f"213 {len(body)}"}
    talk, _ = listening.accept()
    talk.sendall(b"220 hello\r\n")
    data = socket.create_server(("127.0.0.1", 0))
    lines = talk.makefile("rb")
    try:
        while line := lines.readline().decode().strip():
            told.append(line)
            word = line.split()[0]
            if word == "AUTH":
                talk.sendall(b"234 ok\r\n")
                talk = tls.wrap_socket(talk, server_side=True)
                lines = talk.makefile("rb")
            elif word == "PASV":
                port = data.getsockname()[1]
                place = f"127,0,0,1,{port >> 8},{port & 255}"
                talk.sendall(f"227 here ({place})\r\n".encode())
            elif word == "RETR":
                talk.sendall(b"150 coming\r\n")
                plain, _ = data.accept()
                with tls.wrap_socket(plain, server_side=True) as sending:
                    sending.sendall(body)
                    sending.unwrap()
                talk.sendall(b"226 done\r\n")
            else:
                talk.sendall(f"{answers.get(word, '502 no')}\r\n".encode())
    except OSError:
        pass  # whoever asked hung up, as some tests mean them to
    finally:
        data.close()
        lines.close()
        talk.close()
