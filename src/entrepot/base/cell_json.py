"""Columns as JSON values: exact, whatever reads them."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from entrepot.base.cell_scalars import SAFE_INTEGER, beyond, is_text, scalar_text
from entrepot.base.cells import bytes_of, joined, replaced, unwrapped


def json_cells(array: pa.Array) -> pa.Array:
    """Return the JSON text of each cell; NULL, NaN and infinity stay or become NULL.

    Decimals, and integers outside ±2^53, are strings, because most readers hold
    numbers in doubles. Lists are arrays; structs and maps are objects.
    """
    return unwrapped(array, _json)


def json_parts(array: pa.Array) -> list[str | pa.Array]:
    """Return what `json_cells` would join; joining a whole row at once is cheaper."""
    is_whole = array.null_count == 0
    if is_whole and kinds.is_string(array.type) and not _has_control(array):
        return ['"', _escaped(array), '"']
    return [json_cells(array)]


def _json(array: pa.Array) -> pa.Array:
    kind = array.type
    if is_text(kind):
        return quoted(array.cast(pa.string()))
    if kinds.is_boolean(kind) or kinds.is_null(kind):
        return array.cast(pa.string())
    if kinds.is_integer(kind):
        return _integer(array)
    if kinds.is_floating(kind):
        return pc.if_else(pc.is_finite(array), array.cast(pa.string()), None)
    if kinds.is_timestamp(kind):
        return _in_quotes(pc.replace_substring(scalar_text(array), " ", "T"))
    if kinds.is_nested(kind):
        return _nested(array)
    return _in_quotes(scalar_text(array))


def _in_quotes(values: pa.Array) -> pa.Array:
    return joined(['"', values, '"'])


def quoted(values: pa.Array) -> pa.Array:
    """Return strings as JSON strings, with what must be escaped escaped."""
    if _has_control(values):
        has_control = pc.match_substring_regex(values, "[\x00-\x1f]")
        mask = pc.fill_null(has_control, False).to_numpy(zero_copy_only=False)
        plain = pc.if_else(pa.array(mask), None, values)
        escaped = replaced(values, mask, partial(json.dumps, ensure_ascii=False))
        return pc.if_else(pa.array(mask), escaped, _in_quotes(_escaped(plain)))
    return _in_quotes(_escaped(values))


def _has_control(values: pa.Array) -> bool:
    return bool((bytes_of(values) < 32).any())


def _escaped(values: pa.Array) -> pa.Array:
    raw = bytes_of(values)
    for sign in ("\\", '"'):
        if (raw == ord(sign)).any():
            values = pc.replace_substring(values, sign, f"\\{sign}")
    return values


def _integer(array: pa.Array) -> pa.Array:
    text = array.cast(pa.string())
    far = beyond(array, SAFE_INTEGER)
    return text if far is None else pc.if_else(far, _in_quotes(text), text)


def _nested(array: pa.Array) -> pa.Array:
    kind = array.type
    if kinds.is_struct(kind):
        text = _struct(array)
    elif kinds.is_map(kind):
        text = _map(array)
    else:
        text = _list(array)
    return pc.if_else(array.is_valid(), text, None)


def _struct(array: pa.StructArray) -> pa.Array:
    if not array.type.num_fields:
        return pa.array(["{}"] * len(array))
    parts: list[str | pa.Array] = []
    for field, member in zip(array.type, array.flatten(), strict=True):
        sign = "," if parts else "{"
        parts += [f"{sign}{json.dumps(field.name, ensure_ascii=False)}:"]
        parts += [json_cells(member)]
    return joined([*parts, "}"], null="null")


def _list(array: pa.Array) -> pa.Array:
    items = pc.fill_null(json_cells(array.flatten()), "null")
    return joined(["[", _in_lists(array, items), "]"], null="")


def _map(array: pa.MapArray) -> pa.Array:
    kind = array.type
    entry = pa.struct([("key", kind.key_type), ("value", kind.item_type)])
    simple = array.cast(pa.list_(entry))
    keys, values = simple.flatten().flatten()
    names = json_cells(keys)
    if not is_text(kind.key_type):
        names = quoted(names)
    items = joined([names, ":", json_cells(values)], null="null")
    return joined(["{", _in_lists(simple, items), "}"], null="")


def _in_lists(lists: pa.Array, items: pa.Array) -> pa.Array:
    # What belongs to a NULL list is not among the flattened items.
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy()
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), items), ",")
