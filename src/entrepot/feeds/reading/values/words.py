"""Yes and no, and states, in the words of several languages and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.feeds.reading.work import Fault

if TYPE_CHECKING:
    import pyarrow as pa

_YES = "true yes y 1 on x t ja wahr oui vrai si sí vero sim ano tak igaz 1.0 continue"
_NO = "false no n 0 off f nein falsch non faux falso não ne nie hamis 0.0 deny"
TRUTHS = dict.fromkeys([*_YES.split(), "shopify", "in stock"], True) | dict.fromkeys(
    [*_NO.split(), "none", "out of stock"], False
)

_STATES = {
    "active": "active published publish enabled live aktiv actif activo attivo visible "
    "true yes 1 available",
    "draft": "draft unpublished disabled inactive inaktiv hidden entwurf brouillon "
    "borrador bozza false no 0 pending private",
    "archived": "archived archiviert archivé discontinued retired deleted eol",
    "synced": "synced",
}
STATES = {word: state for state, words in _STATES.items() for word in words.split()}

NO_TRUTH = Fault("not-yes-or-no", "is neither yes nor no", "use true or false")
NO_STATE = Fault(
    "unknown-status", "is not a status", "use draft, active, archived or synced"
)


def looked_up(texts: pa.Array, table: dict[str, object], type: pa.DataType) -> pa.Array:
    """Return what stands in a table for each text, whatever its case; else NULL."""
    import pyarrow as pa
    import pyarrow.compute as pc

    places = pc.index_in(pc.utf8_lower(texts), pa.array(list(table)), skip_nulls=True)
    return pc.take(pa.array(list(table.values()), type), places)
