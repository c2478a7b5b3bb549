"""Pay: what each bonus pays a member in a run, and the statement of all bonuses."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.access.areas import Area
from engine.access.reach import Reach
from engine.answers.bulk import every_level
from engine.answers.corrections import Correction, corrections
from engine.answers.standings import Standing, standing
from engine.answers.within import of_members, seen_in
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.passes.openings import in_words
from engine.passes.record import RunRecord


@dataclass(frozen=True, slots=True)
class Earning:
    """What one bonus pays a member: `amount` in minor units, after `cut`, which caps took.

    `exact` is base times rate before rounding and caps, `lines` the number of lines.
    """

    bonus: str
    amount: int
    exact: int
    lines: int
    cut: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A member's earnings of a period, by bonus in the plan's order, and what it corrects of closed periods.

    `openings` are the opening balances that the run carries for the member, each in words.
    """

    standing: Standing
    earnings: tuple[Earning, ...]
    openings: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @property
    def total(self) -> int:
        """All bonuses together, in minor units."""
        return sum(earning.amount for earning in self.earnings)

    @property
    def corrected(self) -> int:
        """All corrections together, in minor units; below 0 where they take back."""
        return sum(correction.amount for correction in self.corrections)

    @property
    def due(self) -> int:
        """What the period pays the member: earnings and corrections. Below 0 is a shortfall."""
        return self.total + self.corrected


def earnings(
    graph: Graph, reach: Reach, run: RunRecord, member_ids: list[str]
) -> dict[str, tuple[Earning, ...]]:
    """Members' earnings, by bonus in the plan's order; empty for a member who earned nothing.

    Members whose money the viewer may not see are left out.
    """
    position = {total["bonus"]: total["position"] for total in run.totals}
    earned_by: dict[str, list[Earning]] = {
        member_id: [] for member_id in member_ids if reach.sees(Area.MONEY, member_id)
    }
    statement = query("answers/earnings").fill(chosen=of_members())
    parameters = {"member_ids": list(earned_by), "reach": reach.in_run(graph, run)}
    for member_id, *row in graph.value(statement, run=run.number, **parameters):
        earned_by[member_id].append(Earning(*row))
    return {
        member_id: tuple(sorted(earned, key=lambda earning: position[earning.bonus]))
        for member_id, earned in earned_by.items()
    }


def all_earnings(graph: Graph, run: RunRecord) -> Iterator[tuple[str, Earning]]:
    """Every earning of a run with its member's id, from the top of the tree down, by bonus."""
    statement = query("answers/earnings").fill(chosen=query("answers/of_levels"))
    for member_id, *row in every_level(graph, run, statement):
        yield member_id, Earning(*row)


def statement(graph: Graph, reach: Reach, run: RunRecord, member_id: str) -> Statement:
    """One member's statement; raises UnknownMemberError or NotStandingError."""
    own = standing(graph, reach, run, member_id)
    return Statement(
        own,
        earnings(graph, reach, run, [member_id])[member_id],
        openings(graph, reach, run, member_id),
        corrections(graph, reach, run, [member_id]).get(member_id, ()),
    )


def openings(graph: Graph, reach: Reach, run: RunRecord, member_id: str) -> tuple[str, ...]:
    """What a run carries for a member from the company's openings, not from a run: each in words."""
    as_of = run.facts.get("openings_of")
    if as_of is None or not seen_in(graph, reach, run, Area.MONEY, member_id):
        return ()
    window = {"plan": run.plan, "period": as_of, "cut": run.facts["cut"]}
    rows = graph.read("openings/of_member", member_id=member_id, **window)
    return tuple(in_words(**row) for row in rows)


def middle_earners(graph: Graph, run: RunRecord, rank: int, most: int) -> list[str]:
    """Members paid as a rank, by number, who earned something: from the middle of their earnings upwards."""
    return graph.value("answers/paid_as", run=run.number, rank=rank, most=most) or []
