"""Walks: the story of a bonus whose lines climb from a source: an order, a group, or others' earnings."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from engine.answers.lines import Line
from engine.answers.orders import Order
from engine.answers.overlays import Skip, skip_text
from engine.explain.stories import MOST_ENTRIES, Above, BonusStory, Question, Step, requirements
from engine.explain.words import paid_text, purpose, reason_text, settings, step_text
from engine.graph.database import Row
from engine.money import decimal
from engine.plans.plan import Bonus, Overlay, Plan
from engine.plans.words import step_noun
from engine.text import grouped

ONE_WALK = ("levels", "border", "ranks")
"""Climbs that continue from the last payee; in all others each level starts from the source."""
SEARCHED = 1_000
"""Ancestors that one query searches for the group that an order is in."""
WHOSE = {"own": "own orders", "customers": "customers' orders"}
"""What the option `on` counts, in words."""

Walk = tuple[list[Line], Above, int]
"""The lines of one source, the path from that source upwards, and the place where its levels begin."""


def of_orders(question: Question, bonus: Bonus) -> BonusStory:
    """The story of a bonus that is paid order by order."""
    source = question.source_id
    lines = [line for line in question.lines(bonus, [source]) if line.order_id == question.order.order_id]
    above = question.above(bonus.tree, source)
    walk = (lines, above, 0 if _from_self(bonus, question.order) else 1)
    return _walked(question, bonus, [walk] if lines and above.ids else [], _no_line)


def of_groups(question: Question, bonus: Bonus) -> BonusStory:
    """The story of a bonus that pays on a source's whole group."""
    return _walked(question, bonus, _in_group(question, bonus), _no_group)


def of_earnings(question: Question, bonus: Bonus) -> BonusStory:
    """The story of a bonus on what other bonuses paid."""
    return _walked(question, bonus, _matched(question, bonus), _no_match)


def _from_self(bonus: Bonus, order: Order) -> bool:
    """Whether the levels of an order may begin with the member who is credited with it."""
    start = bonus.values.get("start", "above")
    return start == "self" or (start == "buyer" and order.buyer_id is not None)


def _in_group(question: Question, bonus: Bonus) -> list[Walk]:
    """The lines of the order's group: those of the nearest member, from the source upwards, who has lines."""
    path = question.above(bonus.tree, question.source_id)
    for start in range(0, len(path.ids), SEARCHED):
        ids = path.ids[start : start + SEARCHED]
        by_source: dict[str, list[Line]] = {}
        for line in question.lines(bonus, ids):
            by_source.setdefault(line.source_id, []).append(line)
        for place, member_id in enumerate(ids, start):
            if member_id in by_source:
                return [(by_source[member_id], path.beyond(place), 1)]
    return []


def _matched(question: Question, bonus: Bonus) -> list[Walk]:
    """The lines on what others earned from the order, by the bonuses that this one matches."""
    reached: dict[str, set[str]] = {}
    if not question.order.commissionable_volume and not question.order.qualifying_volume:
        return []
    for named in bonus.values.get("bonuses", ()):
        for member_id in question.stories[named].paid if named in question.stories else ():
            reached.setdefault(member_id, set()).add(named)
    for named, story in question.elsewhere.items():
        for member_id in story.paid if named.rpartition(" ")[0] in bonus.values.get("bonuses", ()) else ():
            reached.setdefault(member_id, set()).add(named)
    seen = question.seen(reached)
    reached = {member_id: names for member_id, names in reached.items() if member_id in seen}
    nearest = [each for each in question.above("main", question.source_id).ids if each in reached]
    earners = [*nearest, *sorted(reached.keys() - set(nearest))][:MOST_ENTRIES]
    lines = question.lines(bonus, earners) if earners else []
    return [
        (
            [line for line in lines if line.source_id == member_id and line.order_id in reached[member_id]],
            question.above(bonus.tree, member_id),
            1,
        )
        for member_id in earners
    ]


def _walked(
    question: Question, bonus: Bonus, walks: list[Walk], nothing: Callable[[Question, Bonus], str]
) -> BonusStory:
    """The story of a bonus whose lines climb from some sources; `nothing` says why it has none."""
    by_walk = [[*_steps(question.plan, bonus, walk)] for walk in walks]
    steps = [step for some in by_walk for step in some]
    shown = steps if question.reach.all else _shown(question, walks, by_walk)
    places = {each for _, above, first in walks for each in above.ids[first:]}
    by_order = nothing is _no_line
    return BonusStory(
        bonus.name,
        tuple(shown),
        _verdict(question, bonus, steps, shown, places) if steps else nothing(question, bonus),
        requirements=requirements(question, bonus),
        about="" if shown and by_order else purpose(bonus),
        plan_says="" if shown and by_order else settings(question.plan, bonus),
    )


def _shown(question: Question, walks: list[Walk], by_walk: list[list[Step]]) -> list[Step]:
    """The steps that a reader with a limited reach is told: with payees on the way up, as far as it is told.

    Of those who were skipped only members within reach are there.
    """
    known = [{*above.ids, *(line.source_id for line in lines)} for lines, above, _ in walks]
    own = [
        [step for step in steps if step.line.payee_id in ids]
        for ids, steps in zip(known, by_walk, strict=True)
    ]
    steps = [step for some in own for step in some]
    skipped = [skip.member_id for step in steps for skip in step.skipped]
    seen = question.seen([*(step.line.payee_id for step in steps), *skipped])
    return [
        replace(step, skipped=tuple(skip for skip in step.skipped if skip.member_id in seen))
        for step in steps
        if step.line.payee_id in seen
    ]


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
    """The skipped members of one step of a walk, from `start` to the place reached, by its overlay."""
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
    """The compressed tree that one step of a walk followed; by ranks it is that of its first member."""
    if not bonus.overlays or level == 0:
        return None
    if bonus.module.climb == "ranks":
        skips_source = at == 0 and bonus.values.get("source_counts") is False
        rank = above.rows(at, at + 1)[0]["rank"]
        return plan.overlays[bonus.overlays[-1 if skips_source else rank]]
    return plan.overlays[bonus.overlays[level - 1]]


def _verdict(question: Question, bonus: Bonus, steps: list[Step], shown: list[Step], places: set[str]) -> str:
    """The answer for the member out of all steps; it says nothing that depends on who is beyond reach."""
    plan, member_id = question.plan, question.member.member_id
    own = [step.line for step in steps if step.line.payee_id == member_id]
    if any(line.rate for line in own):
        return paid_text(plan, bonus, [line for line in own if line.rate])
    if own:
        place = f"is at {step_text(plan, bonus, own[0])}, but " if own[0].level else ""
        return f"not paid: {place}{reason_text(own[0])}"
    for step in steps:
        for skip in step.skipped:
            if skip.member_id == member_id:
                where = step_text(plan, bonus, step.line)
                return f"not paid: skipped for {where} by {skip.rule}, {skip_text(plan, skip)}"
    if all(step.line.level == 0 for step in steps):
        return "not paid: this bonus pays the member who is credited with the order"
    if member_id not in places:
        return _outside(question, bonus, {step.line.source_id for step in steps})
    return f"not paid: {_below(bonus, shown)}"


def _below(bonus: Bonus, shown: list[Step]) -> str:
    """Why the lines of a bonus pass a member by who is above their source."""
    if not shown:
        return "the bonus pays nobody from the order up to this member"
    number, noun = shown[-1].line.level, step_noun(bonus)
    ends = f"{number} {noun}s that the bonus pays end" if number > 1 else f"{noun} that the bonus pays ends"
    return f"the {ends} below this member"


def _outside(question: Question, bonus: Bonus, sources: set[str]) -> str:
    """Why the levels of some sources cannot reach a member."""
    member_id, named = question.member.member_id, question.named(sources)
    if bonus.module.basis == "money":
        return f"not paid: is not above those who earned something from the order ({named})"
    if sources != {question.source_id}:
        group = "the member's own group" if member_id in sources else f"the group of {named}"
        return f"not paid: the order is in {group}, which pays the members above it"
    if member_id in sources:
        return "not paid: this bonus pays the members above the one who is credited with the order"
    return "not paid: is not above the member who is credited with the order"


def _no_match(question: Question, bonus: Bonus) -> str:
    names = bonus.values.get("bonuses", ())
    periods = [f"{name} {period}" for name, period in question.matched if name in names]
    here = [name for name in names if name in question.stories]
    named = ", ".join([*here, *periods]) or ", ".join(names)
    who = "nobody" if question.reach.all else "nobody in the member's group"
    return f"not paid: it matches earnings from {named}, and {who} earned anything there from this order"


def _no_group(question: Question, bonus: Bonus) -> str:
    where = "upwards" if question.reach.all else "up to this member"
    return f"not paid: nobody from the order {where} has a group that it pays on ({purpose(bonus)})"


def _no_line(question: Question, bonus: Bonus) -> str:
    """Why a bonus on orders has no line for this one."""
    order, rule = question.order, {**bonus.rule, "zone": question.plan.zone}
    facts = question.graph.read(
        "answers/left_out",
        run=question.run.number, member_id=question.source_id, order_id=order.order_id, rule=rule,
    )[0]  # fmt: skip
    why = next(iter(_left_out(bonus, order, facts)), None)
    if why is None and bonus.module.basis == "volume" and order.commissionable_volume == 0:
        why = "its commissionable volume is 0"
    currency = question.plan.money.currency
    if why is None and bonus.module.basis == "money" and order.currency != currency:
        why = f"its amount is in {order.currency}, the plan pays in {currency}"
    if why is None and bonus.module.basis == "money" and not order.amount:
        why = "its amount is 0"
    if why is None and not order.commissionable_volume and not order.qualifying_volume:
        why = "it has no volume"
    return f"nothing to pay on this order: {why or f'the rule finds nothing to pay ({purpose(bonus)})'}"


def _left_out(bonus: Bonus, order: Order, facts: Row) -> Iterable[str]:
    """The options of the bonus that leave the order out, in words; `facts` is a row of answers/left_out."""
    options: dict[str, Any] = dict(bonus.values)
    whose, on = "own" if facts["own"] else "customers", options.get("on", "all")
    if on not in ("all", whose):
        words = {"own": f"{order.member_id}'s own order", "customers": "a customer's order"}
        yield f"it is {words[whose]}, and the bonus counts only {WHOSE.get(on, f'orders of {on}')} (on)"
    if options.get("customers") is False and not facts["own"]:
        yield "a customer bought it, and the bonus counts only the member's own orders (customers)"
    if options.get("kinds") and facts["kind"] not in options["kinds"]:
        yield f"its kind is {facts['kind']}, and the bonus counts only {', '.join(options['kinds'])} (kinds)"
    if options.get("days") is not None and facts["days"] > options["days"]:
        yield f"it came on day {facts['days']} of membership, only the first {options['days']} count (days)"
    if (first := options.get("first_orders")) is not None and not facts["first"]:
        counting = "order counts" if first == 1 else f"{first} orders count"
        yield f"only the first {counting}, and this is a later one (first_orders)"
    yield from _no_piece(options, order, facts)


def _no_piece(options: dict[str, Any], order: Order, facts: Row) -> Iterable[str]:
    """Why an order makes no piece for a bonus that counts pieces."""
    per = options.get("per")
    if per == "volume" and abs(order.commissionable_volume) < options["each"]:
        volume, each = (grouped(decimal(size, 2)) for size in (order.commissionable_volume, options["each"]))
        yield f"its volume of {volume} makes no whole piece of {each} (each)"
    elif per is not None and order.kind == "refund" and not facts["whole"]:
        yield "it does not refund a whole order, so it takes back no piece"
    elif per == "member" and order.kind == "refund":
        yield "a member counts once for all orders, and one of them was refunded (per)"
    elif per == "member":
        yield "an active member counts once for all orders, and another order counts (per)"
