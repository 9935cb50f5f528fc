"""Addresses as people write them: what is read, what is refused, what is told."""

import os
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from entrepot.base.errors import Denied, EntrepotError, Invalid, UnknownName
from entrepot.connections import OutsideRoots
from entrepot.connections.addresses import parse_address


@pytest.fixture
def parse(house):
    """Read an address with the house's settings."""
    return lambda text, **more: parse_address(text, house.settings, **more)


@pytest.mark.parametrize(
    "text",
    [
        "sqlite:///shop.db",
        "sqlite:////{folder}/shop.db",
        "sqlite:shop.db",
        "sqlite:{folder}/shop.db",
        "SQLite+pysqlite:///./shop.db",
        "sqlite:///../work/shop.db",
        "./shop.db",
        "shop.db",
        "{folder}/shop.db",
    ],
)
def test_a_file_may_be_written_in_many_ways(parse, folder, text):
    """Relative, absolute, as URL or as path: it is kept absolute."""
    address = parse(text.format(folder=folder))

    assert (address.dialect, address.url) == ("sqlite", f"sqlite:///{folder}/shop.db")


@pytest.mark.parametrize("name", ["a b.db", "50%.db", "what?.db", "é#1.db"])
def test_odd_file_names_come_through(parse, folder, name):
    """Whatever a path holds, the address that is kept means the same file."""
    address = parse(f"./{name}")

    assert make_url(address.url).database == f"{folder}/{name}"


def test_the_home_directory_may_be_written_short(folder, build, monkeypatch):
    """`~` is the home directory of whoever runs the server."""
    monkeypatch.setenv("HOME", str(folder))
    house = build()

    address = parse_address("~/shop.db", house.settings)

    assert address.url == f"sqlite:///{folder}/shop.db"


@pytest.mark.parametrize(
    "text",
    [
        "sqlite:////etc/passwd",
        "sqlite:///../shop.db",
        "../other.db",
        "~/shop.db",
        "sqlite:////{folder}/../../etc/passwd",
        "sqlite:////{folder}/%2e%2e/%2e%2e/x.db",
        "{folder}2/shop.db",
    ],
)
def test_a_file_elsewhere_is_denied(parse, folder, text):
    """Outside the allowed folders nothing is read, and the setting is named."""
    with pytest.raises(OutsideRoots) as caught:
        parse(text.format(folder=folder))

    assert "ENTREPOT_CONNECTIONS_ROOTS" in caught.value.detail


def test_a_symlink_does_not_lead_outside(parse, folder, tmp_path):
    """It is the file behind the link that must lie below an allowed folder."""
    (tmp_path / "secret.db").touch()
    os.symlink(tmp_path / "secret.db", folder / "link.db")
    os.symlink("shop.db", folder / "fine.db")

    assert parse("fine.db").url == f"sqlite:///{folder}/shop.db"
    with pytest.raises(OutsideRoots):
        parse("link.db")


def test_allowed_folders_are_a_setting(build, tmp_path, folder):
    """Folders separated by colons take the place of the usual two."""
    other = tmp_path / "other"
    other.mkdir()
    house = build(ENTREPOT_CONNECTIONS_ROOTS=f"{tmp_path / 'none'}:{other}")

    address = parse_address(f"{other}/a.db", house.settings)

    assert address.url == f"sqlite:///{other}/a.db"
    with pytest.raises(OutsideRoots):
        parse_address("shop.db", house.settings)


@pytest.mark.parametrize("name", ["backups/backup_1.db", "entrepot.db.before.db"])
def test_copies_of_our_own_database_are_not_for_reading(house, parse, name):
    """Backups, and what a restore set aside, hold the passwords' hashes as well."""
    copy = house.home / name
    copy.parent.mkdir(exist_ok=True)
    copy.write_bytes((house.home / "entrepot.db").read_bytes())
    (house.home / "link.db").symlink_to(copy)

    for path in (copy, house.home / "link.db"):
        with pytest.raises(Denied, match="is a copy of Entrepôt's own database"):
            parse(str(path))


def test_our_own_database_is_not_for_reading(house, parse):
    """Not under its name and not under another one."""
    ours = house.home / "entrepot.db"
    os.link(ours, house.home / "alias.db")

    for path in (ours, house.home / "alias.db"):
        with pytest.raises(Denied) as caught:
            parse(str(path))
        assert caught.value.detail == "this file is Entrepôt's own database"


def test_a_server_is_read_apart_from_its_password(parse):
    """The short schemes mean the same; only the password is held back."""
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        address = parse(f"{scheme}://ada:p%40ss@db.example.org:6432/shop")

        assert address.url == "postgresql://ada@db.example.org:6432/shop"
        assert address.password == "p@ss"
        assert "p@ss" not in repr(address)
        assert address.with_password() == (
            "postgresql://ada:p%40ss@db.example.org:6432/shop"
        )


def test_a_password_beside_the_url_holds(parse):
    """What is typed or piped takes the place of the one in the URL."""
    address = parse("postgresql://ada:old@localhost/shop", password="new")

    assert address.password == "new"


def test_url_options_are_those_of_the_dialect(parse):
    """Options that move no wall are kept; any other is refused by name."""
    address = parse("postgresql://ada@localhost/shop?sslmode=require")

    assert address.url == "postgresql://ada@localhost/shop?sslmode=require"
    for option in ("options", "host", "service", "passfile", "hostaddr", "user"):
        with pytest.raises(UnknownName) as caught:
            parse(f"postgresql://ada@localhost/shop?{option}=x")
        assert caught.value.detail == f"there is no URL option named '{option}'"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x" * 5000,
        "sqlite:///a\0b.db",
        "sqlite:",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite://host/file.db",
        "file.unknown",
        "~no-such-person/file.db",
        "postgresql:",
        "postgresql://",
        "postgresql:///shop",
        "postgresql://u:hunter2@h:port/shop",
        "postgresql://u:hunter2@ss@h/shop",
        "postgresql://u:hunter2@h1,h2/shop",
        "postgresql://u:hunter2@%2Fvar%2Frun/shop",
        "postgresql://u:hunter2@h/host=evil",
        "postgresql://u:hunter2@h/d?sslmode=a&sslmode=b",
        "u_1:hunter2@h/shop",
        "oracle://u:hunter2@h/shop",
        "sqlite:///shop.db?mode=rw",
    ],
    ids=lambda text: text[:40],
)
def test_what_cannot_be_right_is_refused_without_the_password(parse, text):
    """It is said what is wrong, and nothing that could be a password is repeated."""
    with pytest.raises(Invalid) as caught:
        parse(text)

    assert "hunter2" not in f"{caught.value.detail} {caught.value.hint}"
    assert caught.value.__cause__ is None or "hunter2" not in str(
        caught.value.__cause__
    )


def test_an_unknown_kind_names_those_there_are(parse):
    """A slip of the pen gets the nearest name."""
    with pytest.raises(UnknownName) as caught:
        parse("sqlit:///shop.db")

    assert caught.value.hint == "did you mean 'sqlite'?"


SCHEMES = st.sampled_from(["", "sqlite:", "sqlite:///", "postgres:", "postgres://a@"])


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(scheme=SCHEMES, rest=st.text(max_size=40))
def test_no_text_makes_a_fault_of_ours(parse, scheme, rest):
    """Whatever is written, it is an address that can be kept or one of our errors."""
    with suppress(EntrepotError):
        address = parse(scheme + rest)

        assert make_url(address.url).render_as_string() == address.url
