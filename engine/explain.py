"""Explain: why a member was paid for an order, or was not, step by step up the tree.

The steps come from the same composed queries that paid; here they only get the names of those whom a
compression skipped, and a sentence for the member who asks.
"""

from dataclasses import dataclass
from typing import Any

from engine import answers
from engine.bonuses import Line
from engine.errors import UplineError
from engine.graph import Graph, Row
from engine.levels import DEPTHS, in_tree
from engine.money import decimal
from engine.overlays import Skip, listed, skip_text
from engine.plan import Bonus, Plan
from engine.queries import query
from engine.runs import Run, plan_of, window_of

ONE_WALK = ("levels", "border", "ranks")
"""Climbs that go on from the last payee; in the others each level is looked for from the source."""
MOST_ANCESTORS = 100_000
"""Ancestors that one explanation looks at: the outer leg of a large binary."""


class UnknownOrderError(UplineError):
    """No order has that id."""


class OrderNotCountedError(UplineError):
    """The run did not count the order."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the order with the ancestors that were stepped over to reach its payee."""

    line: Line
    skipped: tuple[Skip, ...]


@dataclass(frozen=True, slots=True)
class BonusStory:
    """What one bonus made of the order: its steps, and the sentence for the member who asks."""

    bonus: str
    steps: tuple[Step, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An order's way up: the order, who is credited, how far above the asking member stands, the stories."""

    order: Row
    source_id: str
    member_id: str
    distance: int | None
    stories: tuple[BonusStory, ...]


def explain(graph: Graph, run: Run, member_id: str, order_id: str) -> Explanation:
    """Why `member_id` was or was not paid for the order; raises UnknownOrderError, OrderNotCountedError."""
    answers.standing(graph, run, member_id)
    plan = plan_of(run)
    order = _counted(graph, run, plan, order_id)
    source_id = order["member_id"]
    lines = answers.lines_of_order(graph, run, plan, order_id, source_id)
    above = {
        tree: _ancestors(graph, run, plan, source_id, tree)
        for tree in {b.tree for b in plan.bonuses} | {"main"}
    }
    stories = tuple(
        _story(
            plan,
            bonus,
            [line for line in lines if line.bonus == bonus.name],
            above[bonus.tree][0 if _from_self(bonus, order) else 1 :],
            member_id,
        )
        for bonus in plan.bonuses
    )
    ids = [row["member_id"] for row in above["main"][1:]]
    distance = 0 if member_id == source_id else ids.index(member_id) + 1 if member_id in ids else None
    return Explanation(order, source_id, member_id, distance, stories)


def _from_self(bonus: Bonus, order: Row) -> bool:
    """Whether the levels of an order may begin with the member whom it is credited to."""
    start = bonus.values.get("start", "above")
    return start == "self" or (start == "buyer" and order.get("customer_id") is not None)


def _counted(graph: Graph, run: Run, plan: Plan, order_id: str) -> Row:
    found = graph.read("answers/order", order_id=order_id)
    if not found:
        raise UnknownOrderError(
            f"no order is called {order_id!r}",
            todo="Ids are those of the orders table, capitals and zeros included.",
        )
    order: Row = {**found[0]["order"], "customer": found[0]["customer"], "refund_of": found[0]["refund_of"]}
    window = window_of(run, plan)
    why = ""
    if not window["start"] <= order["ordered_at"].to_native() < window["end"]:
        why = f"it was placed at {order['ordered_at']}, outside {run.period}"
    elif order["kind"] in plan.excluded_kinds:
        why = f"orders of kind {order['kind']!r} carry no volume in this plan"
    elif order["import_no"] > run.facts["cut"]:
        why = f"it came with import {order['import_no']}, after the run; run the period again"
    if why:
        raise OrderNotCountedError(f"run {run.number} of {run.period} did not count order {order_id}: {why}")
    return order


def _ancestors(graph: Graph, run: Run, plan: Plan, source_id: str, tree: str) -> list[Row]:
    columns = listed(plan, "keeps", "reasons", "figures", "needed")
    filled = query("answers/ancestors").fill(depth=DEPTHS[tree], **columns)
    overlays = [dict(overlay.values) for overlay in plan.overlays]
    return graph.read(
        in_tree(filled, tree), run=run.number, member_id=source_id, most=MOST_ANCESTORS + 1, overlays=overlays
    )


def _story(plan: Plan, bonus: Bonus, lines: list[Line], above: list[Row], member_id: str) -> BonusStory:
    places = {row["member_id"]: place for place, row in enumerate(above)}
    steps, at = [], -1
    for line in sorted(lines, key=lambda line: line.level):
        at = at if bonus.module.climb in ONE_WALK else -1
        reached = places.get(line.payee_id or "", len(above)) if line.level > 0 else -1
        overlay = plan.overlays[bonus.overlays[line.level - 1]] if bonus.overlays and line.level > 0 else None
        skipped = [
            Skip(
                row["member_id"], row["name"], overlay.module.name,
                row["reasons"][overlay.index], row["figures"][overlay.index], row["needed"][overlay.index],
            )
            for row in above[at + 1 : reached]
        ] if overlay else []  # fmt: skip
        steps.append(Step(line, tuple(skipped)))
        at = reached
    return BonusStory(bonus.name, tuple(steps), _verdict(plan, bonus, steps, member_id, places))


def _verdict(  # noqa: PLR0911 - one return for each way to be paid or not
    plan: Plan, bonus: Bonus, steps: list[Step], member_id: str, places: dict[str, int]
) -> str:
    for line in [step.line for step in steps]:
        if line.payee_id == member_id and line.rate:
            return (
                f"paid {amount_text(plan, bonus, line)} {plan.money.currency}: {line_text(plan, bonus, line)}"
            )
    for step in steps:
        line = step.line
        if line.payee_id == member_id:
            return f"not paid: stands at level {line.level}, but {reason_text(plan, line.reason or '')}"
        for skip in step.skipped:
            if skip.member_id == member_id:
                return (
                    f"not paid: stepped over for level {line.level} by {skip.rule}, {skip_text(plan, skip)}"
                )
    if not steps and (bonus.module.scope in ("payee", "company") or _on_groups(bonus)):
        return "this bonus is not paid order by order: the member's lines show what it is paid on"
    if not steps:
        return "the bonus has nothing to pay on this order"
    if all(step.line.level == 0 for step in steps):
        return "not paid: this bonus goes to whoever the order is credited to"
    if member_id not in places:
        return "not paid: does not stand above the member whom the order is credited to"
    return f"not paid: the {steps[-1].line.level} levels that the bonus pays end below this member"


def _on_groups(bonus: Bonus) -> bool:
    """Whether a source's lines are on a base of its own, and not on its orders."""
    module = bonus.module
    return module.scope == "source" and ("base" in module.returns or module.basis == "money")


def line_text(plan: Plan, bonus: Bonus, line: Line) -> str:
    """A line's arithmetic in words."""
    where = f"level {line.level}, " if line.level else ""
    base = base_text(bonus, line)
    if bonus.module.basis == "count":
        return f"{where}{plan.money.amount(line.rate)} {plan.money.currency} a piece, pieces: {base}"
    rate = f"{decimal(line.rate, 4).rstrip('0').rstrip('.')} %"
    point = (
        "" if plan.money.volume.unit * 10**6 == plan.money.volume.parts else " at the plan's value of a point"
    )
    return f"{where}{rate} of {base}{point}"


def base_text(bonus: Bonus, line: Line) -> str:
    """What a line's rate applies to, as exact text: a volume, or minor units, or pieces."""
    return decimal(line.base, 2) if bonus.module.basis == "volume" else str(line.base)


def amount_text(plan: Plan, bonus: Bonus, line: Line) -> str:
    """A line's amount: rounded where the plan rounds lines, else exact."""
    if line.amount is not None:
        return plan.money.amount(line.amount)
    return plan.money.exact(plan.money.worth(bonus.module.basis).minor(line.exact))


REASONS = {
    "no_upline": "nobody is left above",
    "inactive": "not active in the period",
    "rank": "the rank earns nothing at this level",
    "lower_rate": "a higher rank would have earned more",
    "active_legs": "too few legs are active for this level",
    "recruits": "too few members sponsored in person are active for this level",
    "personal_volume": "the own volume is too low for this level",
    "blocked": "a member below who holds the rank, or a higher one, closes the leg",
    "level": "the sale is too near: the bonus begins further down",
    "minimum_group": "the own group is too small for the full rate",
}
"""The reasons of the engine's own rules in words; others are shown as they are."""


def reason_text(_plan: Plan, reason: str) -> str:
    """A line's reason in words."""
    return REASONS.get(reason, reason)


def as_json(explanation: Explanation, plan: Plan) -> dict[str, Any]:
    """The explanation as plain data: figures as exact text."""
    bonuses = {bonus.name: bonus for bonus in plan.bonuses}

    def step(found: Step) -> dict[str, Any]:
        line, bonus = found.line, bonuses[found.line.bonus]
        counted = bonus.module.basis == "count"
        return {
            "level": line.level,
            "tree_level": line.tree_level,
            "payee_id": line.payee_id,
            "base": base_text(bonus, line),
            "rate": plan.money.amount(line.rate) if counted else decimal(line.rate, 6),
            "amount": amount_text(plan, bonus, line) if line.rate else None,
            "reason": line.reason,
            "skipped": [
                {"member_id": skip.member_id, "rule": skip.rule, "why": skip_text(plan, skip)}
                for skip in found.skipped
            ],
        }

    return {
        "order_id": explanation.order["order_id"],
        "source_id": explanation.source_id,
        "member_id": explanation.member_id,
        "distance": explanation.distance,
        "bonuses": [
            {"bonus": story.bonus, "verdict": story.verdict, "steps": [step(each) for each in story.steps]}
            for story in explanation.stories
        ],
    }
