"""Reach against the real Neo4j: a member sees the own group, by each tree that the company allows."""

import pytest

from engine.access.policy import Policy
from engine.access.reach import Places, Reach
from engine.access.viewer import Role, Viewer
from engine.answers.above import above
from engine.answers.members import (
    directly_below,
    member,
    member_page,
    member_total,
    members,
)
from engine.answers.orders import orders
from engine.answers.pages import Stretch
from engine.answers.pay import earnings
from engine.answers.standings import frontlines, roots, standings, uplines
from engine.answers.within import ids_in_reach
from engine.genealogy.refusals import UnknownMemberError
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from tests.support.companies import cypher, month

COMPANY = """
plan:
  name = "Two trees"
  tree = "placement"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  tree = "sponsor"
  rates = ["0.10", "0.05"]

members:
  member  sponsor  placement  leg
  1       -        -          -
  11      1        1          L
  12      1        1          R
  111     11       11         L
  121     12       12         L
  113     11       12         R
  1113    121      111        L

orders:
  order  member  qv   cv
  a      113     100  100
  b      121     100  100
  c      111     100  100
"""
"""113 is sponsored by 11 and placed under 12; 1113 is placed below 11 and sponsored by 121."""
EVERYONE = ["1", "11", "111", "1113", "113", "12", "121"]


def reach_of(member_id: str, role: Role = Role.MEMBER, policy: Policy | None = None) -> Reach:
    return Reach(Viewer("someone", role, member_id), policy or Policy(), Places())


@pytest.fixture(scope="module", params=["by spans", "by walking up"])
def run(
    request: pytest.FixtureRequest, server_graph: Graph, tmp_path_factory: pytest.TempPathFactory
) -> RunRecord:
    """A run of this release, whose standings have spans, and one of an earlier release, without."""
    server_graph.batched("schema/wipe")
    done = month(server_graph, tmp_path_factory.mktemp("company"), COMPANY)
    if request.param == "by walking up":
        without_spans(server_graph, done)
    return done


def without_spans(graph: Graph, run: RunRecord) -> None:
    text = (
        "MATCH (s:Standing {run: $run}) REMOVE s.span_first, s.span_end, s.sponsored_first, s.sponsored_end"
    )
    with graph.session() as session:
        session.run(cypher(text, "run").text, run=run.number).consume()


BOTH, SPONSOR, PLACEMENT = Policy(), Policy(frozenset({"sponsor"})), Policy(frozenset({"placement"}))
GROUPS = [
    ("1", BOTH, set(EVERYONE)),
    ("11", BOTH, {"11", "111", "113", "1113"}),
    ("11", SPONSOR, {"11", "111", "113"}),
    ("11", PLACEMENT, {"11", "111", "1113"}),
    ("11", Policy(frozenset()), {"11"}),
    ("12", BOTH, {"12", "121", "113", "1113"}),
    ("12", PLACEMENT, {"12", "121", "113"}),
    ("113", BOTH, {"113"}),
    ("nobody", BOTH, set[str]()),
]


@pytest.mark.parametrize(("viewer", "policy", "group"), GROUPS)
def test_a_member_reaches_the_own_group_in_a_run_and_today(
    viewer: str, policy: Policy, group: set[str], run: RunRecord, server_graph: Graph
) -> None:
    reach = reach_of(viewer, policy=policy)
    assert set(standings(server_graph, reach, run, EVERYONE)) == group
    assert ids_in_reach(server_graph, reach, run, EVERYONE) == group
    assert set(members(server_graph, reach, EVERYONE)) == group
    assert {one.member_id for one in member_page(server_graph, reach, "", Stretch(50)).nodes} == group
    assert member_total(server_graph, reach) == len(group)
    assert member_total(server_graph, reach, "11") == len([each for each in group if each.startswith("11")])


def test_staff_reach_everybody_and_analysts_get_no_names(run: RunRecord, server_graph: Graph) -> None:
    for role in (Role.SUPPORT, Role.FINANCE, Role.ADMIN):
        reach = Reach(Viewer("staff", role))
        assert {one.name is None for one in members(server_graph, reach, EVERYONE).values()} == {False}
        assert {one.name is None for one in standings(server_graph, reach, run, EVERYONE).values()} == {False}
    analyst = Reach(Viewer("staff", Role.ANALYST))
    assert {one.name for one in members(server_graph, analyst, EVERYONE).values()} == {None}
    assert {one.name for one in standings(server_graph, analyst, run, EVERYONE).values()} == {None}


def test_nobody_above_or_elsewhere_is_named_or_counted(run: RunRecord, server_graph: Graph) -> None:
    reach = reach_of("12")
    own = standings(server_graph, reach, run, ["12", "113", "1113"])
    assert (own["12"].parent_id, own["113"].parent_id, own["1113"].parent_id) == (None, "12", None)
    assert own["12"].frontline == 2
    living = members(server_graph, reach, ["12", "113", "1113"])
    assert [(one.sponsor_id, one.placement_id) for one in living.values()] == [
        ("121", None), (None, "12"), (None, None),
    ]  # fmt: skip
    assert uplines(server_graph, reach, run, ["113", "1113"], Stretch(9))["113"].nodes[0].member_id == "12"
    assert [
        one.member_id for one in uplines(server_graph, reach, run, ["1113"], Stretch(9))["1113"].nodes
    ] == []


def test_a_frontline_of_the_other_tree_has_no_strangers(run: RunRecord, server_graph: Graph) -> None:
    """113 was sponsored by 11: 11 sees 113, and 12 not, under whom 113 is placed."""
    reach = reach_of("11")
    assert frontlines(server_graph, reach, run, ["12"], Stretch(9)) == {}
    assert directly_below(server_graph, reach, ["12"], "placement", Stretch(9)) == {}
    page = frontlines(server_graph, reach, run, ["11"], Stretch(9))["11"]
    assert ([one.member_id for one in page.nodes], page.total) == (["111"], 1)
    placed = directly_below(server_graph, reach_of("12"), ["12"], "placement", Stretch(9))["12"]
    assert ([one.member_id for one in placed.nodes], placed.total) == (["113", "121"], 2)
    sponsored = directly_below(server_graph, reach_of("121"), ["121"], "sponsor", Stretch(9))["121"]
    assert ([one.member_id for one in sponsored.nodes], sponsored.total) == (["1113"], 1)


def test_the_top_of_a_members_world_is_the_own_standing(run: RunRecord, server_graph: Graph) -> None:
    page = roots(server_graph, reach_of("11"), run, Stretch(9))
    assert ([one.member_id for one in page.nodes], page.total, page.more) == (["11"], 1, False)
    assert roots(server_graph, reach_of("nobody"), run, Stretch(9)).total == 0
    assert [one.member_id for one in roots(server_graph, Reach.everything, run, Stretch(9)).nodes] == ["1"]
    assert roots(server_graph, reach_of("11"), run, Stretch(9, after="11")).nodes == ()


def test_the_upline_is_that_of_the_own_standing(run: RunRecord, server_graph: Graph) -> None:
    reach = reach_of("113")
    assert set(above(server_graph, reach, run, ["113", "12", "nobody"], 9)) == {"113"}
    (near, far) = above(server_graph, reach, run, ["113"], 9)["113"]
    assert [(near.level, near.rank), (far.level, far.rank)] == [(1, "none"), (2, "none")]
    assert len(above(server_graph, reach, run, ["113"], 1)["113"]) == 1
    hidden = reach_of("113", policy=Policy(upline_levels=0))
    assert above(server_graph, hidden, run, ["113"], 9) == {"113": ()}
    assert len(above(server_graph, Reach.everything, run, ["113", "12"], 9)) == 2


def test_money_is_ones_own_unless_the_company_opens_it(run: RunRecord, server_graph: Graph) -> None:
    assert set(earnings(server_graph, reach_of("12"), run, EVERYONE)) == {"12"}
    opened = reach_of("11", policy=Policy(downline_money=True))
    earned = earnings(server_graph, opened, run, EVERYONE)
    assert {member_id for member_id, each in earned.items() if each} == {"11"}
    assert earnings(server_graph, Reach(Viewer("staff", Role.SUPPORT)), run, EVERYONE) == {}
    assert set(earnings(server_graph, Reach(Viewer("staff", Role.FINANCE)), run, EVERYONE)) == set(EVERYONE)


def test_orders_are_those_of_the_group(run: RunRecord, server_graph: Graph) -> None:
    del run
    assert set(orders(server_graph, reach_of("11"), ["a", "b", "c", "d"])) == {"a", "c"}
    assert set(orders(server_graph, Reach.everything, ["a", "b", "c", "d"])) == {"a", "b", "c"}


def test_a_stranger_is_refused_like_an_id_that_does_not_exist(run: RunRecord, server_graph: Graph) -> None:
    del run
    refusals = []
    for member_id in ("12", "99"):
        with pytest.raises(UnknownMemberError) as refused:
            member(server_graph, reach_of("11"), member_id)
        refusals.append(str(refused.value).replace(member_id, "ID"))
    assert refusals[0] == refusals[1]
