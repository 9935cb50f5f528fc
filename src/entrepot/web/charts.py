"""Numbers over time as shapes: what a template draws without a script.

Places are percent of the canvas, from its left and from its top; the canvas is
stretched to whatever room there is, the words beside it are not.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
"""Distances of two lines of the grid, times a power of ten."""
MOST_STEPS, FEWEST_STEPS = 5, 3
BAR_SHARE = 0.86
TIME_COUNT = 7
TIMES_SECONDS = (
    *(10, 30, 60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 10_800, 21_600, 43_200, 86_400),
)
"""Distances of two times on the axis."""
POINT_WIDTH = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Values of one thing, oldest first; None where nobody looked.

    Attributes:
        tone: Class that gives the colour: `s1` to `s8`, or a level or a state.
        is_filled: The ground below the line is tinted.
    """

    name: str
    values: Sequence[float | None]
    tone: str = "s1"
    is_filled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a chart is about, and when.

    Attributes:
        title: What is shown and over which time, for those who cannot see it.
        unit: Stands at the topmost number.
        render: Turns a value into words.
        is_whole: There are no halves of what is counted.
        limit: What the values may reach; drawn where it does not press them flat.
        addresses: Where the lines behind each stretch are, as many as there are.
    """

    title: str
    since: datetime
    until: datetime
    unit: str = ""
    render: Callable[[float], str] = lambda value: f"{value:,.4g}"
    is_whole: bool = False
    limit: float | None = None
    limit_words: str = "limit"
    addresses: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the canvas, and its words."""

    place: float
    words: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A path of SVG in its series' colour."""

    tone: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One stretch of time: its place, its row of the table, and where it leads."""

    left: float
    width: float
    when: str
    words: str
    values: list[str]
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Shapes on a canvas of 100 × 100, the words around it, and the same as a table.

    Attributes:
        keys: Tone and name of each series, for the legend and the table's head.
        grid: Lowest first; the lines have equal distances.
        times: Oldest first, at round times.
        has_values: Somebody looked at some time.
        summary: What the shapes say, in words, a sentence for each series.
        raw: The numbers as JSON, for a script that draws them.
    """

    title: str
    keys: list[tuple[str, str]]
    lines: list[Shape]
    areas: list[Shape]
    bars: list[Shape]
    grid: list[Mark]
    times: list[Mark]
    columns: list[Column]
    has_values: bool
    limit: Mark | None = None
    steps: str = field(default="")
    summary: list[str] = field(default_factory=list)
    raw: str = ""


def draw_lines(series: Sequence[Series], frame: Frame) -> Chart:
    """Return lines over time; the axis begins at zero, and a gap stays a gap."""
    highest = max((v or 0 for one in series for v in one.values), default=0)
    limit = frame.limit
    # A limit far above would press the line flat: then words alone tell it.
    is_near = limit is not None and 0 < limit <= max(10, highest * 4)
    ceiling, step = _scale(max(highest, limit or 0) if is_near else highest, frame)
    lines, areas = [], []
    for one in series:
        for points in _stretches(one.values, ceiling):
            path = " L".join(f"{x:.2f} {y:.2f}" for x, y in points)
            lines.append(Shape(one.tone, f"M{path}"))
            if one.is_filled:
                foot = f"L{points[-1][0]:.2f} 100 L{points[0][0]:.2f} 100Z"
                areas.append(Shape(one.tone, f"M{path} {foot}"))
    mark = None
    if limit is not None and is_near:
        words = f"{frame.limit_words} {frame.render(limit)}"
        mark = Mark(_height(limit, ceiling), words)
    return _chart(series, frame, ceiling, step, lines=lines, areas=areas, limit=mark)


def draw_bars(series: Sequence[Series], frame: Frame) -> Chart:
    """Return stacked bars, the first series at the bottom."""
    count = len(series[0].values) if series else 0
    tops = [sum(one.values[n] or 0 for one in series) for n in range(count)]
    ceiling, step = _scale(max(tops, default=0), frame)
    paths: dict[str, list[str]] = {one.tone: [] for one in series}
    width = 100 / max(count, 1)
    for n in range(count):
        left, below = width * (n + (1 - BAR_SHARE) / 2), 0.0
        for one in series:
            value = one.values[n] or 0
            if value:
                top, foot = _height(below + value, ceiling), _height(below, ceiling)
                across = f"H{left + width * BAR_SHARE:.2f}V{foot:.2f}H{left:.2f}Z"
                paths[one.tone].append(f"M{left:.2f} {top:.2f}{across}")
                below += value
    bars = [Shape(tone, "".join(found)) for tone, found in paths.items() if found]
    return _chart(series, frame, ceiling, step, bars=bars)


def spark(values: Sequence[float | None]) -> Shape:
    """Return a small line without words: 88 × 28, from zero up; empty for no values."""
    highest = max((value or 0 for value in values), default=0) or 1
    shown = []
    for n, value in enumerate(values):
        across = 88 * n / max(len(values) - 1, 1)
        # Pen up over a gap, and down again behind it.
        is_first = n == 0 or values[n - 1] is None
        if value is not None:
            height = 26 - 23 * value / highest
            shown.append(f"{'M' if is_first else 'L'}{across:.1f} {height:.1f}")
    return Shape("s1", " ".join(shown))


def length_words(seconds: float) -> str:
    """Return how long a stretch is: `30 s`, `5 min`, `2 h`."""
    for size, word in ((3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.3g} {word}"
    return f"{seconds:.3g} s"


def _chart(
    series: Sequence[Series],
    frame: Frame,
    ceiling: float,
    step: float,
    *,
    lines: list[Shape] | None = None,
    areas: list[Shape] | None = None,
    bars: list[Shape] | None = None,
    limit: Mark | None = None,
) -> Chart:
    count = len(series[0].values) if series else 0
    return Chart(
        title=frame.title,
        keys=[(one.tone, one.name) for one in series],
        lines=lines or [],
        areas=areas or [],
        bars=bars or [],
        grid=_grid(ceiling, step, frame),
        times=_times(frame),
        columns=_columns(series, frame),
        has_values=any(v is not None for one in series for v in one.values),
        limit=limit,
        steps=length_words((frame.until - frame.since).total_seconds() / (count or 1)),
        summary=_summary(series, frame, is_sum=bool(bars)),
        raw=_raw(series, frame, ceiling, is_stacked=bool(bars)),
    )


def _summary(series: Sequence[Series], frame: Frame, *, is_sum: bool) -> list[str]:
    """Return what is most worth knowing: of counts the sum, of others the mean."""
    step = (frame.until - frame.since) / max(len(series[0].values) if series else 0, 1)
    form = (
        "%-d %b %H:%M" if frame.until - frame.since > timedelta(hours=24) else "%H:%M"
    )
    found = []
    for one in series:
        known = [(value, n) for n, value in enumerate(one.values) if value is not None]
        if not known or not any(value for value, _ in known):
            if not is_sum:
                found.append(f"{one.name}: {'always 0' if known else 'nothing known'}")
            continue
        most, place = max(known, key=lambda each: each[0])
        total = sum(value for value, _ in known)
        usual = (
            f"{frame.render(total)} in all"
            if is_sum
            else (f"mean {frame.render(total / len(known))}")
        )
        when = f"{frame.since + step * place:{form}}"
        unit = f" {frame.unit}".rstrip()
        found.append(f"{one.name}: {usual}, most {frame.render(most)}{unit} at {when}")
    return found


def _raw(
    series: Sequence[Series], frame: Frame, ceiling: float, *, is_stacked: bool
) -> str:
    since, until = frame.since.timestamp(), frame.until.timestamp()
    told = {
        "since": since,
        "step": (until - since) / max(len(series[0].values) if series else 0, 1),
        "ceiling": ceiling,
        "stacked": is_stacked,
        "series": [
            {
                "name": one.name,
                "tone": one.tone,
                "filled": one.is_filled,
                "values": [v if v is None else float(f"{v:.6g}") for v in one.values],
            }
            for one in series
        ],
    }
    return json.dumps(told, separators=(",", ":"))


def _scale(highest: float, frame: Frame) -> tuple[float, float]:
    """Return the top of the axis and the distance of its lines."""
    top = highest if highest > 0 else float(FEWEST_STEPS)
    size = 10.0 ** math.floor(math.log10(top / MOST_STEPS))
    step = next(n * size for n in NICE if n * size * MOST_STEPS >= top * (1 - 1e-9))
    if frame.is_whole:
        step = float(max(1, math.ceil(step)))
    count = max(FEWEST_STEPS, math.ceil(top / step * (1 - 1e-9)))
    return step * count, step


def _grid(ceiling: float, step: float, frame: Frame) -> list[Mark]:
    count = round(ceiling / step)
    words = [frame.render(step * n) for n in range(count + 1)]
    words[-1] = f"{words[-1]} {frame.unit}".rstrip()
    return [Mark(_height(step * n, ceiling), words[n]) for n in range(count + 1)]


def _times(frame: Frame) -> list[Mark]:
    seconds = (frame.until - frame.since).total_seconds()
    far = TIMES_SECONDS[-1] * math.ceil(seconds / TIMES_SECONDS[-1] / TIME_COUNT)
    step = next((s for s in TIMES_SECONDS if seconds / s <= TIME_COUNT), far)
    begins, found = frame.since.timestamp(), []
    for place in range(math.ceil(begins / step), int((begins + seconds) // step) + 1):
        at = datetime.fromtimestamp(place * step, UTC)
        across = 100 * (place * step - begins) / seconds
        found.append(Mark(across, _time_words(at, step)))
    return found


def _time_words(at: datetime, step: int) -> str:
    """Return a time as fine as the axis is; a day where one begins."""
    if at.hour == at.minute == at.second == 0:
        return f"{at:%-d %b}"
    return f"{at:%H:%M:%S}" if step < 60 else f"{at:%H:%M}"


def _columns(series: Sequence[Series], frame: Frame) -> list[Column]:
    count = len(series[0].values) if series else 0
    step = (frame.until - frame.since) / max(count, 1)
    is_long = frame.until - frame.since > timedelta(hours=24)
    is_fine = step < timedelta(minutes=1)
    form = ("%-d %b " if is_long else "") + ("%H:%M:%S" if is_fine else "%H:%M")
    found = []
    for n in range(count):
        values = [one.values[n] for one in series]
        said = ["–" if value is None else frame.render(value) for value in values]
        when = f"{frame.since + step * n:{form}}"
        told = [f"{one.name} {s}" for one, s in zip(series, said, strict=True)]
        found.append(
            Column(
                left=100 * n / count,
                width=100 / count,
                when=when,
                words=f"{when}: {', '.join(told)}",
                values=said,
                address=frame.addresses[n] if frame.addresses else "",
            )
        )
    return found


def _stretches(
    values: Sequence[float | None], ceiling: float
) -> list[list[tuple[float, float]]]:
    found: list[list[tuple[float, float]]] = [[]]
    for n, value in enumerate(values):
        if value is None:
            found.append([])
        else:
            across = 100 * (n + 0.5) / len(values)
            found[-1].append((across, _height(value, ceiling)))
    # A lone point would be a line without length, which nobody sees.
    return [s if len(s) > 1 else [s[0], _beside(s[0])] for s in found if s]


def _beside(point: tuple[float, float]) -> tuple[float, float]:
    return point[0] + POINT_WIDTH, point[1]


def _height(value: float, ceiling: float) -> float:
    return 100 - 100 * value / ceiling
