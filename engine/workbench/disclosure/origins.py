"""What was sold for the pay of a run, and pay behind which there is no sale.

A bonus that pays line by line names an order on each line, and the order says who bought. Other bonuses pay
on the volume of groups, on what others were paid, or fixed amounts: no single sale is behind a line of those,
and none is made up here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any

from engine.answers.bulk import every_level
from engine.composition.bonuses import names_orders, traced
from engine.composition.trees import SPANS
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.money import rounded
from engine.passes.record import RunRecord, levels_of
from engine.passes.replay import window_of
from engine.plans.plan import Bonus, Plan

ORIGINS = (
    "customers", "own", "members", "first_orders", "groups", "pay", "fixed", "elsewhere", "no_sale",
)  # fmt: skip
"""What pay comes from: purchases of customers, of the payee, of other members, and the first purchases of
members; the volume of groups or of the company; pay of others; fixed amounts; another system; no sale."""
REASONS = {
    "order_without_volume": "an order without any volume",
    "no_sale_in_group": "a fixed amount in a period without any sale in the payee's group",
    "on_pay_without_sale": "others' pay behind which there is no sale",
}
"""Why pay counts as not traceable to a sale."""

Paid = dict[str, dict[str, int]]
"""Minor units by bonus and payee."""
Parts = Mapping[str, int]
"""Minor units by payee."""
BY_ORDER = ("customers", "own", "members", "first_orders", "no_sale")
"""The origins of pay for orders."""
FINE = 10**12
"""Shares of single earnings are whole numbers of this fraction, rounded up."""


@dataclass(frozen=True, slots=True)
class PayWithoutSale:
    """What a bonus paid a member without a sale: minor units, and one of REASONS.

    It is rounded half up, but to no less than the smallest unit.
    """

    member_id: str
    bonus: str
    amount: int
    reason: str


@dataclass(frozen=True, slots=True)
class Traced:
    """The pay of a run by origin, in minor units that add up to it; by payee what has no sale behind it."""

    by_origin: Mapping[str, int]
    without_sale: tuple[PayWithoutSale, ...]


def trace(graph: Graph, run: RunRecord, plan: Plan) -> Traced:
    """What was sold for all pay of a run; `plan` is the run's own (`plan_of`)."""
    paid: Paid = defaultdict(dict)
    matchable: Paid = defaultdict(dict)
    statement = query("disclosure/earned").fill(chosen=query("answers/of_levels"))
    for member_id, bonus, amount, matched in every_level(graph, run, statement):
        paid[bonus][member_id] = amount
        matchable[bonus][member_id] = matched
    tracing = _Tracing(graph, run, plan, paid, matchable)
    for each in plan.bonuses:
        if each.name in paid:
            tracing.add(each)
    without = tuple(
        PayWithoutSale(member_id, name, amounts[member_id], reason)
        for name, (amounts, reason) in tracing.unsold.items()
        for member_id in sorted(amounts)
    )
    return Traced(tracing.by_origin, without)


@dataclass(slots=True)
class _Tracing:
    """The pay of a run as far as it has been traced, bonus by bonus in the plan's order."""

    graph: Graph
    run: RunRecord
    plan: Plan
    paid: Paid
    matchable: Paid
    """What other bonuses match of the same pay."""
    by_origin: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ORIGINS, 0))
    unsold: dict[str, tuple[Parts, str]] = field(default_factory=dict)
    """By bonus what has no sale behind it, and why."""

    def add(self, bonus: Bonus) -> None:
        """Trace the pay of one more bonus."""
        amounts = self.paid[bonus.name]
        if names_orders(bonus):
            bare, reason = self._by_orders(bonus, amounts), "order_without_volume"
        else:
            origin = _origin(bonus)
            bare, reason = self._otherwise(bonus, origin, amounts)
            unsold = sum(bare.values())
            self.by_origin[origin] += sum(amounts.values()) - unsold
            self.by_origin["no_sale"] += unsold
        if bare:
            self.unsold[bonus.name] = bare, reason

    def _by_orders(self, bonus: Bonus, amounts: Mapping[str, int]) -> Parts:
        """Divide a bonus's pay by what was bought; what is paid for orders without volume, by payee.

        A payee's amount, after rounding and caps, is divided as the exact lines are. Lines that cancel each
        other out pay nothing, and there is nothing to divide.
        """
        lines: dict[str, list[int]] = defaultdict(lambda: [0] * len(BY_ORDER))
        for payee_id, origin, exact in self._rows(bonus):
            lines[payee_id][BY_ORDER.index(origin)] += exact
        bare = {}
        for payee_id, parts in lines.items():
            divided = divide(amounts.get(payee_id, 0), parts)
            for origin, amount in zip(BY_ORDER, divided, strict=True):
                self.by_origin[origin] += amount
            if divided[-1]:
                bare[payee_id] = divided[-1]
        return bare

    def _otherwise(self, bonus: Bonus, origin: str, amounts: Mapping[str, int]) -> tuple[Parts, str]:
        """What a bonus pays without a sale whose lines name no order, by payee, and why."""
        if origin == "fixed":
            payees = {payee_id for payee_id, amount in amounts.items() if amount}
            idle = payees - self._with_group_of(bonus.tree, payees)
            return {payee_id: amounts[payee_id] for payee_id in idle}, "no_sale_in_group"
        return (self._on_pay(bonus, amounts) if origin == "pay" else {}), "on_pay_without_sale"

    def _on_pay(self, bonus: Bonus, amounts: Mapping[str, int]) -> Parts:
        """What a bonus pays on others' pay without a sale: of a line the share that the matched pay has."""
        bonuses = bonus.values.get("bonuses", ())
        matched = [name for name in bonuses if name in self.unsold]
        if not matched:
            return {}
        shares = self._unsold_shares(matched, bonuses)
        members = {member_id for _, member_id in shares}
        payees: set[str] | None = None
        if bonus.module.scope == "payee":
            payees = self._with_group_of(bonus.tree, set(amounts), members)
            if "lines" in bonus.values:  # a line for each member whose pay is matched
                bonus = replace(bonus, values={**bonus.values, "lines": "source"})
        chosen: dict[str, object] = {"matched": matched, "member_ids": sorted(members)}
        chosen["payee_ids"] = None if payees is None else sorted(payees)
        bare: dict[str, int] = defaultdict(int)
        whole: dict[str, int] = defaultdict(int)
        for payee_id, member_id, name, exact in self._rows(bonus, **chosen):
            whole[payee_id] += exact
            bare[payee_id] += exact * shares.get((name, member_id), 0)
        return {
            payee_id: _unsold(amounts[payee_id] * part, whole[payee_id] * FINE)
            for payee_id, part in bare.items()
            if part and whole[payee_id] and amounts.get(payee_id)
        }

    def _unsold_shares(
        self, matched: Sequence[str], bonuses: Sequence[str]
    ) -> dict[tuple[str | None, str], int]:
        """The share of pay without a sale, by bonus and member; by None in all `bonuses` together."""
        shares: dict[tuple[str | None, str], int] = {}
        together: dict[str, int] = defaultdict(int)
        for name in matched:
            for member_id, amount in self.unsold[name][0].items():
                shares[name, member_id] = -(-amount * FINE // self.paid[name][member_id])
                together[member_id] += shares[name, member_id] * self.matchable[name][member_id]
        for member_id, amount in together.items():
            whole = sum(self.matchable[name].get(member_id, 0) for name in bonuses)
            shares[None, member_id] = -(-amount // whole) if whole else 0
        return shares

    def _rows(self, bonus: Bonus, **chosen: object) -> Iterator[Any]:
        """The rows of the statement `traced`, some levels at a time."""
        window = window_of(self.run, self.plan)
        for first, last in levels_of(self.graph, self.run):
            levels = {"first": first, "last": last}
            statement, parameters = traced(self.plan, bonus, self.run.number, window, **levels, **chosen)
            yield from self.graph.value(statement, **parameters) or ()

    def _with_group_of(
        self, tree: str, payees: Collection[str], marked: Collection[str] | None = None
    ) -> set[str]:
        """Those of some members in whose group, they included, somebody is marked.

        Without `marked` that is whoever has bought something, or sold something to customers.
        """
        statement = query("disclosure/groups").fill(chosen=query("answers/of_levels"), **_spans(tree))
        marks = [0] * (self.run.facts["members"] + 1)
        places = {}
        for member_id, begins, ends, sold in every_level(self.graph, self.run, statement):
            if member_id in payees:
                places[member_id] = begins, ends
            if sold if marked is None else member_id in marked:
                marks[begins + 1] = 1
        upto = list(accumulate(marks))
        return {payee_id for payee_id, (begins, ends) in places.items() if upto[ends] > upto[begins]}


def divide(amount: int, parts: Sequence[int]) -> list[int]:
    """An amount divided as its parts are, in whole units; the last part is what has no sale behind it.

    That one is rounded half up, but to no less than a unit; the others are rounded down, and the units that
    are left go to the largest remainders, the first of equal ones first.
    """
    whole = sum(parts)
    if not whole or not amount:
        return [0] * len(parts)
    *others, last = parts
    unsold = _unsold(amount * last, whole) if last else 0
    left, known = amount - unsold, sum(others)
    if not known:
        return [0] * len(others) + [amount]
    divided = [left * part // known for part in others]
    by_remainder = sorted(range(len(others)), key=lambda place: -abs(left * others[place] % known))
    for place in by_remainder[: left - sum(divided)]:
        divided[place] += 1
    return [*divided, unsold]


def _unsold(part: int, whole: int) -> int:
    """A fraction rounded half up, but no less than one unit in size."""
    return rounded(part, whole, "half_up") or (1 if part > 0 else -1)


def _spans(tree: str) -> dict[str, str]:
    """Where a group begins and ends in a tree: in a company of one tree there are spans of that one alone."""
    first, end = ([f"standing.{SPANS[each][place]}" for each in (tree, "main")] for place in (0, 1))
    return {"first": f"coalesce({', '.join(first)})", "end": f"coalesce({', '.join(end)})"}


def _origin(bonus: Bonus) -> str:
    """What the pay of a bonus comes from whose lines name no order."""
    if bonus.outside:
        return "elsewhere"
    if bonus.module.on_earnings:
        return "pay"
    return "groups" if bonus.module.scope == "company" or bonus.module.basis != "count" else "fixed"
