"""What this room tells its listeners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from entrepot.base.events import Event, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCreated(Event):
    """A product was added."""

    audited: ClassVar[bool] = True

    id: int
    sku: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChanged(Event):
    """A product was changed by a person.

    Attributes:
        changed: Names of the fields that are different.
    """

    audited: ClassVar[bool] = True

    id: int
    sku: str
    version: int
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDeleted(Event):
    """A product was deleted; its versions stay."""

    audited: ClassVar[bool] = True

    id: int
    sku: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRestored(Event):
    """A product was put back to what it was at an older version."""

    audited: ClassVar[bool] = True

    id: int
    sku: str
    version: int
    restored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsChanged(Event):
    """Several products were changed together.

    Attributes:
        products: How many are different now.
        changed: Names of the fields.
    """

    audited: ClassVar[bool] = True

    products: int
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideCleared(Event):
    """A field that a person had set may be written by feeds again."""

    audited: ClassVar[bool] = True

    id: int
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCreated(Event):
    """A category was added."""

    audited: ClassVar[bool] = True

    id: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryChanged(Event):
    """A category got another name, description, or place among its neighbours.

    Attributes:
        changed: Names of what is different.
    """

    audited: ClassVar[bool] = True

    id: int
    name: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryMoved(Event):
    """A category went below another one, with all that is below it.

    Attributes:
        came_from: Its names from the root down, before.
        went_to: The same, after.
    """

    audited: ClassVar[bool] = True

    id: int
    came_from: str
    went_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryMerged(Event):
    """A category went into another one, and is gone.

    Attributes:
        merge_id: Takes it back.
        categories: That are gone, those below it included.
    """

    audited: ClassVar[bool] = True

    merge_id: str
    name: str
    target: str
    categories: int
    products: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeUndone(Event):
    """A merge of categories was taken back."""

    audited: ClassVar[bool] = True

    merge_id: str
    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDeleted(Event):
    """A category was deleted; it had neither products nor others below it."""

    audited: ClassVar[bool] = True

    id: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeCameIn(Event):
    """A whole tree of categories was imported.

    Attributes:
        tree: Its name among the mappings; empty where none were kept.
        categories: Of ours that were made.
        mapped: Keys of the tree that are new, or lead elsewhere now.
    """

    audited: ClassVar[bool] = True

    tree: str
    categories: int
    mapped: int
    faults: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoriesMapped(Event):
    """Categories of another tree got one of ours, or lost it.

    Attributes:
        keys: How many.
    """

    audited: ClassVar[bool] = True

    tree: str
    keys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeDropped(Event):
    """A tree of others was forgotten, with what it was mapped to."""

    audited: ClassVar[bool] = True

    tree: str
    categories: int


class DatabaseUsed(Event):
    """Products are read from the database, at first or again."""

    def sentence(self) -> str:
        """Return the documented words."""
        return "Using database as data source"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFailed(Event):
    """The database of the products cannot be read.

    Attributes:
        why: As its driver says it, without a password.
    """

    level: ClassVar[Level] = "error"

    why: str

    def sentence(self) -> str:
        """Return the documented words."""
        return f"Database error: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FallenBack(Event):
    """The samples stand in for the database from now on."""

    def sentence(self) -> str:
        """Return the documented words."""
        return "Falling back to JSON data source"


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackAnswered(Event):
    """A request for products was answered with the samples instead."""

    level: ClassVar[Level] = "debug"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueInitialised(Event):
    """The table of products and its samples were seen to; nothing was dropped.

    Attributes:
        where: `own` or `elsewhere`.
        products: Samples that were added.
    """

    level: ClassVar[Level] = "info"

    where: str
    products: int
    is_table_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagesAdded(Event):
    """Pictures were added to a product."""

    audited: ClassVar[bool] = True

    product_id: int
    images: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageChanged(Event):
    """A picture's alt text, position or place was changed."""

    audited: ClassVar[bool] = True

    product_id: int
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRemoved(Event):
    """A picture was removed from a product."""

    audited: ClassVar[bool] = True

    product_id: int
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagesFetched(Event):
    """Pictures of products were fetched."""

    kept: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IconMade(Event):
    """An icon of a category was made.

    Attributes:
        symbol: What it shows; empty for the category's initials.
    """

    audited: ClassVar[bool] = True

    id: int
    category_id: int
    model: str
    style: str
    symbol: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IconFailed(Event):
    """An icon of a category could not be made."""

    level: ClassVar[Level] = "warning"

    id: int
    category_id: int
    model: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IconRemoved(Event):
    """An icon of a category was taken away."""

    audited: ClassVar[bool] = True

    id: int
    category_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyFeedWritten(Event):
    """A ready feed was written anew.

    Attributes:
        lacking: Products that are left out because they lack what the feed needs.
    """

    name: str
    products: int
    lacking: int
    size_bytes: int
    seconds: float
