"""Answers: what people ask of a finished run, read from the graph and never computed again elsewhere."""

from dataclasses import dataclass
from typing import Any

from engine.answers import lines, ranks
from engine.answers.lines import Line
from engine.composition import requirements
from engine.composition.trees import DEPTHS
from engine.errors import UplineError
from engine.graph.database import Graph, Row
from engine.graph.queries import query
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of, window_of
from engine.plans.plan import Bonus, Plan

MOST_CHILDREN = 1_000
"""The most frontline members of one page: more do not fit any screen."""
MOST_UPLINE = 10_000
"""The most ancestors of one answer: a binary's outer leg can be longer than anyone reads."""


class UnknownMemberError(UplineError):
    """Nobody has that member id."""


class NotStandingError(UplineError):
    """The member has no standing in the run."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One member's place and figures in a run: volumes in hundredths, `earned` in minor units.

    `parent_id` is who stands above in the main tree; `rank` is the paid-as rank's name, `lifetime_rank` the
    highest ever held.
    """

    run: int
    member_id: str
    name: str | None
    parent_id: str | None
    leg: str | None
    depth: int
    status: str
    active: bool
    orders: int
    personal_volume: int
    commissionable_volume: int
    customer_volume: int
    group_volume: int
    qualified_rank: str
    rank: str
    lifetime_rank: str
    earned: int
    frontline: int


@dataclass(frozen=True, slots=True)
class Earning:
    """What one bonus pays a member: `amount` in minor units, `exact` base times rate, `lines` how many.

    `cut` is what caps took, in minor units; `amount` is what they left.
    """

    bonus: str
    amount: int
    exact: int
    lines: int
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """A member's earnings of a period, by bonus in the plan's order."""

    standing: Standing
    earnings: tuple[Earning, ...]

    @property
    def total(self) -> int:
        """Minor units in all."""
        return sum(earning.amount for earning in self.earnings)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of ids, the id to go on after (None at the end), and how many there are in all."""

    ids: tuple[str, ...]
    next_after: str | None
    total: int


def member(graph: Graph, member_id: str) -> Row:
    """A member of the living genealogy; raises UnknownMemberError."""
    found = graph.read("answers/member", member_ids=[member_id])
    if not found:
        raise UnknownMemberError(
            f"no member is called {member_id!r}",
            todo="Ids are those of the members table, capitals and zeros included.",
        )
    row = found[0]
    return {**row["member"], **{key: row[key] for key in ("sponsor_id", "placement_id", "leg")}}


def standings(graph: Graph, run: RunRecord, member_ids: list[str]) -> dict[str, Standing]:
    """Standings by member id; members without one are left out."""
    rows = graph.read("answers/standings", run=run.number, member_ids=member_ids)
    return {row["standing"]["member_id"]: standing_of(row, run.facts["ranks"]) for row in rows}


def standing(graph: Graph, run: RunRecord, member_id: str) -> Standing:
    """One member's standing; raises UnknownMemberError or NotStandingError."""
    found = standings(graph, run, [member_id]).get(member_id)
    if found is None:
        member(graph, member_id)
        raise NotStandingError(f"{member_id} was not enrolled in {run.period}")
    return found


def standing_of(row: Row, rank_names: list[str]) -> Standing:
    """A row of cypher/answers as a Standing."""
    facts = row["standing"]
    same = ("run", "member_id", "depth", "status", "active", "orders", "personal_volume")
    volumes = ("commissionable_volume", "customer_volume", "group_volume")
    return Standing(
        **{key: facts[key] for key in (*same, *volumes)},
        name=row.get("name"),
        parent_id=row.get("parent_id"),
        leg=row.get("leg"),
        qualified_rank=rank_names[facts["qualified_rank"]],
        rank=rank_names[facts["rank"]],
        lifetime_rank=rank_names[facts.get("lifetime_rank", 0)],
        earned=facts.get("earned", 0),
        frontline=row["frontline"],
    )


def children(graph: Graph, run: RunRecord, member_id: str, first: int, after: str = "") -> Page:
    """A page of a member's frontline, by member id."""
    return children_of(graph, run, [member_id], first, after).get(member_id, Page((), None, 0))


def children_of(
    graph: Graph, run: RunRecord, member_ids: list[str], first: int, after: str = ""
) -> dict[str, Page]:
    """Pages of several frontlines with one query."""
    size = max(1, min(first, MOST_CHILDREN))
    rows = graph.read("answers/children", run=run.number, member_ids=member_ids, after=after, first=size + 1)
    pages = {}
    for row in rows:
        ids = tuple(row["member_ids"][:size])
        more = len(row["member_ids"]) > size
        pages[row["parent_id"]] = Page(ids, ids[-1] if more else None, row["total"])
    return pages


def upline(graph: Graph, run: RunRecord, member_id: str, most: int = MOST_UPLINE) -> list[Standing]:
    """Everyone above a member in the main tree, nearest first."""
    walked = query("answers/path").fill(depth=DEPTHS["main"])
    own_and_above = graph.value(walked, run=run.number, member_id=member_id, most=1 + min(most, MOST_UPLINE))
    ids = own_and_above[1:]
    found = standings(graph, run, ids)
    return [found[above] for above in ids]


def statements(graph: Graph, run: RunRecord, member_ids: list[str]) -> dict[str, Statement]:
    """Statements by member id, for members who have a standing."""
    found = standings(graph, run, member_ids)
    earned = earnings(graph, run, list(found))
    return {member_id: Statement(one, earned[member_id]) for member_id, one in found.items()}


def statement(graph: Graph, run: RunRecord, member_id: str) -> Statement:
    """One member's statement; raises UnknownMemberError or NotStandingError."""
    found = standing(graph, run, member_id)
    return Statement(found, earnings(graph, run, [member_id])[member_id])


def earnings(graph: Graph, run: RunRecord, member_ids: list[str]) -> dict[str, tuple[Earning, ...]]:
    """What each of some members earned, by bonus in the plan's order."""
    order = {total["bonus"]: total["position"] for total in run.totals}
    earned: dict[str, list[Earning]] = {member_id: [] for member_id in member_ids}
    for row in graph.read("answers/earnings", run=run.number, member_ids=member_ids):
        earning = Earning(row["bonus"], row["amount"], row["exact"], row["lines"], row["cut"])
        earned[row["member_id"]].append(earning)
    return {
        member_id: tuple(sorted(each, key=lambda one: order[one.bonus])) for member_id, each in earned.items()
    }


def due(run: RunRecord, plan: Plan) -> list[Bonus]:
    """The bonuses that the run paid: those of its calendar."""
    paid = {total["bonus"] for total in run.totals}
    return [bonus for bonus in plan.bonuses if bonus.name in paid]


def lines_paid_to(graph: Graph, run: RunRecord, member_id: str) -> list[Line]:
    """Every line that pays the member, bonus by bonus."""
    plan = plan_of(run)
    window = window_of(run, plan)
    return [
        line
        for bonus in due(run, plan)
        for line in lines.lines(graph, plan, run.number, window, bonus, "of_payee", payee_id=member_id)
        if line.rate > 0
    ]


def lines_of_order(graph: Graph, run: RunRecord, plan: Plan, order_id: str, source_id: str) -> list[Line]:
    """Every line, paid and unpaid, that comes from one order."""
    window = window_of(run, plan)
    return [
        line
        for bonus in due(run, plan)
        for line in lines.lines(graph, plan, run.number, window, bonus, "of_source", source_id=source_id)
        if line.order_id == order_id
    ]


def near_miss(graph: Graph, run: RunRecord, member_id: str) -> ranks.NearMiss | None:
    """What a member lacks for the next rank, with the legs that could help; None at the top."""
    found, plan = standing(graph, run, member_id), plan_of(run)
    card = rank_cards(graph, run, plan, [member_id]).get(member_id, [])
    helpers = ranks.contributions(graph, plan, run.number, [member_id]).get(member_id, {})
    return ranks.near_miss(plan, plan.rank_names.index(found.qualified_rank), card, helpers)


def rank_cards(graph: Graph, run: RunRecord, plan: Plan, member_ids: list[str]) -> dict[str, list[Row]]:
    """Rows of rank cards by member: rank and place as numbers, required, actual, passes."""
    if not plan.ranks:
        return {}
    asked = requirements.filled("answers/rank_cards", plan)
    found: dict[str, list[Row]] = {}
    for row in graph.read(asked, run=run.number, member_ids=member_ids, ranks=requirements.ladder(plan)):
        found.setdefault(row["member_id"], []).append(row)
    return found


def rank_card(graph: Graph, run: RunRecord, member_id: str) -> list[dict[str, Any]]:
    """Per rank and requirement: required, actual, passes, missing."""
    standing(graph, run, member_id)
    return ranks.card(graph, plan_of(run), run.number, member_id)
