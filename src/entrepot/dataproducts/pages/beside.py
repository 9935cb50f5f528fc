"""What stands beside the rows on a table's page."""

from __future__ import annotations

from dataclasses import replace

from entrepot.base.errors import EntrepotError
from entrepot.dataproducts.api.looking import read_seconds
from entrepot.dataproducts.facets import Facet, Facets, FacetsAsked, list_facets
from entrepot.dataproducts.reading import known_subject
from entrepot.dataproducts.screens import TablePage
from entrepot.web.routes import current_house


def facets_of(page: TablePage) -> Facets:
    """Return what stands beside the rows of a table's page; nothing where they fail."""
    if page.error is not None:
        return Facets()
    house, state = current_house(), page.state
    known = {column.name for column in page.structure.columns}
    asked = FacetsAsked(
        columns=tuple(name for name in state.facets if name in known),
        more=state.more,
        is_exact=state.is_exact,
        seconds=read_seconds(),
    )
    where = state.request.where
    subject = known_subject(house, page.product, page.structure, where)
    try:
        found = list_facets(house, subject, asked)
    except EntrepotError:
        return Facets()
    unknown = (
        Facet(column=name, type="", kind="other", problem="there is no such column")
        for name in state.facets
        if name not in known
    )
    return replace(found, facets=(*found.facets, *unknown))
