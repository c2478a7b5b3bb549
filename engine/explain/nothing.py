"""Why nothing at all: what every bonus made of every order of a member's group, summed up by reason.

The reasons are those of the lines. Of orders without a line for the member, one is explained in full.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from engine.access.areas import Area
from engine.access.reach import Reach
from engine.answers.lines import in_index_order, line_page
from engine.answers.members import FIRST, unknown_member
from engine.answers.orders import UnknownOrderError
from engine.answers.standings import Standing, standing
from engine.composition.bonuses import reasons_query, taking, without_line_query
from engine.explain.explanation import explain, needed
from engine.explain.stories import BonusStory, requirements_of
from engine.explain.words import REASONS, purpose
from engine.graph.database import Graph, Row
from engine.graph.queries import Query
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of, window_of
from engine.plans.plan import Bonus, Plan

MOST_MEMBERS = 3_000
"""Members of the group whose orders are looked at, by id: enough for any reason to show, within seconds."""
AT_ONCE = 1_000
"""Members whose orders one statement looks at."""
MOST_LINES = 200
"""Lines of a bonus on whole groups that are looked at."""
PAID, OWN_ORDER, NOT_REACHED, NO_LINE, ZERO_RATE = (
    "paid", "own_order", "not_reached", "no_line", "zero_rate",
)  # fmt: skip
"""Reasons beyond those of lines: what was paid, and why an order has no line for the member."""
OWN_WORDS = {
    PAID: "paid",
    OWN_ORDER: "this bonus pays the members above the one who is credited with the order",
    NOT_REACHED: "the bonus pays others above the order",
    NO_LINE: "the bonus has no line for the order",
    ZERO_RATE: "the plan's rate is zero here",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its stable name, its words, how many orders have it first, and one of those.

    For a bonus on whole groups or on others' earnings, `count` counts lines, and there is no example order.
    """

    reason: str
    why: str
    count: int
    example: str | None


@dataclass(frozen=True, slots=True)
class BonusReasons:
    """How one bonus treated the group's orders, in one sentence and by reason, the most frequent first."""

    bonus: str
    verdict: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a member was paid nothing, or no more: by bonus, in the plan's order.

    `order_id` is the one order that was asked about, None for all of the group's. `members` counts those
    whose orders were looked at; `complete` says whether that was the whole group.
    """

    member: Standing
    order_id: str | None
    bonuses: tuple[BonusReasons, ...]
    members: int
    complete: bool


def why_not(
    graph: Graph,
    reach: Reach,
    run: RunRecord,
    member_id: str,
    order_id: str | None = None,
    bonus: str | None = None,
) -> WhyNot:
    """Why a member was not paid: for one order, or without one for every order of the group.

    By one bonus, or by each of the run. Raises what `explain` raises.
    """
    if not reach.sees(Area.EXPLANATIONS, member_id):
        raise unknown_member(member_id)
    member, plan = standing(graph, reach, run, member_id), plan_of(run)
    needed(plan, bonus)
    if order_id is not None:
        explained = explain(graph, reach, run, member_id, order_id, bonus)
        stories = tuple(_of_story(story, member_id, order_id) for story in explained.stories)
        return WhyNot(member, order_id, stories, 1, complete=True)
    group = _Group(graph, reach, run, plan, member)
    bonuses = tuple(group.seen_by(each) for each in plan.bonuses if bonus in (None, each.name))
    return WhyNot(member, None, bonuses, group.members, group.complete)


def as_json(answer: WhyNot) -> dict[str, Any]:
    """The answer as plain data, the same for the command and the API."""
    return {
        "member_id": answer.member.member_id,
        "order_id": answer.order_id,
        "members": answer.members,
        "complete": answer.complete,
        "bonuses": [
            {
                "bonus": each.bonus,
                "verdict": each.verdict,
                "reasons": [asdict(reason) for reason in each.reasons],
            }
            for each in answer.bonuses
        ],
    }


def _of_story(story: BonusStory, member_id: str, order_id: str) -> BonusReasons:
    own = [step.line for step in story.steps if step.line.payee_id == member_id]
    own += [line for entry in story.entries if entry.member_id == member_id for line in entry.lines]
    if any(line.rate for line in own):
        name = PAID
    elif own:
        name = own[0].reason or ZERO_RATE
    else:
        name = NOT_REACHED if story.steps else NO_LINE
    return BonusReasons(story.bonus, story.verdict, (Reason(name, _plain(story.verdict), 1, order_id),))


class _Group:
    """The orders of a member's group, as the bonuses of a run see them."""

    def __init__(self, graph: Graph, reach: Reach, run: RunRecord, plan: Plan, member: Standing) -> None:
        self.graph, self.reach, self.run, self.plan, self.member = graph, reach, run, plan, member
        self.members, self.complete = 0, True
        self._window = window_of(run, plan)
        limits = reach.in_run(graph, run)
        self._seen = {"main": reach.all or limits["main"], "sponsor": reach.all or limits["sponsored"]}
        self._payee = graph.read("answers/payee", run=run.number, member_id=member.member_id)[0]

    def seen_by(self, bonus: Bonus) -> BonusReasons:
        """What one bonus made of them for the member."""
        if bonus.module.scope in ("payee", "company") or not self._seen[bonus.tree]:
            return self._by_lines(bonus)
        by_order = not (bonus.module.on_earnings or bonus.module.on_groups)
        counts: Counter[str] = Counter()
        examples: dict[str, str | None] = {}
        orders = members = 0
        for row in self._rows(bonus):
            members, orders = members + row["members"], orders + row["orders"]
            for name, count, example in row["reasons"]:
                counts[name] += count
                examples.setdefault(name, example if by_order else None)
        self.members = max(self.members, members)
        without = orders - counts.total() if by_order else 0
        if without > 0:
            counts[NO_LINE] = without
            examples[NO_LINE] = self._without_line(bonus)
        reasons = tuple(
            Reason(name, self._words(bonus, name, examples[name]), count, examples[name])
            for name, count in counts.most_common()
        )
        return BonusReasons(bonus.name, _verdict(reasons, "order" if by_order else "line"), reasons)

    def _by_lines(self, bonus: Bonus) -> BonusReasons:
        """The reasons of a bonus by its lines for the member: it is not paid order by order, or it goes by a
        tree whose downline the company shows to nobody."""
        page, _, more = line_page(
            self.graph, self.reach, self.run, self.plan, self.member.member_id, MOST_LINES, None, bonus.name,
            unpaid=True,
        )  # fmt: skip
        self.complete = self.complete and not more
        counts = Counter(PAID if line.rate else line.reason or ZERO_RATE for line in page)
        reasons = [Reason(name, _words_of(name), count, None) for name, count in counts.most_common()]
        if not page:
            of_member = (self.graph, self.run, self.plan, bonus, self.member.member_id)
            missed = [name for name, _, _, passes in requirements_of(*of_member) if not passes]
            why = (
                f"does not meet {', '.join(missed)}" if missed else "has no line of this bonus in the period"
            )
            reasons = [Reason("requirement" if missed else NO_LINE, f"{why} ({purpose(bonus)})", 0, None)]
        return BonusReasons(bonus.name, _verdict(tuple(reasons), "line"), tuple(reasons))

    def _rows(self, bonus: Bonus) -> Iterator[Row]:
        """What the bonus made of the orders, some members at a time."""
        looked_at: str | None = ""
        members = 0
        while looked_at is not None:
            row = self._ask(bonus, reasons_query, looked_at)
            yield row
            members += row["members"]
            looked_at = row["looked_at"] and row["looked_at"] + FIRST
            if looked_at is not None and members >= MOST_MEMBERS:
                self.complete, looked_at = False, None

    def _without_line(self, bonus: Bonus) -> str | None:
        """An order of the first members of which the bonus has no line."""
        order_id: str | None = self._ask(bonus, without_line_query, "")["order_id"]
        return order_id

    def _ask(self, bonus: Bonus, compose: Callable[[Plan, Bonus, str], Query], looked_at: str) -> Row:
        start, end, _ = self._payee[bonus.tree]
        large = in_index_order(self._payee, bonus.tree)
        statement, parameters = taking(
            compose(self.plan, bonus, "next_within" if large else "next_below"),
            self.plan, bonus, self._window,
            run=self.run.number, payee_id=self.member.member_id, batch=AT_ONCE,
            span_first=start, span_end=end, deepest=None, **{"from": looked_at},
        )  # fmt: skip
        return self.graph.read(statement, **parameters)[0]

    def _words(self, bonus: Bonus, name: str, example: str | None) -> str:
        """A reason in words; where no line has it, those of the story of one order."""
        if name not in (NOT_REACHED, NO_LINE) or example is None:
            return _words_of(name)
        try:
            story = explain(
                self.graph, self.reach, self.run, self.member.member_id, example, bonus.name
            ).stories[-1]
        except UnknownOrderError:
            return _words_of(name)  # the order of a member who has left the group since
        return _plain(story.verdict)


def _words_of(name: str) -> str:
    return OWN_WORDS.get(name) or REASONS.get(name, name)


def _verdict(reasons: tuple[Reason, ...], noun: str) -> str:
    """One sentence for all reasons: what was paid, or the most frequent reason why nothing was."""
    if not reasons:
        return "not paid: nobody in the group has an order"
    paid = next((each.count for each in reasons if each.reason == PAID), 0)
    total = sum(each.count for each in reasons)
    if paid:
        return f"paid for {paid:,} of {total:,} {noun}{'' if total == 1 else 's'}"
    first = reasons[0]
    share = f" ({first.count:,} of {total:,} {noun}s)" if len(reasons) > 1 else ""
    return f"not paid: {first.why}{share}"


def _plain(verdict: str) -> str:
    return verdict.removeprefix("not paid: ")
