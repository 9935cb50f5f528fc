"""Fixtures: a file goes through an import, with the jobs done at once."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from tests.working import do_jobs

from entrepot import feeds
from entrepot.base.house import House
from entrepot.catalogue import FIELDS, Product


@dataclass(frozen=True, slots=True)
class Importer:
    """Somebody who imports files; every verb waits for its job."""

    house: House

    def take(self, text, *, name="goods.csv", feed="", **change):
        """Send a file, as text."""
        stream = io.BytesIO(text.encode())
        seen = feeds.take_upload(self.house, stream, name=name, feed=feed, by="ann")
        if change:
            seen = feeds.change_import(
                self.house, seen.id, feeds.ImportChange(**change)
            )
        return seen

    def preview(self, text, **given):
        """Send a file, and find out what it would change."""
        seen = self.take(text, **given)
        feeds.preview_import(self.house, seen.id, by="ann")
        return self.done(seen.id)

    def apply(self, id, **agreed):
        """Write what was previewed."""
        feeds.apply_import(self.house, id, agreed=feeds.Applying(**agreed), by="ann")
        return self.done(id)

    def bring(self, text, **given):
        """Do all of it."""
        return self.apply(self.preview(text, **given).id)

    def undo(self, id, conflicts="skip"):
        """Take an import back."""
        how = feeds.Undoing(conflicts=conflicts)
        feeds.undo_import(self.house, id, how=how, by="ann")
        return self.done(id)

    def done(self, id):
        """Do the jobs that wait, and return the import."""
        do_jobs(self.house, kinds="feeds.")  # nobody fetches pictures
        return feeds.get_import(self.house, id)

    def changes(self, id, **given):
        """Return the changes as (kind, sku, field, old, new)."""
        page = feeds.list_changes(self.house, id, feeds.ChangeFilter(**given))
        return [(r.kind, r.sku, r.field, r.old, r.new) for r in page.rows]

    def products(self):
        """Return every product's fields by SKU, as people and feeds write them."""
        table = Product.__table__
        columns = [table.c[name] for name in ("id", *FIELDS)]
        with self.house.store.read_session() as session:
            rows = session.execute(select(*columns).order_by(table.c.id))
            return {row.sku: row._asdict() for row in rows}


@pytest.fixture
def importer(both):
    """Somebody who imports files, on each kind of database."""
    import entrepot.catalogue.images.jobs
    import entrepot.feeds.jobs  # noqa: F401  # their kinds

    return Importer(both)
