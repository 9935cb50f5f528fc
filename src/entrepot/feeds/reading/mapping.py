"""Rows of a file to products, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from entrepot.feeds.reading.attributes import (
    CUSTOM,
    META,
    gathered,
    is_attribute,
    merged,
)
from entrepot.feeds.reading.bounds import check_bounds
from entrepot.feeds.reading.plan import Mapped, Plan
from entrepot.feeds.reading.rules import Watch, apply_rules
from entrepot.feeds.reading.shape import columns_to, schema_of, type_of
from entrepot.feeds.reading.shopping import show_weights, told_option
from entrepot.feeds.reading.values import Reading, convert, convert_one
from entrepot.feeds.reading.values.numbers import currencies_in
from entrepot.feeds.reading.values.paths import SEPARATOR
from entrepot.feeds.reading.values.texts import combined, joined, trimmed
from entrepot.feeds.reading.work import Fault, Work, begin_work, true_rows
from entrepot.feeds.registry import FEED_FORMATS
from entrepot.feeds.spec import MappedBatch, RawBatch

if TYPE_CHECKING:
    import pyarrow as pa

Categories = Callable[[Collection[str]], Mapping[str, str]]
"""Gives, for category paths of a feed (` > ` between names), those that are ours; a
path that is not in the answer stays as it is."""

KEYS = ("id", "sku", "upc")
_SHOWN = {"id": "id", "sku": "SKU", "upc": "barcode"}
UNMAPPED = Fault(
    "unmapped-category",
    "is a category that nobody mapped to one of ours",
    "map it in the tree of categories; until then it is made as it is called here",
)
NO_KEY = Fault(
    "no-key",
    "has no id, SKU or barcode",
    "give each row one of them, or say which columns make a SKU",
)


class Mapper:
    """Turns batches into products; it remembers the keys of all of them."""

    def __init__(
        self,
        plan: Plan,
        columns: Sequence[str],
        *,
        categories: Categories | None = None,
        watch: Watch | None = None,
    ) -> None:
        # With numpy: not in a process that maps nothing.
        from entrepot.feeds.reading.duplicates import Seen

        self.plan = plan
        self.schema = schema_of(plan)
        self._targets = columns_to(plan, list(columns))
        self._rules = list(enumerate(plan.rules))
        self._categories = categories
        self._watch = watch
        self._counts = FEED_FORMATS.get(plan.format).counts
        self._seen = {key: Seen() for key in KEYS}
        self._paths: dict[str, str] = {}

    def map(self, raw: RawBatch) -> MappedBatch:
        """Return the products of a batch.

        Raises:
            Invalid: A rule cannot be applied.
        """
        work = begin_work(raw.rows)
        self._apply_rules(work, "file")
        self._convert_all(work)
        self._fill_in(work)
        self._apply_rules(work, "product")
        check_bounds(work)
        self._gather(work)
        self._check_keys(work)
        return self._finished(work, raw)

    def _apply_rules(self, work: Work, stage: str) -> None:
        import pyarrow as pa

        def empty(name: str) -> pa.Array:
            return pa.nulls(
                work.rows, pa.string() if stage == "file" else type_of(name)
            )

        apply_rules(
            self._rules,
            work,
            "file" if stage == "file" else "product",
            empty=empty,
            watch=self._watch,
        )

    def _convert_all(self, work: Work) -> None:
        for field, sources in self._targets.items():
            work.columns[field] = sources[0].column
            if field == "category_path" and len(sources) > 1:
                texts = _joined_levels(work, sources)
                work.fields[field] = self._converted(work, field, texts, sources[0])
                continue
            parts = [
                self._converted(work, field, trimmed(work.cells[s.column]), s)
                for s in sources
            ]
            is_list = field == "additional_images" and len(parts) > 1
            work.fields[field] = _joined_lists(parts) if is_list else combined(parts)
        if self.plan.currency_in_prices:
            self._take_currencies(work)

    def _converted(
        self, work: Work, field: str, texts: pa.Array, source: Mapped
    ) -> pa.Array:
        reading = Reading(
            decimal_sign=source.decimal_sign or self.plan.decimal_sign,
            date_order=self.plan.date_order,
            category_sign=self.plan.category_sign,
            as_day=source.as_day,
        )
        values, faults = convert(field, texts, reading)
        for row, fault in faults:
            work.reject([row], source.column, texts, fault)
        return values

    def _take_currencies(self, work: Work) -> None:
        prices = [s.column for s in self._targets.get("price", [])]
        found = [currencies_in(trimmed(work.cells[column])) for column in prices]
        own = [work.fields["currency"]] if "currency" in work.fields else []
        if found or own:
            work.fields["currency"] = combined([*own, *found])

    def _fill_in(self, work: Work) -> None:
        """Put defaults and made SKUs where a row says nothing."""
        import pyarrow.compute as pc

        if self.plan.sku_from:
            made = _made_skus(work, self.plan.sku_from)
            own = [work.fields["sku"]] if "sku" in work.fields else []
            work.fields["sku"] = combined([*own, made])
            work.columns.setdefault("sku", self.plan.sku_from[0])
        for field, text in self.plan.defaults.items():
            if not text.strip():
                continue
            value = convert_one(field, text, Reading())
            known = work.fields.get(field)
            if known is None:
                import pyarrow as pa

                known = pa.nulls(work.rows, type_of(field))
            work.fields[field] = pc.fill_null(known, value)

        if self.plan.weights_in_grams and "weight" in work.fields:
            show_weights(work.fields)

    def _gather(self, work: Work) -> None:
        if self._categories is not None and "category_path" in work.fields:
            paths = work.fields["category_path"]
            ours = self._our_paths(work, paths, self._categories)
            work.fields["category_path"] = ours
        for name in (CUSTOM, META):
            options = self._options(work) if name == CUSTOM else []
            own = gathered(work.fields, name, options)
            if own is not None:
                base = work.fields.get(name)
                work.fields[name] = own if base is None else merged(base, own)
        for field in [field for field in work.fields if is_attribute(field)]:
            del work.fields[field]

    def _options(self, work: Work) -> list[tuple[pa.Array, pa.Array]]:
        pairs = () if self.plan.grouping is None else self.plan.grouping.options
        return [
            told_option(
                trimmed(work.cells[name]),
                trimmed(work.cells[value]),
                work.fields.get("sku"),
            )
            for name, value in pairs
        ]

    def _our_paths(
        self, work: Work, paths: pa.Array, categories: Categories
    ) -> pa.Array:
        """Return our paths; what has none is told where it stands first."""
        import pyarrow as pa
        import pyarrow.compute as pc

        coded = paths.dictionary_encode()
        known = coded.dictionary.to_pylist()
        new = [path for path in known if path not in self._paths]
        if new:
            found = categories(new)
            self._paths |= {path: found.get(path, path) for path in new}
            column = work.columns.get("category_path", "category_path")
            firsts = [paths.index(p).as_py() for p in new if p not in found]
            work.warn(firsts, column, paths, UNMAPPED)
        ours = pa.array([self._paths[path] for path in known], pa.string())
        return pc.take(ours, coded.indices)

    def _check_keys(self, work: Work) -> None:
        """Reject rows that name no product, or one that an earlier row named."""
        import pyarrow as pa
        import pyarrow.compute as pc

        has_key = pa.array([False] * work.rows, pa.bool_())
        usable = ~(work.is_bad | work.is_skipped)
        for key in KEYS:
            values = work.fields.get(key)
            if values is None:
                continue
            # A barcode may stand on several rows that have SKUs of their own.
            free = pc.invert(has_key) if key == "upc" else None
            has_key = pc.or_(has_key, pc.is_valid(values))
            self._reject_seen(work, key, values, usable, free)
        lost = pc.and_(pc.invert(has_key), pa.array(usable))
        work.reject(true_rows(lost), "", None, NO_KEY)

    def _reject_seen(
        self,
        work: Work,
        key: str,
        values: pa.Array,
        usable: object,
        free: pa.Array | None,
    ) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = pa.array(usable) if free is None else pc.and_(free, pa.array(usable))
        texts = pc.if_else(
            wanted, values.cast(pa.string()), pa.scalar(None, pa.string())
        )
        seen = self._seen[key]
        repeated = seen.first_lines(texts.to_pylist(), work.lines.to_pylist())
        for row, line in sorted(repeated.items()):
            fault = Fault(
                "duplicate",
                f"is the {_SHOWN[key]} of {self._counts} {line} as well",
                "the first of them is taken",
            )
            work.reject([row], work.columns.get(key, key), values, fault)

    def _finished(self, work: Work, raw: RawBatch) -> MappedBatch:
        import pyarrow as pa

        arrays = [work.lines]
        for field in list(self.schema)[1:]:
            values = work.fields.get(field.name)
            none = pa.nulls(work.rows, field.type)
            arrays.append(none if values is None else values.cast(field.type))
        whole = pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        keep = ~(work.is_bad | work.is_skipped)
        skipped = work.lines.filter(pa.array(work.is_skipped & ~work.is_bad))
        return MappedBatch(
            whole if keep.all() else whole.filter(pa.array(keep)),
            (*raw.errors, *sorted(work.errors, key=lambda error: error.line)),
            (*raw.warnings, *work.warnings),
            tuple(skipped.to_pylist()),
        )


def _joined_levels(work: Work, sources: Sequence[Mapped]) -> pa.Array:
    """Return one path of the levels that stand in columns of their own."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts = [trimmed(work.cells[source.column]) for source in sources]
    path = joined(parts, SEPARATOR)
    return pc.if_else(pc.equal(path, ""), pa.scalar(None, pa.string()), path)


def _joined_lists(parts: Sequence[pa.Array]) -> pa.Array:
    import pyarrow as pa

    made: list[str | None] = []
    for row in zip(*(part.to_pylist() for part in parts), strict=True):
        inner = [text[1:-1] for text in row if text and text != "[]"]
        made.append(f"[{','.join(inner)}]" if inner else None)
    return pa.array(made, pa.string())


def _made_skus(work: Work, columns: Sequence[str]) -> pa.Array:
    """Return SKUs of what is filled in: a handle, and the values of options."""
    import pyarrow as pa
    import pyarrow.compute as pc

    none = pa.scalar(None, pa.string())
    parts = []
    for column in columns:
        texts = trimmed(work.cells[column])
        parts.append(pc.if_else(pc.equal(texts, "Default Title"), none, texts))
    made = pc.utf8_upper(pc.replace_substring_regex(joined(parts, "-"), r"\s+", "-"))
    usable = pc.and_(pc.is_valid(parts[0]), pc.not_equal(made, ""))
    return pc.if_else(usable, made, none)
