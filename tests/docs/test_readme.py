"""What the documents tell people to type works, in order, on a fresh installation."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import openpyxl
import pytest
from playwright.sync_api import expect
from tests.pages.site import open_browser
from tests.running import ROOT, new_installation, serving

SERVED_AT = "http://127.0.0.1:5000"
OUT = ROOT / "tests" / "out"
PICTURE = {"width": 1280, "height": 760}
PICTURED = (
    "/data-products/demo:main/tables/purchase_order_items"
    "?where=category:eq:service&where=net_amount:ge:9000&order_by=net_amount%20desc"
    "&columns=purchase_order,item,short_text,net_amount,currency,delivery_on,cost_centre"
    "&limit=50"
)
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(ROOT.glob("docs/**/*.md")),
]


def commands(page: str) -> list[str]:
    """Return the page's commands: the lines of its `sh` blocks."""
    blocks = BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    return [line for block in blocks for line in block.splitlines()]


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """A server with the demo, `entrepot` on the PATH, and somebody's `shop.db`."""
    folder = tmp_path_factory.mktemp("reader")
    installation = new_installation(folder)
    installation.run("demo")
    program = folder / "bin" / "entrepot"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m entrepot "$@"\n')
    program.chmod(0o755)
    (folder / ".curlrc").write_text("silent\nshow-error\nfail\n")
    with closing(sqlite3.connect(folder / "shop.db")) as db:
        db.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    with serving(installation):
        yield installation


@pytest.fixture
def type_in(installation):
    """A function that runs one line in a shell and returns what it printed."""
    environ = {
        **installation.environ,
        "CURL_HOME": str(installation.folder),
        "PATH": f"{installation.folder / 'bin'}:{installation.environ['PATH']}",
    }

    def run(line: str) -> str:
        done = subprocess.run(
            ["bash", "-c", line.replace(SERVED_AT, installation.url)],
            cwd=installation.folder,
            env=environ,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout

    return run


def test_the_readme_has_six_things_to_try():
    """Six numbered things, each with at least one command."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    things = re.split(r"^\*\*\d\. ", text.partition("## Where next")[0], flags=re.M)[1:]

    assert len(things) == 6
    assert all(BLOCK.search(thing) for thing in things)


def test_the_six_things_work(type_in, installation):
    """Each command ends well, and leaves or says what the README promises."""
    said = {line: type_in(line) for line in commands("README.md")}

    answers = "".join(said.values())
    assert '"address":"demo:main"' in answers
    assert '"category":"service"' in answers
    assert "unchanged. 52,000 rows" in answers
    assert '"price":4.5,' in answers
    assert "shop" in type_in("entrepot connections list")
    book = openpyxl.load_workbook(
        installation.folder / "suppliers.xlsx", read_only=True
    )
    header, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert {row[header.index("country")] for row in rows} == {"FR"}


def test_the_tutorial_works(type_in):
    """Its commands end well, and `verify` finds the file as it was exported."""
    said = [type_in(line) for line in commands("docs/tutorial.md")]

    assert len(said) == 5
    assert "unchanged." in said[3]


def test_the_picture_is_of_what_is_served(installation):
    """The README's picture is a page of the demo, made anew by each run."""
    OUT.mkdir(exist_ok=True)
    with open_browser() as browser:
        page = browser.new_page(color_scheme="light", viewport=PICTURE)
        page.goto(installation.url + PICTURED)
        page.evaluate("document.fonts.ready.then(() => true)")
        page.screenshot(path=OUT / "readme.png")

        assert page.locator("h1").inner_text() == "purchase_order_items"
        expect(page.locator("tbody tr")).to_have_count(50)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """Every link to a file of ours points at one that is there."""
    links = LINK.findall(page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []
