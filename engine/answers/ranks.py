"""Rank cards: what each rank asks of a member, and what is missing for the next one."""

from dataclasses import dataclass
from typing import Any

from engine.composition.requirements import every, expression, filled, ladder, surroundings, unit
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.plans.plan import Plan, Rank

MOST_HELPERS = 20
"""Legs that a rank card names for one requirement: more help nobody who reads it."""


@dataclass(frozen=True, slots=True)
class Helper:
    """A leg, by its head, and a requirement: what it counts now, and how much more of it could count."""

    member_id: str
    counts: int
    room: int


Helpers = dict[tuple[int, int], tuple[Helper, ...]]
"""What could help one member, by rank number and requirement's place."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One requirement on the way to a rank; `helpers` holds the legs that could bring what is missing."""

    requirement: str
    unit: str
    required: int
    actual: int
    passes: bool
    helpers: tuple[Helper, ...]

    @property
    def missing(self) -> int:
        """How much is still needed, in the requirement's unit."""
        return 0 if self.passes else max(0, self.required - self.actual)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The next rank, and each way to it: what the way still wants, the shortest way first."""

    rank: str
    must_be_active: bool
    ways: tuple[tuple[Wanted, ...], ...]


def card(graph: Graph, plan: Plan, run: int, member_id: str) -> list[dict[str, Any]]:
    """The rank card of one member, by rank and requirement: required, actual, passes, missing."""
    if not plan.ranks:
        return []
    rows = graph.read(filled("answers/rank_cards", plan), run=run, member_ids=[member_id], ranks=ladder(plan))
    return [
        {
            "rank": plan.rank_names[row["rank"]],
            "requirement": plan.ranks[row["rank"] - 1].requirements[row["place"]].module.name,
            "unit": unit(plan.ranks[row["rank"] - 1].requirements[row["place"]].module),
            "required": row["required"],
            "actual": row["actual"],
            "passes": row["passes"],
            "missing": 0 if row["passes"] else max(0, row["required"] - row["actual"]),
        }
        for row in rows
    ]


def near_miss(
    plan: Plan,
    qualified: int,
    card: list[dict[str, Any]],
    helpers: Helpers,
) -> NearMiss | None:
    """What a member of qualified rank number `qualified` lacks for the rank above; None at the top.

    `card` holds the rows of the member's rank card, `helpers` what `contributions` says of the member. Each
    way names every requirement of its own; those that are not met come with the legs that could help, the
    most promising first.
    """
    if qualified >= len(plan.ranks):
        return None
    rank = plan.ranks[qualified]
    wanted = [
        _wanted(rank, row, helpers.get((rank.number, row["place"]), ()))
        for row in card
        if row["rank"] == rank.number
    ]
    ways = [tuple(wanted[place] for place in way) for way in rank.ways]
    ways.sort(key=lambda way: sum(not each.passes for each in way))
    return NearMiss(rank.name, rank.must_be_active, tuple(ways))


def contributions(graph: Graph, plan: Plan, run: int, member_ids: list[str]) -> dict[str, Helpers]:
    """What each leg of some members counts and could count, by rank number and requirement's place.

    At most MOST_HELPERS legs each. Requirements on people sponsored in person name those instead of legs;
    rules that do not say what a leg counts are left out.
    """
    recruits = sorted({each.module.name for each in every(plan) if each.module.on_recruits})
    asked = query("ranks/helpers").fill(
        counts=expression(plan, "counts"), room=expression(plan, "room"), **surroundings(plan)
    )
    found: dict[str, Helpers] = {}
    for row in graph.read(
        asked, run=run, member_ids=member_ids, ranks=ladder(plan), of_sponsored=recruits, most=MOST_HELPERS
    ):
        helpers = tuple(Helper(*each) for each in row["helpers"])
        found.setdefault(row["member_id"], {})[row["rank"], row["place"]] = helpers
    return found


def _wanted(rank: Rank, row: dict[str, Any], found: tuple[Helper, ...]) -> Wanted:
    module = rank.requirements[row["place"]].module
    able = () if row["passes"] else tuple(helper for helper in found if helper.room > 0)
    return Wanted(module.name, unit(module), row["required"], row["actual"], row["passes"], able)
