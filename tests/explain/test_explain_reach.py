"""What a member is told ends at the own place: it is the same whoever is above, and where nobody is."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from engine.access.policy import Policy
from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.answers.days import moment_or_today, upline_then
from engine.answers.overlays import places
from engine.answers.pages import Stretch
from engine.answers.standings import standings, uplines
from engine.answers.today import uplines_today
from engine.answers.transfers import transfers_out
from engine.explain import explanation, nothing
from engine.explain.explanation import explain
from engine.explain.nothing import why_not
from engine.genealogy.refusals import UnknownMemberError
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of
from tests.support.companies import month

PLAN = """
plan:
  name = "Ways"
  [activity]
  personal_volume = 50
  {push}
  [[rank]]
  name = "Silver"
  require = [{{ kind = "personal_volume", at_least = 60 }}]
  [[rank]]
  name = "Gold"
  require = [{{ kind = "personal_volume", at_least = 300 }}]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = "dynamic"
  rates = ["0.10", "0.05", "0.02"]
  [[bonus]]
  name = "Plain"
  kind = "unilevel"
  rates = ["0.10", "0.05", "0.02", "0.01"]
  [[bonus]]
  name = "Ladder"
  kind = "differential"
  rates = {{ Silver = "0.10", Gold = "0.20" }}
  [[bonus]]
  name = "Endless"
  kind = "infinity"
  rates = {{ Silver = "0.01", Gold = "0.02" }}
  [[bonus]]
  name = "Generations"
  kind = "generation"
  border = "Silver"
  rates = ["0.10", "0.06"]
  [[bonus]]
  name = "Leaders"
  kind = "breakaway"
  border = "Silver"
  rates = ["0.05", "0.03"]
  [[bonus]]
  name = "Shares"
  kind = "role_shares"
  roles = ["Silver", "Gold"]
  amounts = [1, 2]
  [[bonus]]
  name = "Recruits"
  kind = "recruiter"
  direct = {{ Silver = 5, Gold = 20 }}
  [[bonus]]
  name = "Upward"
  kind = "pass_up"
  of = "recruits"
  first = 1
  rate = {{ none = "0.10", Gold = "0.20" }}
  [[bonus]]
  name = "Match"
  kind = "matching"
  bonuses = ["Levels", "Ladder"]
  rates = ["0.50", "0.20"]
  compression = "activity_skip"
  [[bonus]]
  name = "Pairs"
  kind = "binary"
  rate = "0.10"
  [[bonus]]
  name = "Steps"
  kind = "stairstep"
  brackets = [[100, "0.03"], [400, "0.10"]]
"""
GROUP = {
    "a": "viewer", "b": "viewer", "a1": "a", "a11": "a1", "b1": "b",
}  # fmt: skip
VOLUMES = {"a": 20, "b": 400, "a1": 70, "a11": 100, "b1": 10}
ABOVE: dict[str, dict[str, int]] = {
    "nobody": {},
    "somebody who is not active": {"TOP": 10},
    "two who earn": {"ROOT": 900, "TOP": 500},
}
"""Who is above the viewer, the topmost first, with their volumes."""
MEMBER = Reach(Viewer("anyone", Role.MEMBER, "viewer"), Policy(upline_levels=0))


def company(above: dict[str, int], volume: int, *, push: bool) -> str:
    """The viewer, with a volume of the own order, the group below, and those above."""
    parents = dict(zip(above, [None, *above], strict=False))
    parents |= {"viewer": next(reversed(above), None), **GROUP}
    volumes = {**above, "viewer": volume, **VOLUMES}
    rows = [f"  {member}  {parent or '-'}" for member, parent in parents.items()]
    orders = [f"  o-{member}  {member}  {each}  {each}" for member, each in volumes.items()]
    plan = PLAN.format(push='[volume]\n  push_up = "push_up"' if push else "")
    return "\n".join(
        [plan, "members:", "  member  sponsor", *rows, "", "orders:", "  order  member  qv  cv", *orders]
    )


def told(graph: Graph, run: RunRecord) -> dict[str, Any]:
    """Everything that may lead upwards from the viewer and the group."""
    plan, ids = plan_of(run), ["viewer", *GROUP]
    shown: dict[str, Any] = {
        f"o-{member}": explanation.as_json(explain(graph, MEMBER, run, "viewer", f"o-{member}"), plan)
        for member in ids
    }
    shown["nothing"] = nothing.as_json(why_not(graph, MEMBER, run, "viewer"))
    for member, each in standings(graph, MEMBER, run, ids).items():
        shown[f"standing {member}"] = asdict(each)
    for member, page in uplines(graph, MEMBER, run, ids, Stretch(10)).items():
        shown[f"above {member}"] = [one.member_id for one in page.nodes], page.total
    for overlay in run.facts["overlays"]:
        for member, place in places(graph, MEMBER, run, plan, ids, overlay).items():
            shown[f"{overlay} {member}"] = asdict(place)
    return shown


@pytest.mark.parametrize("volume", [20, 100], ids=["not active", "active"])
def test_it_is_the_same_whoever_is_above(volume: int, graph: Graph, tmp_path: Path) -> None:
    shown = {}
    for name, above in ABOVE.items():
        graph.batched("schema/wipe")
        run = month(graph, tmp_path / name, company(above, volume, push=False), "2026-11")
        shown[name] = told(graph, run)
    alone = shown["nobody"]
    assert any(bonus["steps"] for bonus in alone["o-a11"]["bonuses"])
    for name in ABOVE:
        for key, each in shown[name].items():
            assert each == alone[key], (name, key)
    for each in VOLUMES:
        with pytest.raises(UnknownMemberError):
            explain(graph, MEMBER, run, each, "o-a11")


def test_what_left_the_group_is_told_as_what_found_nobody(graph: Graph, tmp_path: Path) -> None:
    for name, above in ABOVE.items():
        graph.batched("schema/wipe")
        run = month(graph, tmp_path / name, company(above, 20, push=True), "2026-11")
        moved = transfers_out(graph, MEMBER, run, ["viewer", *GROUP])
        assert {each.from_id: (each.to_id, each.volume, each.reason) for each in moved.values()} == {
            "viewer": (None, 2_000, "beyond_reach"),
            "a": (None, 2_000, "beyond_reach"),
            "b1": ("b", 1_000, "personal_volume"),
        }


CROSSED = """
plan:
  name = "Crossed"
  [[bonus]]
  name = "Placed"
  kind = "unilevel"
  rates = ["0.10", "0.05", "0.02"]
  [[bonus]]
  name = "Sponsored"
  kind = "unilevel"
  tree = "sponsor"
  rates = ["0.10", "0.05", "0.02"]

members:
  member  sponsor  placement
  TOP     -        -
  viewer  TOP      X
  B       viewer   TOP
  X       TOP      B
  C       viewer   viewer

orders:
  order  member  qv   cv
  o      C       100  100
"""


def test_a_way_up_ends_below_a_stranger_though_one_of_the_group_is_further_up(
    graph: Graph, tmp_path: Path
) -> None:
    """The placement tree is TOP, B, X, viewer, C; the viewer sponsored B."""
    run = month(graph, tmp_path, CROSSED, "2026-11")
    seen = standings(graph, MEMBER, run, ["TOP", "B", "X", "viewer", "C"])
    assert {each.member_id: each.depth for each in seen.values()} == {"B": None, "viewer": 0, "C": 1}
    ways = uplines(graph, MEMBER, run, ["viewer", "C"], Stretch(10))
    shown = {member: ([one.member_id for one in page.nodes], page.total) for member, page in ways.items()}
    assert shown == {"viewer": ([], 0), "C": (["viewer"], 1)}
    today = uplines_today(graph, MEMBER, ["viewer", "C"], "placement", Stretch(10))
    shown = {member: ([one.member_id for one in page.nodes], page.total) for member, page in today.items()}
    assert shown == {"viewer": ([], 0), "C": (["viewer"], 1)}
    now = moment_or_today(graph)
    then = {each: upline_then(graph, MEMBER, each, "placement", now) for each in ("viewer", "C")}
    assert {each: [one.member_id for one in above] for each, above in then.items()} == {
        "viewer": [], "C": ["viewer"],
    }  # fmt: skip
    for story in explain(graph, MEMBER, run, "viewer", "o").stories:
        assert [step.line.payee_id for step in story.steps] == ["viewer"]
