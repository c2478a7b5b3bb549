"""What an owner's accounts come to: what is added up, and the entries that were booked after that.

Amounts are minor units; above zero the company owes them. As of a day, the batches count that were booked by
the end of that day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from engine.genealogy.changes.lane import CurrencyKnownError, currencies_of, read_company
from engine.graph.database import Graph
from engine.ledger.accounts import COMPANY, HELD, PAYABLE, RECOVERABLE
from engine.money import Currency, in_currency

PIECE = 5_000
"""Members whose balances one statement reads."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What a member's accounts in a currency come to, in minor units.

    `payable` is owed to the member; below zero the member owes it, and later earnings settle it. `held` is
    earned and not yet due, `recoverable` what is taken back later.
    """

    cash: Currency
    payable: int = 0
    held: int = 0
    recoverable: int = 0


def currencies(graph: Graph) -> dict[str, int]:
    """The currencies in which something was booked, with their digits."""
    return currencies_of(graph.value("ledger/currencies"))


def cash_of(graph: Graph, code: str) -> Currency:
    """How amounts of a currency are written: as the ledger has it, or as the company would."""
    known = currencies(graph)
    return in_currency(code, known[code] if code in known else read_company(graph).digits(code))


def refuse_other_digits(graph: Graph, cash: Currency) -> None:
    """Raise CurrencyKnownError where the ledger has the currency with other digits."""
    known = currencies(graph).get(cash.currency, cash.digits)
    if known != cash.digits:
        raise CurrencyKnownError(
            f"amounts in {cash.currency} have {known} decimals in the ledger, not {cash.digits}",
            todo="A currency has the same digits in all plans.",
        )


def balances(
    graph: Graph, owners: Iterable[str], as_of: date | None = None
) -> dict[str, tuple[Balance, ...]]:
    """The balances of some members by currency, now or as of a day; empty where nothing was ever booked."""
    listed = list(owners)
    if as_of is None:
        rows = graph.read("ledger/balances", owners=listed)
    else:
        rows = graph.read("ledger/balances_on", owners=listed, day=as_of)
    digits = currencies(graph) if rows else {}
    kinds: dict[str, dict[str, dict[str, int]]] = {owner: {} for owner in listed}
    for row in rows:
        kinds[row["owner"]].setdefault(row["currency"], {})[row["kind"]] = row["amount"]
    return {
        owner: tuple(
            Balance(
                in_currency(code, digits.get(code)),
                *(amounts.get(kind, 0) for kind in (PAYABLE, HELD, RECOVERABLE)),
            )
            for code, amounts in sorted(by_currency.items())
        )
        for owner, by_currency in kinds.items()
    }


def all_balances(graph: Graph) -> Iterator[tuple[str, tuple[Balance, ...]]]:
    """The balances of every member for whom anything was booked, by id."""
    after = COMPANY
    while owners := graph.value("ledger/owners", after=after, first=PIECE):
        yield from balances(graph, owners).items()
        after = owners[-1]
