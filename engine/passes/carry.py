"""Carry: what a plan takes over from the period before, and the notes of a run where that is missing.

Binary legs, accumulated volume, ranks in grace, lifetime ranks and ranks rewarded once are read from the
complete run of the period before. Without one they begin at zero, and with one by another version of the plan
they rest on other rules. Either can change sums, so the run says it in a note.
"""

from engine.composition.measures import needed
from engine.graph.queries import query
from engine.passes.context import Work
from engine.passes.replay import rule_texts
from engine.period import Period
from engine.plans.plan import Plan

LIFETIME = "lifetime_rank"
"""The property of a standing that has the highest rank ever qualified for."""
LIFETIME_RANKS = "lifetime ranks"


def carried(plan: Plan, into: Period) -> list[str]:
    """What the plan takes over into a period, each in a few words; empty where it takes over nothing."""
    items = []
    if plan.ranks:
        items.append(LIFETIME_RANKS)
    if any(rank.grace for rank in plan.ranks):
        items.append("ranks in grace")
    if plan.floors:
        items.append("the activity floors by rank")
    if plan.demotion is not None:
        items.append("ranks kept")
    measures = (name for name in needed(plan) if "previous" in query(f"measures/{name}").params)
    items += [name.replace("_", " ") for name in measures]
    items += [
        f"the carry of {bonus.name}"
        for bonus in plan.due(into.calendar)
        if bonus.flow and bonus.flow.carries_for(bonus.values)
    ]
    return items


def properties(plan: Plan, period: Period) -> list[str]:
    """The properties of standings that the next period reads, besides the ranks of this one.

    They are the states of flows, accumulated volume, and what is remembered of earlier ranks and periods.
    """
    names = [
        bonus.state
        for bonus in plan.due(period.calendar)
        if bonus.flow and bonus.flow.carries_for(bonus.values)
    ]
    for name in needed(plan):
        if "previous" in query(f"measures/{name}").params:
            names += [name, name.replace("accumulated", "owed")] if "accumulated" in name else [name]
    if plan.ranks:
        names += [LIFETIME, "kept_rank", "past_ranks"]
    return names


def moving_sums(plan: Plan, into: Period) -> list[str]:
    """What of `carried` can change what is paid: lifetime ranks only where something goes by them."""
    reads_ranks = _reads_lifetime_ranks(plan)
    return [item for item in carried(plan, into) if item != LIFETIME_RANKS or reads_ranks]


def _reads_lifetime_ranks(plan: Plan) -> bool:
    """Whether pay can depend on the highest rank ever held: a rank is never lost, or a rule asks for it."""
    permanent = any(rank.permanent for rank in plan.ranks)
    return permanent or any(LIFETIME in text for text in rule_texts(plan).values())


def note(work: Work) -> None:
    """Note where the period before has no run to carry from, or one by another version of the plan.

    Nothing is noted where nobody had joined the company before the period: there was nothing to carry.
    """
    work.results["notes"] += _notes(work)


def _notes(work: Work) -> list[str]:
    carries = moving_sums(work.plan, work.period)
    if not carries:
        return []
    listed, before = ", ".join(carries), work.period.previous.name
    if work.previous is None:
        if not work.graph.value("runs/joined_before", day=work.period.first):
            return []
        return [
            f"there is no complete run of {before} by {work.plan.name}, so these begin at zero: {listed}. "
            f"If they should not, run {before} first, then this period again"
        ]
    if work.previous < 0:
        return [f"carried from the company's openings as of {before}, not from a run: {listed}"]
    earlier = next(
        row["run"] for row in work.graph.read("runs/every") if row["run"]["number"] == work.previous
    )
    if earlier["plan_hash"] == work.plan.hash:
        return []
    then, now = earlier["plan_version"], work.plan.version
    made = f"version {then} of the plan, this one by {now}" if then != now else "another text of the plan"
    return [
        f"run {work.previous} of {before} was computed by {made}, and these rest on it: {listed}. "
        f"If they should not, run {before} by this plan first, then this period again"
    ]
