"""Openings that say what a run left on its standings: the inverse of what the first run makes of them."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.graph.database import Graph
from engine.money import decimal
from engine.passes.record import RunRecord
from engine.plans.plan import Bonus, Plan
from tests.support.companies import cypher

Row = dict[str, str]


def left_by(graph: Graph, run: RunRecord, plan: Plan) -> list[Row]:
    """The rows of a table `openings` that give a company what a run has left to carry."""
    text = "MATCH (s:Standing {run: $run}) RETURN properties(s) AS facts ORDER BY s.member_id"
    rows: list[Row] = []
    for row in graph.read(cypher(text, "run"), run=run.number):
        facts = row["facts"]
        of = {"member_id": facts["member_id"], "plan": plan.name, "period": run.period}
        for kind, name, part, value in _of_standing(plan, facts):
            rows.append(of | {"kind": kind, "name": name, "part": part, "value": value})
    return rows


def _of_standing(plan: Plan, facts: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for which in ("group", "personal"):
        for word, part in (("accumulated", ""), ("owed", "owed")):
            if (volume := facts.get(f"{word}_{which}_volume")) is not None:
                yield "accumulated_volume", which, part, decimal(volume, 2)
    for ago, volume in enumerate(facts.get("recent_volumes", [])):
        yield "personal_volume", "", str(ago), decimal(volume, 2)
    names = list(plan.rank_names)
    past = facts.get("earlier_qualified_ranks") or facts.get("past_ranks") or []
    held = {"qualified": [facts["qualified_rank"], *past]}
    held |= {"paid": [facts["rank"], *facts.get("earlier_paid_ranks", [])]}
    held |= {"lifetime": [facts.get("lifetime_rank", 0)]}
    held |= {"kept": [facts["kept_rank"]] if facts.get("kept_rank") is not None else []}
    for name, ranks in held.items():
        for ago, rank in enumerate(ranks):
            yield "rank", name, str(ago), names[rank]
    for bonus in plan.bonuses:
        state = facts.get(bonus.state)
        if state is not None and bonus.flow and bonus.flow.carries_for(bonus.values):
            for kind, part, value in _STATES[bonus.flow.name](plan, bonus, state):
                yield kind, bonus.name, part, value


def _binary(_plan: Plan, bonus: Bonus, state: list[int]) -> Iterator[tuple[str, str, str]]:
    expires: int | None = bonus.values.get("expires")
    for place, side in enumerate(("left", "right")):
        if expires is None:
            yield "leg", side, decimal(state[7 + place], 2)
            continue
        for age in range(1, expires + 1):
            yield "leg", f"{side} {age}", decimal(state[10 + place * expires + age], 2)
    if bonus.values.get("first_double"):
        yield "first_pair", "", str(state[10])


def _stairstep(_plan: Plan, bonus: Bonus, state: list[int]) -> Iterator[tuple[str, str, str]]:
    yield "bracket_volume", "period", decimal(state[2], 2)
    yield "bracket_volume", "accumulated", decimal(state[4], 2)
    if len(state) in (7, 9 + len(bonus.values["brackets"])):
        yield "bracket_volume", "owed", decimal(state[-1], 2)


def _rank_advancement(plan: Plan, bonus: Bonus, state: list[int]) -> Iterator[tuple[str, str, str]]:
    names, count = list(plan.rank_names), len(bonus.values["amounts"]) - 1
    yield "rewarded_rank", "", names[state[1]]
    for rank in range(1, count + 1):
        yield "held", names[rank], str(state[1 + rank])
        yield "instalments", names[rank], str(state[1 + count + rank])


def _filled_levels(_plan: Plan, _bonus: Bonus, state: list[int]) -> Iterator[tuple[str, str, str]]:
    yield "rewarded_levels", "", str(state[1])


_STATES = {
    "binary": _binary,
    "stairstep": _stairstep,
    "rank_advancement": _rank_advancement,
    "filled_levels": _filled_levels,
}
"""What of a state is carried, by flow; a new flow that carries is missed here, and its test fails."""
