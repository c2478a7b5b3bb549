"""Personal, commissionable and group volume, in hundredths."""

from collections.abc import Iterable, Mapping

from .periods import Period
from .plan import Plan
from .tables import Company, Order
from .trees import deepest_first


def orders_of(company: Company, plan: Plan, period: Period, members: Mapping[str, object]) -> list[Order]:
    """The period's orders that carry volume: kind not excluded, credited to a member of the period."""
    return [
        order
        for order in company.orders
        if order.member_id in members
        and order.kind not in plan.excluded_kinds
        and period.holds(order.ordered_at)
    ]


def personal(plan: Plan, orders: Iterable[Order], members: Iterable[str]) -> dict[str, int]:
    """Qualifying volume of own orders and, if the plan counts them, of customers' orders."""
    total = dict.fromkeys(members, 0)
    for order in orders:
        if plan.customers_count or order.customer_id is None:
            total[order.member_id] += order.qualifying_volume
    return total


def commissionable(orders: Iterable[Order], members: Iterable[str]) -> dict[str, int]:
    """Commissionable volume of own and customers' orders."""
    total = dict.fromkeys(members, 0)
    for order in orders:
        total[order.member_id] += order.commissionable_volume
    return total


def group(own: Mapping[str, int], above: Mapping[str, str | None]) -> dict[str, int]:
    """Own volume and that of everyone below."""
    total = dict(own)
    for member in deepest_first(above):
        parent = above[member]
        if parent is not None:
            total[parent] += total[member]
    return total
