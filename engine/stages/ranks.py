"""Ranks: requirement rules decide the qualified rank bottom up; pay uses the paid-as rank.

The qualified rank of a member is the highest whose requirements are met in the period. The paid-as rank is
that one, a better one of an earlier period whose grace still runs, or the one that an override sets. The
lifetime rank is the highest ever qualified for.
"""

from engine.composition.requirements import marking, modules, not_whole, qualifying
from engine.graph.database import Row
from engine.graph.queries import query
from engine.passes.context import Frozen, Work
from engine.passes.levels import everywhere, part, visit, writers_of
from engine.passes.measures import measure, renumbered


def qualify(work: Work) -> None:
    """Qualified, paid-as and lifetime rank, and the best rank in the group, of every standing; 0 for none."""
    if _decides(work):
        piece, parameters = qualifying(work.plan)
        visit(work, piece, "up", **parameters)
    elif work.plan.ranks:
        _take(work)


def measure_ranks(work: Work) -> None:
    """The measures that read ranks, or that are not needed before ranks are known."""
    measure(work, "ranks", legs=work.findings["legs with recruits"])


def remember(work: Work) -> None:
    """Copy the ranks of the period before onto the standings, where this run decides ranks.

    Live figures copy them when they are built. Once the period before has been computed again, no run
    continues from those live figures.
    """
    if work.previous is not None and _decides(work):
        earlier = query("ranks/earlier").fill(part=part("before"))
        parameters = {"run": work.run, "previous": work.previous, "renumbered": renumbered(work)}
        work.divided(earlier, writers_of(work, work.members), **parameters)


def _decides(work: Work) -> bool:
    """Whether there are ranks, and this calendar decides them rather than taking those of another one."""
    return bool(work.plan.ranks) and work.plan.rank_calendar in ("", work.period.calendar)


def _take(work: Work) -> None:
    """Take the ranks that the last period of the rank calendar decided; without one nobody has a rank."""
    plan, source = work.plan, work.frozen
    if source is not None and source.plan.rank_calendar == plan.rank_calendar:
        _take_over(work, source)
        return
    decided = work.graph.read(
        "ranks/last_of_calendar", plan=plan.name, calendar=plan.rank_calendar, day=work.period.last
    )
    names = list(plan.rank_names)
    then = decided[0]["ranks"] if decided else [names[0]]
    renumbered = [names.index(name) if name in names else 0 for name in then]
    work.rests_on |= {row["number"] for row in decided}
    if not decided:
        work.results["notes"].append(f"no {plan.rank_calendar} was run before, so nobody has a rank")
    everywhere(work, query("ranks/taken"), ranked=_number(work, decided), renumbered=renumbered)


def _number(work: Work, decided: list[Row]) -> int:
    """The run whose ranks are taken: the restated one where there is one; -1 for none."""
    number = int(decided[0]["number"]) if decided else -1
    return work.instead.get(number, number)


def _take_over(work: Work, source: Frozen) -> None:
    """Take the ranks that the run had taken whose standings this one takes over."""
    names, then = list(work.plan.rank_names), source.run.facts["ranks"]
    renumbered = [names.index(name) if name in names else 0 for name in then]
    everywhere(work, query("ranks/taken"), ranked=source.run.number, renumbered=renumbered)


def mark_payees(work: Work) -> None:
    """For each bonus with requirements, mark the members who meet them."""
    for bonus in work.plan.due(work.period.calendar):
        if bonus.requirements:
            piece, parameters = marking(work.plan, bonus)
            everywhere(work, piece, **parameters)
    for name, module in modules(work.plan).items():
        statement, parameters = not_whole(work.plan, name)
        work.refuse_values(module, statement, **parameters)
