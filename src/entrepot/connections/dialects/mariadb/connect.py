"""One connection to MariaDB: address, TLS, what the server may ask of us."""

from __future__ import annotations

import ipaddress
import ssl
from contextlib import suppress

import pymysql
from pymysql.connections import Connection
from pymysql.protocol import MysqlPacket
from sqlalchemy.engine import URL, make_url

from entrepot.base.errors import UnknownName
from entrepot.connections.dialects.mariadb.errors import turn_connecting
from entrepot.connections.spec import Target

PORT = 3306
SSL_MODES = ("disabled", "preferred", "required", "verify_ca", "verify_identity")
"""As in MySQL's clients; if none is said `preferred`, with a CA `verify_identity`."""

CLEAR = ("mysql_clear_password", "dialog")
"""Ways in that want the password as it is, as PAM needs it."""

SHA256 = "sha256_password"
ITSELF = (SHA256, "caching_sha2_password", "mysql_old_password")
"""MySQL's, which want it as it is or under a key that the server sends, or give away
as much as it."""

NO_PLUGIN = 2059
UNPROVEN = (
    "the server asks for the password in clear text or as good as that, and no "
    "certificate proves that it is the server: ssl_ca names who has to have signed it"
)


def connect(target: Target, seconds: float | None = None) -> Connection:
    """Connect; the session is as the server makes it.

    Raises:
        Refused, Unavailable: It is not let in, or not reached.
        UnknownName: The URL's `ssl_mode` is none.
    """
    url = make_url(target.url)
    # Reaching and being let in get half of the time each.
    half = max(0.5, (seconds or target.connect_seconds) / 2)
    is_checked = _tls_mode(url).startswith("verify")
    is_proven = is_checked or _is_loopback(url.host or "")
    with turn_connecting(target):
        connection = _Line(
            host=url.host,
            port=url.port or PORT,
            user=url.username or "anonymous",
            password=(url.password or "").encode(),
            database=url.database or None,
            charset="utf8mb4",
            connect_timeout=half,
            read_timeout=half,
            write_timeout=half,
            autocommit=None,
            local_infile=False,
            program_name="entrepot",
            auth_plugin_map={
                **dict.fromkeys(CLEAR, _ClearPassword if is_checked else _NoPassword),
                **({} if is_proven else dict.fromkeys(ITSELF, _NoPassword)),
            },
            defer_connect=True,
            **_tls(url),
        )
        connection._ssl_required = _tls_mode(url) != "preferred"
        connection.connect()
    limit(connection, None)
    return connection


def limit(connection: Connection, seconds: float | None) -> None:
    """Wait for the server so long at the most; None leaves that to a `Deadline`."""
    connection._read_timeout = connection._write_timeout = seconds


def kill(target: Target, connection: Connection, seconds: float = 2.0) -> None:
    """Have the server end a connection and whatever it does, over another one."""
    with suppress(Exception):
        other = connect(target, seconds)
        try:
            other.kill(connection.thread_id())
        finally:
            other.close()


def close(connection: Connection) -> None:
    """Close it, whatever state it is in."""
    with suppress(pymysql.Error):
        connection.close()


class _Line(Connection):  # type: ignore[misc]  # the driver has no types
    """A connection whose first answer never has the password in it."""

    _auth_plugin_name: str

    def _get_server_information(self) -> None:
        super()._get_server_information()
        if self._auth_plugin_name == SHA256:
            self._auth_plugin_name = ""  # if it means it, the server asks once more


class _NoPassword:
    """Gives nothing to a server that may be somebody in between.

    Who stands there has a certificate as well: TLS alone does not tell the two apart.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def authenticate(self, packet: MysqlPacket) -> MysqlPacket:
        raise pymysql.OperationalError(NO_PLUGIN, UNPROVEN)


class _ClearPassword:
    """Gives the password as it is, under TLS with a certificate that was checked."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def authenticate(self, packet: MysqlPacket) -> MysqlPacket:
        connection = self._connection
        if not connection._secure:
            raise pymysql.OperationalError(NO_PLUGIN, UNPROVEN)
        connection.write_packet(connection.password + b"\0")
        return connection._read_packet()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _tls_mode(url: URL) -> str:
    usual = "verify_identity" if "ssl_ca" in url.query else "preferred"
    mode = str(url.query.get("ssl_mode", usual)).lower()
    if mode not in SSL_MODES:
        raise UnknownName("ssl_mode", mode, SSL_MODES)
    return mode


def _tls(url: URL) -> dict[str, object]:
    mode = _tls_mode(url)
    if mode == "disabled":
        return {"ssl_disabled": True}
    given = {name: str(value) for name, value in url.query.items()}
    if mode.startswith("verify"):
        context = ssl.create_default_context(cafile=given.get("ssl_ca"))
        # The certificates that servers make for themselves lack what strictness wants.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.check_hostname = mode == "verify_identity"
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if "ssl_cert" in given:
        context.load_cert_chain(given["ssl_cert"], given.get("ssl_key"))
    return {"ssl": context}
