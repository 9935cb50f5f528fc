"""`entrepot catalogue products …`: the same as the API, at the terminal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from entrepot.base.errors import InvalidValue, NotThere, UnknownName
from entrepot.catalogue.errors import ProductExists, ProductNewer
from entrepot.cli import entrepot
from entrepot.exports import FORMATS


@pytest.fixture
def call(house):
    """A function that runs `entrepot catalogue products …`."""

    def call(*arguments, **more):
        words = ["catalogue", "products", *arguments]
        return CliRunner().invoke(entrepot, words, obj=house, **more)

    return call


@pytest.fixture
def helmet(call):
    """A product that was added by the command."""
    values = ("sku=kst-1", "name=Safety helmet", "price=18.75", "status=active")
    done = call("add", *values, "weight=0.4", "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_product_is_added_changed_and_shown(call, helmet):
    """By its SKU in any case, or its id."""
    assert helmet == {"id": 1, "sku": "KST-1", "version": 1}
    more = ("brand=Kestrel", "weight=", "is_active=no", 'additional_images=["a"]')
    assert call("set", "kst-1", *more, "--version", "1").stdout == (
        "1: KST-1, version 2\n"
    )
    shown = json.loads(call("show", "1", "--json").stdout)

    assert (shown["brand"], shown["weight"], shown["is_active"]) == (
        "Kestrel",
        None,
        False,
    )
    assert shown["overrides"] == ["additional_images", "brand", "is_active", "weight"]
    assert shown["lost"][0]["rule"] == "described"
    assert "-20  description: Describe it" in call("show", "KST-1").stdout


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("set", "KST-1", "price"), InvalidValue),
        (("set", "KST-1", "colour=red"), UnknownName),
        (("set", "KST-1", "weight=inf"), InvalidValue),
        (("set", "KST-1", "is_active=perhaps"), InvalidValue),
        (("set", "KST-1", "price=9", "--version", "7"), ProductNewer),
        (("set", "KST-9", "price=9"), NotThere),
        (("show", "99999999999999"), NotThere),
        (("add", "sku=KST-1", "name=a", "price=1"), ProductExists),
    ],
)
def test_what_cannot_be_is_refused(call, helmet, arguments, error):
    """By an error of its own; the product stays."""
    done = call(*arguments)

    kept = json.loads(call("show", "1", "--json").stdout)
    assert (type(done.exception), kept["price"]) == (error, 18.75)


def test_products_are_listed_and_searched(call, helmet):
    """As a table or as JSON; a typo is told."""
    call("add", "sku=b", "name=Gloves", "price=3")
    table = call("list", "--sort", "price").stdout.splitlines()
    found = call("search", "golves", "--json")

    assert [line.split("\t")[1] for line in table] == ["sku", "B", "KST-1"]
    assert [one["sku"] for one in json.loads(found.stdout)] == ["B"]
    assert found.stderr == "nothing has these words; for: gloves\n"
    assert call("list", "--status", "active").stdout.count("\n") == 2


def test_a_deleted_product_is_brought_back(call, helmet):
    """By its id, from its versions."""
    assert call("delete", "KST-1", input="n\n").exit_code == 1
    assert call("delete", "KST-1", "--yes").exit_code == 0
    assert call("list").stdout.count("\n") == 1
    lines = call("versions", "1").stdout.splitlines()
    assert [line.split("\t")[:2] for line in lines[1:]] == [
        ["2", "delete"],
        ["1", "create"],
    ]

    assert call("restore", "1", "1").stdout == "1: KST-1, version 3\n"
    assert call("list").stdout.count("\n") == 2


def test_documents_are_written_anew(call, helmet):
    """All of them."""
    assert call("refresh").stdout == "1 products\n"


@pytest.mark.parametrize("format", sorted(one.name for one in FORMATS))
def test_products_are_written_in_every_format(call, helmet, tmp_path, format):
    """By the file's name, whole, and as many as match."""
    call("add", "sku=b", "name=Gloves", "price=3")
    file = tmp_path / f"out.{FORMATS.get(format).extension}"
    done = call("export", "--status", "active", "--format", format, "-o", str(file))

    assert done.exit_code == 0, done.output
    assert done.stderr == f"{file}: 1 products\n"
    assert file.stat().st_size > 0


def test_products_are_written_to_output_and_by_a_files_name(call, helmet, tmp_path):
    """NDJSON, if nothing else is said; options are the format's."""
    file = tmp_path / "out.csv"
    said = call("export").stdout
    done = call("export", "-o", str(file), "--option", "delimiter=;")
    wrong = call("export", "-o", str(file), "--option", "colour=red")

    assert json.loads(said)["sku"] == "KST-1"
    assert done.exit_code == 0
    assert file.read_text(encoding="utf-8-sig").splitlines()[0].startswith("id;sku;")
    assert wrong.exit_code != 0
