"""Numbers of the dashboard as people read them; some are template filters."""

from __future__ import annotations

from flask import Blueprint

from entrepot.web.words import duration


def milliseconds(value: float | None) -> str:
    """Return `3.1 ms`, `120 ms` or `1.9 s`; an en dash for none."""
    if value is None:
        return "–"
    if value < 9.95:
        return f"{value:.2g} ms"
    return duration(value / 1000)


def rate(value: float) -> str:
    """Return requests a second with as many digits as tell something."""
    if 0 < value < 0.01:
        return "< 0.01"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def percent(part: int, whole: int) -> str:
    """Return a share; a little is not shown as nothing."""
    if not whole:
        return "–"
    share = 100 * part / whole
    return "< 0.01" if 0 < share < 0.01 else f"{share:.3g}"


def megabytes(size_bytes: float) -> str:
    """Return how many millions of bytes."""
    return f"{size_bytes / 1e6:,.0f}"


def plain(value: float) -> str:
    """Return a number in three digits, or with all before the point."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def install(bp: Blueprint) -> None:
    """Give templates the words of this module."""
    bp.add_app_template_filter(milliseconds, "watch_milliseconds")
    bp.add_app_template_filter(percent, "watch_percent")
