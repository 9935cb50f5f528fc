"""`entrepot connections`: the verbs in the terminal."""

import json

import pytest
from click.testing import CliRunner

from entrepot.base.errors import NotThere
from entrepot.cli import entrepot
from entrepot.connections import get_target, list_connections

SERVER = "postgresql://ada@db.example.org/shop"


@pytest.fixture
def run(house):
    """Run `entrepot connections …` in the house; our errors come out as they are."""

    def run(*arguments, **more):
        result = CliRunner().invoke(
            entrepot, ["connections", *arguments], obj=house, **more
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def test_a_connection_comes_and_goes(run, house, folder):
    """Added, listed, shown, tested, removed; gone."""
    url = f"sqlite:///{folder}/shop.db"

    assert f"address  {url}" in run("add", "shop", "shop.db").output.replace("   ", "")
    assert run("list").output == (
        f"name\tdialect\taddress\torigin\tdescription\nshop\tsqlite\t{url}\tstored\t\n"
    )
    assert run("test", "shop").output.startswith("SQLite ")
    assert run("remove", "shop", "--yes").output == "Removed shop.\n"
    assert list_connections(house) == []
    with pytest.raises(NotThere):
        run("show", "shop")


def test_every_command_prints_json(run, folder):
    """With --json the output is one JSON value, the one the API has as `data`."""
    added = json.loads(run("add", "shop", "shop.db", "--json").output)
    greeting = json.loads(run("test", "shop", "--json").output)

    assert added["shown_url"] == f"sqlite:///{folder}/shop.db"
    assert json.loads(run("show", "shop", "--json").output) == added
    assert json.loads(run("list", "--json").output) == [added]
    assert set(greeting) == {"server", "seconds", "warnings"}
    assert json.loads(run("remove", "shop", "--yes", "--json").output) == added
    assert {d["name"] for d in json.loads(run("dialects", "--json").output)} >= {
        "sqlite",
        "postgresql",
    }


def test_a_password_may_be_piped(run, house):
    """It is read from standard input, one line, and printed nowhere."""
    result = run("add", "pg", SERVER, "--password-stdin", "--no-test", input="s3cret\n")

    assert get_target(house, "pg").url.startswith("postgresql://ada:s3cret@")
    assert "s3cret" not in result.output


def test_a_password_in_the_command_works_and_warns(run, house):
    """Others on the machine can see it; that is said, and the password is not."""
    result = run("add", "pg", SERVER.replace("ada@", "ada:s3cret@"), "--no-test")

    assert get_target(house, "pg").url.startswith("postgresql://ada:s3cret@")
    assert result.stderr.startswith("Warning: others on this machine can see")
    assert "s3cret" not in result.output


def test_no_password_is_asked_for_in_a_pipe(run, house):
    """Without a terminal nobody could answer."""
    run("add", "pg", SERVER, "--no-test")

    assert get_target(house, "pg").url == SERVER


def test_removing_asks_first(run, house):
    """Whoever says no keeps the connection."""
    run("add", "shop", "shop.db")

    result = run("remove", "shop", input="n\n")

    assert result.exit_code == 1
    assert [c.name for c in list_connections(house)] == ["shop"]
