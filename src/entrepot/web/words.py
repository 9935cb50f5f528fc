"""Numbers, sizes and times as people read them; template filters of the same names."""

from __future__ import annotations

from datetime import UTC, datetime

from entrepot.base.times import now

STEPS = ("B", "kB", "MB", "GB", "TB")


def number(value: int | float | None) -> str:
    """Return `1,204,331`; an en dash where the number is not known."""
    return "–" if value is None else f"{value:,}"


def size(size_bytes: int | None) -> str:
    """Return `698 kB` or `3.1 MB`, in thousands."""
    if size_bytes is None:
        return "–"
    value, step = float(size_bytes), 0
    while value >= 999.5 and step < len(STEPS) - 1:
        value, step = value / 1000, step + 1
    digits = 1 if step > 1 and value < 99.95 else 0
    return f"{value:.{digits}f} {STEPS[step]}"


def duration(seconds: float | None) -> str:
    """Return `38 ms`, `1.9 s`, `2 min` or `2 min 5 s`."""
    if seconds is None:
        return "–"
    if seconds < 0.9995:
        return f"{max(seconds * 1000, 1):.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def moment(at: datetime) -> str:
    """Return `20 Nov 2026, 14:32:08 UTC`."""
    return f"{at.astimezone(UTC):%-d %b %Y, %H:%M:%S} UTC"


def plural(count: int, one: str, many: str = "") -> str:
    """Return `1 table` or `12 tables`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """Return a text with a capital, unless it begins with a name or a quotation."""
    return text[:1].upper() + text[1:] if text.split(" ")[0].isalpha() else text


def initials(name: str) -> str:
    """Return `MO` for Marta Okonjo, `MA` for marta@example.com."""
    words = name.split()
    letters = [word[0] for word in words[:2]] if len(words) > 1 else [name[:2]]
    return "".join(letters).upper()


def ago(at: datetime | None) -> str:
    """Return `now`, `33 min ago`, `2 h ago`, or the day; `never` for None."""
    if at is None:
        return "never"
    seconds = (now() - at).total_seconds()
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min ago"
    if seconds < 86_400:
        return f"{seconds // 3600:.0f} h ago"
    return f"{at.astimezone(UTC):%-d %b %Y}"


def days_left(at: datetime | None) -> str:
    """Return `in 6 d` or `in 3 h`; `never` for None, `expired` for the past."""
    if at is None:
        return "never"
    seconds = (at - now()).total_seconds()
    if seconds <= 0:
        return "expired"
    return (
        f"in {seconds // 86_400:.0f} d"
        if seconds >= 86_400
        else f"in {seconds // 3600:.0f} h"
    )


FILTERS = (number, size, duration, moment, plural, sentence, initials, ago, days_left)
