"""Pass-up: what a member's first sales, or first recruits, pay to the sponsor."""

from .bonuses import Payout, State, counted
from .booking import NOTHING, book, table_of
from .plan import Bonus
from .tables import Company, Order


def pass_up(company: Company, bonus: Bonus, state: State) -> Payout:
    """Each order pays its member, or the recruit's sponsor; the first ones the sponsor of that one."""
    payout, standings = Payout(), state.standings
    above = state.trees[bonus.options.get("tree", "sponsor")]
    table = [row[0] for row in table_of(state, bonus.options["rate"], bonus.base)]
    by_id = {order.order_id: order for order in company.orders}
    for order, _ in counted(company, bonus, state):
        sold = by_id[order.refund_of] if order.refund_of else order
        owner, level = order.member_id, 0
        if bonus.options.get("of") == "recruits":
            owner, level = above[owner] or "", 1
            passed = owner and order.member_id in _first_recruits(company, bonus, state, owner)
        else:
            passed = sold.order_id in _first_sales(company, bonus, owner, state)
        payee: str | None = owner or None
        if passed:
            payee, level = above[owner], level + 1
        rate = table[state.plan.step(standings[payee].rank)] if payee else NOTHING
        entry = (level, payee) if payee else None
        book(payout, state, bonus, order, level, entry, None, rate, max(table))
    return payout


def _first_sales(company: Company, bonus: Bonus, member: str, state: State) -> list[str]:
    def counts(order: Order) -> bool:
        kinds = bonus.options.get("kinds", [])
        whose = bonus.on != ("own" if order.customer_id else "customers")
        return order.kind != "refund" and whose and (not kinds or order.kind in kinds)

    sold = [
        (each.ordered_at, each.order_id)
        for each in company.orders
        if each.member_id == member and counts(each)
    ]
    return [order_id for _, order_id in sorted(sold)[: bonus.options["first"]]]


def _first_recruits(company: Company, bonus: Bonus, state: State, sponsor: str) -> list[str]:
    above = state.trees[bonus.options.get("tree", "sponsor")]
    recruits = [
        (company.members[member].enrolled_on, member)
        for member, parent in above.items()
        if parent == sponsor and state.standings[member].status != "customer"
    ]
    return [member for _, member in sorted(recruits)[: bonus.options["first"]]]
