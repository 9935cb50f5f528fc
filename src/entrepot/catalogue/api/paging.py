"""Addresses of the page after this one."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request

from entrepot.web.reply import Cut


def cut_at(limit: int, offset: int, total: int) -> Cut:
    """Return where a list that goes by numbers is cut."""
    following = offset + limit
    is_end = following >= total
    return Cut(
        next=None if is_end else next_address(offset=following),
        limit=limit,
        total=total,
    )


def next_address(**values: int) -> str:
    """Return this request's address with other values in its query."""
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] not in values]
    return f"{request.path}?{urlencode([*pairs, *values.items()])}"
