"""`entrepot demo` makes a file, registers it, and leaves alone what is there."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from entrepot.base.errors import Refused
from entrepot.cli import entrepot
from entrepot.connections import get_connection, list_connections
from entrepot.demo import make_demo
from entrepot.migrations import ensure


@pytest.fixture
def run(house):
    """A function that runs `entrepot demo --rows 50` with more arguments."""
    ensure(house)

    def call(*arguments):
        answer = CliRunner().invoke(
            entrepot, ["demo", "--rows", "50", *arguments], obj=house
        )
        assert answer.exception is None, answer.output
        return answer.output

    return call


def test_the_demo_is_registered(house, run):
    """The file lies in the home, and the connection `demo` leads to it."""
    said = json.loads(run("--json"))

    assert said["path"] == str(house.home / "demo" / "procure_to_pay.db")
    assert said["is_new"] is True
    assert get_connection(house, "demo").description == "Procure to pay (demo)"
    assert [p.name for p in (house.home / "demo").iterdir()] == ["procure_to_pay.db"]


def test_if_empty_does_nothing_where_there_is_data(house, run):
    """Once a database is registered, `--if-empty` makes no file and says nothing."""
    run("--if-empty")
    file = house.home / "demo" / "procure_to_pay.db"
    assert file.exists()
    file.unlink()

    assert run("--if-empty") == ""
    assert not file.exists()


def test_a_second_run_leaves_the_registration_alone(house, run):
    """The file is made anew; who registered the connection, and when, stays."""
    run()
    before = list_connections(house)

    said = run("--path", str(house.home / "other.db"))

    assert "stays as it was" in said
    assert (house.home / "other.db").exists()
    assert list_connections(house) == before


def test_a_file_that_cannot_be_made_is_refused(house, tmp_path):
    """A path below a file is refused by name; nothing is registered."""
    ensure(house)
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(Refused, match="cannot write"):
        make_demo(house, path=tmp_path / "taken" / "demo.db", items=5)

    assert list_connections(house) == []
