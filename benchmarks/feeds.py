"""An import of products with preview, versions and documents, beside bare inserts.

The peers: reading the file and inserting its rows with nothing else (csv, sqlite3),
and one product after the other through the ORM, without versions and words.
Each step is a process of its own; CPU seconds and peak memory are that process's.
Beside it another process writes a small row over and over: `wait` is the longest
that it waited, in seconds.  The ORM has PEER_SECONDS, and says how many rows it did
in them; it would need so many times more for all.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from sqlalchemy import update

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.catalogue import State
from entrepot.composition import build_house, load_kinds
from entrepot.migrations import ensure, import_models

HEADER = (
    "SKU,Name,Description,Short description,Price,Compare at price,Currency,Brand,"
    "Manufacturer,MPN,Barcode,Weight,Weight unit,Quantity,Track inventory,SEO title,"
    "Status,Category,Image URL,Colour"
)
PEER_SECONDS = 20
"""Longest that the ORM writes; it takes what it can of the file in them."""

WAIT_SECONDS = 600


def main() -> None:
    """Make the files, import, import again, change every price, undo; print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database", default="", help="A PostgreSQL URL; else SQLite.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="entrepot-feeds-") as name:
        folder = Path(name)
        _write(folder / "first.csv", given.rows, cents=0)
        _write(folder / "second.csv", given.rows, cents=7)
        environ = _environ(folder, given.database)
        with closing(build_house(environ)) as house:
            ensure(house)
        print(f"{given.rows:,} rows x 20 columns")
        _measure("import with preview", _import, environ, folder / "first.csv")
        _measure("the same again", _import, environ, folder / "first.csv")
        _measure("every price changed", _import, environ, folder / "second.csv")
        _measure("undo of the changes", _undo, environ, folder)
        _measure("undo of the products", _undo, environ, folder)
        _measure("peer: parse, bare insert", _bare, environ, folder / "first.csv")
        other = {**environ, "ENTREPOT_HOME": str(folder / "orm")}
        other.pop("DATABASE_URL", None)
        with closing(build_house(other)) as house:
            ensure(house)
        _measure("peer: ORM, one by one", _orm, other, folder / "first.csv")


def _environ(folder: Path, database: str) -> dict[str, str]:
    environ = {"ENTREPOT_HOME": str(folder), "CONFIG_DIR": str(folder)}
    environ |= {"ENTREPOT_DATABASE_WRITE_WAIT_SECONDS": str(WAIT_SECONDS)}
    if database:
        key = "b3nchmarks-0nly-4f2a9c7e1d3b58-0b5e"
        environ |= {"DATABASE_URL": database, "SECRET_KEY": key}
    return environ


def _write(path: Path, rows: int, *, cents: int) -> None:
    with path.open("w") as file:
        file.write(HEADER + "\n")
        for n in range(rows):
            price = (n % 99_999) + cents
            file.write(
                f"SKU-{n:07d},Product number {n} of the house,"
                f"A fine thing made with care and number {n} for people who like it.,"
                f"Short {n},{price // 100}.{price % 100:02d},1999.00,EUR,"
                f"Brand {n % 200},Maker {n % 100},MPN{n},,{n % 1000 / 8},kg,{n % 500},"
                f"yes,Title {n},active,Home > Room {n % 40} > Shelf {n % 200},"
                f"https://img.example.com/{n}.jpg,red\n"
            )


def _measure(
    what: str,
    step: Callable[[dict[str, str], Path], str],
    environ: dict[str, str],
    path: Path,
) -> None:
    context = multiprocessing.get_context("spawn")
    is_over, longest = context.Event(), context.Value("d", 0.0)
    other = context.Process(target=_write_beside, args=(environ, is_over, longest))
    other.start()
    with context.Pool(1) as pool:
        said, cpu, peak = pool.apply(_run, (step, environ, path))
    is_over.set()
    other.join(WAIT_SECONDS)
    print(
        f"{what:26} {cpu:7.2f} CPU s {peak:6.0f} MB "
        f"{longest.value:6.2f} s wait   {said}",
        flush=True,
    )


def _write_beside(environ: dict[str, str], is_over: Event, longest: Any) -> None:
    """Write a small row over and over; note the longest that one took."""
    import_models()
    with closing(build_house(environ)) as house:
        while not is_over.wait(0.02):
            began = time.monotonic()
            with house.store.session() as session:
                session.execute(update(State).where(State.id == 0).values(generation=0))
            longest.value = max(longest.value, time.monotonic() - began)


def _run(
    step: Callable[[dict[str, str], Path], str], environ: dict[str, str], path: Path
) -> tuple[str, float, float]:
    import_models()
    load_kinds()
    before = resource.getrusage(resource.RUSAGE_SELF)
    try:
        said = step(environ, path)
    except EntrepotError as error:  # which cannot be sent to another process
        raise RuntimeError(str(error)) from None
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return said, cpu, after.ru_maxrss / 1024


def _import(environ: dict[str, str], path: Path) -> str:
    from entrepot.feeds import Applying, here

    with closing(build_house(environ)) as house:
        seen = here.preview_here(house, path, feed="", by="bench")
        seen = here.apply_here(house, seen.id, Applying())
    counts, receipt = seen.counts, seen.receipt
    assert counts is not None
    assert receipt is not None
    told = ", ".join(f"{n} {s:.1f}" for n, s in receipt.seconds.items())
    return (
        f"{counts.created} created, {counts.updated} updated, "
        f"{counts.unchanged} unchanged ({told} s)"
    )


def _undo(environ: dict[str, str], path: Path) -> str:
    from entrepot.feeds import ImportFilter, here, list_imports
    from entrepot.feeds.seen import Undoing

    with closing(build_house(environ)) as house:
        wanted = ImportFilter(states=("applied",))
        found = list_imports(house, wanted, limit=10)
        wrote = [f for f in found if f.counts and f.counts.unchanged == 0]
        report = here.undo_here(house, wrote[0].id, Undoing()).undo
    assert report is not None
    return f"{report.deleted} deleted, {report.restored} restored"


def _bare(environ: dict[str, str], path: Path) -> str:
    with path.open() as file, closing(sqlite3.connect(path.parent / "bare.db")) as db:
        rows = csv.reader(file)
        names = next(rows)
        db.execute(f"CREATE TABLE goods ({', '.join(f'c{n}' for n, _ in _at(names))})")
        marks = ", ".join("?" * len(names))
        db.executemany(f"INSERT INTO goods VALUES ({marks})", rows)
        db.commit()
        count = db.execute("SELECT count(*) FROM goods").fetchone()[0]
    return f"{count} rows"


def _at(names: list[str]) -> list[tuple[int, str]]:
    return list(enumerate(names))


def _orm(environ: dict[str, str], path: Path) -> str:
    with closing(build_house(environ)) as house:
        return _each(house, path)


def _each(house: House, path: Path) -> str:
    from sqlalchemy import select

    from entrepot.catalogue import Product

    count, ends_at = 0, time.monotonic() + PEER_SECONDS
    with path.open() as file, house.store.session() as session:
        for row in csv.DictReader(file):
            sku = row["SKU"]
            known = session.scalar(select(Product).where(Product.sku == sku))
            product = known or Product(sku=sku)
            product.name, product.price = row["Name"], row["Price"]  # type: ignore[assignment]  # read as an amount
            product.description, product.brand = row["Description"], row["Brand"]
            session.add(product)
            session.flush()
            count += 1
            if time.monotonic() > ends_at:
                break
    return f"{count} products, all it can in {PEER_SECONDS} s"


if __name__ == "__main__":
    main()
