"""Corrections: what a run books of closed periods for each payee, because refunds came later.

A correction is what a bonus of a closed period should have paid, less what is settled of it by then. A member
is paid what the run earns and what it corrects, together.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from engine.access.areas import Area, Scope
from engine.access.pieces import standing_in_reach
from engine.access.reach import Reach
from engine.answers.pages import Page, Stretch, empty, page
from engine.answers.within import ids_in_reach, seen_in
from engine.graph.database import Graph
from engine.graph.queries import Query, query
from engine.passes.record import RunRecord, numbered

AT_ONCE = 20_000
"""Corrections that one statement of an export returns."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What run `run` books for a member and bonus of a closed period, in minor units.

    `paid_run` is the run that the period was paid by, `before` what it paid and `after` what it should have
    paid; `settled` is what was settled of that before: paid, and corrected by committed runs. `amount` is
    `after` less `settled`. `reason` is ``refund`` where orders of which the member was paid are taken back
    (`orders` counts them, `order_ids` names the first ones), and ``restated`` where the member's pay changes
    because that of others does.
    """

    run: int
    member_id: str
    paid_run: int
    period: str
    bonus: str
    before: int
    after: int
    settled: int
    amount: int
    reason: str
    orders: int
    order_ids: tuple[str, ...]

    @property
    def key(self) -> str:
        """What tells it from the others of its run, and sorts it among them."""
        return json.dumps([self.member_id, self.paid_run, self.bonus])


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which corrections of a run a list has: of one payee, bonus and corrected run, or of all."""

    member_id: str | None = None
    bonus: str | None = None
    paid_run: int | None = None

    def has(self, correction: Correction) -> bool:
        """Whether it has one of a payee."""
        return self.bonus in (None, correction.bonus) and self.paid_run in (None, correction.paid_run)


def corrections(
    graph: Graph, reach: Reach, run: RunRecord, member_ids: list[str]
) -> dict[str, tuple[Correction, ...]]:
    """What a run books of closed periods for some members, by period and bonus in the order of their plan.

    Members whose money the viewer may not see are left out. The viewer's own are there also where the viewer
    has left before the run's period.
    """
    ids = {member_id for member_id in member_ids if reach.sees(Area.MONEY, member_id)}
    if not run.corrections:
        return dict.fromkeys(ids, ())
    own = ids & {reach.viewer.member_id} if not reach.all else set()
    ids = ids_in_reach(graph, reach, run, ids - own) | own
    by_member: dict[str, list[Correction]] = {member_id: [] for member_id in sorted(ids)}
    if by_member:
        rows = graph.value("answers/corrections_of", run=run.number, member_ids=list(by_member))
        for each in _seen(graph, reach, [_of(run.number, row) for row in rows]):
            by_member[each.member_id].append(each)
    places = {(total.paid_run, total.bonus): place for place, total in enumerate(run.corrections)}
    return {
        member_id: tuple(sorted(own, key=lambda each: places[each.paid_run, each.bonus]))
        for member_id, own in by_member.items()
    }


def correction_page(
    graph: Graph, reach: Reach, run: RunRecord, chosen: Chosen, stretch: Stretch
) -> Page[Correction]:
    """A page of what a run books of closed periods, by payee, corrected run and bonus, without a total.

    A member's viewer has those of members whose money the viewer may see: by default the own ones.
    """
    scope = reach.scope(Area.MONEY)
    if not run.corrections or scope is Scope.NOBODY:
        return empty()
    after: list[Any] = json.loads(stretch.after) if stretch.after else ["", 0, ""]
    member_id = reach.viewer.member_id if scope is Scope.OWN else chosen.member_id
    if member_id is not None:
        if chosen.member_id not in (None, member_id):
            return empty()
        own = corrections(graph, reach, run, [member_id]).get(member_id, ())
        listed = sorted(filter(chosen.has, own), key=lambda each: (each.paid_run, each.bonus))
        rows = [each for each in listed if [each.member_id, each.paid_run, each.bonus] > after]
        return page(rows[: stretch.size + 1], lambda each: each.key, stretch)
    rows = _seen(graph, reach, _stretch(graph, reach, run, chosen, after, stretch.size + 1))
    return page(rows, lambda each: each.key, stretch)


def correction_total(graph: Graph, reach: Reach, run: RunRecord, chosen: Chosen) -> int:
    """How many corrections all pages of a list have."""
    scope = reach.scope(Area.MONEY)
    if not run.corrections or scope is Scope.NOBODY:
        return 0
    member_id = reach.viewer.member_id if scope is Scope.OWN else chosen.member_id
    if member_id is not None:
        if chosen.member_id not in (None, member_id):
            return 0
        own = corrections(graph, reach, run, [member_id]).get(member_id, ())
        return sum(map(chosen.has, own))
    statement = query("answers/correction_count").fill(within=_payee_in_reach())
    parameters = {"bonus": chosen.bonus, "paid_run": chosen.paid_run, "reach": reach.in_run(graph, run)}
    return int(graph.value(statement, run=run.number, **parameters))


def all_corrections(graph: Graph, run: RunRecord) -> Iterator[Correction]:
    """Everything that a run books of closed periods, by payee, corrected run and bonus."""
    after: list[Any] = ["", 0, ""]
    while run.corrections:
        rows = _stretch(graph, Reach.everything, run, Chosen(), after, AT_ONCE)
        yield from rows
        if len(rows) < AT_ONCE:
            return
        after = [rows[-1].member_id, rows[-1].paid_run, rows[-1].bonus]


def corrected_later(
    graph: Graph, reach: Reach, run: RunRecord, member_id: str
) -> tuple[tuple[str, Correction], ...]:
    """What later runs book of a closed one for a member, the oldest run first, each with its period.

    Nothing where the viewer may not see the member's money.
    """
    if not (run.is_closed and seen_in(graph, reach, run, Area.MONEY, member_id)):
        return ()
    rows = graph.read("answers/corrected_later", run=run.number, member_id=member_id)
    seen = _seen(graph, reach, [_of(row["booked_by"], row["correction"]) for row in rows])
    return tuple(zip([row["booked_in"] for row in rows], seen, strict=True))


def _stretch(
    graph: Graph, reach: Reach, run: RunRecord, chosen: Chosen, after: list[Any], most: int
) -> list[Correction]:
    statement = query("answers/corrections").fill(within=_payee_in_reach())
    rows = graph.value(
        statement, run=run.number, bonus=chosen.bonus, paid_run=chosen.paid_run, after_member=after[0],
        after_run=after[1], after_bonus=after[2], first=most, reach=reach.in_run(graph, run),
    )  # fmt: skip
    return [_of(run.number, row) for row in rows]


@cache
def _payee_in_reach() -> Query:
    """The condition on the payee of a correction."""
    return query("answers/payee_in_reach").fill(within=standing_in_reach("payee"))


def _of(run: int, row: Any) -> Correction:
    facts: list[Any] = [run, *row[:-1], tuple(row[-1])]
    return Correction(*facts)


def _seen(graph: Graph, reach: Reach, rows: list[Correction]) -> list[Correction]:
    """The same without the ids of orders whose members were beyond reach in the period that they are of."""
    ids = sorted({order_id for each in rows for order_id in each.order_ids})
    if reach.all or not ids:
        return rows
    credited = {row["order_id"]: row["member_id"] for row in graph.read("answers/credited", order_ids=ids)}
    seen = {
        number: ids_in_reach(graph, reach, numbered(graph, number), credited.values())
        for number in {each.paid_run for each in rows if each.order_ids}
    }
    return [
        replace(
            each,
            order_ids=tuple(id for id in each.order_ids if credited.get(id) in seen[each.paid_run]),
        )
        if each.order_ids
        else each
        for each in rows
    ]
