"""Qualified and paid-as ranks, bottom up, with a card for each requirement; and the overrides of a period."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from .periods import Period, period
from .plan import Plan, Rank, Requirement
from .requirements import Figures, actual, needed
from .result import RankCard, Result
from .tables import Company, Override
from .trees import deepest_first


def qualify(
    plan: Plan, figures: Figures, paid_as: Callable[[str, int], int]
) -> tuple[dict[str, int], dict[str, list[RankCard]]]:
    """Each member's highest rank whose requirements are met (0 is no rank), and all cards.

    `paid_as` returns the rank that counts for pay: breaking away from a group depends on it.
    """
    qualified: dict[str, int] = {}
    cards: dict[str, list[RankCard]] = {}
    for member in deepest_first(figures.above):
        cards[member] = []
        qualified[member] = figures.met[member] = 0
        for step, rank in enumerate(plan.ranks):
            cards_of_rank = [_card(plan, rank, each, member, figures) for each in rank.require]
            cards[member] += cards_of_rank
            met = bool(rank.require) and fulfilled(rank.condition, [card.passes for card in cards_of_rank])
            if step and met and (figures.active[member] or not rank.must_be_active):
                qualified[member] = figures.met[member] = step
        figures.qualified[member] = qualified[member]
        in_legs = [figures.highest_in_leg[leg] for leg in figures.below[member]]
        figures.highest_in_leg[member] = max([qualified[member], *in_legs])
        figures.paid_as[member] = paid_as(member, qualified[member])
    return qualified, cards


def graced(
    plan: Plan, now: Period, earlier: tuple[Result, ...], member: str, qualified: int, *, excused: bool
) -> int:
    """The best of the rank qualified for now and those of periods whose grace still runs.

    An excused member keeps at least the rank kept in the period before.
    """
    best = highest = qualified
    for ago, result in enumerate(_unbroken(now, earlier), start=1):
        if member not in result.standings:
            break
        then = plan.step(result.standings[member].qualified_rank)
        if plan.ranks[then].grace >= ago:
            best = max(best, then)
    for ago, result in enumerate(_unbroken(now, earlier), start=1):
        if member not in result.standings:
            break
        highest = max(highest, plan.step(result.standings[member].qualified_rank))
        if ago == 1 and "rank_demotion" in plan.options:
            best = max(best, plan.step(result.standings[member].kept_rank) - plan.options["rank_demotion"])
        if ago == 1 and excused:
            best = max(best, plan.step(result.standings[member].kept_rank))
    return max([best, *(step for step, rank in enumerate(plan.ranks) if rank.permanent and step <= highest)])


def recent(now: Period, earlier: tuple[Result, ...], member: str, current: int) -> list[int]:
    """Own volume of this period and those before, nearest first, as far back as there are standings."""
    volumes = [current]
    for result in _unbroken(now, earlier):
        if member not in result.standings:
            break
        volumes.append(result.standings[member].personal_volume)
    return volumes


def held(plan: Plan, now: Period, earlier: tuple[Result, ...], member: str, by: str) -> list[int]:
    """Ranks qualified for, or paid as, before, nearest first, as far back as there are standings."""
    steps = []
    for result in _unbroken(now, earlier):
        if member not in result.standings:
            break
        then = result.standings[member]
        steps.append(plan.step(then.rank if by == "paid" else then.qualified_rank))
    return steps


def last_of_calendar(plan: Plan, now: Period, earlier: tuple[Result, ...]) -> Result | None:
    """The last result of the plan's rank calendar whose period ends with this one at the latest."""
    ended = {period(each.period, now.zone).last: each for each in earlier if each.period != now.name}
    days = [
        last
        for last, result in ended.items()
        if last <= now.last and period(result.period, now.zone).calendar == plan.options["rank_calendar"]
    ]
    return ended[max(days)] if days else None


def accumulated(now: Period, earlier: tuple[Result, ...], member: str, volume: str, current: int) -> int:
    """The most that a volume of all periods together has ever been: returns lower the sum, never its peak."""
    sums, so_far = [0], 0
    for result in reversed(_unbroken(now, earlier)):
        if member in result.standings:
            so_far += getattr(result.standings[member], volume)
            sums.append(so_far)
    return max(*sums, so_far + current)


def _unbroken(now: Period, earlier: tuple[Result, ...]) -> list[Result]:
    """The results of the periods before, nearest first, as far back as there is no gap."""
    known = {period(result.period, now.zone).last: result for result in earlier}
    known = {
        last: result
        for last, result in known.items()
        if period(result.period, now.zone).calendar == now.calendar
    }
    results, first = [], now.first
    while (before := known.get(first - timedelta(days=1))) is not None:
        results.append(before)
        first = period(before.period, now.zone).first
    return results


def facts_of(company: Company, name: str) -> dict[tuple[str, str], int]:
    """The facts of a period by member and name; one of the period comes before one of every period."""
    always = {(fact.member_id, fact.name): fact.value for fact in company.facts if fact.period is None}
    now = {(fact.member_id, fact.name): fact.value for fact in company.facts if fact.period == name}
    return always | now


def overrides_of(company: Company, now: Period, kind: str) -> dict[str, str]:
    """Members with an override of a kind that holds in the period, and its value: that of the last to begin.

    Of two that begin on one day, the period of the later name counts.
    """

    def begins(override: Override) -> tuple[date, str]:
        return period(override.first_period, now.zone).first, override.first_period

    return {
        override.member_id: override.value
        for override in sorted(company.overrides, key=begins)
        if override.kind == kind and _holds(override, now)
    }


def _holds(override: Override, now: Period) -> bool:
    has_begun = period(override.first_period, now.zone).first <= now.last
    ended = override.last_period is not None and period(override.last_period, now.zone).last < now.first
    return has_begun and not ended


def fulfilled(condition: Any, passes: list[bool]) -> bool:
    if isinstance(condition, int):
        return passes[condition]
    word, *parts = condition
    each = [fulfilled(part, passes) for part in parts]
    return any(each) if word == "any" else all(each)


def _card(plan: Plan, rank: Rank, requirement: Requirement, member: str, figures: Figures) -> RankCard:
    figure, required = actual(plan, requirement, member, figures), needed(plan, requirement, member, figures)
    return RankCard(rank.name, requirement.kind, required, figure, figure >= required)
