"""The income disclosure: what all who took part in a range of periods were paid, and what they spent.

Everybody counts who was enrolled, whether or not they were active or earned anything. Amounts are those of
the periods that were really run; nothing is estimated, and nothing is made into a year.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine import ranges
from engine.access.reach import Reach
from engine.answers.bulk import every_level
from engine.answers.corrections import all_corrections
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.money import Currency
from engine.passes.chain import plan_by_text
from engine.passes.record import RunRecord
from engine.passes.replay import period_of
from engine.workbench.disclosure.compliance import may_disclose, refuse_too_large
from engine.workbench.disclosure.range import RunsOfRange, runs_of_range
from engine.workbench.disclosure.spread import Spread, merged, share, spread

SMALLEST = 10
"""Members that a group needs to be shown, where nobody says how many."""
LIMITS = (100, 500, 1_000)
"""The amounts, in units of the currency, up to which members are counted."""


class TooFewMembersError(UplineError):
    """So few took part that figures would say what single persons earned."""


class CurrenciesDifferError(UplineError):
    """Periods of the range were paid in different currencies."""


@dataclass(frozen=True, slots=True)
class Expense:
    """What members bought for themselves by the kind of order, in minor units after refunds.

    `kinds` are more than one where too few members bought some of them.
    """

    kinds: tuple[str, ...]
    members: int
    orders: int
    amount: int


@dataclass(frozen=True, slots=True)
class RankIncome:
    """The income of members by the highest rank that they were paid as in the range.

    `ranks` are more than one where groups were too small to be shown. `periods` counts the periods that
    anybody, of this group or another, was paid as one of these ranks; shares are of all members and of all
    periods of all members, in millionths.
    """

    ranks: tuple[str, ...]
    members: int
    members_share: int
    periods: int
    periods_share: int
    pay: Spread


@dataclass(frozen=True, slots=True)
class IncomeDisclosure:
    """The income of all who took part, in minor units of `cash`.

    `pay` is before expenses, `net` after what each one bought (`expenses` by kind). `every_period` is the pay
    of members who took part in every period, None where that is all of them, or where they or the others are
    too few to be shown. `member_periods` are the periods of all members together; `never_active` counts
    members who were active in none. `enrolled_within` enrolled in the range, as far as their first period
    tells. `left_at_unknown` had left by the end of the first period, and nobody knows when, as there is no
    run before it: they count. `customers` are members who were customers all the time: they do not.
    `other_currencies` and `unpriced` count purchases in other currencies and without a price, which are in no
    figure. `retail_recorded` says whether the plan has bonuses on the difference of prices, `retail_profit`
    what they paid, None where they paid too few to be shown. `corrected` is what the runs corrected of closed
    periods, which counts in the periods that booked it.
    """

    range: RunsOfRange
    cash: Currency
    smallest: int
    members: int
    member_periods: int
    never_active: int
    enrolled_within: int
    left_at_unknown: int
    customers: int
    pay: Spread
    net: Spread
    every_period: Spread | None
    ranks: tuple[RankIncome, ...]
    expenses: tuple[Expense, ...]
    other_currencies: int
    unpriced: int
    corrected: int
    retail_recorded: bool
    retail_profit: int | None

    @property
    def periods(self) -> tuple[str, ...]:
        """The names of the periods by which members are counted."""
        return tuple(run.period for run in self.range.runs)


@dataclass(slots=True)
class _Member:
    """One member in the range: pay and purchases in minor units; of the kinds bought a bit for each."""

    pay: int = 0
    spent: int = 0
    periods: int = 0
    highest: int = 0
    active: bool = False
    kinds: int = 0


@dataclass(slots=True)
class _Gathered:
    """What the runs of a range say of everybody."""

    ranks: list[str]
    currency: str
    members: dict[str, _Member] = field(default_factory=lambda: defaultdict(_Member))
    periods_of_rank: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    known: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    """Who is terminated as of the last period that was added."""
    customers: set[str] = field(default_factory=set)
    orders: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    amounts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    left_at_unknown: int = 0
    enrolled_within: int = 0
    other_currencies: int = 0
    unpriced: int = 0

    def purchased(self, one: _Member, purchases: Sequence[Any]) -> None:
        """Count what one member bought in a period."""
        for kind, currency, amount, orders, unpriced in purchases:
            if currency != self.currency:
                self.other_currencies += orders
                continue
            self.orders[kind] += orders
            self.amounts[kind] += amount
            self.unpriced += unpriced
            one.spent += amount
            one.kinds |= 1 << list(self.orders).index(kind)


def income(
    graph: Graph,
    reach: Reach,
    first: str | None = None,
    last: str | None = None,
    plan: str | None = None,
    *,
    gaps: bool = False,
    smallest: int = SMALLEST,
    limits: Sequence[int] = LIMITS,
    most_members: int | None = None,
) -> IncomeDisclosure | None:
    """What everybody earned in the periods that end in a period such as 2026, or from one to another.

    `limits` are amounts in units of the currency. None where the viewer does not read pay and totals of the
    whole company. Raises what `runs_of_range` raises, AmountError for a number out of range,
    CurrenciesDifferError, TooFewMembersError where fewer than `smallest` took part, and
    DisclosureTooLargeError where the periods have more than `most_members` together.
    """
    if not may_disclose(reach):
        return None
    ranges.GROUP.checked(smallest, "the smallest group")
    ranges.BANDS.checked(len(limits), "the number of amounts")
    for limit in limits:
        ranges.BAND.checked(limit, "an amount")
    within = runs_of_range(graph, first, last, plan, gaps=gaps)
    every = (*within.runs, *within.further)
    refuse_too_large(sum(run.facts["members"] for run in every), most_members)
    cash = _one_currency(every)
    gathered = _gathered(graph, within, cash)
    people = list(gathered.members.values())
    if len(people) < smallest:
        raise TooFewMembersError(
            f"{len(people)} took part, and groups of fewer than {smallest} are not shown",
            todo="Name a longer range. What single members earned is in their statements.",
        )
    ends = [limit * 10**cash.digits for limit in sorted(set(limits))]
    of_all = [each for each in people if each.periods == len(within.runs)]
    others = len(people) - len(of_all)
    recorded, profit = _retail(every, smallest)
    apart = others >= smallest and len(of_all) >= smallest
    return IncomeDisclosure(
        range=within, cash=cash, smallest=smallest, members=len(people),
        member_periods=sum(each.periods for each in people),
        never_active=sum(1 for each in people if not each.active),
        enrolled_within=gathered.enrolled_within,
        left_at_unknown=gathered.left_at_unknown, customers=len(gathered.customers - gathered.members.keys()),
        pay=spread([each.pay for each in people], ends),
        net=spread([each.pay - each.spent for each in people], ends),
        every_period=spread([each.pay for each in of_all], ends) if apart else None,
        ranks=tuple(_by_rank(gathered, people, smallest, ends)),
        expenses=tuple(_expenses(gathered, people, smallest)),
        other_currencies=gathered.other_currencies, unpriced=gathered.unpriced,
        corrected=sum(run.corrected for run in every),
        retail_recorded=recorded, retail_profit=profit,
    )  # fmt: skip


def _one_currency(runs: Sequence[RunRecord]) -> Currency:
    """The currency of all runs."""
    currencies = {run.cash for run in runs}
    if len(currencies) > 1:
        codes = ", ".join(sorted({each.currency for each in currencies}))
        raise CurrenciesDifferError(
            f"the periods were paid in different currencies: {codes}",
            todo="Name a range of periods in one currency.",
        )
    return currencies.pop()


def _gathered(graph: Graph, within: RunsOfRange, cash: Currency) -> _Gathered:
    """What all runs say of everybody who took part."""
    gathered = _Gathered(_rank_names(within.runs), cash.currency)
    if within.before is not None:
        for member_id, status in _each(graph, within.before, "statuses"):
            gathered.known.add(member_id)
            if status == "terminated":
                gathered.left.add(member_id)
    for place, run in enumerate(within.runs):
        begins = place == 0 and within.before is None
        _add(graph, gathered, run, begins=begins)
    for run in within.further:
        for member_id, earned in _each(graph, run, "paid"):
            gathered.members[member_id].pay += earned
    for run in (*within.runs, *within.further):
        for correction in all_corrections(graph, run):
            gathered.members[correction.member_id].pay += correction.amount
    return gathered


def _add(graph: Graph, gathered: _Gathered, run: RunRecord, *, begins: bool) -> None:
    """Add one period; where the range `begins` with it, nobody knows who had left before."""
    numbers = [gathered.ranks.index(name) for name in run.facts["ranks"]]
    period = period_of(run, plan_by_text(run))
    window = {"start": period.start, "end": period.end, "cut": run.facts["cut"]}
    for member_id, status, rank, earned, active, purchases in _each(graph, run, "participants", **window):
        takes_part = bool(earned or purchases)
        had_left = member_id in gathered.left
        if not begins and member_id not in gathered.known:
            gathered.enrolled_within += 1
        gathered.known.add(member_id)
        (gathered.left.add if status == "terminated" else gathered.left.discard)(member_id)
        if status == "customer" and not earned:
            gathered.customers.add(member_id)
            continue
        if status == "terminated" and not takes_part:
            if had_left:
                continue
            gathered.left_at_unknown += begins
        one = gathered.members[member_id]
        one.pay += earned
        gathered.purchased(one, purchases)
        one.periods += 1
        one.active = one.active or active
        one.highest = max(one.highest, numbers[rank])
        gathered.periods_of_rank[numbers[rank]] += 1


def _each(graph: Graph, run: RunRecord, name: str, **parameters: object) -> Iterator[Any]:
    """The rows of a statement of cypher/parts/disclosure on all standings of a run."""
    statement = query(f"disclosure/{name}").fill(chosen=query("answers/of_levels"))
    return every_level(graph, run, statement, **parameters)


def _rank_names(runs: Sequence[RunRecord]) -> list[str]:
    """All ranks of the runs, the lowest first: those of the newest, an older one above the rank below it."""
    names = list(runs[-1].facts["ranks"])
    for run in reversed(runs):
        below = 0
        for name in run.facts["ranks"]:
            if name not in names:
                names.insert(below + 1, name)
            below = names.index(name)
    return names


def _by_rank(
    gathered: _Gathered, people: Sequence[_Member], smallest: int, ends: Sequence[int]
) -> Iterator[RankIncome]:
    """The income by highest rank, from the lowest up; ranks that nobody had are left out."""
    pay: dict[int, list[int]] = defaultdict(list)
    for each in people:
        pay[each.highest].append(each.pay)
    periods_of = gathered.periods_of_rank
    held = [place for place in range(len(gathered.ranks)) if pay[place] or periods_of[place]]
    all_periods = sum(periods_of.values())
    for first, last in merged([len(pay[place]) for place in held], smallest):
        places = held[first : last + 1]
        amounts = [amount for place in places for amount in pay[place]]
        periods = sum(periods_of[place] for place in places)
        yield RankIncome(
            tuple(gathered.ranks[place] for place in places),
            len(amounts), share(len(amounts), len(people)), periods, share(periods, all_periods),
            spread(amounts, ends),
        )  # fmt: skip


def _expenses(gathered: _Gathered, people: Sequence[_Member], smallest: int) -> Iterator[Expense]:
    """Purchases by kind. Kinds that few bought are put together, with more frequent ones if need be."""
    of_bits = Counter(each.kinds for each in people)
    bits = {kind: 1 << place for place, kind in enumerate(gathered.orders)}

    def buyers(kinds: Sequence[str]) -> int:
        return sum(count for mask, count in of_bits.items() if any(mask & bits[kind] for kind in kinds))

    waiting: list[str] = []
    for kind in sorted(bits, key=lambda kind: (buyers([kind]), kind)):
        waiting.append(kind)
        if (members := buyers(waiting)) >= smallest:
            orders, amount = (sum(of[each] for each in waiting) for of in (gathered.orders, gathered.amounts))
            yield Expense(tuple(sorted(waiting)), members, orders, amount)
            waiting = []


def _retail(runs: Sequence[RunRecord], smallest: int) -> tuple[bool, int | None]:
    """Whether bonuses on the difference of prices are there, and what they paid where many had it."""
    totals = [each for run in runs for each in run.totals if each["kind"] == "price_difference"]
    if not any(each["payees"] >= smallest for each in totals):
        return bool(totals), None
    names = {each["bonus"] for each in totals}
    corrected = sum(each.amount for run in runs for each in run.corrections if each.bonus in names)
    return True, sum(each["paid"] for each in totals) + corrected
