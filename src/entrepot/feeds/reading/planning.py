"""Plans as JSON, and what may stand in one."""

from __future__ import annotations

import msgspec

from entrepot.base.errors import Invalid, UnknownName
from entrepot.catalogue import check_tree
from entrepot.feeds.reading.actions import NUMERIC, acted, number_of
from entrepot.feeds.reading.conditions import holding
from entrepot.feeds.reading.plan import Action, Plan, Rule
from entrepot.feeds.reading.shape import ORDER, is_field, type_of
from entrepot.feeds.reading.values import Reading, convert_one
from entrepot.feeds.registry import FEED_FORMATS

MOST_RULES = 200
MOST_BYTES = 4 << 20


def parse_plan(text: str | bytes) -> Plan:
    """Read a plan that was kept, or sent, as JSON.

    Raises:
        Invalid: It is no plan; the message says where.
    """
    if len(text) > MOST_BYTES:
        raise Invalid(f"the plan has more than {MOST_BYTES >> 20} MB")
    try:
        return msgspec.json.decode(text, type=Plan)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Invalid(f"this is no plan: {error}"[:300]) from None


def render_plan(plan: Plan) -> str:
    """Return a plan as JSON."""
    return msgspec.json.encode(plan).decode()


def check_plan(plan: Plan) -> None:
    """Look at what a person made of a plan.

    Raises:
        Invalid: A field, test, action, number or name in it is not possible.
        UnknownName: There is no such format.
    """
    FEED_FORMATS.get(plan.format)
    for mapped in plan.mapping:
        if mapped.field and not is_field(mapped.field):
            raise UnknownName("field", mapped.field, ORDER)
    for name, text in plan.defaults.items():
        if not is_field(name):
            raise UnknownName("field", name, ORDER)
        convert_one(name, text, Reading())
    if plan.category_tree:
        check_tree(plan.category_tree)
    if len(plan.rules) > MOST_RULES:
        raise Invalid(f"a plan has at most {MOST_RULES} rules")
    for place, rule in enumerate(plan.rules, start=1):
        try:
            _check_rule(rule)
        except Invalid as error:
            raise Invalid(f"rule {place}: {error.detail}", hint=error.hint) from None


def _check_rule(rule: Rule) -> None:
    import pyarrow as pa

    if not rule.actions:
        raise Invalid("it does nothing: give it an action")
    for action in rule.actions:
        _check_action(rule, action)
    for condition in rule.conditions:
        if rule.stage == "product" and not is_field(condition.column):
            raise UnknownName("field", condition.column, ORDER)
    type = pa.string() if rule.stage == "file" else None
    holding(rule.conditions, lambda name: pa.array([], type or type_of(name)), rows=0)


def _check_action(rule: Rule, action: Action) -> None:
    import pyarrow as pa

    if action.kind == "skip":
        return
    if rule.stage == "product" and not is_field(action.column):
        raise UnknownName("field", action.column, ORDER)
    if not action.column:
        raise Invalid(f"{action.kind} needs a column")
    if action.kind in NUMERIC:
        number_of(action)
    if action.kind == "replace" and not action.value:
        raise Invalid("replace needs the text that it looks for")
    type = pa.string() if rule.stage == "file" else type_of(action.column)
    acted(action, pa.array([], type), lambda text: pa.scalar(None, type))
    if rule.stage == "product":
        for text in [action.value] if action.kind == "set" else action.table.values():
            convert_one(action.column, text, Reading())
