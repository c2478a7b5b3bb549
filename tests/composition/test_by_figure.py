"""Values by a figure: the text of a rule, in which the lookup of a tier takes the place of that of a rank."""

from pathlib import Path

from engine.composition.bonuses import store_query
from engine.composition.trees import by_figure
from engine.plans.plan import Plan
from engine.plans.reader import parse

BONUS = '[[bonus]]\nname = "{kind}"\nkind = "{kind}"\n{options}\n'


def plan(kind: str, options: str) -> Plan:
    return parse('name = "P"\n' + BONUS.format(kind=kind, options=options), Path("plan.toml"))


def test_a_rule_by_rank_keeps_its_text() -> None:
    (bonus,) = plan("unilevel", 'rates = ["0.05"]').bonuses
    assert by_figure(bonus.module.body, bonus.values) is bonus.module.body


def test_a_tier_takes_the_place_of_the_rank_everywhere() -> None:
    by_volume = plan("unilevel", 'rates = { by = "group_volume", tiers = [[0, ["0.05"]]] }')
    text = store_query(by_volume, by_volume.bonuses[0]).text
    assert "rates[payee.rank]" not in text
    assert "size([floor IN rule.rates_from WHERE payee[rule.rates_figure] >= floor])" in text


def test_the_members_own_value_is_no_more_than_the_plan_allows() -> None:
    own = plan("personal", 'rate_by_rank = { by = "fact", fact = "f", unit = "0.01", most = "0.5" }')
    text = store_query(own, own.bonuses[0]).text
    assert "source.rank" not in text
    assert "> rule.rate_by_rank_most[0] / rule.rate_by_rank_unit" in text
