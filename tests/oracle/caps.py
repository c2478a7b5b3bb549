"""Caps: limits on what bonuses pay together; gains are scaled down, what they lose is the cut.

Gains that share a limit come to it exactly: the units that rounding down leaves go to the largest remainders.
A flat cut is rounded by the plan's rule, earning by earning.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from .plan import Plan
from .result import Result
from .rounding import rounded
from .tables import Company

Key = tuple[str, str]
"""A member and a bonus."""


def apply(
    company: Company, plan: Plan, result: Result, just_paid: str | None = None, due: tuple[str, ...] = ()
) -> None:
    """Apply caps in the order of the plan to the earnings, and book the cut in the totals.

    With `just_paid`: the caps before matching whose last due bonus was just paid. Without: all other caps.
    """
    for cap in plan.options.get("cap", []):
        if cap.get("before_matching", False) != (just_paid is not None):
            continue
        named = [bonus for bonus in cap.get("bonuses") or result.totals if bonus in result.totals]
        if just_paid is not None and [bonus for bonus in due if bonus in cap["bonuses"]][-1:] != [just_paid]:
            continue
        earned = {key: amount for key, amount in result.earnings.items() if key[1] in named}
        for keys, most in _limits(company, plan, result, cap, earned):
            _scale(result, keys, most, named)
        if "cut" in cap:
            for key, amount in earned.items():
                if amount > 0:
                    _keep(result, key, rounded(amount * (1 - Fraction(str(cap["cut"]))), plan.rounding))


def _limits(
    company: Company, plan: Plan, result: Result, cap: dict[str, Any], earned: dict[Key, int]
) -> list[tuple[list[Key], int]]:
    """Earnings that are limited together, and their limit in minor units."""
    if "share" in cap:
        volume = sum(standing.commissionable_volume for standing in result.standings.values())
        return [(list(earned), max(0, int(plan.worth(volume, Fraction(str(cap["share"]))) // 1)))]
    if "amount" not in cap:
        return []
    per, amount = cap.get("per", "member"), cap["amount"]
    groups: dict[str, list[Key]] = {}
    for key in earned:
        owner = company.members[key[0]].owner_id or key[0]
        groups.setdefault({"member": key[0], "owner": owner, "company": ""}[per], []).append(key)
    return [(keys, _amount(plan, result, amount, keys[0][0])) for keys in groups.values()]


def _amount(plan: Plan, result: Result, amount: Any, member: str) -> int:
    """One amount, or that of the nearest rank at or below the member's."""
    if isinstance(amount, dict):
        step = plan.step(result.standings[member].rank)
        listed = [amount[rank.name] for rank in plan.ranks[: step + 1] if rank.name in amount]
        amount = listed[-1] if listed else 0
    return int(Fraction(str(amount)) * plan.minor_units)


def _scale(result: Result, keys: list[Key], most: int, named: list[str]) -> None:
    """Gains and losses together are at most `most`: if they are more, gains share what is left."""
    gains = {key: result.earnings[key] for key in keys if result.earnings[key] > 0}
    losses = sum(result.earnings[key] for key in keys if result.earnings[key] < 0)
    room, whole = max(0, most - losses), sum(gains.values())
    if whole + losses <= most:
        return
    exact = {key: Fraction(amount * room, whole) for key, amount in gains.items()}
    kept = {key: int(share // 1) for key, share in exact.items()}
    left = room - sum(kept.values())
    ranked = sorted(gains, key=lambda key: (kept[key] - exact[key], key[0], named.index(key[1])))
    for key in gains:
        _keep(result, key, kept[key] + (key in ranked[:left]))


def _keep(result: Result, key: Key, kept: int) -> None:
    cut = result.earnings[key] - kept
    result.earnings[key] = kept
    total = result.totals[key[1]]
    result.totals[key[1]] = replace(total, paid=total.paid - cut, cut=total.cut + cut)
