"""Walks: the story of a bonus whose lines climb from a source: an order, a group, or what others earned."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from engine.answers.lines import Line
from engine.answers.orders import Order
from engine.answers.overlays import Skip, skip_text
from engine.explain.stories import MOST_ENTRIES, Above, Asked, BonusStory, Step, requirements
from engine.explain.words import paid_text, purpose, reason_text, said
from engine.graph.database import Row
from engine.money import decimal
from engine.plans.plan import Bonus, Overlay, Plan

ONE_WALK = ("levels", "border", "ranks")
"""Climbs that go on from the last payee; in the others each level is looked for from the source."""
SEARCHED = 1_000
"""Ancestors that are asked at once for the group that an order lies in."""

Walk = tuple[list[Line], Above, int]
"""Lines of one source, that source and everyone above, and the place there at which levels begin."""


def of_orders(asked: Asked, bonus: Bonus) -> BonusStory:
    """The story of a bonus that is paid order by order."""
    source = asked.source_id
    lines = [line for line in asked.lines(bonus, [source]) if line.order_id == asked.order.order_id]
    walk = (lines, asked.above(bonus.tree, source), 0 if _from_self(bonus, asked.order) else 1)
    return _walked(asked, bonus, [walk] if lines else [], _no_line)


def of_groups(asked: Asked, bonus: Bonus) -> BonusStory:
    """The story of a bonus whose rule is asked for a source's whole group."""
    return _walked(asked, bonus, _in_group(asked, bonus), _no_group)


def of_earnings(asked: Asked, bonus: Bonus) -> BonusStory:
    """The story of a bonus on what other bonuses paid."""
    return _walked(asked, bonus, _matched(asked, bonus), _no_match)


def _from_self(bonus: Bonus, order: Order) -> bool:
    """Whether the levels of an order may begin with the member whom it is credited to."""
    start = bonus.values.get("start", "above")
    return start == "self" or (start == "buyer" and order.buyer_id is not None)


def _in_group(asked: Asked, bonus: Bonus) -> list[Walk]:
    """The lines on the group that the order lies in: of the nearest member from the order up who has some."""
    path = asked.above(bonus.tree, asked.source_id)
    for start in range(0, len(path.ids), SEARCHED):
        ids = path.ids[start : start + SEARCHED]
        by_source: dict[str, list[Line]] = {}
        for line in asked.lines(bonus, ids):
            by_source.setdefault(line.source_id, []).append(line)
        for place, member_id in enumerate(ids, start):
            if member_id in by_source:
                return [(by_source[member_id], path.beyond(place), 1)]
    return []


def _matched(asked: Asked, bonus: Bonus) -> list[Walk]:
    """The lines on what the order brought to others by the bonuses that this one matches."""
    reached: dict[str, set[str]] = {}
    if not asked.order.commissionable_volume and not asked.order.qualifying_volume:
        return []
    for named in bonus.values.get("bonuses", ()):
        for member_id in asked.told[named].paid if named in asked.told else ():
            reached.setdefault(member_id, set()).add(named)
    for named, story in asked.elsewhere.items():
        for member_id in story.paid if named.rpartition(" ")[0] in bonus.values.get("bonuses", ()) else ():
            reached.setdefault(member_id, set()).add(named)
    nearest = [each for each in asked.above("main", asked.source_id).ids if each in reached]
    earners = [*nearest, *sorted(reached.keys() - set(nearest))][:MOST_ENTRIES]
    lines = asked.lines(bonus, earners) if earners else []
    return [
        (
            [line for line in lines if line.source_id == member_id and line.order_id in reached[member_id]],
            asked.above(bonus.tree, member_id),
            1,
        )
        for member_id in earners
    ]


def _walked(
    asked: Asked, bonus: Bonus, walks: list[Walk], nothing: Callable[[Asked, Bonus], str]
) -> BonusStory:
    """The story of a bonus whose lines climb from some sources; `nothing` says why there are none."""
    steps = [step for walk in walks for step in _steps(asked.plan, bonus, walk)]
    places = {each for _, above, first in walks for each in above.ids[first:]}
    by_order = nothing is _no_line
    return BonusStory(
        bonus.name,
        tuple(steps),
        _verdict(asked, bonus, steps, places) if steps else nothing(asked, bonus),
        requirements=requirements(asked, bonus),
        about="" if steps and by_order else purpose(bonus),
        plan_says="" if steps and by_order else said(asked.plan, bonus),
    )


def _steps(plan: Plan, bonus: Bonus, walk: Walk) -> Iterable[Step]:
    lines, above, first = walk
    places = {member_id: place for place, member_id in enumerate(above.ids)}
    at, start = 0, first
    for level, group in groupby(sorted(lines, key=lambda line: line.level), lambda line: line.level):
        if bonus.module.climb not in ONE_WALK:
            at, start = 0, first
        for line in group:
            reached = places.get(line.payee_id or "", len(above.ids)) if level > 0 else 0
            yield Step(line, _skipped(plan, bonus, level, (above, at, start, reached)))
        if level > 0 and reached < len(above.ids):
            at, start = reached, reached + 1


def _skipped(plan: Plan, bonus: Bonus, level: int, way: tuple[Above, int, int, int]) -> tuple[Skip, ...]:
    """Who was stepped over on one step of a walk: from `start` up to whom it reached, as its overlay says."""
    above, at, start, reached = way
    overlay = _overlay(plan, bonus, level, above, at)
    if overlay is None:
        return ()
    here, rule = overlay.index, overlay.module.name
    return tuple(
        Skip(
            row["member_id"], row["name"], rule, *(row[key][here] for key in ("reasons", "figures", "needed"))
        )
        for row in above.rows(start, reached)
        if not row["keeps"][here]
    )


def _overlay(plan: Plan, bonus: Bonus, level: int, above: Above, at: int) -> Overlay | None:
    """The compressed tree that one step of a walk followed; by ranks it is that of whoever it began with."""
    if not bonus.overlays or level == 0:
        return None
    if bonus.module.climb == "ranks":
        skips_source = at == 0 and bonus.values.get("source_counts") is False
        rank = above.rows(at, at + 1)[0]["rank"]
        return plan.overlays[bonus.overlays[-1 if skips_source else rank]]
    return plan.overlays[bonus.overlays[level - 1]]


def _verdict(asked: Asked, bonus: Bonus, steps: list[Step], places: set[str]) -> str:
    plan, member_id = asked.plan, asked.member.member_id
    own = [step.line for step in steps if step.line.payee_id == member_id]
    if any(line.rate for line in own):
        return paid_text(plan, bonus, [line for line in own if line.rate])
    if own:
        place = f"stands at level {own[0].level}, but " if own[0].level else ""
        return f"not paid: {place}{reason_text(own[0])}"
    for step in steps:
        for skip in step.skipped:
            if skip.member_id == member_id:
                level = step.line.level
                return f"not paid: stepped over for level {level} by {skip.rule}, {skip_text(plan, skip)}"
    if all(step.line.level == 0 for step in steps):
        return "not paid: this bonus goes to whoever the order is credited to"
    if member_id not in places:
        return _outside(asked, bonus, {step.line.source_id for step in steps})
    return f"not paid: the {steps[-1].line.level} levels that the bonus pays end below this member"


def _outside(asked: Asked, bonus: Bonus, sources: set[str]) -> str:
    """Why a member is not among those whom the levels of some sources can reach."""
    member_id, named = asked.member.member_id, ", ".join(sorted(sources))
    if bonus.module.basis == "money":
        return f"not paid: does not stand above those whom the order brought something ({named})"
    if sources != {asked.source_id}:
        group = "the member's own" if member_id in sources else f"that of {named}"
        return f"not paid: the order lies in a group, {group}, that pays members above it"
    if member_id in sources:
        return "not paid: this bonus goes to members above the one whom the order is credited to"
    return "not paid: does not stand above the member whom the order is credited to"


def _no_match(asked: Asked, bonus: Bonus) -> str:
    names = bonus.values.get("bonuses", ())
    periods = [f"{name} {period}" for name, period in asked.matched if name in names]
    here = [name for name in names if name in asked.told]
    named = ", ".join([*here, *periods]) or ", ".join(names)
    return f"not paid: it matches what others earn by {named}, and this order brought nobody anything there"


def _no_group(_asked: Asked, bonus: Bonus) -> str:
    return f"not paid: from the order up there is nobody whose group it is paid on ({purpose(bonus)})"


def _no_line(asked: Asked, bonus: Bonus) -> str:
    """Why a bonus on orders has no line for this one."""
    order, rule = asked.order, {**bonus.rule, "zone": asked.plan.zone}
    found = asked.graph.read(
        "answers/left_out",
        run=asked.run.number, member_id=asked.source_id, order_id=order.order_id, rule=rule,
    )[0]  # fmt: skip
    why = next(iter(_left_out(bonus, order, found)), None)
    if why is None and bonus.module.basis == "volume" and order.commissionable_volume == 0:
        why = "its commissionable volume is 0"
    currency = asked.plan.money.currency
    if why is None and bonus.module.basis == "money" and order.currency != currency:
        why = f"its amount is in {order.currency}, the plan pays in {currency}"
    if why is None and bonus.module.basis == "money" and not order.amount:
        why = "its amount is 0"
    if why is None and not order.commissionable_volume and not order.qualifying_volume:
        why = "it carries no volume"
    return f"nothing to pay on this order: {why or f'the rule finds nothing in it ({purpose(bonus)})'}"


def _left_out(bonus: Bonus, order: Order, found: Row) -> Iterable[str]:
    """The options of the bonus, as far as it has them, that leave the order out."""
    given: dict[str, Any] = dict(bonus.values)
    whose = f"{order.member_id}'s own" if found["own"] else "a customer's"
    if given.get("on", "all") != ("own" if found["own"] else "customers") and given.get("on", "all") != "all":
        yield f"it is {whose}, and the bonus counts those of {given['on']} alone (on)"
    if given.get("customers") is False and not found["own"]:
        yield "a customer bought it, and the bonus counts the member's own orders alone (customers)"
    if given.get("kinds") and found["kind"] not in given["kinds"]:
        yield f"its kind is {found['kind']}, and the bonus counts {', '.join(given['kinds'])} alone (kinds)"
    if given.get("days") is not None and found["days"] > given["days"]:
        yield f"it came on day {found['days']} of membership, and the first {given['days']} count (days)"
    if given.get("first_orders") is not None and not found["first"]:
        yield f"it is none of the first {given['first_orders']} that count (first_orders)"
    yield from _no_piece(given, order, found)


def _no_piece(given: dict[str, Any], order: Order, found: Row) -> Iterable[str]:
    """Why an order makes no piece for a bonus that counts pieces."""
    per = given.get("per")
    if per == "volume" and abs(order.commissionable_volume) < given["each"]:
        volume = decimal(order.commissionable_volume, 2)
        yield f"its volume of {volume} makes no whole piece of {decimal(given['each'], 2)} (each)"
    elif per is not None and order.kind == "refund" and not found["whole"]:
        yield "it does not take back the whole of another order, so it takes no piece back"
    elif per == "member" and order.kind == "refund":
        yield "a member is counted once for all orders, and one of them was taken back (per)"
    elif per == "member":
        yield "a member is counted once for all orders, while active: this order is not the one (per)"
