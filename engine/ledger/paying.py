"""What would be paid now, to whom, and why not to the others. Nothing is booked by it.

Where the company's rules say so, the positions of one owner are paid together: one payment, one fee, one
smallest payment, and what one position owes is taken from what another one earned.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.graph.database import Graph
from engine.ledger.accounts import COMPANY
from engine.ledger.balances import PIECE, Balance, balances
from engine.ledger.rules import EVERYWHERE, LedgerRules, rules_of
from engine.money import RATE_SCALE, Currency, rounded

WHY_NOT: Mapping[str, str] = {
    "negative": "the member owes the company, and later earnings settle it",
    "held": "all of it is held",
    "status": "members of this status are not paid",
    "below_minimum": "it is less than the smallest payment, and stays for later",
    "below_fee": "fee and withholding leave nothing",
}
"""Why somebody is not paid now."""


@dataclass(frozen=True, slots=True)
class Due:
    """What would be paid to a member in a currency now, in minor units.

    `payable` is the balance. Of it `fee` and `withheld` are kept, and `amount` is paid; where `why_not` names
    a reason, one of WHY_NOT, nothing is paid and all of it stays. Where positions of an owner are paid
    together, `positions` are those of which this is the balance, the first of them `member_id`.
    """

    member_id: str
    cash: Currency
    payable: int
    held: int
    fee: int
    withheld: int
    amount: int
    why_not: str | None = None
    positions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Person:
    """What is known of a member today."""

    status: str | None = None
    country: str | None = None


def due(graph: Graph) -> Iterator[Due]:
    """What is due to every member for whom anything is payable, owed or held, by id."""
    after = COMPANY
    while True:
        rows, last = due_after(graph, after, PIECE)
        yield from rows
        if last is None:
            return
        after = last


def due_after(graph: Graph, after: str, most: int) -> tuple[list[Due], str | None]:
    """The same for the next members after an id, and the id to go on after; None: there are no others.

    Positions that are paid together come with the first of them, however far the others are.
    """
    owners: list[str] = graph.value("ledger/owners", after=after, first=most)
    rules = rules_of(graph.read)
    groups = _groups(graph) if rules.together else {}
    together = {other for owner in owners for other in groups.get(owner, ())}
    listed = [*owners, *sorted(together - {*owners})]
    people, amounts = _people(graph, listed), balances(graph, listed)
    rows = []
    for owner in owners:
        positions = [each for each in groups.get(owner, (owner,)) if amounts[each]]
        if positions and positions[0] == owner:
            rows += _payments(positions, people, amounts, rules)
    return rows, owners[-1] if len(owners) == most else None


def _payments(
    positions: Sequence[str],
    people: Mapping[str, _Person],
    amounts: Mapping[str, Sequence[Balance]],
    rules: LedgerRules,
) -> list[Due]:
    """What is due to positions that are paid together; those that are not paid have rows of their own."""
    paid = [each for each in positions if people[each].status not in rules.unpaid]
    apart = [[each] for each in positions if each not in paid]
    rows = []
    for group in ([paid] if paid else []) + apart:
        currencies = sorted({each.cash.currency for one in group for each in amounts[one]})
        for code in currencies:
            parts = [each for one in group for each in amounts[one] if each.cash.currency == code]
            payable, held = sum(each.payable for each in parts), sum(each.held for each in parts)
            if payable or held:
                own = Balance(parts[0].cash, payable, held)
                rows.append(_due(tuple(group), own, rules, people[group[0]]))
    return rows


def _due(positions: tuple[str, ...], of: Balance, rules: LedgerRules, person: _Person) -> Due:
    code = of.cash.currency
    fee = rules.fee.get(code, 0)
    everywhere = rules.withholding.get(EVERYWHERE, 0)
    share = rules.withholding.get(person.country or EVERYWHERE, everywhere)
    withheld = rounded(of.payable * share, RATE_SCALE, "half_even")
    amount = of.payable - fee - withheld
    why = None
    if of.payable < 0:
        why = "negative"
    elif of.payable == 0:
        why = "held"
    elif person.status in rules.unpaid:
        why = "status"
    elif of.payable < rules.minimum.get(code, 0):
        why = "below_minimum"
    elif amount <= 0:
        why = "below_fee"
    if why is not None:
        fee = withheld = amount = 0
    return Due(positions[0], of.cash, of.payable, of.held, fee, withheld, amount, why, positions)


def _groups(graph: Graph) -> dict[str, list[str]]:
    """The positions that have the same owner as a member, by member; only where there are several."""
    groups = [sorted(row["member_ids"]) for row in graph.read("ledger/positions")]
    return {each: group for group in groups for each in group}


def _people(graph: Graph, member_ids: Sequence[str]) -> dict[str, _Person]:
    rows = graph.read("ledger/people", member_ids=list(member_ids))
    known = {row["member_id"]: _Person(row["status"], row["country"]) for row in rows}
    return {each: known.get(each, _Person()) for each in member_ids}
