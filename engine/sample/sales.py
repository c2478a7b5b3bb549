"""The orders of a generated company: kits, autoship, own and customers' purchases, refunds, by month."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush
from itertools import pairwise

from engine.sample.baskets import BASKET_BITS, KIT, Baskets, returned, text
from engine.sample.chance import below, stream
from engine.sample.people import TERMINATED, Days, People
from engine.sample.tables import TableWriter

Bits = Callable[[int], int]

KINDS = ("sale", "autoship", "kit")
SALE, AUTOSHIP, KIT_ORDER = range(3)
DAY_SECONDS = 86_400

# A member's habit, by sixteenths of the members, and in how many of 256 months each habit makes an order.
DORMANT, OCCASIONAL, REGULAR, STANDING = range(4)
HABITS = (STANDING,) * 4 + (REGULAR,) * 4 + (OCCASIONAL,) * 3 + (DORMANT,) * 5
ORDERS_OF_256 = (6, 56, 150, 244)
# Of 256 members who buy in a month, this many buy again; of 256 customers, this many buy in a month.
AGAIN_OF_256, CUSTOMERS_OF_256 = 76, 120
# Of 1024 orders this many are returned, one in four of them by half, within RETURN_DAYS days.
RETURNED_OF_1024, RETURN_DAYS = 20, 25
# One order in eight is made in the last days of the month, by members who lack volume for a rank.
RUSH_DAYS = 3

# An order without a number yet is one integer that sorts by time: second of the month, member, customer
# (0 for none, else number + 1), basket, kind. So a million orders of a month are sorted as a plain list.
KIND_BITS = 2
NUMBER_BITS = 24
CUSTOMER_AT = KIND_BITS + BASKET_BITS
MEMBER_AT = CUSTOMER_AT + NUMBER_BITS
TIME_AT = MEMBER_AT + NUMBER_BITS
NUMBER_MASK = (1 << NUMBER_BITS) - 1
BASKET_MASK = (1 << BASKET_BITS) - 1


@dataclass(frozen=True, slots=True)
class Sales:
    """What was written: by month the orders (without refunds) and the members who ordered; all refunds."""

    orders: tuple[int, ...]
    buyers: tuple[int, ...]
    refunds: int


def write_orders(
    table: TableWriter,
    people: People,
    habits: bytearray,
    baskets: Baskets,
    seed: int,
    months: list[date],
    currency: str,
) -> Sales:
    """Write the orders and refunds of each month in order of time.

    `months` are the first days of the months, followed by the first day after the last. A refund names an
    order written before it, of the same month or of an earlier one; nothing is refunded after the last month.
    """
    book = _OrderBook(table, people, baskets, stream(seed, "refunds"), currency, len(months) - 1)
    orders, buyers = [], []
    for first, after in pairwise(months):
        # Terminated members had left before the last month began.
        gone = after == months[-1]
        drawn, bought = _draw_month(people, habits, stream(seed, f"orders {first:%Y-%m}"), first, after, gone)
        drawn.sort()
        book.write(drawn, first, after)
        orders.append(len(drawn))
        buyers.append(bought)
    table.flush()
    return Sales(tuple(orders), tuple(buyers), book.refunds)


def habits_of(recruits: bytearray, seed: int) -> bytearray:
    """Each member's buying habit. Members who recruit buy more: two recruits move a member up a sixteenth."""
    bits = stream(seed, "habits")
    return bytearray(HABITS[max(bits(4) - count // 2, 0)] for count in recruits)


def _draw_month(
    people: People, habits: bytearray, bits: Bits, first: date, after: date, gone: bool
) -> tuple[list[int], int]:
    """The month's orders, packed and unsorted, and the number of members who bought for themselves."""
    start = first.toordinal()
    days = after.toordinal() - start
    drawn: list[int] = []
    buyers = customer = 0
    for member, enrolled in enumerate(people.enrolled):
        opening = enrolled - start
        if opening >= days:
            break  # Members are in order of enrolment: nobody after this one had enrolled.
        mine = customer
        customer += people.customers[member]
        if people.status[member] == TERMINATED and (gone or bits(1)):
            continue
        if opening >= 0:
            drawn.append(_second(bits, opening, opening + 1) << TIME_AT | member << MEMBER_AT | KIT_ORDER)
        habit = habits[member]
        if bits(8) < ORDERS_OF_256[habit]:
            buyers += 1
            _buy(drawn, bits, member, habit == STANDING, max(opening, 0), days)
        for number in range(mine, customer):
            since = people.since[number] - start
            if bits(8) < CUSTOMERS_OF_256 and since < days:
                when = _second(bits, max(since, 0), days)
                # Customers take the smaller half of the baskets.
                basket = bits(BASKET_BITS - 1) << KIND_BITS
                drawn.append(when << TIME_AT | member << MEMBER_AT | number + 1 << CUSTOMER_AT | basket)
    return drawn, buyers


def _buy(drawn: list[int], bits: Bits, member: int, standing: bool, opening: int, days: int) -> None:
    """One member's own orders of a month: the autoship or another order, and perhaps one more."""
    # An autoship has the same day and the same basket each month; the member's number scatters them.
    day = member * 17 % 28
    if standing and day >= opening:
        basket = (member * 2_654_435_761 >> 7) & BASKET_MASK
        when = day * DAY_SECONDS + 6 * 3600 + bits(13)
        drawn.append(when << TIME_AT | member << MEMBER_AT | basket << KIND_BITS | AUTOSHIP)
    else:
        drawn.append(_sale(bits, member, opening, days))
    if bits(8) < AGAIN_OF_256:
        drawn.append(_sale(bits, member, opening, days))


def _sale(bits: Bits, member: int, opening: int, days: int) -> int:
    when = _second(bits, opening, days)
    return when << TIME_AT | member << MEMBER_AT | bits(BASKET_BITS) << KIND_BITS


def _second(bits: Bits, opening: int, days: int) -> int:
    """A second of the month, from the opening day up to (not including) `days`."""
    if not bits(3):
        opening = max(opening, days - RUSH_DAYS)
    return opening * DAY_SECONDS + below(bits, (days - opening) * DAY_SECONDS)


class _OrderBook:
    """Numbers orders in order of time and writes them, with the refunds that fall due between them."""

    def __init__(
        self, table: TableWriter, people: People, baskets: Baskets, bits: Bits, currency: str, months: int
    ) -> None:
        self.refunds = 0
        self._table, self._people, self._baskets, self._bits = table, people, baskets, bits
        self._currency = currency
        self._format = f"O%0{max(6, len(str(3 * months * len(people.enrolled))))}d"
        self._last = 0
        self._days = Days()
        # Refunds that will fall due: absolute second, order, member, customer, figures as text.
        self._due: list[tuple[int, int, int, int, str]] = []
        self._clock = [f"T{minute // 60:02d}:{minute % 60:02d}:" for minute in range(1440)]

    def write(self, drawn: list[int], first: date, after: date) -> None:
        """Write the sorted orders of one month."""
        start, due, days, clock = first.toordinal(), self._due, self._days, self._clock
        own, retail = self._baskets.own_text, self._baskets.retail_text
        member_format, customer_format = self._people.member_format, self._people.customer_format
        kit, currency, numbers = text(KIT), self._currency, self._format
        for packed in drawn:
            second = packed >> TIME_AT
            member = packed >> MEMBER_AT & NUMBER_MASK
            customer = packed >> CUSTOMER_AT & NUMBER_MASK
            basket = packed >> KIND_BITS & BASKET_MASK
            kind = packed & 3
            moment = start * DAY_SECONDS + second
            if due and due[0][0] <= moment:
                self._write_refunds_until(moment)
            self._last = order = self._last + 1
            day, rest = divmod(second, DAY_SECONDS)
            figures = kit if kind == KIT_ORDER else retail[basket] if customer else own[basket]
            self._table.add(
                f"{numbers % order},{days[start + day]}{clock[rest // 60]}{rest % 60:02d}Z,"
                f"{member_format % (member + 1)},{customer_format % customer if customer else ''},"
                f"{KINDS[kind]},{figures},{currency},\n"
            )
            if self._bits(10) < RETURNED_OF_1024 and kind != KIT_ORDER:
                self._plan_refund(moment, order, member, customer, basket)
        self._write_refunds_until(after.toordinal() * DAY_SECONDS - 1)

    def _plan_refund(self, moment: int, order: int, member: int, customer: int, basket: int) -> None:
        when = moment + DAY_SECONDS + below(self._bits, RETURN_DAYS * DAY_SECONDS)
        share = 1 if self._bits(2) else 2
        bought = self._baskets.retail[basket] if customer else self._baskets.own[basket]
        heappush(self._due, (when, order, member, customer, text(returned(bought, share))))

    def _write_refunds_until(self, moment: int) -> None:
        while self._due and self._due[0][0] <= moment:
            when, order, member, customer, figures = heappop(self._due)
            self._last += 1
            self.refunds += 1
            day, rest = divmod(when, DAY_SECONDS)
            buyer = self._people.customer_format % customer if customer else ""
            self._table.add(
                f"{self._format % self._last},{self._days[day]}{self._clock[rest // 60]}{rest % 60:02d}Z,"
                f"{self._people.member_id(member)},{buyer},refund,{figures},{self._currency},"
                f"{self._format % order}\n"
            )
