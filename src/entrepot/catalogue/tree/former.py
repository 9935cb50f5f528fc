"""Names that categories had: who still says them, such as a feed, finds them by these.

They are the tree `former` among the mappings, where people see them and take them out.
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from entrepot.catalogue.mapping_models import Mapping
from entrepot.catalogue.tree.names import (
    NamePath,
    digest_of,
    fold_path,
    parse_path,
    render_path,
)

FORMER = "former"


def remember(
    session: Session,
    path: NamePath,
    category_id: int,
    *,
    called: NamePath | None = None,
) -> None:
    """Let a path of names lead to a category that is called otherwise from now on.

    Args:
        called: Its path from now on, which needs no such help any more.
    """
    digest = digest_of(path)
    row = session.get(Mapping, (FORMER, digest))
    if row is None:
        row = Mapping(tree=FORMER, key=digest, path=render_path(path), folded=digest)
        session.add(row)
    row.category_id = category_id
    needless = (
        None if called is None else session.get(Mapping, (FORMER, digest_of(called)))
    )
    if needless is not None and needless is not row:
        session.delete(needless)
    session.flush()  # whoever looks for the path next finds it


def load(session: Session) -> dict[NamePath, int]:
    """Return the category of each former path, folded."""
    rows = session.execute(
        select(Mapping.path, Mapping.category_id).where(Mapping.tree == FORMER)
    )
    return {fold_path(parse_path(path)): id for path, id in rows if id is not None}


def drop(session: Session, category_id: int) -> None:
    """Forget what a category was called; it goes."""
    session.execute(
        delete(Mapping).where(
            Mapping.tree == FORMER, Mapping.category_id == category_id
        )
    )
