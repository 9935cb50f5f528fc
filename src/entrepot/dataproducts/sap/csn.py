"""Read a CSN: the entities of a data product, their elements and associations."""

# https://cap.cloud.sap/docs/cds/csn
# https://sap.github.io/csn-interop-specification/

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import msgspec

from entrepot.dataproducts.errors import CsnUnreadable
from entrepot.dataproducts.sap.texts import (
    DESCRIPTIONS,
    LABELS,
    LANGUAGE,
    Texts,
    list_languages,
    texts_in,
)
from entrepot.dataproducts.sap.values import as_count, as_list, as_table, as_text

LARGEST_BYTES = 64 * 2**20

Named = tuple[str, dict[str, object]]
"""An element's name, and what is said of it."""

LINKS = ("cds.Association", "cds.Composition")
_MOST_ELEMENTS = 10_000
"""More than any table has columns: types that hold themselves end here."""

_MOST_IN_ALL = 30_000
"""Elements of a whole document: a short text can stand for any number of them."""

_DEEPEST = 8
"""Steps from a type to the type that it is made of, or of a name's contexts."""

_LONGEST_NAME = 1_000
"""Characters; no database has a longer one."""

_READ = (
    *("type", "elements", "length", "precision", "scale", "key", "notNull"),
    *("target", "keys", "on", "cardinality", *LABELS, *DESCRIPTIONS),
)
"""What is read of an element, and so of the types that it is of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of an entity: a column.

    Attributes:
        type: CSN's word, e.g. `cds.Decimal`; types of the document's own are followed.
        label: For people, as a heading; `description` says more.
    """

    name: str
    type: str
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    primary_key: bool = False
    nullable: bool = True
    label: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """Where an entity's rows lead to.

    Attributes:
        target: The other entity's full name; it may stand in another product.
        columns: Here, pair by pair with `target_columns` there; empty where the
            condition is more than equal columns.
        is_many: A row here leads to several there.
    """

    name: str
    target: str
    columns: tuple[str, ...] = ()
    target_columns: tuple[str, ...] = ()
    is_many: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One entity: a table, or view.

    Attributes:
        name: Full, e.g. `supplier.Supplier`.
        short_name: Without its context, e.g. `Supplier`.
    """

    name: str
    short_name: str
    label: str = ""
    description: str = ""
    elements: tuple[Element, ...] = ()
    associations: tuple[Association, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Csn:
    """What a CSN says, with its words in one language.

    Attributes:
        languages: Those that it has texts in, sorted.
    """

    entities: tuple[Entity, ...]
    languages: tuple[str, ...] = ()


def load_document(text: str | bytes) -> dict[str, object]:
    """Return a CSN's `{meta, definitions, i18n}`, alone or as the first of an array.

    Raises:
        CsnUnreadable: It is no JSON, none of this shape, or too large.
    """
    if len(text) > LARGEST_BYTES:
        raise CsnUnreadable(f"the CSN is larger than {LARGEST_BYTES >> 20} MB")
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise CsnUnreadable("the CSN is not JSON") from None
    document = as_table(found[0] if isinstance(found, list) and found else found)
    if not isinstance(document.get("definitions"), dict):
        raise CsnUnreadable("the CSN has no definitions")
    return document


def parse_csn(document: Mapping[str, object], language: str = LANGUAGE) -> Csn:
    """Return the entities of a CSN, in its order, with words in a language.

    Members that are missing or of the wrong kind count as not said.
    """
    reading = _Reading(
        definitions={
            name: as_table(definition)
            for name, definition in as_table(document.get("definitions")).items()
        },
        texts=texts_in(document, language),
    )
    return Csn(
        entities=tuple(reading.entities()), languages=tuple(list_languages(document))
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """A document's definitions, and its texts in one language."""

    definitions: Mapping[str, Mapping[str, object]]
    texts: Texts

    def entities(self) -> Iterator[Entity]:
        left = _MOST_IN_ALL
        for name, definition in self.definitions.items():
            if definition.get("kind") != "entity":
                continue
            flat = self._flat("", as_table(definition.get("elements")))
            elements = list(islice(flat, min(_MOST_ELEMENTS, left)))
            left -= len(elements)
            yield Entity(
                name=name,
                short_name=name.removeprefix(self._context(name)),
                label=self.texts.label(definition),
                description=self.texts.description(definition),
                elements=tuple(self._elements(elements)),
                associations=tuple(self._associations(elements)),
            )

    def _context(self, name: str) -> str:
        """Return what stands before an entity's own name, its full stop included."""
        own = end = name.rfind(".")
        for _ in range(_DEEPEST):
            if end < 0:
                break
            other = self.definitions.get(name[:end], {})
            if other.get("kind") in ("context", "service"):
                return name[: end + 1]
            end = name.rfind(".", 0, end)
        return name[: own + 1]

    def _flat(
        self, before: str, elements: Mapping[str, object], depth: int = 0
    ) -> Iterator[Named]:
        """Yield each element with its name; those inside another as `outer_inner`."""
        for name, said in elements.items():
            element = self._typed(as_table(said))
            inner = as_table(element.get("elements"))
            if inner and depth < _DEEPEST:
                outer = f"{before}{name}_"[:_LONGEST_NAME]
                yield from self._flat(outer, inner, depth + 1)
            else:
                yield f"{before}{name}"[:_LONGEST_NAME], element

    def _typed(self, element: dict[str, object]) -> dict[str, object]:
        """Return an element with what the types it is of say, down to one of CDS."""
        for _ in range(_DEEPEST):
            behind = self._behind(element.get("type"))
            if not behind:
                break
            element = {**behind, **element, "type": behind.get("type")}
        return element

    def _behind(self, type: object) -> dict[str, object]:
        """Return the type, or the other element, that a type points at."""
        ref = [as_text(step) for step in as_list(as_table(type).get("ref"))]
        if not ref:
            definition = self.definitions.get(as_text(type), {})
            return {k: definition[k] for k in _READ if k in definition}
        behind: object = self.definitions.get(ref[0], {})
        for step in ref[1:]:
            behind = as_table(as_table(behind).get("elements")).get(step)
        kept = as_table(behind)
        said = {k: kept[k] for k in _READ if k in kept}
        return {k: v for k, v in said.items() if k not in ("key", "notNull")}

    def _elements(self, elements: Iterable[Named]) -> Iterator[Element]:
        for name, said in elements:
            if as_text(said.get("type")) in LINKS:
                continue
            is_key = said.get("key") is True
            yield Element(
                name=name,
                type=as_text(said.get("type")),
                length=as_count(said.get("length")),
                precision=as_count(said.get("precision")),
                scale=as_count(said.get("scale")),
                primary_key=is_key,
                nullable=not (is_key or said.get("notNull") is True),
                label=self.texts.label(said),
                description=self.texts.description(said),
            )

    def _associations(self, elements: Iterable[Named]) -> Iterator[Association]:
        for name, said in elements:
            if as_text(said.get("type")) not in LINKS:
                continue
            pairs = _pairs(name, said)
            most = as_table(said.get("cardinality")).get("max", 1)
            yield Association(
                name=name,
                target=as_text(said.get("target")),
                columns=tuple(here for here, _ in pairs),
                target_columns=tuple(there for _, there in pairs),
                is_many=most == "*" or (as_count(most) or 1) > 1,
                label=self.texts.label(said),
            )


def _pairs(name: str, said: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return the columns that an association sets equal, here and there."""
    condition = as_list(said.get("on"))
    if not condition:
        keys = [_ref(key) for key in as_list(said.get("keys"))]
        return [(f"{name}_{'_'.join(k)}", "_".join(k)) for k in keys if k]
    pairs = []
    for start in range(0, len(condition), 4):
        match condition[start : start + 4]:
            case [left, "=", right] | [left, "=", right, "and"]:
                pairs.append(_sides(name, _ref(left), _ref(right)))
            case _:
                return []
    return [pair for pair in pairs if pair] if all(pairs) else []


def _sides(name: str, *sides: list[str]) -> tuple[str, str] | None:
    """Return (column here, column there) of one equation; None where it is not so."""
    here = ["_".join(side) for side in sides if side and side[0] not in (name, "$self")]
    there = ["_".join(side[1:]) for side in sides if side[:1] == [name] and side[1:]]
    return (here[0], there[0]) if len(here) == len(there) == 1 else None


def _ref(value: object) -> list[str]:
    """Return the steps of a reference; none where one of them is no plain name."""
    steps = as_list(as_table(value).get("ref"))
    names = [as_text(step) for step in steps]
    return names if all(names) else []
