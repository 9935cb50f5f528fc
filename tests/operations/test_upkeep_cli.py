"""`entrepot db`: the documents' verbs in the terminal."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, text

from entrepot.base.acting import Actor, acting_as
from entrepot.base.errors import Invalid
from entrepot.cli import entrepot, report
from entrepot.composition import build_house
from entrepot.migrations import ensure
from entrepot.operations import back_up, restore
from tests.migrations.conftest import write_step

OURS = "20300101_000000"


@pytest.fixture
def run(upkept):
    """Run `entrepot db …` as from a shell; the exit code is the process's."""

    def run(*arguments, **more):
        result = CliRunner().invoke(
            entrepot, ["db", *arguments], obj=lambda: build_house(upkept), **more
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            result.exit_code = report(result.exception)
        return result

    return run


@pytest.fixture
def made(run, upkept):
    """A house whose database was made by the command."""
    assert run("init").exit_code == 0
    house = build_house(upkept)
    yield house
    house.close()


def test_a_new_database_is_told_made_and_told_again(run):
    """`status` before, `init`, `status` after; `init` again changes nothing."""
    before = run("status").output
    assert "Applied migrations: 0\n" in before
    assert "Current version: none\nPending versions: 0001, " in before

    assert run("init").output.startswith("Applied 0001\n")

    lines = run("status").output.splitlines()
    total = re.fullmatch(r"Total migrations: (\d+)", lines[1])[1]
    assert lines[0] == "=== Migration Status ==="
    assert lines[2:4] == [f"Applied migrations: {total}", "Pending migrations: 0"]
    assert re.fullmatch(r"Current version: \d+", lines[4])
    assert lines[5].startswith("Applied versions: 0001, ")
    assert len(lines) == 6
    assert run("init").output.startswith("The database is up to date.\n")


def test_the_history_names_who_made_the_database(run):
    """Whoever acts, as in every other record."""
    with acting_as(Actor(name="ada", kind="command")):
        assert run("init").exit_code == 0

    steps = json.loads(run("status", "--json").output)["steps"]
    assert {step["applied_by"] for step in steps} == {"ada"}


def test_the_documents_round(run, made):
    """init, rollback 001, migrate: what may lose data is listed and asked for."""
    said_no = run("rollback", "001", input="n\n")
    assert said_no.exit_code == 1
    assert "May lose data: 0002 drops the table users" in said_no.stderr
    assert json.loads(run("status", "--json").output)["pending_migrations"] == 0

    assert run("rollback", "001", "--yes", "--rolled-back-by", "ada").exit_code == 0
    assert json.loads(run("status", "--json").output)["current_version"] == "0001"
    again = run("migrate", "--applied-by", "bob")

    status = json.loads(run("status", "--json").output)
    assert again.output.startswith("Backup: ")
    assert (status["pending_migrations"], again.exit_code) == (0, 0)
    assert status["steps"][0]["applied_by"] == "bob"


def test_a_step_that_says_no_ends_with_1(run, made):
    """Schema and history are as before."""
    before = json.loads(run("status", "--json").output)
    newest = before["current_version"]
    more = "def validate_upgrade(connection):\n    return False\n"
    path = write_step(made, OURS, newest, more=more)

    ended = run("migrate")

    assert ended.exit_code == 1
    path.unlink()
    assert json.loads(run("status", "--json").output) == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("migrate", "--target", "9999"), 2),
        (("rollback", "nonsense"), 2),
        (("verify-backup", "nothing.db"), 4),
        (("restore", "nothing.db", "--yes"), 4),
        (("backup", "--description", "a\nb"), 2),
        (("cleanup",), 2),
        (("cleanup", "--orphans", "--days", "0"), 2),
    ],
)
def test_wrong_arguments_end_with_the_code_of_their_kind(run, made, arguments, code):
    """As the table of errors says."""
    assert run(*arguments).exit_code == code


def test_info_hides_the_password_and_counts(run, made):
    """The documented lines."""
    lines = run("info").output.splitlines()

    assert lines[0] == "=== Database Information ==="
    assert lines[1].startswith("Database URL: ")
    assert lines[2:5] == [
        "Status: healthy",
        "Connection test: ✓",
        "=== Table Statistics ===",
    ]
    assert "alembic_version: 1" in lines
    assert "k p" not in lines[1]
    assert "k%20p" not in lines[1]
    assert "k+p" not in lines[1]


def test_info_tells_of_a_database_that_does_not_answer(environ):
    """It is not an error to ask."""
    url = "postgresql://ada:hunter2@127.0.0.1:1/shop"
    key = "n0tT0BeF0undInAnyB00k-4f2a9c7e1d3b58"
    dark = {**environ, "DATABASE_URL": url, "SECRET_KEY": key}

    ended = CliRunner().invoke(entrepot, ["db", "info"], obj=lambda: build_house(dark))

    assert "Connection test: ✗\nError: " in ended.output
    assert "hunter2" not in ended.output
    assert ended.exit_code == 0


def test_a_backup_goes_out_and_comes_back(run, made, tmp_path):
    """By the commands as documented, with a path of one's own."""
    path = tmp_path / "own" / "backup.db"
    assert run("backup", "--backup-path", str(path)).output.startswith("Backup: ")
    with made.store.session() as session:
        session.execute(text("DELETE FROM migration_history"))
    made.close()

    no = run("restore", str(path), input="n\n")
    assert no.exit_code == 1
    assert "migration_history: 0 rows -> " in no.stderr
    ended = run("restore", str(path), "--yes")

    assert ended.exit_code == 0, ended.output
    assert json.loads(run("info", "--json").output)["tables"]["migration_history"] > 0
    assert run("verify-backup", str(path)).exit_code == 0


def test_an_older_backup_is_brought_forward_when_asked(run, made):
    """Only after asking."""
    made.close()
    run("rollback", "001", "--yes")
    backup = json.loads(run("backup", "--json").output)["name"]
    run("migrate")

    ended = run("restore", backup, input="y\ny\n")

    assert "The backup is older: it lacks 0002, " in ended.stderr
    assert json.loads(run("status", "--json").output)["pending_migrations"] == 0


def test_backups_are_listed_as_a_table(run, made):
    """File, Created, Size MB, State, Description."""
    run("backup", "--description", "first")

    head, line = run("list-backups").output.splitlines()

    assert head.split("\t") == ["File", "Created", "Size MB", "State", "Description"]
    assert line.split("\t")[3:] == ["verified", "first"]


def test_optimize_says_what_it_gained(run, made):
    """Both sizes, and what was done."""
    done = json.loads(run("optimize", "--json").output)

    assert done["did"].startswith("VACUUM")
    assert done["before_bytes"] > 0


def test_cleanup_counts_and_only_then_removes(run, made):
    """A dry run leaves all there is."""
    run("backup")

    assert json.loads(run("cleanup", "--backups", "--dry-run").output) == {"backups": 0}


def test_a_dry_run_alone_counts_all(run, made):
    """Counting harms nothing, so nothing need be named."""
    counted = json.loads(run("cleanup", "--dry-run").output)

    assert counted == json.loads(run("cleanup", "--all", "--dry-run").output)
    assert "jobs" in counted


def test_a_draft_needs_words_and_a_version_of_its_own(run, made):
    """Nothing is written otherwise."""
    for arguments in ([""], ["x" * 501], ["a", "--version", "../x"]):
        assert run("create-migration", *arguments).exit_code == 2
    assert run("create-migration", "a", "--version", "001").exit_code == 5

    assert not (made.home / "migrations").exists()


def test_the_command_needs_no_schema(run, upkept):
    """A database that is behind stops a server, and not the commands that help."""
    run("init")
    run("rollback", "001", "--yes")

    for arguments in (["status"], ["info"], ["backup"], ["list-backups"], ["optimize"]):
        assert run(*arguments).exit_code == 0
    house = build_house(upkept)
    with pytest.raises(Exception, match="lacks"):
        ensure(house)
    house.close()


def test_without_a_good_key_nothing_begins(run, upkept, made):
    """What was done could not be recorded, so it is not done."""
    path = str(made.home / "kept.db")
    weak = build_house(
        {**upkept, "SECRET_KEY": "example of the documents, known to all"}
    )

    assert run("backup", "--backup-path", path).exit_code == 0
    with pytest.raises(Invalid):
        back_up(weak, path=made.home / "new.db")
    with pytest.raises(Invalid):
        restore(weak, made.home / "kept.db")
    weak.close()

    assert not (made.home / "new.db").exists()
    assert not list(made.home.glob("*pre-restore*"))


def test_an_empty_database_stays_empty_without_a_good_key(upkept):
    """As with a key, where it is filled."""
    weak = build_house(
        {**upkept, "SECRET_KEY": "example of the documents, known to all"}
    )

    with pytest.raises(Invalid):
        ensure(weak)

    with weak.store.engine.connect() as connection:
        assert not inspect(connection).has_table("users")
    weak.close()
