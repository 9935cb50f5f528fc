"""A plan for a file, from what was seen of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from entrepot.feeds.reading.guessing import Guess, guess_all
from entrepot.feeds.reading.headers import plain
from entrepot.feeds.reading.looks import date_order_of, decimal_sign_of, has_currency
from entrepot.feeds.reading.plan import DateOrder, DecimalSign, Mapped, Plan
from entrepot.feeds.reading.values import kind_of_field
from entrepot.feeds.reading.variants import guess_grouping, guess_sku_columns
from entrepot.feeds.spec import FeedFormat, Grouping

NUMERIC = ("money", "number", "integer")
OURS = {
    "inventory quantity",
    "track inventory",
    "featured image url",
    "category path",
    "custom attributes",
    "compare at price",
    "manufacturer part number",
}
"""Columns of our own exports; a file with some of them has our ids."""


@dataclass(slots=True)
class Rows:
    """The first rows of a file.

    Attributes:
        texts: Of each column, row by row; empty where there is none.
        is_whole: There are no more rows.
    """

    texts: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0
    errors: int = 0
    is_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A plan, the guesses that made it, and what is missing."""

    plan: Plan
    guesses: Mapping[str, Guess]
    remarks: tuple[str, ...]
    needs: tuple[str, ...]


def propose(
    part: FeedFormat,
    options: Mapping[str, str | int | float | bool],
    rows: Rows,
    *,
    known: Plan | None = None,
) -> Proposal:
    """Return a plan for a file whose first rows are these.

    Args:
        known: What it says of columns that are still there is kept.
    """
    values = {
        name: [text.strip() for text in texts if text.strip()]
        for name, texts in rows.texts.items()
    }
    guesses = _with_status(guess_all(values, is_whole=rows.is_whole))
    grouping = part.group(tuple(rows.texts)) or guess_grouping(rows.texts)
    _use_ids(guesses, rows)
    _use_options(guesses, grouping)
    _use_pictures(guesses, grouping)
    grams = _use_grams(guesses)
    mapping = tuple(_mapped(name, guesses[name], values[name]) for name in guesses)
    sku = next((m.column for m in mapping if m.field == "sku"), "")
    plan = Plan(
        format=part.name,
        options=dict(options),
        mapping=mapping,
        defaults={"weight_unit": "g"} if grams else {},
        decimal_sign=_decimal_sign(mapping),
        date_order=_date_order(guesses, values),
        currency_in_prices=_has_currency(mapping, values),
        weights_in_grams=grams,
        sku_from=guess_sku_columns(rows.texts, sku, grouping),
        grouping=grouping,
    )
    if known is not None:
        plan = _kept(known, plan)
    remarks, needs = tuple(_remarks(plan, rows)), tuple(_needs(plan))
    return Proposal(plan=plan, guesses=guesses, remarks=remarks, needs=needs)


def _decimal_sign(mapping: Sequence[Mapped]) -> DecimalSign:
    signs = Counter(m.decimal_sign for m in mapping if m.decimal_sign)
    return signs.most_common(1)[0][0] if signs else "."


def _mapped(name: str, guess: Guess, texts: Sequence[str]) -> Mapped:
    sign = ""
    is_attribute = "." in guess.field
    if guess.field and not is_attribute and kind_of_field(guess.field) in NUMERIC:
        sign = decimal_sign_of(texts)
    return Mapped(
        column=name,
        field=guess.field,
        confidence=guess.confidence,
        reason=guess.reason,
        decimal_sign=cast(Literal["", ".", ","], sign),
        as_day=is_attribute and guess.looks == "day",
    )


def _use_ids(guesses: dict[str, Guess], rows: Rows) -> None:
    """Take a column `id` for ours in our own exports only; else it may be a SKU."""
    name = next((name for name in guesses if plain(name) == "id"), "")
    if not name:
        return
    names = {plain(column) for column in rows.texts}
    fields = {guess.field for guess in guesses.values()}
    if "sku" in fields and len(names & OURS) >= 3:
        field, confidence, reason = "id", 0.9, "our own columns are beside it"
    elif "sku" not in fields:
        field, confidence, reason = "sku", 0.6, "there is no other column for it"
    else:
        return
    guesses[name] = replace(
        guesses[name], field=field, confidence=confidence, reason=reason
    )


def _with_status(guesses: dict[str, Guess]) -> dict[str, Guess]:
    """Let what is published be active where the file has no word for the status."""
    if any(guess.field == "status" for guess in guesses.values()):
        return guesses
    for name, guess in guesses.items():
        if guess.field == "is_active" and plain(name) in ("published", "is published"):
            reason = "what is published is active; there is no other status"
            guesses[name] = replace(guess, field="status", reason=reason)
    return guesses


def _use_options(guesses: dict[str, Guess], grouping: Grouping | None) -> None:
    for pair in () if grouping is None else grouping.options:
        for name in pair:
            reason = "an option becomes an attribute of its name"
            guesses[name] = replace(
                guesses[name], field="", confidence=0.95, reason=reason
            )


def _use_pictures(guesses: dict[str, Guess], grouping: Grouping | None) -> None:
    """Leave out the pictures of variants, which stand in for their product's."""
    for name, guess in guesses.items() if grouping and grouping.picture else ():
        if name.strip().lower() == "variant image":
            reason = "a variant's picture is its first one"
            guesses[name] = replace(guess, field="", confidence=0.9, reason=reason)


def _use_grams(guesses: dict[str, Guess]) -> bool:
    """Tell whether weights are in grams, whatever unit they are to be shown in."""
    return any(
        guess.field == "weight" and "gram" in name.lower()
        for name, guess in guesses.items()
    )


def _date_order(
    guesses: Mapping[str, Guess], values: Mapping[str, Sequence[str]]
) -> DateOrder:
    found = [
        order
        for name, guess in guesses.items()
        if guess.looks == "day" and (order := date_order_of(values[name]))
    ]
    return cast(DateOrder, Counter(found).most_common(1)[0][0] if found else "ymd")


def _has_currency(
    mapping: Sequence[Mapped], values: Mapping[str, Sequence[str]]
) -> bool:
    return any(m.field == "price" and has_currency(values[m.column]) for m in mapping)


def _kept(known: Plan, new: Plan) -> Plan:
    """Return a known plan for the columns of today's file."""
    before = {mapped.column: mapped for mapped in known.mapping}
    mapping = tuple(before.get(mapped.column, mapped) for mapped in new.mapping)
    return replace(known, options=new.options, mapping=mapping)


def _remarks(plan: Plan, rows: Rows) -> list[str]:
    remarks = []
    fields = {mapped.field for mapped in plan.mapping}
    if plan.grouping is not None:
        remarks.append(
            f"Rows with the same {plan.grouping.by} are one product and its variants."
        )
    if plan.sku_from:
        remarks.append(
            f"Where a SKU is missing it is made of {_listed(plan.sku_from)}."
        )
    if plan.decimal_sign == ",":
        remarks.append("Numbers have a comma as their decimal sign.")
    missing = [name for name in ("name", "price") if name not in fields]
    if missing:
        remarks.append(
            f"There is no column for {_listed(missing)}: products that are there "
            "already can be changed, new ones cannot be made."
        )
    if rows.errors:
        remarks.append(f"{rows.errors:,} of the first rows cannot be read.")
    return remarks


def _needs(plan: Plan) -> list[str]:
    fields = {mapped.field for mapped in plan.mapping}
    needs = []
    if not fields & {"sku", "id", "upc"} and not plan.sku_from:
        needs.append(
            "Choose the column that holds the SKU: without one, an id or a barcode "
            "nobody knows which product a row is."
        )
    return needs


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
