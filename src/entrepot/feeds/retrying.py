"""Import again only the rows that were rejected."""

from __future__ import annotations

from typing import IO

from entrepot.base.house import House
from entrepot.feeds.imports import get_import, take_upload
from entrepot.feeds.looking import make_errors_file
from entrepot.feeds.records import get_row
from entrepot.feeds.seen import ImportSeen


def retry_import(
    house: House, id: str, *, stream: IO[bytes] | None = None, name: str = "", by: str
) -> ImportSeen:
    """Begin a new import of only the rows that were rejected.

    Nothing of its feed vanishes by it.

    Args:
        stream: The annotated file, mended; without it the rejected rows are read
            anew, with the plan that the import has now.

    Raises:
        IllegalMove: It was not previewed yet.
        Expired: Its file is not kept any more.
    """
    seen = get_import(house, id)
    if stream is not None:
        made = take_upload(house, stream, name=name or "errors.csv", like=id, by=by)
    else:
        path = make_errors_file(house, id, format="csv", is_guarded=False)
        title = f"{seen.file_name.rpartition('.')[0] or 'import'}-rejected.csv"
        with path.open("rb") as rows:
            made = take_upload(house, rows, name=title, like=id, by=by)
    with house.store.session() as session:
        row = get_row(session, made.id)
        row.retry_of = id
    return get_import(house, made.id)
