"""Real files go in, out again in our own shapes, and in once more without a change."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pytest
from tests.feeds.conftest import Importer

from entrepot import feeds
from entrepot.base.rows import ReadOptions
from entrepot.catalogue.outbound.ready import ready_file
from entrepot.catalogue.outbound.source import catalogue_source
from entrepot.composition import build_house, load_kinds
from entrepot.exports import FORMATS, Writing
from entrepot.migrations import import_models

FILES = {
    # file: products
    "shopify_csv/apparel.csv": 22,
    "shopify_csv/home-and-garden.csv": 21,
    "spree/products.csv": 123,
    "saleor/populatedb_data.json": 73,
}


@pytest.fixture(params=FILES, ids=lambda file: file.partition("/")[0])
def filled(request, surroundings, shared):
    """Somebody whose catalogue holds one real file's products."""
    import_models()
    load_kinds()
    house = build_house(surroundings)
    importer = Importer(house)
    seen = bring(importer, shared / "data" / request.param)
    assert seen.counts.created == FILES[request.param]
    yield importer
    house.close()


def bring(importer, path: Path):
    """Import a file by the guess, without its pictures."""
    with path.open("rb") as stream:
        seen = feeds.take_upload(importer.house, stream, name=path.name, by="ann")
    plan = dataclasses.replace(seen.plan, fetches_pictures=False)
    change = feeds.ImportChange(plan=plan)
    feeds.change_import(importer.house, seen.id, change)
    feeds.preview_import(importer.house, seen.id, by="ann")
    previewed = importer.done(seen.id)
    assert previewed.state == "previewed", previewed.error
    return importer.apply(seen.id)


def changes_of(importer, path: Path):
    """Return what importing a file would change, and the rows it would not take."""
    seen = bring(importer, path)
    page = feeds.list_changes(importer.house, seen.id, limit=1_000)
    errors = feeds.list_errors(importer.house, seen.id).rows
    told = [(r.kind, r.sku, r.field, r.old, r.new) for r in page.rows]
    return told, [(e.line, e.column, e.value, e.reason) for e in errors]


@pytest.mark.parametrize("format", ["csv", "xlsx", "json", "ndjson"])
def test_our_own_rows_come_back_without_a_change(filled, tmp_path, format):
    """Every field, by the guess of what our own headers mean."""
    path = tmp_path / f"products.{format}"
    source = catalogue_source(filled.house, "catalogue.products")
    writer = FORMATS.get(format)
    options = {option.name: option.default for option in writer.options}
    reading = ReadOptions(seconds=60, batch_rows=1_000)
    with source.open(reading) as rows, path.open("wb") as file:
        writer.write(rows, file, Writing(title="t", options=options, folder=tmp_path))

    assert changes_of(filled, path) == ([], [])


@pytest.mark.parametrize("name", ["shopify.csv", "products.json"])
def test_ready_feeds_come_back_without_a_change(filled, tmp_path, name):
    """Also a shop's shape, whose rows are variants and pictures."""
    path = tmp_path / name
    path.write_bytes(Path(ready_file(filled.house, name).path).read_bytes())

    assert changes_of(filled, path) == ([], [])


SIZES = {
    "shopify_csv/apparel.csv": ("classic-varsity-top", ["Small", "Medium", "Large"]),
    "shopify_csv/home-and-garden.csv": ("clay-plant-pot", ["Regular", "Large"]),
}


@pytest.mark.parametrize("filled", SIZES, indirect=True)
def test_variants_go_out_by_the_options_they_came_with(filled, request):
    """Who sold by size sees no SKUs as titles."""
    handle, sizes = SIZES[request.node.callspec.params["filled"]]
    path = Path(ready_file(filled.house, "shopify.csv").path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["Handle"] == handle]

    told = [(row["Option1 Name"], row["Option1 Value"]) for row in rows]
    assert [one for one in told if one[1]] == [("Size", size) for size in sizes]
