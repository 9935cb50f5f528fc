"""The guide to Prometheus is accepted by Prometheus, and names what is there."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from tests.house.repository import ROOT

from entrepot.watch.metrics.metrics import METRICS
from entrepot.watch.metrics.reading import load_gauges

GUIDE = (ROOT / "docs" / "how-to" / "prometheus.md").read_text(encoding="utf-8")
FILE = re.compile(r"^```yaml\n# (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path):
    """A folder with the guide's files."""
    for name, text in FILE.findall(GUIDE):
        (tmp_path / name).write_text(text)
    (tmp_path / "metrics-token").write_text("token")
    return tmp_path


def check(what, path):
    """Let promtool check a file; return its exit code and what it said."""
    promtool = shutil.which("promtool")
    assert promtool, "promtool is missing: apt-get install prometheus"
    done = subprocess.run(
        [promtool, "check", what, path], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_configuration_is_valid(folder):
    """With its rules and its token."""
    code, said = check("config", folder / "prometheus.yml")

    assert (code, "SUCCESS: 8 rules found" in said) == (0, True), said


def test_the_check_of_rules_bites(folder):
    """Every expression is read: a broken one is found."""
    path = folder / "entrepot-rules.yml"
    assert check("rules", path)[0] == 0

    path.write_text(path.read_text().replace("[5m]", "[5", 1))
    assert check("rules", path)[0] == 1


def test_the_guide_names_every_metric_and_no_other():
    """What is counted and read off stands in its table."""
    there = {*METRICS, *load_gauges()}

    rows = "".join(line for line in GUIDE.splitlines() if line.startswith("| `"))
    named = set(re.findall(r"`((?:catalogue|entrepot)_\w+)`", rows))
    assert named == there
    used = set(re.findall(r"\b(?:catalogue|entrepot)_[a-z_]+", GUIDE))
    assert {re.sub("_(bucket|sum|count)$", "", name) for name in used} <= there
