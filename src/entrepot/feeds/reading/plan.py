"""How a file is read into products; people make it, JSON holds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from entrepot.feeds.spec import Grouping

DateOrder = Literal["ymd", "dmy", "mdy"]
DecimalSign = Literal[".", ","]
Stage = Literal["file", "product"]
Test = Literal[
    "is",
    "is_not",
    "contains",
    "lacks",
    "starts_with",
    "ends_with",
    "matches",
    "is_one_of",
    "is_empty",
    "is_filled",
    "is_above",
    "is_below",
]
Act = Literal[
    "set",
    "clear",
    "replace",
    "prefix",
    "suffix",
    "multiply",
    "add",
    "round",
    "map",
    "skip",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Which field a column of the file goes to.

    Several columns may go to one field: of them the first that is filled in counts;
    the levels of a `category_path` are joined, and so are lists.

    Attributes:
        column: As the file names it.
        field: A name of `list_targets`, `custom_attributes.<key>` or
            `metafields.<namespace>.<key>`; empty where it is left out.
        confidence: 0 to 1, of a guess; 1 where a person said so.
        reason: Why it was guessed, for people.
        decimal_sign: Of its numbers; the plan's where it is empty.
        as_day: It holds days, also as a spreadsheet counts them; of attributes only.
    """

    column: str
    field: str = ""
    confidence: float = 1.0
    reason: str = ""
    decimal_sign: Literal["", ".", ","] = ""
    as_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that must hold for a rule; words compare without regard to case.

    Attributes:
        column: Of the file or a product's field, as the rule's stage says.
        value: What it is compared with; of `is_one_of` the values, one a line.
    """

    column: str
    test: Test
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a rule does to one column.

    Attributes:
        column: Of the file or a product's field; of no meaning to `skip`.
        value: The new value, the text to look for, the factor, the number of places.
        by: What `replace` puts in its place.
        table: Of `map`, from each value to its new one.
    """

    kind: Act
    column: str = ""
    value: str = ""
    by: str = ""
    table: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """IF all conditions hold THEN the actions, in their order; none hold for all rows.

    Attributes:
        name: For people.
        stage: `file` for texts as the file has them, before they are read; `product`
            for the fields.
        is_on: It counts; else it is kept for later.
    """

    name: str = ""
    stage: Stage = "product"
    conditions: tuple[Condition, ...] = ()
    actions: tuple[Action, ...] = ()
    is_on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that decides what a file's rows become.

    Attributes:
        format: The name of a feed format.
        options: What the format reads with, such as encoding and delimiter.
        mapping: One for each column of the file, in its order.
        rules: In the order in which they apply.
        defaults: A text for fields that are empty in the file.
        decimal_sign: Of numbers such as 1.234,50.
        date_order: Of days such as 03/04/2026.
        category_sign: What stands between the levels of a category path; guessed for
            each value where it is empty.
        category_tree: Name of the tree of others that the file's categories are of, by
            whose mapping they become ours; those that nobody mapped stay as they are.
        currency_in_prices: Prices bring their currency along, as in `12,90 €`.
        sku_from: Columns that make a SKU where the file has none.
        weights_in_grams: Weights are in grams, whatever unit they are to be shown in.
        fetches_pictures: The pictures that products name anew are fetched and kept.
        grouping: How rows belong together; None where each is a product.
    """

    format: str
    options: dict[str, str | int | float | bool] = field(default_factory=dict)
    mapping: tuple[Mapped, ...] = ()
    rules: tuple[Rule, ...] = ()
    defaults: dict[str, str] = field(default_factory=dict)
    decimal_sign: DecimalSign = "."
    date_order: DateOrder = "ymd"
    category_sign: str = ""
    category_tree: str = ""
    currency_in_prices: bool = False
    sku_from: tuple[str, ...] = ()
    weights_in_grams: bool = False
    fetches_pictures: bool = True
    grouping: Grouping | None = None
