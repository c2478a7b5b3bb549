"""Caps: limits on what bonuses pay together, per member, owner or company; the cut is kept and shown.

A limit applies to gains and losses together. Where they exceed it, gains are scaled pro rata in whole minor
units; losses (from refunds) stay. What is over the limit stays with the company and counts as cut. Together
they come to the limit, to the last unit: units that remain when each gain is rounded down go to the largest
remainders (Hamilton's method), of equal ones by member_id and in the order of the cap's bonuses. A flat cut
has no limit to come to: each earning is rounded by the plan's rule.

Caps follow all bonuses except pools. A cap that the plan sets before matching follows as soon as its bonuses
are paid, and later bonuses match on what it leaves.
"""

from typing import Any

from engine.graph.queries import Query, query
from engine.passes.context import Work
from engine.plans.plan import Cap


def apply_early(work: Work) -> None:
    """Apply the caps before matching whose bonuses are all paid, once each."""
    due = {bonus.name for bonus in work.plan.due(work.period.calendar)}
    for place, cap in enumerate(work.plan.caps):
        capped = [bonus for bonus in cap.bonuses if bonus in due]
        paid = set(capped) <= work.results["totals"].keys()
        if cap.matched and capped and paid and place not in work.results["early_caps"]:
            work.results["early_caps"].add(place)
            _apply(work, cap, capped)
            work.graph.batched("caps/matched", run=work.run, bonuses=capped)


def apply(work: Work) -> None:
    """Apply the other caps of the plan, in its order, and correct the totals of the bonuses that caps cut."""
    totals = work.results["totals"]
    for cap in work.plan.caps:
        capped = [bonus for bonus in cap.bonuses if bonus in totals]
        if capped and not cap.matched:
            _apply(work, cap, capped)
    if work.plan.caps:
        for bonus, total in totals.items():
            total["cut"] = work.graph.value("caps/cut", run=work.run, bonus=bonus)
            total["paid"] -= total["cut"]


def volume(work: Work) -> int | None:
    """The commissionable volume of the run, in hundredths, where a cap is a share of it; else None."""
    due = {bonus.name for bonus in work.plan.due(work.period.calendar)}
    if not any(cap.share and due & set(cap.bonuses) for cap in work.plan.caps):
        return None
    counted: int = work.graph.value("caps/volume", run=work.run)
    return counted


def _apply(work: Work, cap: Cap, bonuses: list[str]) -> None:
    parameters: dict[str, Any] = {"run": work.run, "bonuses": bonuses}
    pieces = {"keep": _portioned("caps/keep"), "together": query("caps/together")}
    if cap.per == "member":
        work.graph.batched(query("caps/member").fill(**pieces), **parameters, caps=list(cap.amounts))
    elif cap.per == "owner":
        work.graph.batched(query("caps/owner").fill(**pieces), **parameters, cap=cap.amount)
    elif cap.cut:
        cash = work.plan.money
        more = "0" if cash.rounding == "floor" else query(f"caps/{cash.rounding}")
        _scale(work, more, room=cash.rate_scale - cap.cut, whole=cash.rate_scale, **parameters)
    elif room := _room(work, cap, parameters):
        parameters |= {"room": room[0], "whole": room[1]}
        rest = work.graph.read(_portioned("caps/rest"), **parameters)[0]["rest"]
        work.graph.batched(_portioned("caps/remainders"), rest=rest, **parameters)
        _scale(work, query("caps/remainder"), **parameters)


def _scale(work: Work, more: Query | str, **parameters: Any) -> None:
    work.graph.batched(_portioned("caps/company", more=more), **parameters)


def _portioned(name: str, **pieces: Query | str) -> Query:
    return query(name).fill(portion=query("caps/portion"), **pieces)


def _room(work: Work, cap: Cap, parameters: dict[str, Any]) -> tuple[int, int] | None:
    """The fraction room / whole of the gains that the company pays; None where nothing is cut."""
    paid = work.graph.read("caps/paid", **parameters)[0]
    most = cap.amount
    if cap.share:
        worth = work.plan.money.volume
        most = max(0, work.findings["company volume"] * cap.share * worth.unit // worth.parts)
    room = most - paid["losses"]
    return (room, paid["gains"]) if paid["gains"] > room else None
