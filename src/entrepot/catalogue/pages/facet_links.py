"""The facets beside the products, each value a link that narrows or widens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from entrepot.catalogue import Facet, FacetValue
from entrepot.catalogue.pages.asked import Asked

TITLES = {
    "category": "Category",
    "brand": "Brand",
    "status": "Status",
    "price": "Price",
    "has_image": "Image",
    "stock": "Stock",
    "quality": "Quality",
}
SHOWN = 7
"""Values that stand without being asked for."""

NONE = "-"
"""What stands for no brand in an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetLink:
    """One value; `query` is the address where it is on, or off if it is on."""

    label: str
    count: int
    query: str
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetPart:
    """One facet; `more` values are not listed."""

    name: str
    title: str
    links: list[FacetLink]
    more: int

    @property
    def most(self) -> int:
        """Return the largest count; bars are drawn against it."""
        return max((link.count for link in self.links), default=0)

    @property
    def first(self) -> list[FacetLink]:
        """Return those that stand without being asked for, and all that are on."""
        return self.links[:SHOWN]

    @property
    def rest(self) -> list[FacetLink]:
        """Return the others."""
        return self.links[SHOWN:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """Something that narrows, and the query string without it."""

    label: str
    value: str
    query: str


def facet_parts(asked: Asked, facets: Sequence[Facet]) -> list[FacetPart]:
    """Return the facets as links, in the order of the page."""
    found = {facet.name: facet for facet in facets}
    return [
        FacetPart(
            name=name,
            title=title,
            links=_links(asked, found[name]),
            more=found[name].more,
        )
        for name, title in TITLES.items()
        if name in found
    ]


def _links(asked: Asked, facet: Facet) -> list[FacetLink]:
    made = [_link(asked, facet.name, value) for value in facet.values]
    return sorted(made, key=lambda link: not link.is_on)


def _link(asked: Asked, name: str, value: FacetValue) -> FacetLink:
    on, off = _changes(asked, name, value.value)
    is_on = all(getattr(asked, key) == wanted for key, wanted in on.items())
    if name in ("brand", "status"):
        is_on = (value.value or NONE) in getattr(asked, name)
    return FacetLink(
        label=value.label or "None",
        count=value.count,
        query=asked.with_(**(off if is_on else on)),
        is_on=is_on,
    )


def _changes(
    asked: Asked, name: str, value: str
) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """Return what to change to have the value on, and to have it off."""
    if name in ("brand", "status"):
        chosen: tuple[str, ...] = getattr(asked, name)
        said = value or NONE
        rest = tuple(one for one in chosen if one != said)
        return {name: (*rest, said)}, {name: rest}
    if name in ("price", "quality"):
        low, _, high = value.partition("-")
        names = (f"{name}_from", f"{name}_to")
        return dict(zip(names, (low, high), strict=True)), dict.fromkeys(names, "")
    key = "category_id" if name == "category" else name
    return {key: value}, {key: ""}


def chips(asked: Asked, category: str) -> list[Chip]:
    """Return what narrows, each to be taken away by itself."""
    found = [_named(asked, "q", "Words", asked.q)] if asked.q else []
    if asked.category_id:
        found.append(_named(asked, "category_id", "Category", category))
    for name, title in (("brand", "Brand"), ("status", "Status")):
        chosen: tuple[str, ...] = getattr(asked, name)
        for one in filter(None, chosen):
            rest = tuple(other for other in chosen if other != one)
            said = "none" if one == NONE else one
            found.append(
                Chip(label=title, value=said, query=asked.with_(**{name: rest}))
            )
    found += _ranges(asked)
    words = {"true": "has one", "false": "has none"}
    if asked.has_image:
        said = words.get(asked.has_image, asked.has_image)
        found.append(_named(asked, "has_image", "Image", said))
    if asked.stock:
        said = {"in": "in stock", "low": "low", "out": "out"}.get(
            asked.stock, asked.stock
        )
        found.append(_named(asked, "stock", "Stock", said))
    if asked.lost_rule:
        found.append(_named(asked, "lost_rule", "Does not meet", asked.lost_rule))
    if asked.synced:
        said = {"true": "yes", "false": "no"}.get(asked.synced, asked.synced)
        found.append(_named(asked, "synced", "In the shop", said))
    if asked.ids:
        count = len([one for one in asked.ids.split(",") if one.strip()])
        found.append(_named(asked, "ids", "Picked", f"{count:,}"))
    return found


def _ranges(asked: Asked) -> list[Chip]:
    found = []
    for name, title in (("price", "Price"), ("quality", "Quality")):
        low, high = getattr(asked, f"{name}_from"), getattr(asked, f"{name}_to")
        if not low and not high:
            continue
        said = (
            f"{low} to {high}"
            if low and high
            else f"from {low}"
            if low
            else f"up to {high}"
        )
        without = asked.with_(**{f"{name}_from": "", f"{name}_to": ""})
        found.append(Chip(label=title, value=said, query=without))
    return found


def _named(asked: Asked, name: str, label: str, value: str) -> Chip:
    return Chip(label=label, value=value, query=asked.with_(**{name: ""}))
