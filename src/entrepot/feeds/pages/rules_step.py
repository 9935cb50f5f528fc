"""The third step: what is changed on the way, rule by rule."""

from __future__ import annotations

from dataclasses import dataclass, replace

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.feeds.pages.looking import sample
from entrepot.feeds.pages.mapping_forms import target_groups
from entrepot.feeds.pages.plans import plan_of
from entrepot.feeds.pages.rule_forms import ACTS, TESTS, RuleDraft, drafts_of, rules_of
from entrepot.feeds.reading import Plan, Samples, Target, list_targets
from entrepot.feeds.seen import ImportSeen
from entrepot.web import problems

MOST_CHANGES = 8
"""Of one rule, shown beside it."""
MOST_FIELDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesStep:
    """The rules in their order, and what they do to the first rows.

    Attributes:
        places: The place in the samples of each rule that counts, by the rule's key.
        fields: Those of the products that are shown.
        columns: Of the file.
    """

    plan: Plan
    drafts: list[RuleDraft]
    samples: Samples | None
    places: dict[str, int]
    columns: list[str]
    groups: list[tuple[str, list[Target]]]
    fields: list[str]
    tests: dict[str, tuple[str, bool]]
    acts: dict[str, tuple[str, str, str]]
    problem: dict[str, object] | None = None

    @property
    def is_wrong(self) -> bool:
        """Tell whether a rule is not one yet."""
        return any(draft.wrong for draft in self.drafts)


def show_rules(
    house: House, seen: ImportSeen, drafts: list[RuleDraft] | None = None
) -> RulesStep:
    """Return the rules, kept or just written, with what they do to some rows."""
    plan = plan_of(seen)
    rules, shown = rules_of(drafts_of(plan.rules) if drafts is None else drafts)
    plan = replace(plan, rules=tuple(rules))
    found, problem = None, None
    try:
        found = sample(house, seen, plan)
    except EntrepotError as error:
        problem = problems.describe(error)
    counting = [one.key for one in shown if not one.wrong and not one.is_blank]
    return RulesStep(
        plan=plan,
        drafts=shown,
        samples=found,
        places={key: place for place, key in enumerate(counting)},
        columns=[one.column for one in plan.mapping],
        groups=target_groups(list_targets()),
        fields=list(found.fields[:MOST_FIELDS]) if found else [],
        tests=TESTS,
        acts=ACTS,
        problem=problem,
    )
