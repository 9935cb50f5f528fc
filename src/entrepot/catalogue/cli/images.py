"""`entrepot catalogue images …`: pictures of products."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from entrepot.base.house import House
from entrepot.catalogue.cli.command import group
from entrepot.catalogue.images import changing, queueing, seeing, uploading
from entrepot.catalogue.images.spec import ImageSeen
from entrepot.web import terminal

HEADS = ("id", "state", "format", "size", "first", "alt text", "url or file", "why")
MOST = 10_000


@group.group("images")
def images() -> None:
    """Pictures of products: list, add, send, fetch again."""


@images.command("list")
@click.argument("product", type=int)
@terminal.json_option
@terminal.pass_house
def list_images(house: House, *, product: int, as_json: bool) -> None:
    """List the pictures of a product, by its id."""
    with house.store.read_session() as session:
        _show(seeing.list_images(session, product), as_json)


@images.command("failed")
@click.option(
    "--limit", type=click.IntRange(1, MOST), default=100, help="Pictures at most."
)
@terminal.json_option
@terminal.pass_house
def list_failed(house: House, *, limit: int, as_json: bool) -> None:
    """List the pictures of all products that could not be had, and why."""
    with house.store.read_session() as session:
        found = seeing.find_images(session, state="failed", q="", after=0, limit=limit)
    _show(found, as_json)


@images.command("states")
@terminal.json_option
@terminal.pass_house
def count_states(house: House, *, as_json: bool) -> None:
    """Count the pictures of all products by state."""
    with house.store.read_session() as session:
        counts = seeing.count_states(session)
    if as_json:
        terminal.print_json(counts)
    else:
        rows = [(counts.pending, counts.kept, counts.failed)]
        terminal.print_table(("pending", "kept", "failed"), rows)


@images.command("add")
@click.argument("product", type=int)
@click.argument("urls", nargs=-1, required=True)
@click.option("--alt-text", default="", help="What they show, in words.")
@terminal.json_option
@terminal.pass_house
def add_images(
    house: House, *, product: int, urls: Sequence[str], alt_text: str, as_json: bool
) -> None:
    """Have pictures of a product fetched by a job."""
    with house.store.session() as session:
        found = queueing.queue_images(session, product, urls, alt_text=alt_text)
        queueing.submit_fetch(house, [o.id for o in found if o.state == "pending"])
    _show(found, as_json)


@images.command("send")
@click.argument("product", type=int)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--alt-text", default="", help="What it shows, in words.")
@terminal.json_option
@terminal.pass_house
def send_image(
    house: House, *, product: int, file: Path, alt_text: str, as_json: bool
) -> None:
    """Keep a picture of a product from a file."""
    with house.store.session() as session, file.open("rb") as stream:
        one = uploading.upload_image(
            house, session, product, stream, file_name=file.name, alt_text=alt_text
        )
    _show([one], as_json)


@images.command("retry")
@click.option("--product", type=int, help="Only of this one.")
@terminal.json_option
@terminal.pass_house
def retry_images(house: House, *, product: int | None, as_json: bool) -> None:
    """Fetch the pictures that failed once more."""
    with house.store.session() as session:
        waiting = changing.retry_images(session, product_id=product)
        job = queueing.submit_fetch(house, waiting)
    if as_json:
        terminal.print_json({"count": len(waiting), "job_id": job})
    else:
        click.echo(f"{len(waiting):,} pictures wait" + (f", job {job}" if job else ""))


def _show(found: Sequence[ImageSeen], as_json: bool) -> None:
    if as_json:
        terminal.print_json(found)
    else:
        terminal.print_table(HEADS, map(_row, found))


def _row(one: ImageSeen) -> tuple[object, ...]:
    return (
        one.id,
        one.state,
        one.format,
        f"{one.width} × {one.height}" if one.width else "",
        "yes" if one.is_featured else "",
        one.alt_text,
        one.url or one.file_name,
        one.error,
    )
