"""Near misses: who of a downline, or of the company, is nearest to the next rank."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from engine.access.pieces import standing_in_reach
from engine.access.reach import Reach
from engine.answers.ranks import NearMiss, Progress, near_miss, progress
from engine.answers.standings import Standing, standing, standings
from engine.errors import UplineError, did_you_mean
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.passes.record import RunRecord
from engine.plans.plan import Plan

MOST_CANDIDATES = 2_000
"""Members whose rank cards are looked at: those with the largest groups."""
AT_ONCE = 500
"""Rank cards that one statement works out."""


class UnknownRankError(UplineError):
    """The plan has no rank of that name that members can reach."""


@dataclass(frozen=True, slots=True)
class Near:
    """A member and the next rank, with what is missing on the shortest way.

    `distance` adds up, over the requirements that are not met, the share that is missing of each: 0.25 is a
    quarter of one requirement, 2 is two requirements with nothing yet. Activity that the rank asks for and
    the member lacks counts 1.
    """

    standing: Standing
    rank: str
    distance: Fraction
    inactive: bool
    missing: tuple[Progress, ...]


@dataclass(frozen=True, slots=True)
class NearMisses:
    """The nearest, nearest first; `complete` says whether all
    `candidates` were looked at, who can still reach a rank."""

    members: tuple[Near, ...]
    complete: bool
    candidates: int


def near_misses(
    graph: Graph,
    reach: Reach,
    run: RunRecord,
    plan: Plan,
    member_id: str | None,
    first: int,
    rank: str | None = None,
) -> NearMisses:
    """Who below a member (None: in the whole company) is nearest to the next rank, at most `first` of them.

    With `rank` only those whose next rank it is. Of members at one distance those with the larger group come
    first. Raises UnknownMemberError, NotStandingError and UnknownRankError.
    """
    if member_id is not None:
        standing(graph, reach, run, member_id)
    qualified = _below(plan, rank)
    chosen = query("answers/of_run" if member_id is None else "answers/below_member")
    statement = query("answers/candidates").fill(chosen=chosen, within=standing_in_reach())
    parameters: dict[str, object] = {} if member_id is None else {"member_id": member_id}
    row = graph.read(
        statement,
        run=run.number, qualified=qualified, most=MOST_CANDIDATES, reach=reach.in_run(graph, run),
        **parameters,
    )[0]  # fmt: skip
    misses: list[tuple[Fraction, int, str, NearMiss, bool]] = []
    for place, (each, miss, active) in enumerate(_misses(graph, reach, run, plan, row["rows"])):
        misses.append((distance(miss, active=active), place, each, miss, active))
    nearest = sorted(misses, key=lambda each: each[:2])[:first]
    by_id = standings(graph, reach, run, [each for _, _, each, _, _ in nearest])
    members = tuple(
        Near(
            by_id[each], miss.rank, far, miss.must_be_active and not active,
            tuple(line for line in miss.ways[0] if not line.passes),
        )
        for far, _, each, miss, active in nearest
        if each in by_id
    )  # fmt: skip
    return NearMisses(members, row["candidates"] <= MOST_CANDIDATES, row["candidates"])


def distance(miss: NearMiss, *, active: bool) -> Fraction:
    """How far the next rank is on the shortest way: see Near."""
    far = min((sum((_share(row) for row in way), Fraction(0)) for way in miss.ways), default=Fraction(0))
    return far + (1 if miss.must_be_active and not active else 0)


def _share(row: Progress) -> Fraction:
    """The share of a requirement that is missing, from 0 to 1."""
    if row.passes:
        return Fraction(0)
    return min(Fraction(1), Fraction(row.missing, row.required)) if row.required > 0 else Fraction(1)


def _below(plan: Plan, rank: str | None) -> list[int]:
    """The numbers of the ranks whose holders have a next rank; with `rank` of those whose next one it is."""
    following = {
        number: next((each.name for each in plan.ranks[number:] if each.ways), None)
        for number in range(len(plan.ranks))
    }
    reachable = [name for name in following.values() if name]
    if rank is not None and rank not in reachable:
        raise UnknownRankError(
            f"no rank that members can reach is called {rank!r}",
            todo=did_you_mean(rank, reachable)
            or f"There are {', '.join(dict.fromkeys(reachable)) or 'none'}.",
        )
    return [number for number, name in following.items() if name and rank in (None, name)]


def _misses(
    graph: Graph, reach: Reach, run: RunRecord, plan: Plan, rows: list[tuple[str, int, bool]]
) -> Iterator[tuple[str, NearMiss, bool]]:
    """What each candidate lacks on the shortest way, and whether the member is active."""
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        cards = progress(graph, reach, run, plan, [member_id for member_id, _, _ in some])
        for member_id, number, active in some:
            miss = near_miss(plan, number, cards.get(member_id, ()), {})
            if miss is not None and miss.ways:
                ways = sorted(miss.ways, key=lambda way: sum((_share(row) for row in way), Fraction(0)))
                yield member_id, NearMiss(miss.rank, miss.must_be_active, tuple(ways)), active
