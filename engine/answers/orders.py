"""Orders as the company gave them, and whether a run counted one."""

from dataclasses import dataclass
from datetime import datetime

from engine.access.pieces import member_in_reach
from engine.access.reach import Reach
from engine.errors import UplineError
from engine.genealogy.changes.lane import currencies_of
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.money import Currency, in_currency
from engine.passes.record import RunRecord
from engine.passes.replay import window_of
from engine.plans.plan import Plan


class UnknownOrderError(UplineError):
    """No order has that id."""


class OrderNotCountedError(UplineError):
    """The run did not count the order."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order: volumes in hundredths, `amount` in minor units of `currency`, instants in UTC.

    `ordered_at` is from when on it counts. That is when it was placed, but for a late order of a committed
    period, and for a refund that `corrects` one, which counts when its order counted: of those `placed_at`
    says when they were placed.
    `refund_of` is the order that a refund takes back; `buyer_id` is the customer of that one, or of the order
    itself, None where a member bought for themselves.
    """

    order_id: str
    ordered_at: datetime
    kind: str
    member_id: str
    customer_id: str | None
    customer: str | None
    refund_of: str | None
    buyer_id: str | None
    qualifying_volume: int
    commissionable_volume: int
    amount: int
    currency: str
    import_no: int
    cash: Currency
    """The same currency, which writes the amount."""
    placed_at: datetime | None = None
    corrects: bool = False


def orders(graph: Graph, reach: Reach, order_ids: list[str]) -> dict[str, Order]:
    """Orders by id; ids that are unknown, or of members beyond reach, are left out."""
    by_id = {}
    statement = query("answers/orders").fill(within=member_in_reach())
    for row in graph.read(statement, order_ids=order_ids, reach=reach.today):
        facts = row["order"]
        by_id[facts["order_id"]] = Order(
            order_id=facts["order_id"],
            ordered_at=facts["ordered_at"].to_native(),
            kind=facts["kind"],
            member_id=facts["member_id"],
            customer_id=facts.get("customer_id"),
            customer=row["customer"],
            refund_of=row["refund_of"],
            buyer_id=row["buyer_id"],
            qualifying_volume=facts["qualifying_volume"],
            commissionable_volume=facts["commissionable_volume"],
            amount=facts["amount"],
            currency=facts["currency"],
            import_no=facts["import_no"],
            cash=in_currency(facts["currency"], currencies_of(row["currencies"]).get(facts["currency"])),
            placed_at=facts["placed_at"].to_native() if facts.get("placed_at") else None,
            corrects=row["corrects"],
        )
    return by_id


def order(graph: Graph, reach: Reach, order_id: str) -> Order:
    """One order; raises UnknownOrderError."""
    known = orders(graph, reach, [order_id]).get(order_id)
    if known is None:
        raise unknown_order(order_id)
    return known


def unknown_order(order_id: str) -> UnknownOrderError:
    """The refusal of an id that no order has."""
    return UnknownOrderError(
        f"no order has the id {order_id!r}",
        todo="Ids are written as in the orders table; capitals and leading zeros matter.",
    )


def seen_by(run: RunRecord, plan: Plan, order: Order) -> bool:
    """Whether the order lies in the run's period and came with an import that the run knew."""
    window = window_of(run, plan)
    in_period = window["start"] <= order.ordered_at < window["end"]  # type: ignore[operator]
    return bool(in_period and order.import_no <= run.facts["cut"])


def counted(graph: Graph, reach: Reach, run: RunRecord, plan: Plan, order_id: str) -> Order:
    """An order that the run counted; raises UnknownOrderError, and OrderNotCountedError with the reason."""
    candidate = order(graph, reach, order_id)
    window = window_of(run, plan)
    reason = ""
    if not window["start"] <= candidate.ordered_at < window["end"]:  # type: ignore[operator]
        what = "counts from" if candidate.placed_at else "was placed at"
        if candidate.corrects:
            what = "corrects the committed period of"
        reason = f"it {what} {candidate.ordered_at.isoformat()}, outside {run.period}"
    elif candidate.kind in plan.excluded_kinds:
        reason = f"orders of kind {candidate.kind!r} have no volume in this plan"
    elif candidate.corrects and not seen_by(run, plan, candidate):
        reason = "it came after that was committed, and corrects it in the next open period"
    elif not seen_by(run, plan, candidate):
        reason = f"it came with import {candidate.import_no}, after the run; run the period again"
    if reason:
        raise OrderNotCountedError(
            f"run {run.number} of {run.period} did not count order {order_id}: {reason}",
            todo="What it takes back of closed periods: upline corrections." if run.corrects else None,
        )
    return candidate
