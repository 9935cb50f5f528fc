"""Rules written in a form: what they mean, and what is wrong with half written ones."""

import pytest
from werkzeug.datastructures import MultiDict

from entrepot.feeds.pages.rule_forms import (
    ActionDraft,
    ConditionDraft,
    RuleDraft,
    change_drafts,
    drafts_of,
    read_drafts,
    rules_of,
)
from entrepot.feeds.reading import Action, Condition, Rule

RULES = (
    Rule(
        name="Dear ones wait",
        conditions=(
            Condition(column="price", test="is_above", value="1000"),
            Condition(column="brand", test="is_filled"),
        ),
        actions=(Action(kind="set", column="status", value="draft"),),
    ),
    Rule(
        stage="file",
        actions=(Action(kind="map", column="Farbe", table={"blau": "blue"}),),
        is_on=False,
    ),
    Rule(
        conditions=(Condition(column="sku", test="is_empty"),),
        actions=(Action(kind="skip"),),
    ),
)


def as_form(drafts):
    """Return what a browser sends of drafts."""
    form = MultiDict[str, str]()
    for draft in drafts:
        form.add("rule", draft.key)
        form.add(f"{draft.key}.name", draft.name)
        if draft.is_on:
            form.add(f"{draft.key}.on", "on")
        for one in draft.conditions:
            form.add(f"{draft.key}.if_column", one.column)
            form.add(f"{draft.key}.if_test", one.test)
            form.add(f"{draft.key}.if_value", one.value.replace("\n", "\r\n"))
        for act in draft.actions:
            form.add(f"{draft.key}.do", act.kind)
            form.add(f"{draft.key}.do_column", act.column)
            form.add(f"{draft.key}.do_value", act.value)
            form.add(f"{draft.key}.do_by", act.by)
            form.add(f"{draft.key}.do_table", act.table)
    return form


def test_rules_come_back_from_their_form_as_they_were():
    """Shown, sent and read again, nothing of a rule is lost."""
    rules, drafts = rules_of(read_drafts(as_form(drafts_of(RULES))))

    assert tuple(rules) == RULES
    assert [draft.wrong for draft in drafts] == ["", "", ""]


def test_values_of_several_lines_keep_their_lines():
    """A browser ends lines with two characters; a rule knows one."""
    rule = Rule(
        conditions=(Condition(column="brand", test="is_one_of", value="A\nB"),),
        actions=(Action(kind="clear", column="brand"),),
    )

    assert rules_of(read_drafts(as_form(drafts_of([rule]))))[0] == [rule]


def test_a_blank_rule_means_nothing():
    """One that was added and left alone is no mistake."""
    assert rules_of([RuleDraft(key="a")]) == ([], [RuleDraft(key="a")])


@pytest.mark.parametrize(
    ("draft", "wrong"),
    [
        (
            RuleDraft(key="a", name="Half a rule"),
            "Choose what it does, or remove it",
        ),
        (
            RuleDraft(
                key="a",
                conditions=(ConditionDraft(column="file:Preis"),),
                actions=(ActionDraft(column="product:price"),),
            ),
            "A rule is about columns of the file or about fields of the product; "
            "make two of it",
        ),
        (
            RuleDraft(key="a", actions=(ActionDraft(kind="map", column="product:x"),)),
            "Write at least one line such as: rot = red",
        ),
        (
            RuleDraft(
                key="a",
                actions=(ActionDraft(kind="map", column="product:x", table="rot"),),
            ),
            "'rot' has no = between the old value and the new",
        ),
        (
            RuleDraft(key="a", actions=(ActionDraft(kind="burn", column="product:x"),)),
            "There is no 'burn'",
        ),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(draft, wrong):
    """It is told at the rule, and the rule does not count."""
    rules, [shown] = rules_of([draft])

    assert (rules, shown.wrong) == ([], wrong)


def test_buttons_move_add_and_remove_rules():
    """As without scripts; the ends have one way only."""
    drafts = [RuleDraft(key="a"), RuleDraft(key="b")]

    def keys(go):
        return [draft.key for draft in change_drafts(drafts, go)]

    assert keys("up:b") == ["b", "a"]
    assert keys("up:a") == ["a", "b"]
    assert keys("remove:a") == ["b"]
    assert keys("add") == ["a", "b", "n2-new"]
    assert keys("up:nothing") == ["a", "b"]


def test_buttons_add_and_remove_rows_of_a_rule():
    """One condition and one action stay, blank."""
    [draft] = change_drafts([RuleDraft(key="a")], "more-if:a")
    assert draft.conditions == (ConditionDraft(), ConditionDraft())
    [draft] = change_drafts([draft], "less-if:a:1")
    [draft] = change_drafts([draft], "less-if:a:0")
    [draft] = change_drafts([draft], "less-do:a:0")

    assert draft == RuleDraft(key="a")
