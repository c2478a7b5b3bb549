"""Lines: every payment of a bonus, and every payment that did not happen, with its reason.

A run stores sums only. Lines are found again when somebody asks for them, by the same rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.access.areas import Area, Scope
from engine.access.reach import Reach
from engine.answers.members import FIRST
from engine.answers.pay import earnings
from engine.answers.within import ids_in_reach, seen_in
from engine.composition.bonuses import most_levels, read_lines, read_page, sums_orders
from engine.graph.database import Graph, Row
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of, window_of
from engine.plans.plan import Bonus, Plan

SOURCES = 200
"""Sources that the first statement of a page asks; each one after it asks twice as many."""
MOST_SOURCES = 5_000
"""Sources that one statement asks at most, so that each comes back within a second."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: paid where `rate` > 0, else unpaid for `reason`.

    `level` counts over the compressed tree, `tree_level` over the real one; `base` is hundredths of volume
    (or minor units, or pieces, by the rule's basis); `rate` and `budget` (the most that any rank earns there)
    are whole, as the plan's money counts them; `exact` is base times rate; `amount` is minor units, None
    where only totals are rounded.
    """

    bonus: str
    payee_id: str | None
    order_id: str | None
    source_id: str
    level: int
    tree_level: int | None
    base: int
    rate: int
    budget: int
    reason: str | None
    exact: int
    amount: int | None


def lines(
    graph: Graph, plan: Plan, run: int, window: dict[str, object], bonus: Bonus, which: str, **chosen: object
) -> Iterator[Line]:
    """The lines of one bonus for some sources; `which` names the condition, a file of cypher/parts/bonuses/.

    ``of_source`` takes source_id, ``of_members`` member_ids (of sources, or of payees where the rule is asked
    for those), ``of_levels`` first and last (depths), ``of_payee`` payee_id: then only the lines that name
    this payee come back.
    """
    if bonus.module.scope == "company":
        if which == "of_source" or chosen.get("first", 0) != 0:
            return  # asked once, with the roots
        chosen = {"payee_id": chosen["payee_id"]} if which == "of_payee" else {}
    statement, parameters = read_lines(plan, bonus, run, window, which, **chosen)
    for row in graph.read(statement, **parameters)[0]["lines"]:
        yield Line(bonus.name, *row)


def lines_to(
    graph: Graph, reach: Reach, run: RunRecord, plan: Plan, member_id: str, bonus: str | None = None
) -> Iterator[Line]:
    """Every line that names the member as payee, paid or not, of one bonus or of all, in the plan's order.

    `plan` is the run's own (`plan_of`). None where the viewer may not see the member's money.
    """
    if not seen_in(graph, reach, run, Area.MONEY, member_id):
        return
    window = window_of(run, plan)
    for each in plan.bonuses:
        if bonus in (None, each.name):
            yield from lines(graph, plan, run.number, window, each, "of_payee", payee_id=member_id)


def in_index_order(payee: Row, tree: str) -> bool:
    """Whether the next sources below a payee are found in the index of the run's members, without a walk.

    `payee` is a row of answers/payee. A walk visits the whole group, the index about every member of the run
    for each one of the group that it finds.
    """
    start, end, _ = payee[tree]
    return start is not None and (end - start) ** 2 > SOURCES * payee["members"]


@dataclass(frozen=True, slots=True)
class LinePlace:
    """A line as the place where a page ends; `same` counts the lines up to it that are alike in all else."""

    bonus: str
    source_id: str
    order_id: str | None
    level: int
    same: int


@dataclass(slots=True)
class _Reading:
    """What all statements of one page share."""

    graph: Graph
    run: RunRecord
    plan: Plan
    payee_id: str
    unpaid: bool
    payee: Row
    window: dict[str, object]

    def of_bonus(self, bonus: Bonus, after: LinePlace | None, first: int) -> Iterator[Line]:
        """At most `first` lines of a bonus after a place, out of as few sources as they take."""
        paid = self.unpaid or bonus.name in self.payee["bonuses"]
        if not (paid or sums_orders(self.plan, bonus)):
            return  # a payee of any line has an earning
        start, end, depth = self.payee[bonus.tree]
        deepest = most_levels(bonus)
        large = in_index_order(self.payee, bonus.tree)
        place = {
            "after_source": after.source_id if after else None,
            "after_order": after.order_id if after else None,
            "after_level": after.level if after else 0,
        }
        looked_at, batch, same = after.source_id if after else "", SOURCES, after.same if after else 0
        while looked_at is not None and first > 0:
            statement, parameters = read_page(
                self.plan, bonus, self.window, "next_within" if large else "next_below",
                paid=paid, run=self.run.number, payee_id=self.payee_id, **place, same=same,
                unpaid=self.unpaid, first=first, batch=batch, span_first=start, span_end=end,
                deepest=None if deepest is None or not large else depth + deepest, **{"from": looked_at},
            )  # fmt: skip
            row = self.graph.read(statement, **parameters)[0]
            for line in row["lines"]:
                yield Line(bonus.name, *line)
            first, same = first - len(row["lines"]), 0
            looked_at = row["looked_at"] and row["looked_at"] + FIRST
            batch = min(2 * batch, MOST_SOURCES)


def line_page(
    graph: Graph,
    reach: Reach,
    run: RunRecord,
    plan: Plan,
    member_id: str,
    first: int,
    after: LinePlace | None = None,
    bonus: str | None = None,
    *,
    unpaid: bool = False,
) -> tuple[list[Line], list[LinePlace], bool]:
    """A page of `lines_to`: at most `first` lines after a place, the place of each, and whether more follow.

    Lines that pay; with `unpaid` all that name the member. Sources are asked in the order of their ids, some
    at a time, until the page is full. A place of a bonus that the run has not is the end of the list.
    """
    if not seen_in(graph, reach, run, Area.MONEY, member_id):
        return [], [], False
    payee = graph.read("answers/payee", run=run.number, member_id=member_id)[0]
    reading = _Reading(graph, run, plan, member_id, unpaid, payee, window_of(run, plan))
    bonuses = [each for each in plan.bonuses if bonus in (None, each.name)]
    if after:
        names = [each.name for each in bonuses]
        bonuses = bonuses[names.index(after.bonus) :] if after.bonus in names else []
    page: list[Line] = []
    for each in bonuses:
        start = after if after and after.bonus == each.name else None
        page.extend(reading.of_bonus(each, start, first + 1 - len(page)))
        if len(page) > first:
            break
    places: list[LinePlace] = []
    for line in page[:first]:
        before = places[-1] if places else after
        place = LinePlace(line.bonus, line.source_id, line.order_id, line.level, 1)
        if before and replace(before, same=1) == place:
            place = replace(place, same=before.same + 1)
        places.append(place)
    return page[:first], places, len(page) > first


def line_total(
    graph: Graph,
    reach: Reach,
    run: RunRecord,
    plan: Plan,
    member_id: str,
    bonus: str | None = None,
    *,
    unpaid: bool = False,
) -> int:
    """How many lines a member has, as the run counted them; with `unpaid` each is found again and counted."""
    if unpaid:
        return sum(1 for _ in lines_to(graph, reach, run, plan, member_id, bonus))
    earned = earnings(graph, reach, run, [member_id]).get(member_id, ())
    return sum(each.lines for each in earned if bonus in (None, each.bonus))


def lines_paid_to(graph: Graph, reach: Reach, run: RunRecord, member_id: str) -> list[Line]:
    """Every line that pays the member, bonus by bonus."""
    return [line for line in lines_to(graph, reach, run, plan_of(run), member_id) if line.rate > 0]


def lines_of_order(
    graph: Graph, reach: Reach, run: RunRecord, plan: Plan, order_id: str, source_id: str
) -> list[Line]:
    """The lines, paid and unpaid, that come from one order; `source_id` is the member it is credited to.

    Those of payees whose money the viewer may not see are left out.
    """
    window = window_of(run, plan)
    every = [
        line
        for bonus in plan.bonuses
        for line in lines(graph, plan, run.number, window, bonus, "of_source", source_id=source_id)
        if line.order_id == order_id
    ]
    if reach.scope(Area.MONEY) is Scope.ALL:
        return every
    payees = {line.payee_id for line in every if reach.sees(Area.MONEY, line.payee_id)}
    within = ids_in_reach(graph, reach, run, payees)
    return [line for line in every if line.payee_id in within]
