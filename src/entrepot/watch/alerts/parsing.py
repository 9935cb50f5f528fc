"""Conditions as people write them: `avg(db_query_duration) > 5000ms over 5 minutes`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NoReturn

from entrepot.watch.alerts.condition import (
    LONGEST_WINDOW_SECONDS,
    OPS,
    PERIODS,
    SECONDS,
    SHORTEST_WINDOW_SECONDS,
    Condition,
    Op,
    quoted,
    usual_window,
)
from entrepot.watch.errors import InvalidCondition

LONGEST = 4_000
AGGREGATES = (
    *("avg", "min", "max", "sum", "last", "count", "rate"),
    *("p50", "p95", "p99"),
)
ERRORS_OF = ("new", "reopened", "spike")
FEED_OF = ("failed", "rejects")
CALLS = ("logs", "errors", "sql", "schedule", "feed")
UNIT_WORDS = {
    "ms": "ms", "millisecond": "ms", "s": "s", "sec": "s", "second": "s", "m": "m",
    "min": "m", "minute": "m", "h": "h", "hour": "h", "d": "d", "day": "d", "%": "%",
    "percent": "%",
}  # fmt: skip
"""Units as they are written; an `s` at the end of a word may be there as well."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<op>>=|<=|==|!=|>|<|=)"""
    r"""|(?P<number>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.]*_))"""
    r"""|(?P<name>[A-Za-z_][\w:.-]*)|(?P<sign>[(){},%]))""",
    re.VERBOSE,
)
_END = re.compile(r"\s*$")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse_condition(text: str) -> Condition:
    """Read a condition.

    Raises:
        InvalidCondition: It is none; `position` says where, counted from 1.
    """
    if len(text) > LONGEST:
        raise InvalidCondition(f"longer than {LONGEST:,} characters", position=LONGEST)
    return _Reader(text, _tokens(text)).condition()


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while not _END.match(text, at):
        match = _TOKEN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            what = "an open quote" if text[at] == '"' else repr(text[at])
            raise InvalidCondition(
                f"at character {at + 1}: {what} is not expected here", position=at + 1
            )
        kind = match.lastgroup or ""
        found.append(_Token(kind, match[kind], match.start(kind)))
        at = match.end()
    return found


@dataclass(slots=True)
class _Reader:
    text: str
    tokens: list[_Token]
    place: int = 0

    def condition(self) -> Condition:
        subject = self._subject()
        op = self._op()
        compared = self._compared(replace(subject, op=op))
        timed = self._time(compared)
        if self._peek() is not None:
            self._fail("nothing more was expected", hint="write `over 5 minutes` last")
        return timed

    def _subject(self) -> Condition:
        name = self._take("name", "the name of a metric, or one of " + _listed(CALLS))
        if self._next_is("(") and name.text in CALLS:
            return self._call(name.text)
        if self._next_is("("):
            if name.text not in AGGREGATES:
                self.place -= 1
                known = _listed((*AGGREGATES, *CALLS))
                self._fail(f"there is no {name.text}(…)", hint=f"known: {known}")
            self._sign("(")
            metric = self._take("name", "the name of a metric")
            given = {"aggregate": name.text, "metric": metric.text} | self._labels()
            self._sign(")")
            return Condition(kind="metric", arguments=given)
        return Condition(
            kind="metric", arguments={"metric": name.text} | self._labels()
        )

    def _labels(self) -> dict[str, str]:
        if not self._next_is("{"):
            return {}
        self._sign("{")
        pairs = []
        while not self._next_is("}"):
            name = self._take("name", "the name of a label")
            if self._take("op", "=").text != "=":
                self.place -= 1
                self._fail("a label is compared by =")
            pairs.append(f"{name.text}={quoted(self._string())}")
            if not self._next_is("}"):
                self._sign(",")
        self._sign("}")
        return {"labels": ",".join(pairs)} if pairs else {}

    def _call(self, name: str) -> Condition:
        self._sign("(")
        given = getattr(self, f"_{name}")()
        self._sign(")")
        return Condition(kind=name, arguments=given)

    def _logs(self) -> dict[str, str]:
        return {"search": self._string()}

    def _sql(self) -> dict[str, str]:
        connection = self._string()
        self._sign(",")
        return {"connection": connection, "query": self._string()}

    def _errors(self) -> dict[str, str]:
        return {"of": self._one_of(ERRORS_OF)}

    def _schedule(self) -> dict[str, str]:
        return {} if self._next_is(")") else {"schedule": self._string()}

    def _feed(self) -> dict[str, str]:
        given = {}
        token = self._peek()
        if token is not None and token.kind == "text":
            given["feed"] = self._string()
            self._sign(",")
        return given | {"of": self._one_of(FEED_OF)}

    def _op(self) -> Op:
        token = self._take("op", f"a comparison ({_listed(OPS)})")
        if token.text not in OPS:
            self.place -= 1
            self._fail("= compares nothing", hint="write ==")
        return token.text

    def _compared(self, condition: Condition) -> Condition:
        token = self._peek()
        if token is not None and token.text.lower() in ("true", "false"):
            self.place += 1
            if condition.op not in ("==", "!=") or condition.kind != "metric":
                self.place -= 1
                self._fail("true and false are compared by == or !=")
            return replace(
                condition,
                arguments={**condition.arguments, "is_claim": "yes"},
                threshold=float(token.text.lower() == "true"),
            )
        number = self._take("number", "a number, true or false")
        return replace(condition, threshold=float(number.text), unit=self._unit())

    def _unit(self) -> str:
        token = self._peek()
        if token is None or token.text in ("per", "over", "in"):
            return ""
        unit = _unit_of(token.text)
        if unit is None:
            self._fail(
                f"{token.text[:40]!r} is no unit", hint=f"one of %, {_listed(SECONDS)}"
            )
        self.place += 1
        return unit

    def _time(self, condition: Condition) -> Condition:
        per = self._word("per")
        if per:
            token = self._take("name", f"one of {_listed(PERIODS)}")
            if token.text not in PERIODS:
                self.place -= 1
                self._fail(
                    f"per {token.text[:40]!r}?", hint=f"one of {_listed(PERIODS)}"
                )
            condition = replace(condition, per=token.text)
        window = usual_window(condition)
        if self._word("over") or self._word("in"):
            window = self._window()
        return replace(condition, window_seconds=window)

    def _window(self) -> int:
        at = self.place
        number = self._take("number", "how long, such as 5 minutes")
        unit = self._unit() or "s"
        seconds = float(number.text) * SECONDS.get(unit, 0.0)
        least, most = SHORTEST_WINDOW_SECONDS, LONGEST_WINDOW_SECONDS
        if seconds != int(seconds) or not least <= seconds <= most:
            self.place = at
            self._fail("a window is of whole seconds, 1 second to 7 days")
        return int(seconds)

    def _word(self, word: str) -> bool:
        token = self._peek()
        is_it = token is not None and token.kind == "name" and token.text == word
        self.place += is_it
        return is_it

    def _one_of(self, words: tuple[str, ...]) -> str:
        token = self._take("name", f"one of {_listed(words)}")
        if token.text not in words:
            self.place -= 1
            self._fail(f"{token.text[:40]!r} is not one of {_listed(words)}")
        return token.text

    def _string(self) -> str:
        token = self._take("text", "a text in quotes")
        inner = token.text[1:-1]
        return _ESCAPE.sub(lambda m: "\n" if m[1] == "n" else m[1], inner)

    def _sign(self, sign: str) -> None:
        if not self._next_is(sign):
            self._fail(f"{sign} was expected")
        self.place += 1

    def _next_is(self, sign: str) -> bool:
        token = self._peek()
        return token is not None and token.kind == "sign" and token.text == sign

    def _take(self, kind: str, wanted: str) -> _Token:
        token = self._peek()
        if token is None or token.kind != kind:
            self._fail(f"{wanted} was expected")
        self.place += 1
        return token

    def _peek(self) -> _Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def _fail(self, what: str, *, hint: str | None = None) -> NoReturn:
        token = self._peek()
        at = len(self.text.rstrip()) if token is None else token.at
        raise InvalidCondition(
            f"at character {at + 1}: {what}", hint=hint, position=at + 1
        )


def _unit_of(text: str) -> str | None:
    word = text.lower()
    return UNIT_WORDS.get(word, UNIT_WORDS.get(word.removesuffix("s")))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
