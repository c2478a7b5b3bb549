"""Corrections: what committed periods should have paid, less what is settled of it, as entries of a run.

A closed period stays as it was paid. Where refunds that came later change it, it is computed again on its own
frozen standings, and a later run books the difference by bonus and payee: whoever was paid for an order gives
that back, wherever the member stands by then, and nobody else does.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from engine.composition.bonuses import read_lines
from engine.corrections.restating import Restated, restatements
from engine.errors import UplineError
from engine.graph.queries import query
from engine.passes.context import Work
from engine.passes.levels import flat, writers_of
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of, window_of
from engine.plans.plan import Bonus

SOURCES_AT_ONCE = 500
"""Members whose lines one statement finds again."""
MOST_ORDERS = 100
"""Orders that one correction names; the others are counted."""


class OtherCurrencyError(UplineError):
    """A plan pays in another currency than in a period that it has to correct."""


def book(work: Work) -> None:
    """Book the corrections of the closed periods that a run under way has computed again.

    One correction for each bonus and payee of whom more or less is settled than is due. The payee need not be
    a member of the run's period. Nothing is done, and nothing asked, where no period is to be corrected.
    Raises OtherCurrencyError.
    """
    restated = restatements(work)
    if not restated:
        return
    for each in restated:
        _refuse_currency(work, each.paid)
    work.graph.write_rows(
        "corrections/begin", run=work.run, corrects=[each.paid.number for each in restated],
        corrected_by=[each.restated.number for each in restated],
    )  # fmt: skip
    for done, each in enumerate(restated):
        work.progress(done, len(restated))
        _book(work, each)
        _name_orders(work, each.paid, each.orders)
        work.rests_on |= {each.paid.number}
    _total(work, [each.paid for each in restated])


def _refuse_currency(work: Work, paid: RunRecord) -> None:
    now = work.plan.money
    if (paid.cash.currency, paid.cash.digits) != (now.currency, now.digits):
        raise OtherCurrencyError(
            f"{paid.period} was paid in {paid.cash.currency}, and refunds change what it should have paid; "
            f"{work.plan.name} pays in {now.currency} now",
            str(work.plan.path),
            f"Run {work.period.name} by the plan in {paid.cash.currency}, and give the plan in "
            f"{now.currency} another name.",
        )


def _book(work: Work, restated: Restated) -> None:
    """Compare each member's earnings in both runs with what later runs have settled."""
    paid = restated.paid
    settled_by = work.graph.value("corrections/settled_by", run=paid.number)
    members, depth = paid.facts["members"], paid.facts["depth"]
    work.divided(
        flat(query("corrections/book")), writers_of(work, members), run=paid.number, shallowest=0,
        deepest=depth - 1, restated=restated.restated.number, booked_by=work.run, settled_by=settled_by,
        period=paid.period,
    )  # fmt: skip


def _name_orders(work: Work, paid: RunRecord, order_ids: Sequence[str]) -> None:
    """Note on each correction the orders that its payee was paid for, where the bonus has lines of orders."""
    if not order_ids:
        return
    rows = work.graph.read("corrections/taken_back", order_ids=list(order_ids))
    returned = {row["order_id"] for row in rows}
    sources = sorted({row["member_id"] for row in rows})
    plan = plan_of(paid)
    window = window_of(paid, plan)
    for bonus in plan.bonuses:
        if not _by_order(bonus):
            continue
        taken: dict[str, set[str]] = {}
        for start in range(0, len(sources), SOURCES_AT_ONCE):
            member_ids = sources[start : start + SOURCES_AT_ONCE]
            statement, parameters = read_lines(
                plan, bonus, paid.number, window, "of_members", member_ids=member_ids
            )
            for payee_id, order_id, rate in _paid(work.graph.read(statement, **parameters)[0]["lines"]):
                if rate and order_id in returned:
                    taken.setdefault(payee_id, set()).add(order_id)
        named = [
            {
                "member_id": payee_id,
                "bonus": bonus.name,
                "orders": len(orders),
                "order_ids": sorted(orders)[:MOST_ORDERS],
            }
            for payee_id, orders in taken.items()
        ]
        if named:
            work.graph.batched("corrections/name_orders", run=work.run, paid_run=paid.number, rows=named)


def _by_order(bonus: Bonus) -> bool:
    """Whether the lines of a bonus are those of orders."""
    module = bonus.module
    return module.scope not in ("company", "payee") and not (module.on_groups or module.on_earnings)


def _paid(lines: list[list[Any]]) -> Iterator[tuple[str, str, int]]:
    """Payee, order and rate of the rows of a bonus's lines."""
    return ((line[0], line[1], line[6]) for line in lines)


def _total(work: Work, paid: Sequence[RunRecord]) -> None:
    """Note on the record what is booked of each closed run and bonus, in the order of their plan."""
    places = {
        (run.number, total["bonus"]): (place, total["position"], run.period)
        for place, run in enumerate(paid)
        for total in run.totals
    }
    rows = work.graph.read("corrections/totals", run=work.run)
    rows.sort(key=lambda row: places[row["paid_run"], row["bonus"]])
    work.results.setdefault("facts", {}).update(
        corrected_runs=[row["paid_run"] for row in rows],
        corrected_periods=[places[row["paid_run"], row["bonus"]][2] for row in rows],
        corrected_bonuses=[row["bonus"] for row in rows],
        corrected_payees=[row["payees"] for row in rows],
        corrected_amounts=[row["amount"] for row in rows],
    )
