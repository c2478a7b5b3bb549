"""The ledger as it is read: balances and entries of members, batches, and what all accounts come to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from engine.access.areas import Area
from engine.access.reach import Reach
from engine.answers.members import members
from engine.answers.pages import Page, Stretch, empty, page, toward
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.ledger import adjusting, holding, paying
from engine.ledger import balances as ledger
from engine.ledger.adjusting import Posting
from engine.ledger.balances import Balance
from engine.ledger.holding import Hold
from engine.ledger.paying import Due
from engine.money import Currency, in_currency
from engine.ranges import BATCH

PIECE = 5_000
"""Rows that one statement of an export returns."""


class UnknownBatchError(UplineError):
    """No batch of the ledger has the number."""


@dataclass(frozen=True, slots=True)
class EntryPart:
    """What one bonus has to do with an entry, in minor units.

    Of a correction `period` is the closed period that it corrects.
    """

    bonus: str
    amount: int
    period: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One entry of an account: `amount` in minor units, above zero what the company owes.

    `owner` is the member, empty for the company itself. `batch` is the number of the batch that it is part
    of; `booked_at` (UTC), `day`, `actor`, `reason` and the source (`run`, `period`, `plan`) are those of the
    batch. Of what was booked by hand there are the number of the `posting` and the `type` of an adjustment.
    `parts` are the bonuses of earnings and corrections.
    """

    owner: str
    account: str
    event: str
    cash: Currency
    amount: int
    batch: int
    kind: str
    day: date
    booked_at: datetime
    actor: str
    reason: str
    run: int | None = None
    period: str | None = None
    plan: str | None = None
    posting: int | None = None
    type: str | None = None
    parts: tuple[EntryPart, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountSum:
    """What accounts of a kind come to in a currency, in minor units; debits and credits are positive."""

    account: str
    cash: Currency
    amount: int
    debits: int
    credits: int


@dataclass(frozen=True, slots=True)
class LedgerBatch:
    """A booked batch: entries that add up to zero in each currency.

    `kind` says what it is about, `reverses` which other one it takes back, by its key. What was booked by
    hand has the number of its `posting`, the `type` of an adjustment, and who has approved it.
    """

    number: int
    key: str
    kind: str
    day: date
    booked_at: datetime
    actor: str
    reason: str
    entries: int
    sums: tuple[AccountSum, ...]
    run: int | None = None
    period: str | None = None
    plan: str | None = None
    reverses: str | None = None
    posting: int | None = None
    type: str | None = None
    decided_by: str | None = None


def balances(
    graph: Graph, reach: Reach, member_ids: list[str], as_of: date | None = None
) -> dict[str, tuple[Balance, ...]]:
    """Members' balances by currency, now or at the end of a day, without members whose money is hidden."""
    seen = [each for each in member_ids if reach.sees(Area.MONEY, each)]
    if not reach.all:
        seen = list(members(graph, reach, seen))
    return ledger.balances(graph, seen, as_of)


def entries(graph: Graph, reach: Reach, member_id: str, stretch: Stretch) -> Page[LedgerEntry]:
    """A page of a member's entries, the latest first, without a total; empty where the money is hidden."""
    if not _seen(graph, reach, member_id):
        return empty()
    rows = graph.read(toward(query("ledger/entries"), stretch), owner=member_id, **stretch.bounds)
    digits = ledger.currencies(graph) if rows else {}
    parts = _parts(graph, member_id, rows)
    keyed = [(row["key"], _entry(row["entry"], row["batch"], digits, parts)) for row in rows]
    return page(keyed, lambda row: row[0], stretch).of(lambda row: row[1])


def entry_total(graph: Graph, reach: Reach, member_id: str) -> int:
    """How many entries a member has."""
    return int(graph.value("ledger/entry_total", owner=member_id)) if _seen(graph, reach, member_id) else 0


def batches(graph: Graph, _reach: Reach, stretch: Stretch) -> Page[LedgerBatch]:
    """A page of the booked batches, the latest first, without a total."""
    rows = graph.read(toward(query("ledger/batches"), stretch), **stretch.bounds)
    digits = ledger.currencies(graph) if rows else {}
    keyed = [(row["key"], _batch(row["batch"], digits)) for row in rows]
    return page(keyed, lambda row: row[0], stretch).of(lambda row: row[1])


def batch_total(graph: Graph, _reach: Reach) -> int:
    """How many batches are booked."""
    return int(graph.value("ledger/batch_total"))


def batch(graph: Graph, _reach: Reach, number: int) -> LedgerBatch:
    """One booked batch; raises UnknownBatchError."""
    rows = graph.read("ledger/batch_of_number", number=number)
    if not rows:
        raise UnknownBatchError(f"no batch has the number {number}", todo="The list of batches has them all.")
    return _batch(rows[0]["batch"], ledger.currencies(graph))


def batch_entries(graph: Graph, reach: Reach, of: LedgerBatch, stretch: Stretch) -> Page[LedgerEntry]:
    """A page of the entries of a batch, those of the company first; without a total.

    Empty for who does not read everybody's money.
    """
    if not _sees_all(reach):
        return empty()
    statement = toward(query("ledger/entries_of_batch"), stretch)
    rows = graph.read(statement, batch=of.key, **stretch.bounds)
    keyed = [(row["key"], _of_batch(row["entry"], of)) for row in rows]
    return page(keyed, lambda row: row[0], stretch).of(lambda row: row[1])


def account_totals(graph: Graph, _reach: Reach, as_of: date | None = None) -> tuple[AccountSum, ...]:
    """What all accounts of each kind come to, now or at the end of a day; they add up to zero by currency."""
    digits = ledger.currencies(graph)
    return tuple(
        AccountSum(
            row["account"], in_currency(row["currency"], digits.get(row["currency"])), row["amount"],
            row["debits"], row["credits"],
        )
        for row in graph.read("ledger/account_totals", day=as_of)
    )  # fmt: skip


def all_batches(graph: Graph) -> Iterator[LedgerBatch]:
    """Every booked batch, the first one first."""
    stretch = Stretch(PIECE, backward=True)
    while True:
        piece = batches(graph, Reach.everything, stretch)
        yield from reversed(piece.nodes)
        if not piece.earlier:
            return
        stretch = Stretch(PIECE, before=piece.keys[0], backward=True)


def all_entries(graph: Graph, of: LedgerBatch) -> Iterator[LedgerEntry]:
    """Every entry of a batch."""
    stretch = Stretch(PIECE)
    while True:
        piece = batch_entries(graph, Reach.everything, of, stretch)
        yield from piece.nodes
        if not piece.more:
            return
        stretch = Stretch(PIECE, after=piece.keys[-1])


def postings(
    graph: Graph,
    reach: Reach,
    state: str | None = None,
    member_id: str | None = None,
    most: int = BATCH.most,
) -> list[Posting]:
    """What was booked by hand, or proposed, the latest first; empty unless everybody's money is read."""
    return adjusting.postings(graph, state, member_id, most) if _sees_all(reach) else []


def holds(graph: Graph, reach: Reach, member_id: str | None = None, most: int = BATCH.most) -> list[Hold]:
    """The holds of which something is still held; empty unless everybody's money is read."""
    return holding.holds(graph, member_id, most) if _sees_all(reach) else []


def due_page(graph: Graph, reach: Reach, stretch: Stretch) -> Page[Due]:
    """What would be paid now to the next members after an id; empty unless everybody's money is read.

    A page has the members of so many ids, one row for each currency. It has no way back and no total.
    """
    if not _sees_all(reach):
        return empty()
    rows, last = paying.due_after(graph, stretch.after, stretch.size)
    while not rows and last is not None:  # nobody of these has a balance, and no key to go on after
        rows, last = paying.due_after(graph, last, stretch.size)
    return Page(tuple(rows), tuple(each.member_id for each in rows), last is not None, None)


def _sees_all(reach: Reach) -> bool:
    return reach.all and reach.sees(Area.MONEY, None)


def _seen(graph: Graph, reach: Reach, member_id: str) -> bool:
    if not reach.sees(Area.MONEY, member_id):
        return False
    return reach.all or bool(members(graph, reach, [member_id]))


SPLITS = {"earned": "ledger/splits", "corrected": "ledger/corrected_splits"}
"""What says by bonus what entries of an event are made of."""
Parts = Mapping[tuple[str, int], Sequence[EntryPart]]
"""The parts of entries by event and run."""


def _parts(graph: Graph, member_id: str, rows: Sequence[Mapping[str, Any]]) -> Parts:
    """What the entries of earnings and corrections of a page are made of, in one statement for each event."""
    parts: dict[tuple[str, int], list[EntryPart]] = {}
    for event, name in SPLITS.items():
        runs = {row["batch"].get("run") for row in rows if row["entry"]["event"] == event} - {None}
        for each in graph.read(name, owner=member_id, runs=sorted(runs)) if runs else ():
            part = EntryPart(each["bonus"], each["amount"], each.get("period"))
            parts.setdefault((event, each["run"]), []).append(part)
    return parts


def _entry(
    entry: Mapping[str, Any],
    of: Mapping[str, Any],
    digits: Mapping[str, int],
    parts: Parts,
) -> LedgerEntry:
    whole, sign = _of_batch(entry, _batch(of, digits)), -1 if of.get("reverses") else 1
    own = parts.get((entry["event"], of.get("run") or 0), ())
    return replace(whole, parts=tuple(replace(each, amount=sign * each.amount) for each in own))


def _of_batch(entry: Mapping[str, Any], of: LedgerBatch) -> LedgerEntry:
    cash = next(each.cash for each in of.sums if each.cash.currency == entry["currency"])
    return LedgerEntry(
        entry["owner"], entry["account"], entry["event"], cash, entry["amount"], of.number, of.kind, of.day,
        of.booked_at, of.actor, of.reason, of.run, of.period, of.plan,
        of.posting, of.type,
    )  # fmt: skip


def _batch(facts: Mapping[str, Any], digits: Mapping[str, int]) -> LedgerBatch:
    rows = zip(facts["accounts"], facts["currencies"], facts["amounts"], strict=True)
    sums = tuple(
        AccountSum(account, in_currency(code, digits.get(code)), amount, max(0, -amount), max(0, amount))
        for account, code, amount in rows
    )
    return LedgerBatch(
        facts["number"], facts["key"], facts["kind"], facts["day"].to_native(),
        facts["booked_at"].to_native(), facts["actor"], facts["reason"], facts["entries"], sums,
        facts.get("run"), facts.get("period"), facts.get("plan"), facts.get("reverses"),
        facts.get("posting"), facts.get("type"), facts.get("decided_by"),
    )  # fmt: skip
