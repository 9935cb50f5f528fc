"""Attributes of a product's own, gathered into JSON objects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from entrepot.feeds.reading.values.texts import joined

if TYPE_CHECKING:
    import pyarrow as pa

CUSTOM = "custom_attributes"
META = "metafields"
_ESCAPED = r'["\\\x00-\x1f]'


def is_attribute(field: str) -> bool:
    """Tell whether a field is one attribute among a product's own."""
    return field.startswith((f"{CUSTOM}.", f"{META}."))


def gathered(
    fields: dict[str, pa.Array],
    name: str,
    options: Sequence[tuple[pa.Array, pa.Array]] = (),
) -> pa.Array | None:
    """Return the objects of all attributes below a name; None where there are none.

    Keys stand in the order of the fields; metafields have one more level.

    Args:
        options: Names and values of attributes whose names differ from row to row.
    """
    own = {key: fields[key] for key in fields if key.startswith(f"{name}.")}
    if not own and not options:
        return None
    if name == CUSTOM:
        known = {key.partition(".")[2] for key in own}
        more = [_option(names, values, known) for names, values in options]
        return _objects({_json(key.partition(".")[2]): own[key] for key in own}, more)
    spaces: dict[str, dict[str, pa.Array]] = {}
    for key, values in own.items():
        _, space, rest = key.split(".", 2)
        spaces.setdefault(space, {})[_json(rest)] = values
    inner = {_json(space): _objects(keys) for space, keys in spaces.items()}
    return _joined(inner)


def merged(base: pa.Array, added: pa.Array) -> pa.Array:
    """Return JSON objects with the members of others; those of `added` win."""
    import pyarrow as pa

    pairs = zip(base.to_pylist(), added.to_pylist(), strict=True)
    return pa.array([_merge(*pair) for pair in pairs], pa.string())


def _merge(base: str | None, added: str | None) -> str | None:
    if base is None or added is None:
        return base or added
    return _json(json.loads(base) | json.loads(added))


def _option(names: pa.Array, values: pa.Array, known: set[str]) -> pa.Array:
    """Return members such as `"size":"L"`; NULL where there is no such option."""
    import pyarrow as pa
    import pyarrow.compute as pc

    none = pa.scalar(None, pa.string())
    keys = pc.replace_substring_regex(pc.utf8_lower(names), r"[^\pL\pN]+", "_")
    is_new = pc.invert(pc.is_in(keys, pa.array(sorted(known), pa.string())))
    is_meant = pc.and_(is_new, pc.not_equal(values, "Default Title"))
    members = pc.binary_join_element_wise(_quoted(keys), _quoted(values), ":")
    return pc.if_else(is_meant, members, none)


def _objects(values: dict[str, pa.Array], more: Sequence[pa.Array] = ()) -> pa.Array:
    return _joined({key: _quoted(texts) for key, texts in values.items()}, more)


def _joined(parts: dict[str, pa.Array], more: Sequence[pa.Array] = ()) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    members = [
        pc.binary_join_element_wise(pa.scalar(f"{key}:"), texts, "")
        for key, texts in parts.items()
    ]
    members += more
    inner = joined(members, ",")
    whole = pc.binary_join_element_wise("{", inner, "}", "")
    return pc.if_else(pc.equal(inner, ""), pa.scalar(None, pa.string()), whole)


def _quoted(texts: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pc.any(pc.match_substring_regex(texts, _ESCAPED), min_count=0).as_py():
        values = texts.to_pylist()
        return pa.array([v if v is None else _json(v) for v in values], pa.string())
    return pc.binary_join_element_wise('"', texts, '"', "")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
