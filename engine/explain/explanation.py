"""Explain: why a member was paid for an order, or was not, bonus by bonus.

The lines come from statements with the same rule texts as those that paid. Here they are completed by the
members that a compression skipped, by the place where the order entered a group, and by a sentence for the
member.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from engine.access.areas import Area
from engine.access.reach import Reach
from engine.answers.corrections import corrected_later
from engine.answers.lines import Line
from engine.answers.members import unknown_member
from engine.answers.orders import Order, OrderNotCountedError, counted
from engine.answers.overlays import skip_json
from engine.answers.standings import Standing, standing
from engine.errors import UplineError, did_you_mean
from engine.explain import entries, walks
from engine.explain.stories import BonusStory, Entry, Question, Step
from engine.explain.words import (
    amount_text,
    base_text,
    correction_text,
    cut_text,
    elsewhere,
    rate_text,
    reason_text,
)
from engine.graph.database import Graph
from engine.passes.record import NoRunError, RunRecord, result
from engine.passes.replay import RulesChangedError, plan_of
from engine.period import containing
from engine.plans.plan import Bonus, Plan


class UnknownBonusError(UplineError):
    """The run computed no bonus of that name."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """An order, the member credited with it (`source_id`), and a story of each bonus for `member`.

    `distance` is the number of levels from that member up to `member`, None where `member` is not above.
    `elsewhere` names the period of each bonus of another calendar, and says what later runs correct.
    """

    order: Order
    source_id: str
    member: Standing
    distance: int | None
    stories: tuple[BonusStory, ...]
    elsewhere: tuple[str, ...]

    @property
    def member_id(self) -> str:
        """The member whose pay is explained."""
        return self.member.member_id


def explain(
    graph: Graph, reach: Reach, run: RunRecord, member_id: str, order_id: str, bonus: str | None = None
) -> Explanation:
    """Why `member_id` was or was not paid for the order, by every bonus or by one.

    Raises UnknownOrderError, OrderNotCountedError, UnknownBonusError, and UnknownMemberError also where the
    viewer reads no explanations of the member.
    """
    if not reach.sees(Area.EXPLANATIONS, member_id):
        raise unknown_member(member_id)
    member = standing(graph, reach, run, member_id)
    plan = plan_of(run)
    names = needed(plan, bonus)
    order = counted(graph, reach, run, plan, order_id)
    question = Question(graph, run, plan, order, member, reach=reach)
    question.elsewhere.update(_stories_elsewhere(question))
    for each in plan.bonuses:
        if each.name in names:
            question.stories[each.name] = story_of(question, each)
    ids = question.above("main", question.source_id).ids
    distance = ids.index(member_id) if member_id in ids else None
    stories = tuple(story for name, story in question.stories.items() if bonus in (None, name))
    others = () if bonus is not None else _elsewhere(plan, order)
    others += tuple(_corrected(question, bonus))
    return Explanation(order, question.source_id, member, distance, stories, others)


def needed(plan: Plan, named: str | None) -> set[str]:
    """The bonuses that the story of one of them needs, itself included; all if none is named.

    Raises UnknownBonusError.
    """
    known = {bonus.name: bonus for bonus in plan.bonuses}
    if named is None:
        return set(known)
    if named not in known:
        raise UnknownBonusError(
            f"no bonus of this run is called {named!r}; known are {', '.join(known)}",
            todo=did_you_mean(named, known)
            or "Bonuses of another calendar are in the runs of that calendar.",
        )
    names, waiting = set[str](), [named]
    while waiting:
        name = waiting.pop()
        if name in known and name not in names:
            names.add(name)
            waiting += known[name].values.get("bonuses", ())
    return names


def _stories_elsewhere(question: Question) -> Iterator[tuple[str, BonusStory]]:
    """The stories of bonuses of other calendars, in the periods that this run matches."""
    for name, period in question.matched:
        try:
            then = result(question.graph, period, question.run.plan)
            plan = plan_of(then)
            order = counted(question.graph, Reach.everything, then, plan, question.order.order_id)
        except (NoRunError, RulesChangedError, OrderNotCountedError):
            continue
        member = standing(question.graph, Reach.everything, then, question.member.member_id)
        there = Question(question.graph, then, plan, order, member, reach=question.reach)
        bonus = next((each for each in plan.bonuses if each.name == name), None)
        if bonus is not None:
            yield f"{name} {period}", story_of(there, bonus)


def story_of(question: Question, bonus: Bonus) -> BonusStory:
    """The story of one bonus, with what caps left of the member's earning."""
    story = _story_of(question, bonus)
    cut = cut_text(question.plan, bonus, question.earnings.get(bonus.name))
    if not cut:
        return story
    return replace(story, verdict=re.sub(r"^paid ", "paid before caps ", story.verdict), cut=cut)


def _story_of(question: Question, bonus: Bonus) -> BonusStory:
    """The story by what the bonus pays on, as the header of its rule says."""
    module = bonus.module
    if module.scope == "company":
        return entries.of_company(question, bonus)
    if module.scope == "payee":
        return entries.of_payees(question, bonus)
    if module.on_earnings:
        return walks.of_earnings(question, bonus)
    if module.on_groups:
        return walks.of_groups(question, bonus)
    return walks.of_orders(question, bonus)


def _corrected(question: Question, bonus: str | None) -> Iterator[str]:
    """What later runs correct of the member's pay for the order, which was returned."""
    order_id, run = question.order.order_id, question.run
    later = corrected_later(question.graph, question.reach, run, question.member.member_id)
    for period, each in later:
        if order_id in each.order_ids and bonus in (None, each.bonus):
            yield f"run {each.run} of {period} {correction_text(each, run.cash)}"


def _elsewhere(plan: Plan, order: Order) -> tuple[str, ...]:
    """In which periods the bonuses of other calendars are paid."""
    day = order.ordered_at.astimezone(ZoneInfo(plan.zone)).date()
    return tuple(
        f"{name} is paid for each {calendar}: see the period {containing(day, calendar, plan.zone).name}"
        if calendar != "days"
        else f"{name} is paid for periods of its own"
        for name, calendar in elsewhere(plan)
    )


def as_json(explanation: Explanation, plan: Plan) -> dict[str, Any]:
    """The explanation as plain data: figures as exact text."""
    bonuses = {bonus.name: bonus for bonus in plan.bonuses}
    return {
        "order_id": explanation.order.order_id,
        "source_id": explanation.source_id,
        "member_id": explanation.member_id,
        "distance": explanation.distance,
        "bonuses": [_story(plan, bonuses[story.bonus], story) for story in explanation.stories],
        "elsewhere": list(explanation.elsewhere),
    }


def _story(plan: Plan, bonus: Bonus, story: BonusStory) -> dict[str, Any]:
    cards = ("requirement", "required", "actual", "passes")
    return {
        "bonus": story.bonus,
        "verdict": story.verdict,
        "about": story.about,
        "plan_says": story.plan_says,
        "cut": story.cut,
        "steps": [_step(plan, bonus, each) for each in story.steps],
        "entries": [_entry(plan, bonus, each) for each in story.entries],
        "requirements": [dict(zip(cards, each, strict=True)) for each in story.requirements],
    }


def _step(plan: Plan, bonus: Bonus, step: Step) -> dict[str, Any]:
    return {
        **_line(plan, bonus, step.line),
        "skipped": [skip_json(plan, skip) for skip in step.skipped],
    }


def _entry(plan: Plan, bonus: Bonus, entry: Entry) -> dict[str, Any]:
    return {
        "member_id": entry.member_id,
        "distance": entry.distance,
        "through": entry.through,
        "leg": entry.leg,
        "figures": dict(entry.figures),
        "lines": [_line(plan, bonus, line) for line in entry.lines],
    }


def _line(plan: Plan, bonus: Bonus, line: Line) -> dict[str, Any]:
    return {
        "level": line.level,
        "tree_level": line.tree_level,
        "payee_id": line.payee_id,
        "source_id": line.source_id,
        "base": base_text(plan, bonus, line),
        "rate": rate_text(plan, bonus, line),
        "amount": amount_text(plan, bonus, line) if line.rate else None,
        "reason": line.reason,
        "why": None if line.rate else reason_text(line),
    }
