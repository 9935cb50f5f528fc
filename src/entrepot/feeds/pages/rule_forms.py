"""Rules as a form holds them: also half written ones, which no plan would take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import cast

from werkzeug.datastructures import MultiDict

from entrepot.feeds.reading import Action, Condition, Rule

Form = MultiDict[str, str]
MOST_RULES = 200
MOST_ROWS = 50

TESTS: dict[str, tuple[str, bool]] = {
    "is": ("is", True),
    "is_not": ("is not", True),
    "contains": ("contains", True),
    "lacks": ("does not contain", True),
    "starts_with": ("begins with", True),
    "ends_with": ("ends with", True),
    "matches": ("matches the pattern", True),
    "is_one_of": ("is one of, one a line", True),
    "is_empty": ("is empty", False),
    "is_filled": ("is filled in", False),
    "is_above": ("is above", True),
    "is_below": ("is below", True),
}
"""What people call each test, and whether it wants a value."""

ACTS: dict[str, tuple[str, str, str]] = {
    "set": ("set to", "field value", "the new value"),
    "clear": ("make empty", "field", ""),
    "replace": ("replace text", "field value by", "text to look for"),
    "prefix": ("put before", "field value", "text before it"),
    "suffix": ("put behind", "field value", "text behind it"),
    "multiply": ("multiply by", "field value", "1.19"),
    "add": ("add", "field value", "5"),
    "round": ("round to places", "field value", "2"),
    "map": ("change values", "field table", ""),
    "skip": ("leave the row out", "", ""),
}
"""What people call each action, which fields it wants, and an example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionDraft:
    """A condition as written; `column` is `<stage>:<name>`."""

    column: str = ""
    test: str = "is"
    value: str = ""

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing was chosen yet."""
        return not self.column


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDraft:
    """An action as written; a table has a line `old = new` for each value."""

    kind: str = "set"
    column: str = ""
    value: str = ""
    by: str = ""
    table: str = ""

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing was chosen yet."""
        return not self.column and self.kind != "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraft:
    """A rule as written.

    Attributes:
        key: Tells the fields of one rule from those of another.
        wrong: What keeps it from being a rule; empty where it is one.
    """

    key: str
    name: str = ""
    is_on: bool = True
    conditions: tuple[ConditionDraft, ...] = (ConditionDraft(),)
    actions: tuple[ActionDraft, ...] = (ActionDraft(),)
    wrong: str = field(default="", compare=False)

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing of it was written yet."""
        rows: tuple[ConditionDraft | ActionDraft, ...]
        rows = (*self.conditions, *self.actions)
        return not self.name and all(row.is_blank for row in rows)


def drafts_of(rules: Iterable[Rule]) -> list[RuleDraft]:
    """Return rules as a form shows them."""
    return [_draft(str(place), rule) for place, rule in enumerate(rules)]


def read_drafts(form: Form) -> list[RuleDraft]:
    """Return the rules of a form, in its order; those beyond the most are left out."""
    return [_read(form, key) for key in form.getlist("rule")[:MOST_RULES]]


def change_drafts(drafts: list[RuleDraft], go: str) -> list[RuleDraft]:
    """Return the rules after a button was pressed: `<what>:<key>[:<row>]`."""
    what, key, row = (*go.split(":"), "", "")[:3]
    if what == "add":
        return [*drafts, RuleDraft(key=f"n{len(drafts)}-{key or 'new'}")]
    at = next((n for n, draft in enumerate(drafts) if draft.key == key), None)
    if at is None:
        return drafts
    if what in ("up", "down"):
        return _moved(drafts, at, -1 if what == "up" else 1)
    if what == "remove":
        return drafts[:at] + drafts[at + 1 :]
    number = int(row) if row.isascii() and row.isdigit() else -1
    return [*drafts[:at], _with_row(drafts[at], what, number), *drafts[at + 1 :]]


def rules_of(drafts: Iterable[RuleDraft]) -> tuple[list[Rule], list[RuleDraft]]:
    """Return the rules that drafts mean, and the drafts with what is wrong of each.

    What is blank means nothing; a wrong one is not among the rules.
    """
    rules: list[Rule] = []
    shown: list[RuleDraft] = []
    for draft in drafts:
        wrong = _wrong(draft)
        shown.append(replace(draft, wrong=wrong))
        if not wrong and not draft.is_blank:
            rules.append(_rule(draft))
    return rules, shown


def _draft(key: str, rule: Rule) -> RuleDraft:
    stage = rule.stage
    conditions = tuple(
        ConditionDraft(column=f"{stage}:{one.column}", test=one.test, value=one.value)
        for one in rule.conditions
    )
    actions = tuple(
        ActionDraft(
            kind=one.kind,
            column=f"{stage}:{one.column}" if one.column else "",
            value=one.value,
            by=one.by,
            table="\n".join(f"{old} = {new}" for old, new in one.table.items()),
        )
        for one in rule.actions
    )
    return RuleDraft(
        key=key,
        name=rule.name,
        is_on=rule.is_on,
        conditions=conditions or (ConditionDraft(),),
        actions=actions or (ActionDraft(),),
    )


def _read(form: Form, key: str) -> RuleDraft:
    def rows(*names: str) -> list[tuple[str, ...]]:
        lists = [form.getlist(f"{key}.{name}")[:MOST_ROWS] for name in names]
        return list(zip(*lists, strict=False))

    conditions = tuple(
        ConditionDraft(column=column, test=test, value=_text(value))
        for column, test, value in rows("if_column", "if_test", "if_value")
    )
    actions = tuple(
        ActionDraft(
            kind=kind, column=column, value=_text(value), by=by, table=_text(table)
        )
        for kind, column, value, by, table in rows(
            "do", "do_column", "do_value", "do_by", "do_table"
        )
    )
    return RuleDraft(
        key=key[:40],
        name=form.get(f"{key}.name", "").strip(),
        is_on=f"{key}.on" in form,
        conditions=conditions or (ConditionDraft(),),
        actions=actions or (ActionDraft(),),
    )


def _text(value: str) -> str:
    return value.replace("\r\n", "\n")


def _moved(drafts: list[RuleDraft], at: int, by: int) -> list[RuleDraft]:
    to = min(max(at + by, 0), len(drafts) - 1)
    rest = drafts[:at] + drafts[at + 1 :]
    return [*rest[:to], drafts[at], *rest[to:]]


def _with_row(draft: RuleDraft, what: str, row: int) -> RuleDraft:
    """Return a rule with one row more or less; the last one stays, blank."""
    ifs, dos = draft.conditions, draft.actions
    if what == "more-if":
        return replace(draft, conditions=(*ifs, ConditionDraft()))
    if what == "more-do":
        return replace(draft, actions=(*dos, ActionDraft()))
    if what == "less-if":
        left = tuple(one for n, one in enumerate(ifs) if n != row)
        return replace(draft, conditions=left or (ConditionDraft(),))
    if what == "less-do":
        rest = tuple(one for n, one in enumerate(dos) if n != row)
        return replace(draft, actions=rest or (ActionDraft(),))
    return draft


def _wrong(draft: RuleDraft) -> str:
    if draft.is_blank:
        return ""
    written = [one for one in draft.actions if not one.is_blank]
    if not written:
        return "Choose what it does, or remove it"
    if len(_stages(draft)) > 1:
        return (
            "A rule is about columns of the file or about fields of the product; "
            "make two of it"
        )
    unknown = [one.test for one in draft.conditions if one.test not in TESTS]
    unknown += [one.kind for one in draft.actions if one.kind not in ACTS]
    if unknown:
        return f"There is no {unknown[0][:40]!r}"
    return _wrong_lines(written)


def _wrong_lines(actions: list[ActionDraft]) -> str:
    for one in actions:
        lines = [line for line in one.table.split("\n") if line.strip()]
        if one.kind == "map" and not lines:
            return "Write at least one line such as: rot = red"
        bare = next((line for line in lines if "=" not in line), None)
        if one.kind == "map" and bare is not None:
            return f"{bare.strip()[:40]!r} has no = between the old value and the new"
    return ""


def _stages(draft: RuleDraft) -> set[str]:
    rows: tuple[ConditionDraft | ActionDraft, ...]
    rows = (*draft.conditions, *draft.actions)
    return {row.column.partition(":")[0] for row in rows if row.column}


def _rule(draft: RuleDraft) -> Rule:
    stages = _stages(draft)
    raw = {
        "name": draft.name,
        "is_on": draft.is_on,
        "stage": "file" if stages == {"file"} else "product",
        "conditions": tuple(_condition(c) for c in draft.conditions if not c.is_blank),
        "actions": tuple(_action(a) for a in draft.actions if not a.is_blank),
    }
    return Rule(**raw)  # type: ignore[arg-type]  # each of its field's type


def _condition(draft: ConditionDraft) -> Condition:
    has_value = TESTS[draft.test][1]
    raw = {
        "column": draft.column.partition(":")[2],
        "test": draft.test,
        "value": draft.value if has_value else "",
    }
    return Condition(**raw)  # type: ignore[arg-type]  # the test is one of them


def _action(draft: ActionDraft) -> Action:
    wants = ACTS[draft.kind][1].split()
    pairs = [line.partition("=") for line in draft.table.split("\n") if "=" in line]
    raw = {
        "kind": draft.kind,
        "column": draft.column.partition(":")[2] if "field" in wants else "",
        "value": draft.value if "value" in wants else "",
        "by": draft.by if "by" in wants else "",
        "table": {old.strip(): new.strip() for old, _, new in pairs}
        if "table" in wants
        else {},
    }
    return Action(**cast("dict[str, object]", raw))  # type: ignore[arg-type]  # the kind is one of them
