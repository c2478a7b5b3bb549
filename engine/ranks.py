"""Ranks: requirement rules decide the qualified rank bottom up; pay uses the paid-as rank.

A member's qualified rank is what is met in the period. Paid as is that rank, or a better one of a period so
short ago that its grace still runs, or whatever an override says. The lifetime rank is the highest ever
qualified for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine import hashes
from engine.contracts import Module, by_kind
from engine.graph import Graph
from engine.levels import everywhere, part, visit
from engine.measures import measure, renumbered
from engine.plan import Plan, Rank, Requirement, ways_of
from engine.queries import Query, query
from engine.work import Work

MOST_HELPERS = 20
"""Legs that a rank card names for one requirement: more help nobody who reads it."""
DIGITS = {"volume": 2, "rate": 6, "count": 0}
"""Decimal places of a requirement's figures, by its unit."""
NOTHING = "null"


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


def qualify(work: Work) -> None:
    """Qualified, paid-as, lifetime and best rank in the group, for every standing; 0 where nothing is met."""
    if _decides(work):
        given: dict[str, Any] = {"ranks": ladder(work.plan), **_graces(work.plan)}
        given["near_levels"] = _near_levels(work.plan)
        if not work.stands:
            remember(work)
        borders = "volumes_after" in _asked(work.plan)
        for_active = all(rank.must_be_active for rank in work.plan.ranks) and not borders
        piece = query("ranks/qualify").fill(
            able=query("ranks/able") if for_active else "true",
            reached=query("ranks/reached").fill(passes=_by_kind(work.plan, "passes")),
            after=query("ranks/after") if borders else NOTHING,
            near=query("ranks/near") if given["near_levels"] else NOTHING,
            **_seen(work.plan),
        )
        visit(work, piece, "up", **{name: value for name, value in given.items() if name in piece.params})
    elif work.plan.ranks:
        _take(work)
    _shapes(work)
    measure(work, "ranks")
    work.waiting.append(hashes.figures)


def remember(work: Work) -> None:
    """Hand over what the run of the period before knows of ranks, where ranks are worked out.

    Live figures are handed it while their period is open. No run goes on from them once the period before is
    computed again.
    """
    if work.previous is not None and _decides(work):
        earlier = query("ranks/earlier").fill(part=part("before"))
        given = {"run": work.run, "previous": work.previous, "renumbered": renumbered(work)}
        work.divided(earlier, work.writers, **given)


def _decides(work: Work) -> bool:
    """Whether there are ranks, and this calendar works them out and does not take them as another decided."""
    return bool(work.plan.ranks) and work.plan.rank_calendar in ("", work.period.calendar)


def _take(work: Work) -> None:
    """Ranks as the last period of the plan's rank calendar decided them: none before there is one."""
    plan = work.plan
    found = work.graph.read(
        "ranks/last_of_calendar", plan=plan.name, calendar=plan.rank_calendar, day=work.period.last
    )
    names = list(plan.rank_names)
    then = found[0]["ranks"] if found else [names[0]]
    renumbered = [names.index(name) if name in names else 0 for name in then]
    if not found:
        work.results["notes"].append(f"no {plan.rank_calendar} was run before, so nobody has a rank")
    everywhere(work, query("ranks/taken"), ranked=found[0]["number"] if found else -1, renumbered=renumbered)


def _shapes(work: Work) -> None:
    """Mark who meets the requirements of a bonus that has some."""
    for bonus in work.plan.due(work.period.calendar):
        if bonus.requirements:
            piece = query("ranks/shape").fill(passes=_by_kind(work.plan, "passes"), **_seen(work.plan))
            everywhere(work, piece, ways=ways_of(bonus), state=bonus.meets or bonus.state)


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
    recruits = sorted({each.module.name for each in _all(plan) if each.module.on_recruits})
    asked = query("ranks/helpers").fill(
        counts=_by_kind(plan, "counts"), room=_by_kind(plan, "room"), **_seen(plan)
    )
    found: dict[str, Helpers] = {}
    for row in graph.read(
        asked, run=run, member_ids=member_ids, ranks=ladder(plan), of_sponsored=recruits, most=MOST_HELPERS
    ):
        helpers = tuple(Helper(*each) for each in row["helpers"])
        found.setdefault(row["member_id"], {})[row["rank"], row["place"]] = helpers
    return found


def filled(name: str, plan: Plan, *, of_bonus: bool = False) -> Query:
    """A query on rank cards with the plan's requirement rules put in.

    Below a rank it is the ranks under that one that are reached; a bonus goes by the member's own.
    """
    columns = {column: _by_kind(plan, column) for column in ("required", "actual", "passes")}
    texts = [text for module in _requirements(plan).values() for text in module.columns.values()]
    reached: Query | str = "standing.qualified_rank" if of_bonus else NOTHING
    if not of_bonus and any("reached" in text for text in texts):
        reached = query("ranks/reached").fill(passes=columns["passes"])
    return query(name).fill(**columns, reached=reached, **_seen(plan))


def unit(module: Module) -> str:
    """What a requirement's figures count: ``volume`` (hundredths), ``rate`` (per million) or ``count``."""
    reached = module.param("at_least") or next(iter(module.params), None)
    kinds = {"VOLUME": "volume", "VOLUME_BY_RANK": "volume", "RATE": "rate", "SHARE": "rate"}
    return kinds.get(reached.type, "count") if reached is not None else "count"


def ladder(plan: Plan) -> list[dict[str, Any]]:
    """The ranks as the queries take them, lowest first."""
    return [
        {
            "number": rank.number,
            "must_be_active": rank.must_be_active,
            "requirements": [dict(required.values) for required in rank.requirements],
            "ways": ways_of(rank),
        }
        for rank in plan.ranks
    ]


def _graces(plan: Plan) -> dict[str, Any]:
    graces = [0, *(rank.grace for rank in plan.ranks)]
    permanent = [rank.number for rank in plan.ranks if rank.permanent]
    return {
        "graces": graces,
        "most_grace": max(graces),
        "permanent": permanent,
        "demotion": plan.demotion,
    }


def _near_levels(plan: Plan) -> int:
    """How many levels below the requirements on legs with a rank look, at most; 0 where none is limited."""
    legs = [each for each in plan.requirements if each.module.name == "legs_with_rank"]
    return max((each.values["levels"] or 0 for each in legs), default=0)


def _wanted(rank: Rank, row: dict[str, Any], found: tuple[Helper, ...]) -> Wanted:
    module = rank.requirements[row["place"]].module
    able = () if row["passes"] else tuple(helper for helper in found if helper.room > 0)
    return Wanted(module.name, unit(module), row["required"], row["actual"], row["passes"], able)


def _seen(plan: Plan) -> dict[str, Query | str]:
    """What requirement rules see beside the standing: the facts of each leg in use, and the recruits."""
    facts = {"volume": "group_volume"}
    leg = ", ".join(f"{name}: below.{facts.get(name, name)}" for name in _asked(plan))
    sponsored: Query | str = "[]"
    if any(each.module.on_recruits for each in _all(plan)):
        sponsored = query("ranks/sponsored")
        if plan.tree == "sponsor":
            sponsored = sponsored.replaced("[:ENROLLED_UNDER]", "[:UNDER]")
    return {"leg": leg, "sponsored": sponsored}


def _asked(plan: Plan) -> list[str]:
    """The facts of a leg that the plan's requirement rules ask for."""
    texts = [text for module in _requirements(plan).values() for text in module.columns.values()]
    return sorted({name for text in texts for name in re.findall(r"\bleg\.(\w+)", text)})


def _by_kind(plan: Plan, column: str) -> str:
    return by_kind(_requirements(plan).values(), column)


def _requirements(plan: Plan) -> dict[str, Module]:
    return {required.module.name: required.module for required in _all(plan)}


def _all(plan: Plan) -> Iterator[Requirement]:
    yield from plan.requirements
