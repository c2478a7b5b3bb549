"""Caps: limits on what bonuses pay together, per member, owner or company; the cut is kept and shown.

Scaling is pro rata in whole minor units, rounded down: what a cap leaves over stays with the company and
counts as cut.
"""

from typing import Any

from engine.plan import Cap
from engine.work import Work


def apply(work: Work, totals: list[dict[str, Any]]) -> None:
    """Apply every cap of the plan, in its order, and correct the totals of the bonuses that it cuts."""
    due = {total["bonus"] for total in totals}
    for cap in work.plan.caps:
        named = [bonus for bonus in cap.bonuses if bonus in due]
        if named:
            _apply(work, cap, named)
    if work.plan.caps:
        for total in totals:
            cut = work.graph.value("caps/cut", run=work.run, bonus=total["bonus"])
            total["cut"] = cut
            total["paid"] -= cut


def _apply(work: Work, cap: Cap, bonuses: list[str]) -> None:
    given: dict[str, Any] = {"run": work.run, "bonuses": bonuses}
    if cap.per == "company":
        volume = work.graph.value("caps/volume", run=work.run)
        worth = work.plan.money.volume
        share = volume * cap.share * worth.unit // worth.parts if cap.share else cap.amount
        paid = work.graph.value("caps/paid", **given)
        if cap.cut:
            work.graph.batched("caps/scale", **given, numerator=10**6 - cap.cut, denominator=10**6)
        elif paid > share:
            work.graph.batched("caps/scale", **given, numerator=max(0, share), denominator=paid)
    elif cap.per == "owner":
        work.graph.batched("caps/owner", **given, cap=cap.amount)
    else:
        work.graph.batched("caps/member", **given, cap=cap.amount)
