"""Caps: limits per member, owner and company; what they cut is shown, and every total still adds up."""

import os
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engine.access.reach import Reach
from engine.answers.contradictions import contradictions
from engine.answers.lines import lines_to
from engine.answers.pay import statement
from engine.answers.standings import standing
from engine.explain.explanation import as_json, explain
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.checks import violations
from engine.passes.hashes import stored_results
from engine.passes.replay import plan_of
from engine.plans.reader import parse
from engine.plans.text import PlanError
from engine.run import run_file
from tests.oracle.notation import facts, ladder, unilevel
from tests.support.companies import month, written
from tests.support.family import Output, story

EXAMPLES = int(os.environ.get("UPLINE_TEST_FORESTS", "3"))
OWN = '[[bonus]]\nname = "Own"\nkind = "personal"\nrate = "1"\n'
RATES = {"One": '"0.37"', "Two": '"0.11"', "Three": '"1"'}
PAIR_OF_LEGS = """
member_id sponsor_id placement_id leg
1 - - -
2 1 1 L
3 1 1 R
"""
BINARY = '[[bonus]]\nname = "Binary"\nkind = "binary"\nrate = "0.10"\n'
TWO_CHAINS = """
member_id sponsor_id owner_id
pos1 - O
pos2 - O
a pos1 -
b pos2 -
"""


def cap(**options: str) -> str:
    return "[[cap]]\n" + "".join(f"{key} = {value}\n" for key, value in options.items())


def cuts(output: Output) -> dict[str, str]:
    return {row["member_id"]: row["cut"] for row in output.rows["earnings"] if Fraction(row["cut"])}


@pytest.mark.parametrize(
    ("most", "paid", "cut"), [(1000, "50", {}), (25, "25", {"1": "25.00"}), (50, "50", {})]
)
def test_bn_16_pays_a_position_at_most_its_cap(
    most: int, paid: str, cut: dict[str, str], graph: Graph, tmp_path: Path
) -> None:
    orders = "member_id volume\n1 150\n2 500\n3 500"
    output = story(graph, tmp_path, BINARY + cap(amount=str(most)), PAIR_OF_LEGS, orders)
    assert output.paid() == {"1": paid}
    assert cuts(output) == cut


def test_bn_19_scales_what_an_owner_earns_over_all_positions(graph: Graph, tmp_path: Path) -> None:
    plan = unilevel('none = ["1"]') + cap(per='"owner"', amount="5000")
    output = story(graph, tmp_path, plan, TWO_CHAINS, "member_id volume\na 3000\nb 3000")
    assert output.paid() == {"pos1": "2500", "pos2": "2500"}
    assert cuts(output) == {"pos1": "500.00", "pos2": "500.00"}


def test_a_share_of_company_volume_limits_what_bonuses_pay_together(graph: Graph, tmp_path: Path) -> None:
    plan = unilevel('none = ["0.6"]') + cap(per='"company"', share='"0.4"')
    output = story(graph, tmp_path, plan, TWO_CHAINS, "member_id volume\na 1000\nb 500\npos1 100")
    assert output.paid() == {"pos1": "426.67", "pos2": "213.33"}
    total = output.rows["totals"][0]
    assert Fraction(total["paid"]) == 640
    assert Fraction(total["paid"]) + Fraction(total["cut"]) == Fraction(total["paid_exact"])


THREE = "member_id sponsor_id owner_id\nc - O\na - O\nb - O\n"


@pytest.mark.parametrize("options", [{"per": '"owner"', "amount": "1"}, {"per": '"company"', "amount": "1"}])
def test_of_equal_remainders_the_first_by_member_id_has_the_last_unit(
    options: dict[str, str], graph: Graph, tmp_path: Path
) -> None:
    """A third of 1.00 is 0.33 and a third of a cent: one cent remains."""
    output = story(graph, tmp_path, OWN + cap(**options), THREE, "member_id volume\na 10\nb 10\nc 10")
    assert output.paid() == {"a": "0.34", "b": "0.33", "c": "0.33"}


def test_of_one_members_gains_the_bonus_that_the_cap_names_first_has_the_last_unit(
    graph: Graph, tmp_path: Path
) -> None:
    plan = OWN.replace("Own", "Z") + OWN.replace("Own", "A") + cap(bonuses='["A", "Z"]', amount='"0.05"')
    output = story(graph, tmp_path, plan, THREE, "member_id volume\na 10")
    assert output.paid("A") == {"a": "0.03"}
    assert output.paid("Z") == {"a": "0.02"}


@pytest.mark.parametrize(("rule", "paid"), [("half_even", "0.04"), ("half_up", "0.05"), ("floor", "0.04")])
def test_a_flat_cut_is_rounded_by_the_plans_rule(rule: str, paid: str, graph: Graph, tmp_path: Path) -> None:
    """Half of 0.09 is 0.045."""
    plan = f'[rounding]\nrule = "{rule}"\n' + OWN + cap(per='"company"', cut='"0.5"')
    output = story(graph, tmp_path, plan, THREE, "member_id volume\na 0.09")
    assert output.paid() == {"a": paid}


@given(
    volumes=st.lists(st.integers(0, 10**7), min_size=1, max_size=12),
    per=st.sampled_from(["member", "owner", "company"]),
    limit=st.integers(0, 10**7),
)
@hypothesis_settings(max_examples=EXAMPLES)
def test_gains_come_to_their_limit_to_the_last_unit(
    volumes: list[int], per: str, limit: int, server_graph: Graph, tmp_path: Path
) -> None:
    """Each keeps its exact share, rounded down or up, and none that is not cut loses anything."""
    plan = "".join(OWN.replace("Own", name).replace('"1"', rate) for name, rate in RATES.items())
    plan += cap(per=f'"{per}"', amount=f'"{limit / 100:.2f}"')
    members = "".join(f"m{n} - o{n % 2}\n" for n in range(len(volumes)))
    orders = "".join(f"m{n} {volume / 100:.2f}\n" for n, volume in enumerate(volumes))
    tables = f"member_id sponsor_id owner_id\n{members}", f"member_id volume\n{orders}"
    groups: dict[str, list[dict[str, str]]] = {}
    for row in story(server_graph, tmp_path, plan, *tables).rows["earnings"]:
        names = {"member": row["member_id"], "owner": str(int(row["member_id"][1:]) % 2), "company": ""}
        groups.setdefault(names[per], []).append(row)
    for rows in groups.values():
        paid = [Fraction(row["amount"]) * 100 for row in rows]
        gains = [each + Fraction(row["cut"]) * 100 for each, row in zip(paid, rows, strict=True)]
        assert sum(paid) == min(sum(gains), limit)
        for kept, gain in zip(paid, gains, strict=True):
            assert abs(kept - gain * min(Fraction(1), Fraction(limit) / sum(gains))) < 1


def test_a_cap_rises_with_the_rank_of_the_payee(graph: Graph, tmp_path: Path) -> None:
    plan = ladder("Silver") + unilevel('none = ["0.5"]')
    plan += '[[bonus]]\nname = "Own"\nkind = "personal"\nrate = "1"\non = "own"\n'
    plan += cap(amount="{ none = 10, Silver = 100 }")
    orders = "member_id volume\na 100\nb 400\na 20"
    output = story(graph, tmp_path, plan, TWO_CHAINS, orders, facts=facts("pos2:1"))
    assert output.paid("U") == {"pos1": "10", "pos2": "100"}
    assert output.paid("Own") == {"a": "10", "b": "10"}


def test_pools_come_after_caps_and_cannot_be_named_by_one(tmp_path: Path) -> None:
    text = 'name = "P"\n[[bonus]]\nname = "Pool"\nkind = "pool"\nshare = "0.01"\n' + cap(
        bonuses='["Pool"]', amount="5"
    )
    with pytest.raises(PlanError, match="no bonus that a cap can limit is called 'Pool'"):
        parse(text, tmp_path / "plan.toml")


MATCH = '[[bonus]]\nname = "Match"\nkind = "matching"\nbonuses = ["Own"]\nrates = ["0.5"]\n'


@pytest.mark.parametrize(("when", "matched"), [("true", "20"), ("false", "50")])
def test_matching_is_on_what_was_earned_before_caps_or_on_what_a_cap_left(
    when: str, matched: str, graph: Graph, tmp_path: Path
) -> None:
    capped = cap(bonuses='["Own"]', amount="40", before_matching=when) + cap(bonuses='["Own"]', amount="30")
    output = story(graph, tmp_path, OWN + MATCH + capped, TWO_CHAINS, "member_id volume\na 100")
    assert output.paid("Own") == {"a": "30"}
    assert output.paid("Match") == {"pos1": matched}
    assert [row["amount"] for row in output.lines("Match") if not row["reason"]] == [f"{matched}.00"]


def test_a_cap_before_matching_names_its_bonuses(tmp_path: Path) -> None:
    text = 'name = "P"\n' + OWN + cap(amount="5", before_matching="true")
    with pytest.raises(PlanError, match="before_matching: such a cap must list its bonuses"):
        parse(text, tmp_path / "plan.toml")


OWNED = """
plan:
  name = "Owned"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = ["1"]
  [[cap]]
  bonuses = ["Levels"]
  per = "owner"
  amount = 50

members:
  member  sponsor  owner
  1       -        {owner}
  2       -        O
  11      1        -
  21      2        -

orders:
  order  member  qv  cv
  a      11      60  60
  b      21      60  60
"""


def test_an_owner_who_changes_after_a_run_changes_nothing_of_it(graph: Graph, tmp_path: Path) -> None:
    """Caps read the owner once, while the run is computed; what they left and cut is stored with the run."""
    run = month(graph, tmp_path / "company", OWNED.format(owner="O"))
    plan = plan_of(run)

    def answers() -> list[object]:
        every = [
            [answer(graph, Reach.everything, run, member) for answer in (statement, standing)]
            for member in ("1", "2")
        ]
        stories = [
            as_json(explain(graph, Reach.everything, run, *asked), plan) for asked in (("1", "a"), ("2", "b"))
        ]
        lines = [list(lines_to(graph, Reach.everything, run, plan, member)) for member in ("1", "2")]
        return [every, stories, lines, stored_results(graph, run), violations(graph, run.number)]

    before = answers()
    assert [
        (earning.amount, earning.cut) for earning in statement(graph, Reach.everything, run, "1").earnings
    ] == [(2500, 3500)]
    written(tmp_path / "company", OWNED.format(owner="1"))
    assert import_company(graph, tmp_path / "company").members.updated == 1
    assert answers() == before
    assert contradictions(graph, run) == []
    assert stored_results(graph, run) == run.facts["results_hash"]
    # Computed again, the month goes by the owner of now.
    again = run_file(graph, tmp_path / "company" / "plan.toml", "2026-11")
    assert again.number != run.number
    assert [
        statement(graph, Reach.everything, again, member).earnings[0].amount for member in ("1", "2")
    ] == [5000, 5000]
