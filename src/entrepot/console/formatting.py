"""Statements laid out to be read: only blanks and the case of keywords change."""

from __future__ import annotations

from collections import defaultdict

from entrepot.console.lexing import Token, tokens
from entrepot.console.statements import check_text

INDENT = "  "
DEEPEST = 40
"""Levels of indentation; what lies deeper is not moved further to the right."""

CLAUSES = (
    "WITH", "SELECT", "FROM", "WHERE", "GROUP BY", "HAVING", "WINDOW", "QUALIFY",
    "ORDER BY", "LIMIT", "OFFSET", "FETCH", "UNION ALL", "UNION", "EXCEPT",
    "INTERSECT", "VALUES", "SET", "RETURNING", "INSERT INTO", "UPDATE", "DELETE FROM",
)  # fmt: skip
"""Each begins a line."""

JOINS = (
    "LEFT OUTER JOIN", "RIGHT OUTER JOIN", "FULL OUTER JOIN", "LEFT JOIN",
    "RIGHT JOIN", "FULL JOIN", "INNER JOIN", "CROSS JOIN", "NATURAL JOIN", "JOIN",
)  # fmt: skip
LISTS = ("SELECT", "GROUP BY", "ORDER BY", "SET", "WITH")
"""Clauses whose parts have a line each, where they are many."""

_WORDS = """
    and or not in is null as on using between like ilike exists case when then else end
    distinct all any some asc desc nulls first last over partition rows range unbounded
    preceding following current row cast true false with recursive lateral by into
"""
KEYWORDS = frozenset(_WORDS.split()) | {
    word.lower() for clause in (*CLAUSES, *JOINS) for word in clause.split()
}
_PHRASES: dict[str, list[list[str]]] = defaultdict(list)
"""By their first word, the longest first."""
for _phrase in sorted((*CLAUSES, *JOINS), key=len, reverse=True):
    _PHRASES[_phrase.partition(" ")[0]].append(_phrase.split())


def format_sql(sql: str, dialect: str) -> str:
    """Return a statement or script with a line for each clause.

    No piece is changed but keywords, which become capitals.

    Raises:
        QueryTooLong, InvalidSql: As a statement that is to run.
    """
    check_text(sql)
    pieces = [t for t in tokens(sql, dialect) if t.kind != "space"]
    return _Layout(sql, pieces).text()


class _Layout:
    """Pieces put onto lines."""

    def __init__(self, sql: str, pieces: list[Token]) -> None:
        self._sql, self._pieces = sql, pieces
        self._lines: list[str] = []
        self._line = ""
        self._hang = 0
        self._depth = 0
        self._levels: list[tuple[int, str]] = []
        self._clause = ""

    def text(self) -> str:
        place = 0
        while place < len(self._pieces):
            phrase = self._phrase(place)
            if phrase:
                self._begin(phrase)
                place += phrase.count(" ") + 1
            else:
                self._add(place)
                place += 1
        self._break()
        return "\n".join(self._lines)

    def _said(self, place: int) -> str:
        token = self._pieces[place]
        return self._sql[token.start : token.end]

    def _phrase(self, place: int) -> str:
        """Return the clause or join that begins here, if one does."""
        if self._pieces[place].kind != "word" or self._is_part(place):
            return ""
        if self._levels and not self._levels[-1][1]:
            return ""  # within the brackets of a function
        for words in _PHRASES.get(self._said(place).upper(), ()):
            here = range(place, min(place + len(words), len(self._pieces)))
            if [self._said(n).upper() for n in here] == words:
                return " ".join(words)
        return ""

    def _is_part(self, place: int) -> bool:
        return place > 0 and self._said(place - 1) == "."

    def _begin(self, phrase: str) -> None:
        self._break()
        self._clause = phrase if phrase not in JOINS else "FROM"
        self._line = phrase

    def _add(self, place: int) -> None:
        token, said = self._pieces[place], self._said(place)
        if token.kind == "end":
            self._line += said
            self._break()
            self._clause, self._depth, self._levels = "", 0, []
        elif token.kind == "open":
            self._open(place, said)
        elif token.kind == "close":
            self._close(said)
        elif token.kind == "comment":
            self._comment(said)
        else:
            self._word(place, token, said)

    def _open(self, place: int, said: str) -> None:
        self._space(place)
        self._line += said
        after = place + 1
        is_query = after < len(self._pieces) and self._said(after).upper() in (
            "SELECT",
            "WITH",
            "VALUES",
        )
        self._levels.append((self._depth, self._clause if is_query else ""))
        if is_query:
            self._break()
            self._depth += 1

    def _close(self, said: str) -> None:
        depth, clause = self._levels.pop() if self._levels else (0, "")
        if clause or self._depth != depth:
            self._break()
            self._depth, self._clause = depth, clause
        self._line += said

    def _comment(self, said: str) -> None:
        self._line += (" " if self._line else "") + said
        if said.startswith(("--", "#")):
            self._break(keeps_on=True)

    def _word(self, place: int, token: Token, said: str) -> None:
        word = said.upper()
        is_free = not any(not clause for _, clause in self._levels[-1:])
        is_condition = self._clause in ("WHERE", "HAVING") and is_free
        if is_condition and word in ("AND", "OR") and not self._is_between(place):
            self._break(keeps_on=True)
        self._space(place)
        is_keyword = token.kind == "word" and said.lower() in KEYWORDS
        self._line += word if is_keyword and not self._is_part(place) else said
        if said == "," and is_free and self._clause in LISTS:
            self._break(keeps_on=True)

    def _is_between(self, place: int) -> bool:
        before = [self._said(n).upper() for n in range(max(0, place - 8), place)]
        for word in reversed(before):
            if word in ("AND", "OR", "WHERE"):
                return False
            if word == "BETWEEN":
                return True
        return False

    def _space(self, place: int) -> None:
        if not self._line:
            return
        before, here = self._pieces[place - 1], self._pieces[place]
        has_space = self._sql[before.end : here.start] != ""
        said = self._said(place)
        if said in (",", ")", "]") or self._said(place - 1) in ("(", "[", "."):
            return
        if has_space or self._said(place - 1) == ",":
            self._line += " "

    def _break(self, *, keeps_on: bool = False) -> None:
        if self._line:
            depth = min(self._depth + self._hang, DEEPEST)
            self._lines.append(INDENT * depth + self._line)
        self._line, self._hang = "", int(keeps_on)
