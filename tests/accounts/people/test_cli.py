"""`entrepot users`, `entrepot keys` and `entrepot db create-admin`."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from entrepot.accounts import Caller, find_user, list_keys, log_in, proofs
from entrepot.base.errors import Invalid
from entrepot.cli import entrepot
from tests.accounts.conftest import ON_SQLITE

pytestmark = ON_SQLITE


@pytest.fixture
def run(house):
    """A function that runs a command on the house; errors of ours come out."""

    def run_one(*words: str, typed: str | None = None, fails: type | None = None):
        done = CliRunner().invoke(entrepot, words, obj=house, input=typed)
        if done.exception and not isinstance(done.exception, SystemExit):
            assert isinstance(done.exception, fails or ()), done.exception
        return done

    return run_one


def can_enter(house, email, password):
    """Tell whether these let somebody in."""
    return log_in(house, email=email, password=password, caller=Caller())


def test_the_first_admin_is_made(run, house):
    """The password comes by standard input; a second time promotes."""
    words = ("db", "create-admin", "Admin@Example.com", "--password-stdin")

    first = run(*words, typed="secret-long-one\n")
    second = run(*words, typed="another-long-one\n")

    assert first.stdout == "Made the admin admin@example.com.\n"
    assert second.stdout == "admin@example.com is admin now, with this password.\n"
    assert can_enter(house, "admin@example.com", "another-long-one").user.is_admin


def test_a_password_may_stand_in_a_file(run, house, tmp_path):
    """Its first line counts; a file that is not there is named."""
    (tmp_path / "word").write_text("secret-long-one\nmore\n")
    words = ("db", "create-admin", "a@b.de", "--password-file")

    run(*words, str(tmp_path / "word"))
    gone = run(*words, str(tmp_path / "gone"), fails=Invalid)

    assert can_enter(house, "a@b.de", "secret-long-one")
    assert "gone cannot be read" in str(gone.exception)


def test_a_password_in_the_command_works_and_warns(run, house):
    """As the document writes it."""
    done = run("db", "create-admin", "admin@example.com", "secret-long-one")

    assert done.exit_code == 0
    assert "others on this machine can see a password in a command" in done.stderr
    assert can_enter(house, "admin@example.com", "secret-long-one")


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("password123", "12 to 1024 characters"),
        ("changeme12345", "publicly known"),
        ("", "no password in its first line"),
    ],
)
def test_a_weak_password_makes_no_admin(run, house, password, told):
    """Not even the one the documents show."""
    words = ("db", "create-admin", "admin@example.com", "--password-stdin")

    done = run(*words, typed=f"{password}\n", fails=Invalid)

    assert told in str(done.exception)
    assert find_user(house, "admin@example.com") is None


def test_nobody_is_asked_where_nobody_is(run):
    """Without a terminal the command says how a password comes in."""
    done = run("db", "create-admin", "a@b.de")

    assert done.exit_code == 2
    assert "--password-stdin" in done.stderr


def test_people_are_kept(run, house):
    """Added, listed, changed, given another password, removed."""
    added = json.loads(run("users", "add", "ben@x.de", "--json").stdout)
    run("users", "change", "ben@x.de", "--role", "analyst", "--first-name", "Ben")
    listed = run("users", "list").stdout.splitlines()
    run(
        "users",
        "set-password",
        "ben@x.de",
        "--password-stdin",
        typed="b" * 5 + "urstabcd\n",
    )
    run("users", "change", "ben@x.de", "--not-active")
    person = find_user(house, "ben@x.de")
    removed = run("users", "remove", "BEN@x.de", "--yes").stdout

    assert len(added["first_password"]) == 23
    assert listed[1].split("\t")[:4] == ["ben@x.de", "Ben", "analyst", "yes"]
    assert (person.is_active, person.has_first_password) == (False, False)
    assert removed == "Removed ben@x.de.\n"
    assert find_user(house, "ben@x.de") is None


def test_a_key_is_for_rooms_that_are_there(run, house):
    """A slip of the pen would make a key that opens nothing."""
    made = run("keys", "add", "good", "--scope", "exports:read")
    words = ("keys", "add", "bad", "--scope", "nothing:read")
    refused = run(*words, fails=Invalid).exception

    assert made.exit_code == 0
    assert refused.detail == "scopes: there is no room for nothing:read"
    assert refused.hint.startswith("the rooms are accounts, jobs, delivery, ")
    assert [key.name for key in list_keys(house)] == ["good"]


def test_keys_are_kept(run, house):
    """The key is all that stands on standard output, so that a script takes it."""
    words = ("--role", "analyst", "--scope", "exports:read", "--days", "30")
    first = run("keys", "add", "nightly", *words).stdout.strip()
    second = run("keys", "replace", "nightly").stdout.strip()
    listed = run("keys", "list").stdout.splitlines()

    assert first != second
    assert proofs(house).of_key(second).role == "analyst"
    assert listed[1].startswith(f"nightly\t{second[:8]}…\tanalyst\texports:read\t")
    assert run("keys", "revoke", "nightly").stdout.startswith("Revoked nightly")
    assert list_keys(house, only_active=True) == []
