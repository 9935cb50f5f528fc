"""The guide to exports by the API, run as it stands against a server."""

from __future__ import annotations

import gzip
import json
import os
import re
import sqlite3
import subprocess
from contextlib import closing

import pytest
from tests.house.repository import ROOT
from tests.running import new_installation, serving

GUIDE = (ROOT / "docs" / "how-to" / "export-by-api.md").read_text(encoding="utf-8")
SHELL = "".join(re.findall(r"^```sh\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL))


@pytest.fixture
def installation(tmp_path):
    """An installation with the connection `shop`."""
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as writer, writer:
        writer.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT)")
        writer.executemany("INSERT INTO orders VALUES (?, ?)", [(1, "a"), (2, "b")])
    installation = new_installation(tmp_path)
    installation.run("connections", "add", "shop", path)
    return installation


@pytest.mark.fault
def test_every_command_of_the_guide_works(installation, tmp_path):
    """In their order; the files hold what the guide says."""
    with serving(installation) as url:
        subprocess.run(
            ["sh", "-euc", SHELL],
            cwd=tmp_path,
            env={**os.environ, "URL": url},
            timeout=60,
            check=True,
        )

    said = {
        name: json.loads((tmp_path / f"{name}.json").read_text())["data"]
        for name in ("made", "records", "job", "seen", "deleted", "list")
    }
    assert (said["made"]["status"], said["made"]["receipt"]["rows"]) == ("completed", 1)
    assert (said["records"]["status"], said["records"]["rows"]) == ("completed", 2)
    assert (said["job"]["status"], said["seen"]["attempts"]) == ("queued", 1)
    packed = (tmp_path / "orders.csv.gz").read_bytes()
    assert gzip.decompress(packed) == b"id,note\r\n1,a\r\n2,b\r\n"
    assert (tmp_path / "half.csv.gz").read_bytes() == packed
    assert said["deleted"]["status"] == "expired"
    assert [e["id"] for e in said["list"]] == [said["job"]["id"]]
