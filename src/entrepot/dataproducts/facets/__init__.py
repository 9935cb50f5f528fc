"""Values of columns with their counts, beside the rows and in their address."""

from entrepot.dataproducts.facets.counting import list_facets
from entrepot.dataproducts.facets.spec import (
    Facet,
    Facets,
    FacetsAsked,
    FacetValue,
    Suggestion,
)

__all__ = [
    "Facet",
    "FacetValue",
    "Facets",
    "FacetsAsked",
    "Suggestion",
    "list_facets",
]
