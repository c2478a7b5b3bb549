"""Ranks: requirement rules decide the qualified rank bottom up; pay uses the paid-as rank."""

from collections.abc import Iterator
from typing import Any

from engine.contracts import Module
from engine.graph import Graph
from engine.levels import visit
from engine.measures import measure
from engine.plan import Plan
from engine.queries import Query, query
from engine.work import Work


def qualify(work: Work) -> None:
    """Qualified, paid-as and best rank in the group, for every standing; rank 0 where nothing is met."""
    if work.plan.ranks:
        piece = query("ranks/qualify").fill(passes=_by_kind(work.plan, "passes"))
        visit(work, piece, "up", ranks=ladder(work.plan))
    measure(work, "ranks")


def card(graph: Graph, plan: Plan, run: int, member_id: str) -> list[dict[str, Any]]:
    """The rank card of one member, by rank and requirement: required, actual, passes, missing."""
    if not plan.ranks:
        return []
    rows = graph.read(filled("ranks/card", plan), run=run, member_id=member_id, ranks=ladder(plan))
    return [
        {
            "rank": plan.rank_names[row["rank"]],
            "requirement": plan.ranks[row["rank"] - 1].requirements[row["place"]].module.name,
            "unit": unit(plan.ranks[row["rank"] - 1].requirements[row["place"]].module),
            "required": row["required"],
            "actual": row["actual"],
            "passes": row["passes"],
            "missing": max(0, row["required"] - row["actual"]),
        }
        for row in rows
    ]


def filled(name: str, plan: Plan) -> Query:
    """A query on rank cards with the plan's requirement rules put in."""
    return query(name).fill(**{column: _by_kind(plan, column) for column in ("required", "actual", "passes")})


def unit(module: Module) -> str:
    """What a requirement's figures count: ``volume`` (hundredths) or ``count``."""
    reached = module.param("at_least")
    return "volume" if reached is not None and reached.type == "VOLUME" else "count"


def ladder(plan: Plan) -> list[dict[str, Any]]:
    """The ranks as the queries take them, lowest first."""
    return [
        {
            "match": rank.match,
            "must_be_active": rank.must_be_active,
            "requirements": [dict(required.values) for required in rank.requirements],
        }
        for rank in plan.ranks
    ]


def _by_kind(plan: Plan, column: str) -> str:
    """One expression that answers a column for whichever requirement `rule` is."""
    cases = " ".join(
        f"WHEN '{module.name}' THEN ({module.columns[column]})" for module in _requirements(plan).values()
    )
    return f"CASE rule.kind {cases} END"


def _requirements(plan: Plan) -> dict[str, Module]:
    return {required.module.name: required.module for required in _all(plan)}


def _all(plan: Plan) -> Iterator[Any]:
    for rank in plan.ranks:
        yield from rank.requirements
