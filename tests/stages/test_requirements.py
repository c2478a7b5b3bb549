"""Near misses on a company that is worked out by hand; each requirement is in tests/cases/requirements."""

from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.answers import ranks
from engine.answers.ranks import NearMiss
from engine.graph.database import Graph
from engine.passes import record, replay
from engine.plans.reader import parse
from engine.plans.text import PlanError
from tests.support.family import story

MEMBERS = """
    member_id sponsor_id placement_id status
    1         -          -            active
    11        1          1            active
    12        1          1            active
    13        1          1            terminated
    121       12         12           active
    131       1          13           active
    """
CUSTOMERS = "customer_id member_id\nc1 1\nc2 1"
ORDERS = """
    order_id member_id customer_id kind   volume refund_of ordered_at
    o1       1         -           sale   100    -         2026-11-05T00:00:00Z
    o2       1         c1          sale   60     -         2026-11-05T00:00:00Z
    o3       1         c2          sale   40     -         2026-11-05T00:00:00Z
    o4       1         c2          refund -40    o3        2026-11-06T00:00:00Z
    o5       11        -           sale   300    -         2026-11-05T00:00:00Z
    o6       12        -           sale   50     -         2026-11-05T00:00:00Z
    o7       121       -           sale   200    -         2026-11-05T00:00:00Z
    o8       131       -           sale   150    -         2026-11-05T00:00:00Z
    """
LEAD = '[[rank]]\nname = "Lead"\nrequire = [{ kind = "personal_volume", at_least = 300 }]\n'
ACTIVE = "[activity]\npersonal_volume = 100\n"


NEAR = (
    ACTIVE
    + LEAD
    + """
[[rank]]
name = "Gold"
require = [
  { kind = "group_volume", at_least = 1000, leg_cap = "0.27" },
  { any = [
    { kind = "legs_with_rank", rank = "Lead", at_least = 3 },
    { all = [
      { kind = "personal_volume", at_least = 150 },
      { kind = "personally_sponsored", at_least = 3, pv = 200 },
    ] },
  ] },
]
"""
)


def lacking(graph: Graph) -> NearMiss | None:
    """What member 1 lacks for the next rank in the latest run."""
    run = record.result(graph)
    plan = replay.plan_of(run)
    return ranks.next_rank(plan, ranks.rank_card(graph, Reach.everything, run, plan, "1"))


def test_near_misses_name_the_legs_that_would_help(graph: Graph, tmp_path: Path) -> None:
    story(graph, tmp_path, NEAR, MEMBERS, ORDERS, customers=CUSTOMERS)
    run = record.result(graph)
    plan = replay.plan_of(run)
    card = ranks.progress(graph, Reach.everything, run, plan, ["1"])["1"]
    helpers = ranks.contributions(graph, Reach.everything, run, plan, ["1", "12"])["1"]
    missed = ranks.near_miss(plan, 1, card, helpers)  # as if she had only reached the first rank
    assert missed is not None
    assert missed.rank == "Gold"
    by_ranks, by_recruits = missed.ways
    assert [each.requirement for each in by_ranks] == ["group_volume", "legs_with_rank"]
    # 160 of her own, 270 of 11 who is at the cap, 250 of 12, 150 of 13.
    volume = by_ranks[0]
    assert (volume.actual, volume.missing) == (83_000, 17_000)
    assert [(leg.member_id, leg.room) for leg in volume.helpers] == [("12", 2_000), ("13", 12_000)]
    assert [leg.member_id for leg in by_ranks[1].helpers] == ["12", "13"]
    assert by_ranks[1].missing == 2
    assert [(each.requirement, each.passes) for each in by_recruits] == [
        ("group_volume", False),
        ("personal_volume", True),
        ("personally_sponsored", False),
    ]
    assert [recruit.member_id for recruit in by_recruits[2].helpers] == ["131", "12", "13"]
    assert ranks.near_miss(plan, len(plan.ranks), card, helpers) is None  # at the top


def test_near_misses_know_that_only_the_best_legs_count(graph: Graph, tmp_path: Path) -> None:
    asks = 'kind = "group_volume", at_least = 1000, leg_cap = "0.28", best_legs = 2'
    plan = f'[[rank]]\nname = "Gold"\nrequire = [{{ {asks} }}]\n'
    story(graph, tmp_path, plan, MEMBERS, ORDERS, customers=CUSTOMERS)
    near = lacking(graph)
    assert near is not None
    volume = near.ways[0][0]
    # 160 of her own, 280 of 11 who is at the cap, 250 of 12. 13 has 150 and counts only from 250 on.
    assert volume.actual == 69_000
    assert [(leg.member_id, leg.counts, leg.room) for leg in volume.helpers] == [
        ("12", 25_000, 3_000),
        ("13", 0, 3_000),
    ]


def test_near_misses_name_only_recruits_who_can_count(graph: Graph, tmp_path: Path) -> None:
    asks = 'kind = "personally_sponsored", at_least = 4, rank = "Lead"'
    plan = f'tree = "placement"\n{LEAD}[[rank]]\nname = "Gold"\nrequire = [{{ {asks} }}]\n'
    members = "member_id sponsor_id placement_id\n1 - -\n9 - -\n2 1 1\n3 1 2\n4 1 9\n5 1 1\n"
    story(graph, tmp_path, plan, members, "member_id volume\n1 300\n2 300\n3 250\n4 300\n5 300")
    near = lacking(graph)
    assert near is not None
    sponsored = near.ways[0][0]
    assert sponsored.actual == 2  # 4 is a Lead, but in the group of 9
    assert [(recruit.member_id, recruit.room) for recruit in sponsored.helpers] == [("3", 1)]


def test_requirements_with_too_many_or_no_alternatives_are_refused() -> None:
    either = "{ any = [" + ", ".join(f'{{ kind = "fact", name = "f{n}" }}' for n in range(5)) + "] }"
    plan = f'name = "P"\n[[rank]]\nname = "R"\nrequire = [{either}, {either}, {either}]\n'
    with pytest.raises(PlanError, match="can be met in more than 64 ways"):
        parse(plan, Path("plan.toml"))
    with pytest.raises(PlanError, match="any: needs at least one"):
        parse('name = "P"\n[[rank]]\nname = "R"\nrequire = [{ any = [] }]\n', Path("plan.toml"))
