"""Products found: filters, sort, paging by key, facets, search, forgiven typos."""

from entrepot.catalogue.finding.facets import Facet, FacetValue, list_facets
from entrepot.catalogue.finding.listing import (
    DocumentPage,
    count_products_found,
    list_documents,
    page_statement,
    select_ids,
)
from entrepot.catalogue.finding.spec import FACETS, SORTS, ProductQuery

__all__ = [
    "FACETS",
    "SORTS",
    "DocumentPage",
    "Facet",
    "FacetValue",
    "ProductQuery",
    "count_products_found",
    "list_documents",
    "list_facets",
    "page_statement",
    "select_ids",
]
