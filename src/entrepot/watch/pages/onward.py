"""Where a line leads: to its request, its trace, its job and its error."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, current_app, url_for
from sqlalchemy.exc import SQLAlchemyError

from entrepot.base.errors import EntrepotError
from entrepot.watch.groups.service import find_group
from entrepot.watch.spec import Line
from entrepot.web.routes import current_house

_HEX = re.compile(r"[0-9a-f]{1,32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Onward:
    """A way onward; `is_here` if it stays in the log."""

    label: str
    icon: str
    address: str
    is_here: bool = False


def trace_of(line: Line) -> str:
    """Return the trace of a line, also where it follows from its request's id."""
    if line.trace_id:
        return line.trace_id
    request = line.request_id or ""
    return request.zfill(32) if _HEX.fullmatch(request) else ""


def onward(line: Line) -> list[Onward]:
    """Return where a line leads; only pages that this process serves."""
    found = []
    if line.request_id:
        lines = url_for("watch_pages.logs", request_id=line.request_id)
        found.append(Onward("Lines of this request", "filter", lines, is_here=True))
        asked = quote(line.request_id, safe="")
        found.append(Onward("Its request", "globe", f"/traces?request={asked}"))
    if trace := trace_of(line):
        found.append(Onward("Its trace", "trace", f"/traces/{quote(trace, safe='')}"))
    if line.job_id:
        found.append(Onward("Its job", "jobs", f"/jobs/{quote(line.job_id, safe='')}"))
    if line.level in ("ERROR", "CRITICAL"):
        found.append(_group(line))
    return [one for one in found if one.is_here or _is_served(one.address)]


def _group(line: Line) -> Onward:
    """Return the page of a line's error group, or a list where it would be."""
    group = ""
    with suppress(EntrepotError, SQLAlchemyError):  # the log tells without it
        group = find_group(current_house(), line)
    if group:
        return Onward("Its error group", "alert", f"/errors/{group}?state=all")
    sought = quote(line.request_id or line.error_type or "", safe="")
    return Onward("Errors like it", "alert", f"/errors?state=all&q={sought}")


def _is_served(address: str) -> bool:
    path = address.partition("?")[0]
    return current_app.url_map.bind("").test(path, "GET")


def install(bp: Blueprint) -> None:
    """Give templates the words of this module."""
    bp.add_app_template_filter(onward, "log_onward")
