"""Files without a row go; rows without their file are fetched again, or say so."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.catalogue.images import blobs
from entrepot.catalogue.images.keeping import refresh_products
from entrepot.catalogue.images.sizes import make_sizes
from entrepot.catalogue.product_models import ProductImage
from entrepot.jobs import Facts, Work

YOUNG_SECONDS = 3_600
"""A file so young may be one whose row is being written."""
ROWS_AT_ONCE = 500


def make_all_sizes(house: House, work: Work) -> Facts:
    """Make the sizes of the job's `hashes`; a picture that is damaged has failed."""
    hashes = work.parameters.get("hashes")
    made = failed = 0
    for sha256 in hashes if isinstance(hashes, list) else []:
        work.check()
        try:
            make_sizes(house, str(sha256))
            made += 1
        except EntrepotError as error:
            _fail(house, str(sha256), error.detail)
            failed += 1
    return {"made": made, "failed": failed}


def _fail(house: House, sha256: str, why: str) -> None:
    with house.store.session() as session:
        wanted = select(ProductImage).where(ProductImage.file_hash == sha256)
        rows = session.scalars(wanted).all()
        for row in rows:
            _let_go(row, why)
        session.flush()  # the documents are made of what is there
        refresh_products(session, [row.product_id for row in rows])


def _let_go(row: ProductImage, why: str) -> None:
    row.state, row.error, row.is_featured = "failed", why[:1000], False


def remove_orphans(house: House, *, is_dry: bool = False) -> int:
    """Remove files that no picture names any more; return how many."""
    before, gone = time.time() - YOUNG_SECONDS, 0
    with house.store.read_session() as session:
        for path in _files(house):
            sha256 = path.name[:64]
            if path.stat().st_mtime > before or _is_known(session, sha256):
                continue
            gone += 1
            if not is_dry:
                path.unlink(missing_ok=True)
    return gone


def find_lost(house: House, *, is_dry: bool = False) -> int:
    """Let pictures whose file is gone be fetched again, or fail; return how many."""
    lost, last = 0, 0
    while True:
        with house.store.open_session() as session:
            rows = session.scalars(
                select(ProductImage)
                .where(
                    ProductImage.state == "kept",
                    ProductImage.file_hash.is_not(None),
                    ProductImage.file_path != "",
                    ProductImage.id > last,
                )
                .order_by(ProductImage.id)
                .limit(ROWS_AT_ONCE)
            ).all()
            if not rows:
                return lost
            last = rows[-1].id
            gone = [row for row in rows if not (house.home / row.file_path).exists()]
            lost += len(gone)
            if gone and not is_dry:
                _renew(session, gone)
                session.commit()


def _renew(session: Session, rows: list[ProductImage]) -> None:
    for row in rows:
        _let_go(row, "the file is not here any more")
        row.file_hash = None
        if row.url:
            row.state, row.error, row.attempts = "pending", None, 0
    session.flush()  # the documents are made of what is there
    refresh_products(session, [row.product_id for row in rows])


def _files(house: House) -> Iterator[Path]:
    found = blobs.folder(house).glob("??/*")
    return (path for path in found if blobs.HASH.fullmatch(path.name[:64]))


def _is_known(session: Session, sha256: str) -> bool:
    wanted = select(ProductImage.id).where(ProductImage.file_hash == sha256).limit(1)
    return session.scalar(wanted) is not None
