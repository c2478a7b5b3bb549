"""Refunds, checked against the orders that they take back.

A refund that contradicts its order is refused by name. Where a contradiction is a company's practice, a rule
of the company has it remarked on instead. Only new refunds that name an order cost anything.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import UplineError
from engine.genealogy.changes.closed import ClosedPeriod, closing_instant
from engine.genealogy.stored import in_lookups
from engine.graph.database import Graph
from engine.intake import columns
from engine.intake.columns import flag
from engine.intake.correcting import CORRECTS, REFUSED, RULE, corrects
from engine.intake.refusals import Refusals
from engine.intake.tables import CompanyTable
from engine.money import decimal, minor_digits

REFUND = "refund"
FIGURES = ("qualifying_volume", "commissionable_volume", "amount")
CONTRADICTIONS = {
    "too_large": "take back more than was bought",
    "other_member": "are credited to another member than their order",
    "before_order": "are dated before their order",
    "of_refund": "take back another refund",
    "other_currency": "are in another currency than their order",
    "committed_order": "take back an order of a committed period",
}
"""What a refund may contradict in its order. Refusals are named after them: refund_too_large."""
RULES = ("refuse", "remark", "correct")
"""What a company does about a contradiction: `correct` of orders of committed periods alone, by default."""
EXAMPLES = 3
"""Refunds that a remark names."""


class UnknownRefundRuleError(UplineError):
    """A contradiction of refunds, or a rule for one, that does not exist."""


@dataclass(frozen=True, slots=True)
class BookedOrder:
    """A refund or an order: volumes in hundredths, minor units.

    When it was placed, and from when on it counts, come in microseconds since 1970.
    """

    order_id: str
    at: int
    member_id: str
    kind: str
    figures: tuple[int, int, int]
    currency: str
    counted: int


@dataclass(slots=True)
class Refunds:
    """The refunds of one import, and the orders that they name; `remarked` are contradictions let through."""

    table: CompanyTable
    typed: pa.Table
    graph: Graph | None
    zone: ZoneInfo
    remarked: frozenset[str]
    currencies: Mapping[str, int]
    refusals: Refusals
    rows: list[int]
    """Rows that name an order, and by place the order's name and its row (None: not in this table)."""
    names: list[str]
    at: list[int | None]
    closed: Sequence[ClosedPeriod] = ()

    def corrects(self, row: int) -> bool:
        """Whether the refund of a row corrects the closed period of its order."""
        return CORRECTS in self.typed.column_names and bool(self.typed[CORRECTS][row].as_py())

    def figure(self, order: BookedOrder, place: int, value: int) -> str:
        """A figure as text; the amount in the digits of the order's currency."""
        own = self.currencies.get(order.currency, minor_digits(order.currency))
        return decimal(abs(value), own if FIGURES[place] == "amount" else 2)


def remarked_of(before: Iterable[str], rules: Mapping[str, str]) -> tuple[str, ...]:
    """The contradictions that a company has remarked on: those `before`, changed by rules.

    A rule is ``{"other_member": "remark"}``. That refunds of committed orders are refused is kept as
    `committed_order=refuse`, for otherwise they correct. Raises UnknownRefundRuleError.
    """
    remarked = set(before)
    for name, rule in rules.items():
        known = RULES if name == RULE else RULES[:2]
        if name not in CONTRADICTIONS or rule not in known:
            raise UnknownRefundRuleError(
                f"there is no rule {name}={rule} for refunds",
                todo=f"Say {' or '.join(RULES[:2])} for one of {', '.join(CONTRADICTIONS)}; "
                f"{RULES[2]} is for {RULE} alone.",
            )
        remarked -= {name, REFUSED} if name == RULE else {name}
        if rule == "remark":
            remarked.add(name)
        elif name == RULE and rule == "refuse":
            remarked.add(REFUSED)
    return tuple(sorted(remarked))


def check_refunds(
    table: CompanyTable,
    typed: pa.Table,
    graph: Graph | None,
    zone: ZoneInfo,
    remarked: Iterable[str],
    currencies: Mapping[str, int],
    is_new: Callable[[int], bool],
    refusals: Refusals,
    closed: Sequence[ClosedPeriod] = (),
) -> tuple[str, ...]:
    """Refuse refunds that name no order or contradict theirs; returns remarks on what a rule lets through.

    `typed` holds the columns with their types, `currencies` the digits of the company's own currencies, and
    `is_new` says of a row that the graph does not have it.
    Refunds of refused orders are refused with them, and those of orders of a `closed` period, unless they
    correct it: whom these have paid, a refund of the open period does not reach.
    """
    ids, named = table["order_id"], table["refund_of"]
    if named.null_count == table.count:
        return ()
    itself = pc.equal(ids, named)
    flag(
        table, itself, "self_reference", lambda row: f"order {ids[row].as_py()} refunds itself", refusals,
        "Name the order that is refunded.",
    )  # fmt: skip
    refunded = named.filter(pc.is_valid(named))
    refunds = Refunds(
        table, typed, graph, zone, frozenset(remarked), currencies, refusals,
        pc.indices_nonzero(pc.is_valid(named)).to_pylist(), refunded.to_pylist(),
        columns.places(refunded, ids).to_pylist(), closed,
    )  # fmt: skip
    stored = _stored(refunds)
    for row, place, name in zip(refunds.rows, refunds.at, refunds.names, strict=True):
        if place is None and name not in stored:
            what = f"{table.called('refund_of')} {name} is no known order"
            refusals.row(table, row, "unknown_refund", what, "Add that order, or correct the identifier.")
    _cascade(refunds, stored)
    remarks = _contradictions(refunds, stored, is_new)
    _cascade(refunds, stored)
    return remarks


def _stored(refunds: Refunds) -> dict[str, BookedOrder]:
    """The stored ones of the orders that are named."""
    if refunds.graph is None:
        return {}
    rows = (
        row
        for portion in in_lookups(sorted(set(refunds.names)))
        for row in refunds.graph.value("intake/known_orders", ids=portion)
    )
    return {
        row[0]: BookedOrder(row[0], row[1], row[2], row[4], (row[5], row[6], row[7]), row[8], row[10])
        for row in rows
    }


def _cascade(refunds: Refunds, stored: Mapping[str, BookedOrder]) -> None:
    table, refusals = refunds.table, refunds.refusals
    refused, before = refusals.rows(table), -1
    while before != len(refused):
        before = len(refused)
        for row, place, name in zip(refunds.rows, refunds.at, refunds.names, strict=True):
            if place in refused and name not in stored and row not in refused:
                what = f"the refunded order {name} is refused"
                refusals.row(table, row, "refused_refund", what, "Correct that row first.", consequence=True)


def _contradictions(
    refunds: Refunds, stored: Mapping[str, BookedOrder], is_new: Callable[[int], bool]
) -> tuple[str, ...]:
    """Check each new refund against its order, and in order of time what all of an order take back."""
    refused = refunds.refusals.rows(refunds.table)
    fresh = [place for place, row in enumerate(refunds.rows) if row not in refused and is_new(row)]
    if not fresh:
        return ()
    rows = [refunds.rows[place] for place in fresh]
    named = [refunds.names[place] for place in fresh]
    listed = sorted({at for place in fresh if (at := refunds.at[place]) is not None})
    orders = {order.order_id: order for order in _orders(refunds.typed, listed)} | dict(stored)
    left = {name: list(orders[name].figures) for name in named}
    _take_stored(refunds.graph, left, stored)
    noted: dict[str, list[str]] = {}
    news = zip(_orders(refunds.typed, rows), rows, named, strict=True)
    for refund, row, name in sorted(news, key=lambda each: (each[0].at, each[1])):
        wrong = list(_wrong(refunds, row, refund, orders[name], left[name]))
        for contradiction, what, todo in wrong:
            if contradiction in refunds.remarked:
                noted.setdefault(contradiction, []).append(refund.order_id)
            else:
                refunds.refusals.row(refunds.table, row, f"refund_{contradiction}", what, todo)
        if all(contradiction in refunds.remarked for contradiction, _, _ in wrong):
            back = [*refund.figures[:2], refund.figures[2] if refund.currency == orders[name].currency else 0]
            left[name] = [have + taken for have, taken in zip(left[name], back, strict=True)]
    return tuple(
        f"{refunds.table.path.name}: {len(ids):,} refunds {CONTRADICTIONS[contradiction]}: "
        + ", ".join(ids[:EXAMPLES])
        + (" ..." if len(ids) > EXAMPLES else "")
        for contradiction, ids in noted.items()
    )


def _orders(typed: pa.Table, rows: list[int]) -> Iterator[BookedOrder]:
    """Some rows of the orders table."""
    some = typed.take(pa.array(rows, pa.int64()))
    for name in ("ordered_at", "counted_at"):
        instants = some[name].cast(pa.int64())
        some = some.set_column(some.column_names.index(name), name, instants)
    for row in some.to_pylist():
        qualifying, commissionable, amount = (row[name] for name in FIGURES)
        figures = (qualifying, commissionable, amount)
        yield BookedOrder(
            row["order_id"], row["ordered_at"], row["member_id"], row["kind"], figures, row["currency"],
            row["ordered_at"] if row["counted_at"] is None else row["counted_at"],
        )  # fmt: skip


def _take_stored(graph: Graph | None, left: dict[str, list[int]], stored: Mapping[str, BookedOrder]) -> None:
    """Take off what stored refunds have taken back already."""
    if graph is None:
        return
    for portion in in_lookups(sorted(name for name in left if name in stored)):
        for name, *back in graph.value("intake/taken_back", ids=portion):
            left[name] = [have + taken for have, taken in zip(left[name], back, strict=True)]


def _wrong(
    refunds: Refunds, row: int, refund: BookedOrder, order: BookedOrder, left: list[int]
) -> Iterator[tuple[str, str, str]]:
    """What a refund contradicts: name, what is wrong, what to do."""
    this, that = f"refund {refund.order_id}", f"order {order.order_id}"
    rule = "or let the company's rule remark on it (--refund-rule {}=remark)."
    if order.kind == REFUND:
        what = f"{this} takes back {order.order_id}, which is a refund itself"
        yield "of_refund", what, f"Name the order that was bought, {rule.format('of_refund')}"
    if refund.member_id != order.member_id:
        what = f"{this} is credited to {refund.member_id}, but {that} to {order.member_id}"
        yield "other_member", what, f"Credit it to that member, {rule.format('other_member')}"
    if refund.at < order.at and not _same_day(refunds, row, refund, order):
        what = f"{this} is dated {_moment(refund.at, refunds.zone)}, before {that} of "
        yield (
            "before_order",
            what + _moment(order.at, refunds.zone),
            f"Correct the date, {rule.format('before_order')}",
        )
    at = datetime.fromtimestamp(order.counted // 1_000_000, UTC)
    if (reached := closing_instant(refunds.closed, at)) and not refunds.corrects(row):
        what = f"{this} takes back {that} of {_moment(order.at, refunds.zone)}"
        if corrects(refunds.remarked):
            what += ", which no committed run has counted: it is older than the first committed period"
            todo = f"Let it count as a negative sale of the open period (--refund-rule {RULE}=remark)."
        else:
            what = reached.why(what)
            todo = f"Let it correct that period (--refund-rule {RULE}=correct), {rule.format(RULE)}"
        yield RULE, what, todo
    same_currency = refund.currency == order.currency
    if not same_currency:
        what = f"{this} is in {refund.currency}, but {that} in {order.currency}"
        yield "other_currency", what, f"Refund in that currency, {rule.format('other_currency')}"
    if order.kind != REFUND and (
        short := [
            place
            for place, name in enumerate(FIGURES)
            if left[place] + refund.figures[place] < 0 and (same_currency or name != "amount")
        ]
    ):
        place = short[0]
        back = refunds.figure(refund, place, refund.figures[place])
        rest = refunds.figure(order, place, max(left[place], 0))
        what = f"{this} takes back {back} of {FIGURES[place]}, but {rest} of {that} is left"
        yield "too_large", what, f"Refund no more than was bought, {rule.format('too_large')}"


def _same_day(refunds: Refunds, row: int, refund: BookedOrder, order: BookedOrder) -> bool:
    """Whether a refund that is dated by its day alone is of the order's day."""
    written = refunds.table["ordered_at"][row].as_py()
    return len(written) == len("2026-11-05") and _local(order.at, refunds.zone).date() == (
        _local(refund.at, refunds.zone).date()
    )


def _local(at: int, zone: ZoneInfo) -> datetime:
    seconds, micros = divmod(at, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros).astimezone(zone)


def _moment(at: int, zone: ZoneInfo) -> str:
    return f"{_local(at, zone):%Y-%m-%d %H:%M:%S}"
