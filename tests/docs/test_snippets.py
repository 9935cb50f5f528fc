"""The documents' Python runs as it stands there, but for the line of the import."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.serving.servers import surroundings

SNIPPETS = Path(__file__).parent / "snippets"
FIRST = "from entrepot.database import init_database; init_database()"
KEY = "n0tT0BeF0undInAnyB00k-4f2a9c7e1d3b58"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def first(request, tmp_path_factory):
    """A folder, and the address of its database, after the documents' first line."""
    folder = tmp_path_factory.mktemp("first")
    address = "sqlite:///dev_database.db"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        server.run("CREATE DATABASE entrepot_first_line")
        user, password = server.admin_url.username, server.admin_url.password
        address = server.url(user, password, "entrepot_first_line")
    command = [sys.executable, "-c", FIRST]
    subprocess.run(command, cwd=folder, env=variables(folder, address), check=True)
    yield request.param, folder, address
    if request.param == "postgresql":
        server.run("DROP DATABASE entrepot_first_line WITH (FORCE)")


def variables(folder, address) -> dict[str, str]:
    """Return the environment of a program in a folder."""
    more = {} if address.startswith("sqlite") else {"SECRET_KEY": KEY}
    home = {"ENTREPOT_HOME": str(folder / "home"), "CONFIG_DIR": str(folder / "config")}
    return surroundings({**home, "DATABASE_URL": address, **more})


@pytest.fixture
def run(request, first, tmp_path):
    """A function that runs a snippet on a new database and gives its lines."""
    kind, folder, address = first
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    if kind == "postgresql":
        server = request.getfixturevalue("postgresql")
        server.run("CREATE DATABASE entrepot_snippets TEMPLATE entrepot_first_line")
        address = address.replace("entrepot_first_line", "entrepot_snippets")

    def run_snippet(name):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", (SNIPPETS / name).read_text()],
            cwd=tmp_path,
            env=variables(tmp_path, address),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.splitlines()

    run_snippet.kind = kind
    yield run_snippet
    if kind == "postgresql":
        server.run("DROP DATABASE entrepot_snippets WITH (FORCE)")


def test_a_function_that_is_tried_again(run):
    """The caller commits; the object can be read after."""
    assert run("create_with_retry.py") == ["1 grace@example.com"]


def test_health_and_address(run):
    """Two dictionaries with the documented keys."""
    told = ["Database status: healthy", f"Connected to: {run.kind}"]

    assert run("look_at_health.py") == told


def test_the_configuration_of_flask(run):
    """The keys are those of Flask-SQLAlchemy."""
    driver = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}[run.kind]

    assert run("configure_flask.py") == [driver, "10"]


def test_the_small_health_check(run):
    """The address is shown without its password."""
    (line,) = run("small_health.py")

    assert line.startswith("healthy True ")
    assert "throw" not in line
    assert run.kind == "sqlite" or "***@" in line


def test_an_application_of_ones_own(run):
    """Its start makes the tables, again and again; a session commits by itself."""
    assert run("serve_users.py") == ["[{'email': 'joan@example.com', 'id': 1}]"]


def test_a_product_is_added(run):
    """The documented product goes into a category that is there."""
    assert run("write_a_product.py") == ["0 [('TEST001', 1)]"]


def test_the_newest_errors(run):
    """Ten of them, and nothing else."""
    assert run("recent_errors.py") == ["10 {'ERROR'}"]
