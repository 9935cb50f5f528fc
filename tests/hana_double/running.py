"""Start the double as a process of its own, and make databases in it."""

from __future__ import annotations

import datetime as dt
import itertools
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hdbcli import dbapi
from sqlalchemy.engine import URL

ROOT = Path(__file__).parents[2]
PASSWORD = "Throw/away: 100%"
"""Of SYSTEM and of each owner; its odd signs show who forgets to quote."""


@dataclass(slots=True)
class Double:
    """A running server.

    Attributes:
        certificate: What a client has to trust; None without TLS.
    """

    port: int
    process: subprocess.Popen[str]
    certificate: Path | None = None
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _line: dbapi.Connection | None = None

    def url(self, user: str, password: str, database: str, **options: str) -> str:
        """Write the address as people would, with what the transport needs."""
        query = {"encrypt": "false"}
        if self.certificate is not None:
            query = {"encrypt": "true", "sslTrustStore": str(self.certificate)}
        url = URL.create(
            "hana",
            user,
            password,
            "127.0.0.1" if self.certificate is None else "localhost",
            self.port,
            database,
            query | options,
        )
        return url.render_as_string(hide_password=False)

    def connect(
        self, user: str = "SYSTEM", database: str = "SYSTEMDB", password: str = PASSWORD
    ) -> dbapi.Connection:
        """Connect with the driver alone, in autocommit."""
        options = {"encrypt": "false"}
        if self.certificate is not None:
            options = {"encrypt": "true", "sslTrustStore": str(self.certificate)}
        return dbapi.connect(
            address="localhost" if self.certificate else "127.0.0.1",
            port=self.port,
            user=user,
            password=password,
            databaseName=database,
            **options,
        )

    def run(
        self, sql: str, user: str = "SYSTEM", database: str = "SYSTEMDB"
    ) -> list[tuple[object, ...]]:
        """Run one statement and commit it."""
        with closing(self.connect(user, database)) as connection:
            return run_on(connection, sql)

    def new_database(self) -> str:
        """Make an empty database with a user OWNER, who has a schema of that name."""
        name = f"T{next(self.numbers)}"
        self._line = self._line or self.connect()
        run_on(self._line, f'CREATE DATABASE {name} SYSTEM USER PASSWORD "{PASSWORD}"')
        create = (
            f'CREATE USER OWNER PASSWORD "{PASSWORD}" NO FORCE_FIRST_PASSWORD_CHANGE'
        )
        self.run(create, database=name)
        return name

    def stop(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait(30)


def run_on(connection: dbapi.Connection, sql: str) -> list[tuple[object, ...]]:
    """Run one statement; return its rows as plain values."""
    cursor = connection.cursor()
    try:
        cursor.execute(sql)
        if not cursor.description:
            return []
        return [tuple(map(_plain, row)) for row in cursor.fetchall()]
    finally:
        cursor.close()


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


@contextmanager
def own_double(*arguments: str, certificate: Path | None = None) -> Iterator[Double]:
    """Start one on a free port of 127.0.0.1; with TLS where a certificate is given."""
    command = [sys.executable, "-m", "tests.hana_double", *arguments]
    if certificate is not None:
        command += ["--certificate", str(certificate)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin as first, process.stdout as said:
        first.write(PASSWORD + "\n")
        first.flush()
        double = Double(int(said.readline()), process, certificate)
        try:
            yield double
        finally:
            double.stop()


def new_certificate(path: Path) -> Path:
    """Write a key and a certificate for `localhost` that nobody else trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(
            pem,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(pem)
    )
    return path
