"""Entries: the story of a bonus that is not paid order by order, by the groups that the order entered."""

from collections.abc import Callable
from typing import Any

from engine.access.areas import Area
from engine.access.reach import Reach
from engine.answers.lines import Line
from engine.answers.orders import Order
from engine.answers.standings import Standing, standings
from engine.answers.states import shown_states
from engine.explain.stories import MOST_ENTRIES, BonusStory, Entry, Question, requirements
from engine.explain.words import (
    base_text,
    cash_text,
    figure,
    paid_text,
    purpose,
    reason_text,
    settings,
    shown_figure,
)
from engine.plans.plan import Bonus, Plan
from engine.text import grouped


def of_company(question: Question, bonus: Bonus) -> BonusStory:
    """A bonus on the volume of the whole company, in which the order is one of many."""
    earning = question.earnings.get(bonus.name)
    if earning:
        before = cash_text(question.plan, earning.amount + earning.cut)
        verdict = (
            f"paid {before} for the period, out of all volume together; "
            f"the share of a single order is not known"
        )
    else:
        total = next((each for each in question.run.totals if each["bonus"] == bonus.name), None)
        others = f"{total['payees']:,} members share it" if total else "nobody was paid"
        shared = f" ({others})" if question.reach.sees(Area.TOTALS, None) else ""
        verdict = f"not paid: the member is {_as(question.member)}, and not among the members it pays{shared}"
    return BonusStory(
        bonus.name, (), verdict,
        requirements=requirements(question, bonus),
        about=purpose(bonus), plan_says=settings(question.plan, bonus),
    )  # fmt: skip


def of_payees(question: Question, bonus: Bonus) -> BonusStory:
    """A bonus on payees: the groups that the order entered, and what they were paid."""
    member_id = question.member.member_id
    path = question.above(bonus.tree, question.source_id).ids
    place = path.index(member_id) if member_id in path else None
    shown = path[: MOST_ENTRIES if place is None else min(place + 1, MOST_ENTRIES)]
    if member_id not in shown:
        shown.append(member_id)
    below = {above: path[at] for at, above in enumerate(path[1:])}
    seen = question.seen([*shown, *(below[each] for each in shown if each in below)])
    shown = [each for each in shown if each in seen]
    through = {each: below[each] for each in shown if below.get(each) in seen}
    lines: dict[str, list[Line]] = {}
    for line in question.lines(bonus, shown):
        lines.setdefault(line.payee_id or "", []).append(line)
    legs = {}
    if bonus.tree == "main":
        heads = standings(question.graph, Reach.everything, question.run, [*through.values()])
        legs = {each: heads[through[each]].leg for each in through}
    figures = _figures(question, bonus, shown, figure)
    for_people = _figures(question, bonus, shown, shown_figure)
    entries = tuple(
        Entry(
            each, path.index(each) if each in below or each == question.source_id else None,
            through.get(each), legs.get(each), figures.get(each, ()), tuple(lines.get(each, ())),
            for_people.get(each, ()),
        )
        for each in shown
    )  # fmt: skip
    own = next(entry for entry in entries if entry.member_id == member_id)
    entries = tuple(each for each in entries if each.figures or each.lines or each is own)
    required = requirements(question, bonus)
    return BonusStory(
        bonus.name, (), _payee_verdict(question, bonus, own, required), entries, required,
        purpose(bonus), settings(question.plan, bonus),
    )  # fmt: skip


def _payee_verdict(
    question: Question, bonus: Bonus, own: Entry, requirements: tuple[tuple[str, str, str, bool], ...]
) -> str:
    where = entered(own, question.order)
    paid = [line for line in own.lines if line.rate]
    if paid:
        return f"{paid_text(question.plan, bonus, paid)}; for the period as a whole, {where}"
    if own.lines:
        line = own.lines[0]
        base = grouped(base_text(question.plan, bonus, line))
        return f"not paid: {reason_text(line)}, so nothing is paid on {base}; {where}"
    missed = [name for name, _, _, passes in requirements if not passes]
    why = f"does not meet {', '.join(missed)}" if missed else "has no line of this bonus in the period"
    shown = ", ".join(f"{name} {text}" for name, text in own.shown)
    return f"not paid: the member, {_as(question.member)}, {why}{f' ({shown})' if shown else ''}; {where}"


def entered(entry: Entry, order: Order) -> str:
    """Where the order entered the member's group, in words."""
    if entry.distance is None:
        return "this order is not in the member's group"
    if not order.commissionable_volume and not order.qualifying_volume:
        return "this order has no volume"
    if entry.distance == 0:
        return "this order is the member's own"
    if entry.through is None:
        return "this order is in the member's group"
    leg = f"by leg {entry.leg}, " if entry.leg else ""
    return f"this order came in {leg}through {entry.through}"


def _as(member: Standing) -> str:
    """Activity and rank of a member, in words."""
    active = "active" if member.active else "not active"
    return f"{active} and paid as {member.rank}"


def _figures(
    question: Question, bonus: Bonus, member_ids: list[str], written: Callable[[Plan, Bonus, str, Any], str]
) -> dict[str, tuple[tuple[str, str], ...]]:
    """The figures that the flow of a bonus shows for some members, names and texts.

    Sums of money are there of those alone whose money the reader sees.
    """
    if bonus.flow is None:
        return {}
    as_of = question.run.facts.get("openings_of") if bonus.flow.carries_for(bonus.values) else None
    origin = (("carried from", f"openings as of {as_of}"),) if as_of else ()
    return {
        member_id: tuple(
            (name.replace("_", " "), written(question.plan, bonus, kind, value))
            for (name, kind, _), value in zip(bonus.flow.shows, values, strict=True)
            if not _is_money(bonus, kind) or question.reach.sees(Area.MONEY, member_id)
        )
        + origin
        for member_id, values in shown_states(question.graph, question.run, bonus, member_ids).items()
    }


def _is_money(bonus: Bonus, kind: str) -> bool:
    """Whether a figure of a type is a sum of money."""
    return kind == "MONEY" or (kind in ("BASE", "BASES") and bonus.module.basis == "money")
