"""Level bonuses that depend on two ranks, and fixed amounts for pieces: levels, roles, recruiters."""

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from .bonuses import Payout, State, closed, counted, meets
from .booking import NOTHING, book, book_pieces, table_of
from .compression import Keepers, levels
from .plan import Bonus
from .tables import Company, Order, hundredths
from .trees import upline


def grouped_level(company: Company, bonus: Bonus, state: State) -> Payout:
    """Rates by level, by the lower rank of buyer and payee."""
    payout = Payout()
    table = table_of(state, bonus.options["rates"], bonus.base)
    for order, itself in counted(company, bonus, state):
        walk = _by_level(bonus, state, order.member_id, table, grouped=True, itself=itself)
        for level, payee, rate, best in walk:
            book(payout, state, bonus, order, level, payee, None, rate, best)
    return payout


def grouped_fee(company: Company, bonus: Bonus, state: State) -> Payout:
    """Fee and rate by level, both by the lower rank of buyer and payee."""
    payout, plan = Payout(), state.plan
    rates = table_of(state, bonus.options["rates"], Fraction(1))
    fees = [row[0] for row in table_of(state, bonus.options["fees"], Fraction(100))]
    for order, pieces in _pieces(company, bonus, state):
        buyer_step = plan.step(state.standings[order.member_id].rank)
        for level, payee, _, _ in _by_level(bonus, state, order.member_id, rates, grouped=True, itself=False):
            lower = min(buyer_step, plan.step(state.standings[payee[1]].rank)) if payee else buyer_step
            best = max(row[level - 1] for row in rates[: lower + 1])
            volume = int(pieces * fees[lower])
            if volume:
                book(payout, state, bonus, order, level, payee, volume, rates[lower][level - 1], best)
    return payout


def level_amount(company: Company, bonus: Bonus, state: State) -> Payout:
    """Fixed amounts by level for each piece."""
    payout = Payout()
    table = table_of(state, bonus.options["amounts"], Fraction(1))
    grouped = bonus.options.get("grouped", False)
    begins = dict(counted(company, bonus, state))
    start = bonus.options.get("start", "above")
    for order, pieces in _pieces(company, bonus, state):
        itself = start == "self" if bonus.options.get("per") == "member" else begins[order]
        walk = _by_level(bonus, state, order.member_id, table, grouped=grouped, itself=itself)
        for level, payee, amount, best in walk:
            why = closed(bonus, state, payee[1], level) if payee and amount else None
            due = NOTHING if why else amount
            book_pieces(payout, state, order, level, payee, pieces, due, best, why)
    return payout


def _by_level(
    bonus: Bonus, state: State, source: str, table: list[list[Fraction]], *, grouped: bool, itself: bool
) -> Iterator[tuple[int, tuple[int, str] | None, Fraction, Fraction]]:
    """Level, the member there, what is paid, and the most that could be paid."""
    plan, standings = state.plan, state.standings

    def step(member: str) -> int:
        return plan.step(standings[member].rank)

    keepers = Keepers(
        status=lambda member: standings[member].status,
        active=lambda member: standings[member].active,
        step=step,
        earns=lambda member, level: (
            level <= len(table[0])
            and table[step(member)][level - 1] > 0
            and closed(bonus, state, member, level) is None
            and meets(bonus, state, member)
        ),
    )
    tree = state.trees[bonus.tree]
    threshold = plan.step(bonus.compression.rank)
    walk = levels(bonus.compression, threshold, keepers, tree, source, itself=itself)
    eligible = table[: step(source) + 1] if grouped else table
    for level in range(1, len(table[0]) + 1):
        best = max(row[level - 1] for row in eligible)
        entry = next(walk, None)
        if entry is None:
            yield level, None, NOTHING, best
        else:
            used = min(step(source), step(entry[2])) if grouped else step(entry[2])
            yield level, (entry[1], entry[2]), table[used][level - 1], best


def role_shares(company: Company, bonus: Bonus, state: State) -> Payout:
    """Each role's amount to the first active ancestor who holds the role or a higher one."""
    payout, options, step = Payout(), bonus.options, state.plan.step
    above = state.trees[options.get("tree", "sponsor")]
    for order, pieces in _pieces(company, bonus, state):
        for level, (role, amount) in enumerate(
            zip(options["roles"], options["amounts"], strict=True), start=1
        ):
            holders = (
                (distance, member)
                for distance, member in upline(above, order.member_id)
                if state.standings[member].active
                and step(state.standings[member].rank) >= step(role)
                and meets(bonus, state, member)
            )
            due = Fraction(amount)
            book_pieces(payout, state, order, level, next(holders, None), pieces, due, due)
    return payout


def recruiter(company: Company, bonus: Bonus, state: State) -> Payout:
    """The sponsor's amount by rank; the rest to the next member above whose rank has a higher one."""
    payout, options, standings = Payout(), bonus.options, state.standings
    above = state.trees[options.get("tree", "sponsor")]
    direct = {
        rank.name: row[0]
        for rank, row in zip(state.plan.ranks, table_of(state, options["direct"], Fraction(1)), strict=True)
    }
    full = Fraction(options.get("full", max(direct.values())))
    for order, pieces in _pieces(company, bonus, state):
        ancestors = list(upline(above, order.member_id))
        if not ancestors:
            book_pieces(payout, state, order, 1, None, pieces, NOTHING, full)
            continue
        amount = direct[standings[ancestors[0][1]].rank]
        if amount:
            book_pieces(payout, state, order, 1, ancestors[0], pieces, amount, amount)
        if full > amount:
            higher = (
                ancestor
                for ancestor in ancestors[1:]
                if standings[ancestor[1]].active
                and direct[standings[ancestor[1]].rank] > amount
                and meets(bonus, state, ancestor[1])
            )
            rest = full - amount
            book_pieces(payout, state, order, 2, next(higher, None), pieces, rest, rest)
    return payout


def _is_early(company: Company, bonus: Bonus, state: State, sold: Order) -> bool:
    """In the first days of membership and among the first orders of all, where the plan asks for that."""
    options = bonus.options
    if "days" in options:
        day = sold.ordered_at.astimezone(ZoneInfo(state.plan.time_zone)).date()
        if day >= company.members[sold.member_id].enrolled_on + timedelta(days=options["days"]):
            return False
    if "first_orders" not in options:
        return True
    counted = [
        (each.ordered_at, each.order_id)
        for each in company.orders
        if each.member_id == sold.member_id
        and each.kind != "refund"
        and (not options.get("kinds") or each.kind in options["kinds"])
    ]
    return (sold.ordered_at, sold.order_id) in sorted(counted)[: options["first_orders"]]


def _pieces(company: Company, bonus: Bonus, state: State) -> list[tuple[Order, int]]:
    """The orders that count, and for how many pieces each."""
    options, by_id = bonus.options, {order.order_id: order for order in company.orders}
    kinds, per = options.get("kinds", []), options.get("per", "order")
    by_member: dict[str, list[tuple[Order, int]]] = {}
    for order in sorted(state.orders, key=lambda each: (each.ordered_at, each.order_id)):
        sold = by_id[order.refund_of] if order.refund_of else order
        if kinds and sold.kind not in kinds:
            continue
        if not _is_early(company, bonus, state, sold):
            continue
        if bonus.on == ("own" if sold.customer_id else "customers"):
            continue
        volumes = (order.qualifying_volume, order.commissionable_volume)
        if per == "volume":
            each = hundredths(options.get("each", 100))
            pieces = abs(order.commissionable_volume) // each * (1 if order.commissionable_volume > 0 else -1)
        elif volumes == (0, 0) and not options.get("without_sale"):
            pieces = 0
        elif order.kind != "refund":
            pieces = 1
        else:
            given_back = (-sold.qualifying_volume, -sold.commissionable_volume) == volumes
            pieces = -1 if order.refund_of and given_back else 0
        if pieces:
            by_member.setdefault(order.member_id, []).append((order, pieces))
    if per != "member":
        return [each for listed in by_member.values() for each in listed]
    return [
        next((order, 1) for order, pieces in listed if pieces > 0)
        for member, listed in by_member.items()
        if state.standings[member].active and sum(pieces for _, pieces in listed) > 0
    ]
