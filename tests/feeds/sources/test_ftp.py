"""Files on a real FTP server, in the clear and with TLS."""

import os

import pytest
from tests.answering import certificate
from tests.feeds.sources.servers import ftp_server, ftps_server
from tests.ports import free_port

from entrepot.base.errors import Invalid, Missing, Refused, TooMuch, Unavailable
from entrepot.base.fetch.errors import AddressDenied

BODY = b"sku\nA\n" * 100
PASSWORD = "four green ferries"


@pytest.fixture
def files(tmp_path):
    """The server's files."""
    folder = tmp_path / "served"
    (folder / "out").mkdir(parents=True)
    (folder / "out" / "my products.csv").write_bytes(BODY)
    return folder


@pytest.fixture
def server(files):
    """The address of a server, where anna may sign in."""
    with ftp_server(files, "anna", PASSWORD) as port:
        yield f"ftp://anna@127.0.0.1:{port}"


def test_a_file_is_fetched(fetch, place, server):
    """With its name, and its time and size to remember."""
    found = fetch("ftp", f"{server}/out/my%20products.csv", secret=PASSWORD)

    assert place.read_bytes() == BODY
    assert (found.name, found.size_bytes) == ("my products.csv", len(BODY))
    assert found.modified.endswith(f"-{len(BODY)}")


def test_what_did_not_change_is_told(fetch, place, server, files):
    """By its time and size, without fetching; or by what is in it."""
    address = f"{server}/out/my%20products.csv"
    first = fetch("ftp", address, secret=PASSWORD)
    place.unlink()

    assert fetch("ftp", address, secret=PASSWORD, known=first.known).is_unchanged
    os.utime(files / "out" / "my products.csv", (1, 1))
    assert fetch("ftp", address, secret=PASSWORD, known=first.known).is_unchanged
    assert not place.exists()
    (files / "out" / "my products.csv").write_bytes(BODY + b"B\n")
    assert not fetch("ftp", address, secret=PASSWORD, known=first.known).is_unchanged


def test_a_wrong_password_is_refused(fetch, files):
    """Without a word of it."""
    with (
        ftp_server(files, "anna", PASSWORD, auth_failed_timeout=0) as port,
        pytest.raises(Refused, match="530") as caught,
    ):
        fetch("ftp", f"ftp://anna@127.0.0.1:{port}/x", secret="wrong words")

    assert "wrong words" not in str(caught.value)


def test_what_is_not_there_is_missing(fetch, server):
    """And nothing is left."""
    with pytest.raises(Missing, match="no file"):
        fetch("ftp", f"{server}/none.csv", secret=PASSWORD)


def test_a_larger_file_is_too_much(fetch, server, files):
    """Nothing of it is kept."""
    (files / "large.csv").write_bytes(b"x" * 5_000)

    with pytest.raises(TooMuch):
        fetch(
            "ftp",
            f"{server}/large.csv",
            secret=PASSWORD,
            settings={"ENTREPOT_FEEDS_FILE_BYTES": "1000"},
        )


def test_nobody_gets_inside(fetch, server):
    """An address that is not public is not asked."""
    with pytest.raises(AddressDenied):
        fetch("ftp", f"{server}/a.csv", secret=PASSWORD, networks="")


def test_another_address_for_the_file_is_not_believed(fetch, files, place):
    """A server that sends us elsewhere for the file is asked itself."""
    with ftp_server(
        files, "anna", PASSWORD, masquerade_address="169.254.169.254"
    ) as port:
        address = f"ftp://anna@127.0.0.1:{port}/out/my%20products.csv"
        fetch("ftp", address, secret=PASSWORD)

    assert place.read_bytes() == BODY


def test_nobody_there_is_for_later(fetch):
    """It may be there the next time."""
    with pytest.raises(Unavailable):
        fetch("ftp", f"ftp://127.0.0.1:{free_port()}/a.csv")


def test_with_tls(fetch, place, tmp_path):
    """The password goes out encrypted, and the file comes so."""
    file, tls = certificate(tmp_path, "localhost")
    trusted = {"ENTREPOT_FETCH_CA_FILE": str(file)}
    with ftps_server(BODY, tls) as (port, told):
        address = f"ftps://anna@localhost:{port}/a.csv"
        networks = "127.0.0.0/8, ::1/128"
        fetch("ftp", address, secret=PASSWORD, settings=trusted, networks=networks)

    assert place.read_bytes() == BODY
    assert told[:3] == ["AUTH TLS", "USER anna", f"PASS {PASSWORD}"]
    assert "PROT P" in told


def test_an_unknown_certificate_is_refused(fetch, tmp_path):
    """Before the password is told."""
    _, tls = certificate(tmp_path, "localhost")
    with ftps_server(BODY, tls) as (port, told):
        address = f"ftps://anna@localhost:{port}/a.csv"
        with pytest.raises(Refused, match="certificate"):
            fetch("ftp", address, secret=PASSWORD, networks="127.0.0.0/8, ::1/128")

    assert told == ["AUTH TLS"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://x/y",
        "ftp://",
        "ftp://host",
        "ftp://host/",
        "ftp://anna:geheim@host/a.csv",
        "ftp://host/a%0d%0aDELE%20b",
        "ftp://an%0dna@host/a",
        "ftp://host:99999/a",
        "ftp://127.1/a",
    ],
)
def test_what_is_no_address(fetch, address):
    """It is refused before anybody is asked; a password has no place in it."""
    with pytest.raises(Invalid):
        fetch("ftp", address)
