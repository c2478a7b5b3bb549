"""Why a run corrects a member's pay of a closed period: what was paid, what is due, for which orders.

The lines of the period as it was paid are compared with those of the period computed again: what differs is
what the correction takes back or pays.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.access.areas import Area
from engine.access.reach import Reach
from engine.answers.corrections import Correction, corrections
from engine.answers.lines import Line, lines_to
from engine.answers.members import unknown_member
from engine.explain.explanation import needed
from engine.explain.words import amount_text, base_text, correction_text, rate_text, reason_text
from engine.graph.database import Graph
from engine.money import Currency
from engine.passes.record import NoRunError, RunRecord, numbered
from engine.passes.replay import plan_of
from engine.plans.plan import Bonus, Plan

MOST_CHANGES = 100
"""Lines that one explanation lists, the largest first; the others are counted."""


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line as the period was paid (`before`) and as it is due (`after`); None where there is none."""

    before: Line | None
    after: Line | None

    @property
    def either(self) -> Line:
        """The line that there is: both are of the same order, source and level."""
        line = self.before or self.after
        assert line is not None, "one of them is there"
        return line


@dataclass(frozen=True, slots=True)
class CorrectionStory:
    """A correction, its reason in a sentence, and the lines that differ, the largest first.

    `more` counts the lines that are not listed. `plan` is that of the corrected run.
    """

    correction: Correction
    why: str
    changes: tuple[ChangedLine, ...]
    more: int
    plan: Plan


def explain_corrections(
    graph: Graph, reach: Reach, run: RunRecord, member_id: str, bonus: str | None = None
) -> tuple[CorrectionStory, ...]:
    """Why a run corrects what a member was paid in closed periods, by every bonus or by one.

    Raises UnknownMemberError where the viewer reads no explanations of the member, and UnknownBonusError.
    """
    if not reach.sees(Area.EXPLANATIONS, member_id):
        raise unknown_member(member_id)
    rows = corrections(graph, reach, run, [member_id]).get(member_id, ())
    if bonus is not None and all(each.bonus != bonus for each in rows):
        needed(plan_of(run), bonus)
    return tuple(story(graph, reach, run, each) for each in rows if bonus in (None, each.bonus))


def story(graph: Graph, reach: Reach, run: RunRecord, correction: Correction) -> CorrectionStory:
    """The story of one correction of a run; raises UnknownMemberError as `explain_corrections` does."""
    if not reach.sees(Area.MONEY, correction.member_id):
        raise unknown_member(correction.member_id)
    paid = numbered(graph, correction.paid_run)
    plan = plan_of(paid)
    changes = _changes(graph, run, paid, plan, correction)
    changes.sort(key=lambda each: (-_size(each), each.either.order_id or "", each.either.source_id))
    shown = tuple(changes[:MOST_CHANGES])
    return CorrectionStory(
        correction, correction_text(correction, run.cash), shown, len(changes) - len(shown), plan
    )


def _changes(
    graph: Graph, run: RunRecord, paid: RunRecord, plan: Plan, correction: Correction
) -> list[ChangedLine]:
    place = run.facts["corrects"].index(paid.number)
    try:
        again = numbered(graph, run.facts["corrected_by"][place])
    except NoRunError:
        return []
    of_member = (correction.member_id, correction.bonus)
    before = _by_place(lines_to(graph, Reach.everything, paid, plan, *of_member))
    after = _by_place(lines_to(graph, Reach.everything, again, plan, *of_member))
    return [
        ChangedLine(old, new)
        for key in before.keys() | after.keys()
        for old, new in [(before.get(key), after.get(key))]
        if _exact(old) != _exact(new)
    ]


def _by_place(lines: Iterable[Line]) -> dict[tuple[object, ...], Line]:
    """Lines by order, source and level; of several that are alike in all that, each has its number."""
    by_place: dict[tuple[object, ...], Line] = {}
    for line in lines:
        number = 0
        while (key := (line.order_id, line.source_id, line.level, number)) in by_place:
            number += 1
        by_place[key] = line
    return by_place


def _exact(line: Line | None) -> int:
    return line.exact if line else 0


def _size(change: ChangedLine) -> int:
    return abs(_exact(change.after) - _exact(change.before))


def as_json(story: CorrectionStory, cash: Currency) -> dict[str, Any]:
    """A story as plain data: figures as exact text."""
    bonus = next(each for each in story.plan.bonuses if each.name == story.correction.bonus)
    return {
        **correction_json(story.correction, cash),
        "why": story.why,
        "changes": [change_json(story.plan, bonus, each) for each in story.changes],
        "changes_not_listed": story.more,
    }


def correction_json(correction: Correction, cash: Currency) -> dict[str, Any]:
    """A correction as plain data, the same for every door."""
    return {
        "member_id": correction.member_id,
        "period": correction.period,
        "paid_run": correction.paid_run,
        "bonus": correction.bonus,
        "before": cash.amount(correction.before),
        "after": cash.amount(correction.after),
        "settled": cash.amount(correction.settled),
        "amount": cash.amount(correction.amount),
        "reason": correction.reason,
        "orders": correction.orders,
        "order_ids": list(correction.order_ids),
    }


def change_json(plan: Plan, bonus: Bonus, change: ChangedLine) -> dict[str, Any]:
    """A changed line as plain data."""
    line = change.either
    return {
        "order_id": line.order_id,
        "source_id": line.source_id,
        "level": line.level,
        "before": _line(plan, bonus, change.before),
        "after": _line(plan, bonus, change.after),
    }


def _line(plan: Plan, bonus: Bonus, line: Line | None) -> dict[str, Any] | None:
    if line is None:
        return None
    return {
        "base": base_text(plan, bonus, line),
        "rate": rate_text(plan, bonus, line),
        "amount": amount_text(plan, bonus, line) if line.rate else None,
        "reason": None if line.rate else reason_text(line),
    }
