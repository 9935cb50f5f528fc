"""Ways into MariaDB: TLS, certificates, servers that ask for too much."""

from __future__ import annotations

import socket
import ssl
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from entrepot.base.errors import Refused, Unavailable
from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement, Target, open_target
from tests.mariadb import PASSWORD, new_shop, own_mariadb

SECURE = "SHOW STATUS LIKE 'Ssl_version'"
GREETING = bytes.fromhex(
    "0a" + b"11.4.2-MariaDB".hex() + "00" + "01000000" + b"12345678".hex() + "00"
    "fef7" + "2d" + "0200" + "ff81" + "15" + "00" * 10 + b"123456789012".hex() + "00"
    + b"mysql_native_password".hex() + "00"
)  # fmt: skip


@pytest.fixture(scope="module")
def certified(certificate):
    """A server with a certificate for `localhost`, and the certificate's file."""
    file, key = certificate
    options = (f"--ssl-cert={file}", f"--ssl-key={key}")
    with own_mariadb(*options) as server, new_shop(server) as shop:
        yield shop, file


@pytest.fixture(scope="module")
def certificate():
    """The files of a certificate for `localhost` and of its key."""
    with tempfile.TemporaryDirectory(prefix="entrepot-mariadb-tls-") as name:
        folder = Path(name)
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"]
        command += ["-keyout", key, "-out", certificate, "-subj", "/CN=localhost"]
        command += ["-days", "2", "-addext", "subjectAltName=DNS:localhost"]
        subprocess.run(command, check=True, capture_output=True)
        for path in (folder, key, certificate):  # the server is another user
            path.chmod(0o755)
        yield certificate, key


def version(target: Target, **query: str) -> str:
    """Return the version of TLS under which we come in with these URL options."""
    host = query.pop("host", "127.0.0.1")
    url = make_url(target.url).set(host=host).update_query_dict(query)
    text = url.render_as_string(hide_password=False)
    database = open_target(Target(name="shop", dialect="mariadb", url=text))
    with database.read(Statement(sql=SECURE), ReadOptions()) as stream:
        [batch] = stream.batches
    database.close()
    return str(batch["Value"][0].as_py())


@pytest.mark.fault
@pytest.mark.parametrize("mode", ["preferred", "required"])
def test_connections_are_encrypted(certified, mode):
    """Without a word as well; the certificate may be anybody's."""
    shop, _ = certified

    assert version(shop) == version(shop, ssl_mode=mode) == "TLSv1.3"


@pytest.mark.fault
def test_tls_can_be_left_out(certified):
    """For servers on the same machine."""
    shop, _ = certified

    assert version(shop, ssl_mode="disabled") == ""


@pytest.mark.fault
def test_certificates_and_names_are_checked(certified):
    """With a CA the name as well, unless it is said otherwise."""
    shop, file = certified

    assert version(shop, ssl_ca=str(file), host="localhost") == "TLSv1.3"
    assert version(shop, ssl_ca=str(file), ssl_mode="verify_ca") == "TLSv1.3"
    for wrong in ({"ssl_mode": "verify_ca"}, {"ssl_ca": str(file)}):
        with pytest.raises(Unavailable, match="certificate verify failed"):
            version(shop, **wrong)


def test_tls_that_is_required_is_not_done_without(mariadb):
    """A server without it is not talked to; `preferred` would have."""
    with new_shop(mariadb) as shop:
        assert version(shop, ssl_mode="preferred") == ""
        with pytest.raises(Unavailable, match="SSL is required"):
            version(shop, ssl_mode="required")


@pytest.mark.parametrize("plugin", [b"mysql_clear_password", b"dialog"])
def test_no_password_goes_in_clear_text(plugin):
    """Whoever stands between us and the server could ask for it."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        asker = threading.Thread(target=_ask, args=(listener, plugin, heard))
        asker.start()
        url = make_url("mariadb://reader@127.0.0.1").set(port=port, password=PASSWORD)
        text = url.render_as_string(hide_password=False)
        with pytest.raises(Refused, match="clear text"):
            open_target(Target(name="x", dialect="mariadb", url=text)).greet()
        asker.join(5)

    assert b"reader" in heard[0]
    assert PASSWORD.encode() not in b"".join(heard)


@pytest.mark.parametrize("plugin", [b"mysql_clear_password", b"dialog"])
def test_tls_with_whomever_is_no_reason_to_give_the_password(certificate, plugin):
    """Whoever stands in between has a certificate, too; only a checked one tells."""
    heard = _asked_under_tls(certificate, plugin, "127.0.0.1", ssl_mode="required")
    believed = _asked_under_tls(
        certificate, plugin, "localhost", ssl_ca=str(certificate[0])
    )

    assert PASSWORD.encode() not in heard
    assert PASSWORD.encode() in believed


@pytest.mark.parametrize("plugin", [b"sha256_password", b"caching_sha2_password"])
def test_another_machine_gets_no_password_under_its_own_key(certificate, plugin):
    """MySQL on this one may ask so; 0.0.0.0 is no address of this machine's own."""
    heard = _asked_under_tls(certificate, plugin, "0.0.0.0", ssl_mode="required")
    believed = _asked_under_tls(certificate, plugin, "127.0.0.1", ssl_mode="required")

    assert PASSWORD.encode() not in heard
    assert PASSWORD.encode() in believed


@pytest.mark.parametrize(
    "said", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 No\r\n", b""]
)
def test_what_is_no_mariadb_is_unavailable(said):
    """Whatever listens there: the error says where we knocked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        speaker = threading.Thread(target=_say, args=(listener, said))
        speaker.start()
        url = f"mariadb://reader@127.0.0.1:{port}"
        with pytest.raises(Unavailable) as caught:
            open_target(Target(name="x", dialect="mariadb", url=url)).greet()
        speaker.join(5)

    assert f"127.0.0.1:{port}" in (caught.value.hint or "")


def _say(listener: socket.socket, said: bytes) -> None:
    line, _ = listener.accept()
    with line:
        line.sendall(said)


def _asked_under_tls(
    certificate: tuple[Path, Path], plugin: bytes, host: str, **query: str
) -> bytes:
    """Return what a server hears that has TLS and asks for the password itself."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        asker = threading.Thread(
            target=_ask_under_tls, args=(listener, certificate, plugin, heard)
        )
        asker.start()
        url = make_url("mariadb://reader@localhost").set(
            host=host, port=port, password=PASSWORD, query=query
        )
        text = url.render_as_string(hide_password=False)
        with pytest.raises((Refused, Unavailable)):
            open_target(Target(name="x", dialect="mariadb", url=text)).greet()
        asker.join(5)
    assert b"reader" in heard[0]
    return b"".join(heard)


def _ask_under_tls(
    listener: socket.socket,
    certificate: tuple[Path, Path],
    plugin: bytes,
    heard: list[bytes],
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    plain, _ = listener.accept()
    greeting = GREETING.replace(bytes.fromhex("fef7"), bytes.fromhex("feff"), 1)
    greeting = greeting.replace(b"mysql_native_password", plugin)
    plain.sendall(len(greeting).to_bytes(3, "little") + b"\0" + greeting)
    plain.recv(36)  # "let us go on under TLS"
    with suppress(OSError), context.wrap_socket(plain, server_side=True) as line:
        heard.append(line.recv(4096))
        asked = b"\xfe" + plugin + b"\0" + b"12345678123456789012\0"
        line.sendall(len(asked).to_bytes(3, "little") + b"\3" + asked)
        heard.append(line.recv(4096))
        if plugin == b"caching_sha2_password":
            line.sendall(b"\2\0\0\5\1\4")  # "say it once more, in full"
            heard.append(line.recv(4096))


def _ask(listener: socket.socket, plugin: bytes, heard: list[bytes]) -> None:
    """Greet as a server without TLS, then ask for the password as it is."""
    line, _ = listener.accept()
    with line:
        line.sendall(len(GREETING).to_bytes(3, "little") + b"\0" + GREETING)
        heard.append(line.recv(4096))
        asked = b"\xfe" + plugin + b"\0"
        line.sendall(len(asked).to_bytes(3, "little") + b"\2" + asked)
        while said := line.recv(4096):
            heard.append(said)
