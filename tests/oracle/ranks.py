"""Qualified ranks, bottom up, with a card for each requirement; and the overrides of a period."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from .periods import Period, period
from .plan import Plan, Rank, Requirement
from .result import RankCard
from .tables import Company, Override
from .trees import deepest_first


@dataclass(frozen=True, slots=True)
class Figures:
    """What requirements look at."""

    above: Mapping[str, str | None]
    personal: Mapping[str, int]
    group: Mapping[str, int]
    active: Mapping[str, bool]
    facts: Mapping[tuple[str, str], int]
    below: Mapping[str, list[str]]
    highest_in_leg: dict[str, int] = field(default_factory=dict)
    """The highest rank at or below a member, known once the walk has passed the member."""


def qualify(plan: Plan, figures: Figures) -> tuple[dict[str, int], dict[str, list[RankCard]]]:
    """Each member's highest rank whose requirements are met (0 is no rank), and all cards."""
    qualified: dict[str, int] = {}
    cards: dict[str, list[RankCard]] = {}
    for member in deepest_first(figures.above):
        cards[member] = []
        qualified[member] = 0
        for step, rank in enumerate(plan.ranks):
            mine = [_card(plan, rank, each, member, figures) for each in rank.require]
            cards[member] += mine
            if step and _met(rank, mine) and (figures.active[member] or not rank.must_be_active):
                qualified[member] = step
        in_legs = [figures.highest_in_leg[leg] for leg in figures.below[member]]
        figures.highest_in_leg[member] = max([qualified[member], *in_legs])
    return qualified, cards


def facts_of(company: Company, name: str) -> dict[tuple[str, str], int]:
    """The facts of a period by member and name; one given for the period goes before one for every period."""
    always = {(fact.member_id, fact.name): fact.value for fact in company.facts if fact.period is None}
    now = {(fact.member_id, fact.name): fact.value for fact in company.facts if fact.period == name}
    return always | now


def overrides_of(company: Company, now: Period, kind: str) -> dict[str, str]:
    """Members with an override of a kind that holds in the period, and its value."""
    return {
        override.member_id: override.value
        for override in company.overrides
        if override.kind == kind and _holds(override, now)
    }


def _holds(override: Override, now: Period) -> bool:
    begun = period(override.first_period, now.zone).first <= now.last
    ended = override.last_period is not None and period(override.last_period, now.zone).last < now.first
    return begun and not ended


def _met(rank: Rank, cards: list[RankCard]) -> bool:
    passes = [card.passes for card in cards]
    return any(passes) if rank.match == "any" else all(passes)


def _card(plan: Plan, rank: Rank, requirement: Requirement, member: str, figures: Figures) -> RankCard:
    if requirement.kind == "personal_volume":
        actual = figures.personal[member]
    elif requirement.kind == "group_volume":
        actual = _counted_group_volume(requirement, member, figures)
    elif requirement.kind == "legs_with_rank":
        wanted = plan.step(requirement.rank)
        actual = len([leg for leg in figures.below[member] if figures.highest_in_leg[leg] >= wanted])
    elif requirement.kind == "fact":
        actual = figures.facts.get((member, requirement.name), 0)
    else:
        raise ValueError(f"rank {rank.name}: no requirement is called {requirement.kind}")
    needed = requirement.at_least
    return RankCard(rank.name, requirement.kind, needed, actual, actual >= needed)


def _counted_group_volume(requirement: Requirement, member: str, figures: Figures) -> int:
    """Variant A of the leg cap: a leg counts at most a share of the required volume."""
    if requirement.leg_cap is None:
        return figures.group[member]
    cap = math.floor(requirement.leg_cap * requirement.at_least)
    own = figures.personal[member]
    counted = min(own, cap) if requirement.cap_own else own
    return counted + sum(min(figures.group[leg], cap) for leg in figures.below[member])
