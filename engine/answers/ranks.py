"""Rank cards: what each rank requires, what a member has of it, and what is missing for the next rank."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from engine.access.pieces import standing_in_reach
from engine.access.reach import Reach
from engine.answers.bulk import every_level
from engine.answers.standings import Standing, standing
from engine.answers.within import of_members
from engine.composition.requirements import every, expression, ladder, rank_cards, surroundings, unit
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.passes.record import RunRecord
from engine.plans.plan import Plan

MOST_HELPERS = 20
"""Legs that are named for one requirement: more than that is no help to a reader."""


@dataclass(frozen=True, slots=True)
class Helper:
    """A leg, by its head, and a requirement: what it counts now, and how much more of it could count."""

    member_id: str
    counts: int
    room: int


Helpers = dict[tuple[int, int], tuple[Helper, ...]]
"""What could help one member, by rank number and the requirement's place."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a member is on one requirement of a rank: figures in the requirement's unit.

    `number` is the rank's number in the plan, `place` the requirement's in the rank, from 0. `helpers` are
    the legs, with what each counts and could count, where they were looked for.
    """

    number: int
    rank: str
    place: int
    requirement: str
    unit: str
    required: int
    actual: int
    passes: bool
    helpers: tuple[Helper, ...] = ()

    @property
    def missing(self) -> int:
        """How much is still needed."""
        return 0 if self.passes else max(0, self.required - self.actual)


@dataclass(frozen=True, slots=True)
class RankCard:
    """A member's standing, and the progress on every requirement of every rank, lowest rank first.

    The rows name the legs that count towards a requirement, or could.
    """

    standing: Standing
    progress: tuple[Progress, ...]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The next rank, and each way to it: the requirements of that way, the shortest way first."""

    rank: str
    must_be_active: bool
    ways: tuple[tuple[Progress, ...], ...]


def progress(
    graph: Graph, reach: Reach, run: RunRecord, plan: Plan, member_ids: list[str]
) -> dict[str, tuple[Progress, ...]]:
    """The rows of some members' rank cards, by rank and requirement; empty for a plan without ranks."""
    if not plan.ranks:
        return {}
    cards: dict[str, list[Progress]] = {}
    statement, parameters = rank_cards(plan, of_members())
    parameters["reach"] = reach.in_run(graph, run)
    for member_id, *row in graph.value(statement, run=run.number, member_ids=member_ids, **parameters):
        cards.setdefault(member_id, []).append(_progress(plan, row))
    return {member_id: tuple(rows) for member_id, rows in cards.items()}


def all_progress(graph: Graph, run: RunRecord, plan: Plan) -> Iterator[tuple[str, Progress]]:
    """The rows of every member's rank card, from the top of the tree down."""
    if not plan.ranks:
        return
    statement, parameters = rank_cards(plan, query("answers/of_levels"))
    for member_id, *row in every_level(graph, run, statement, **parameters):
        yield member_id, _progress(plan, row)


def rank_card(graph: Graph, reach: Reach, run: RunRecord, plan: Plan, member_id: str) -> RankCard:
    """One member's rank card; raises UnknownMemberError or NotStandingError."""
    own = standing(graph, reach, run, member_id)
    rows = progress(graph, reach, run, plan, [member_id]).get(member_id, ())
    legs = contributions(graph, reach, run, plan, [member_id]).get(member_id, {}) if rows else {}
    return RankCard(own, tuple(replace(row, helpers=legs.get((row.number, row.place), ())) for row in rows))


def next_rank(plan: Plan, card: RankCard) -> NearMiss | None:
    """What a member lacks for the next rank, with the legs that could help; None at the top."""
    qualified = plan.rank_names.index(card.standing.qualified_rank)
    return near_miss(
        plan, qualified, card.progress, {(each.number, each.place): each.helpers for each in card.progress}
    )


def near_miss(plan: Plan, qualified: int, card: tuple[Progress, ...], helpers: Helpers) -> NearMiss | None:
    """What a member of qualified rank number `qualified` lacks for the next rank that is not only granted.

    None where there is none.

    `card` is the member's progress, `helpers` the result of `contributions`. Each way names all of its
    requirements; those that are not met come with the legs that could help, the most promising first.
    """
    rank = next((rank for rank in plan.ranks[qualified:] if rank.ways), None)
    if rank is None:
        return None
    progress_there = [
        _helped(row, helpers.get((row.number, row.place), ())) for row in card if row.number == rank.number
    ]
    ways = [tuple(progress_there[place] for place in way) for way in rank.ways]
    ways.sort(key=lambda way: sum(not row.passes for row in way))
    return NearMiss(rank.name, rank.must_be_active, tuple(ways))


def contributions(
    graph: Graph, reach: Reach, run: RunRecord, plan: Plan, member_ids: list[str]
) -> dict[str, Helpers]:
    """What each leg of some members counts and could count, by rank number and the requirement's place.

    At most MOST_HELPERS legs each. Requirements on people sponsored in person name those instead of legs;
    rules that do not say what a leg counts are left out.
    """
    recruits = sorted({each.module.name for each in every(plan) if each.module.on_recruits})
    statement = query("ranks/helpers").fill(
        counts=expression(plan, "counts"), room=expression(plan, "room"), **surroundings(plan, "member_id"),
        within=standing_in_reach(), helper=standing_in_reach("helper"),
    )  # fmt: skip
    by_member: dict[str, Helpers] = {}
    for row in graph.read(
        statement,
        run=run.number, member_ids=member_ids, ranks=ladder(plan), of_sponsored=recruits, most=MOST_HELPERS,
        reach=reach.in_run(graph, run),
    ):  # fmt: skip
        helpers = tuple(Helper(*leg) for leg in row["helpers"])
        by_member.setdefault(row["member_id"], {})[row["rank"], row["place"]] = helpers
    return by_member


def _progress(plan: Plan, row: list[Any]) -> Progress:
    number, place, required, actual, passes = row
    rank = plan.ranks[number - 1]
    module = rank.requirements[place].module
    return Progress(number, rank.name, place, module.name, unit(module), required, actual, passes)


def _helped(row: Progress, helpers: tuple[Helper, ...]) -> Progress:
    return row if row.passes else replace(row, helpers=tuple(leg for leg in helpers if leg.room > 0))
