"""Personal, commissionable and group volume, in hundredths."""

from collections.abc import Iterable, Mapping

from .periods import Period
from .plan import Plan
from .tables import Company, Order, hundredths
from .trees import deepest_first, upline


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


def pushed_up(
    plan: Plan,
    own: Mapping[str, int],
    status: Mapping[str, str],
    active: Mapping[str, bool],
    above: Mapping[str, str | None],
) -> dict[str, int]:
    """Personal volume after members who miss a floor have passed theirs to the nearest one who meets it."""
    push_up = plan.options.get("volume", {}).get("push_up")
    total = dict(own)
    if push_up in (None, False):
        return total
    floor = push_up.get("at_least") if isinstance(push_up, Mapping) else None

    def receives(member: str) -> bool:
        enough = active[member] if floor is None else own[member] >= hundredths(floor)
        return status[member] == "active" and enough

    for member in above:
        if not receives(member):
            takers = (ancestor for _, ancestor in upline(above, member) if receives(ancestor))
            if taker := next(takers, None):
                total[member] -= own[member]
                total[taker] += own[member]
    return total


def group(own: Mapping[str, int], above: Mapping[str, str | None]) -> dict[str, int]:
    """Own volume and that of everyone below."""
    total = dict(own)
    for member in deepest_first(above):
        parent = above[member]
        if parent is not None:
            total[parent] += total[member]
    return total
