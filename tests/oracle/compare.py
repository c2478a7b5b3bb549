"""Where the first engine's tables differ from the oracle's result.

Rows are mappings from column to value, as read from CSV (text) or Parquet (typed). A whole number (int)
counts smallest units: hundredths of volume, minor units of money, millionths of a rate. Text is a decimal in
whole units of volume or currency, or a rate such as 0.05; an exact amount may also be a fraction such as 1/3.
An empty text or None is nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from .result import Result

Row = Mapping[str, object]
LIMIT = 20


@dataclass(frozen=True, slots=True)
class Units:
    """Smallest units per whole unit, where rows hold decimals as text."""

    money: int = 100
    volume: int = 100


def differences(
    result: Result,
    standings_rows: Iterable[Row],
    earnings_rows: Iterable[Row],
    line_rows: Iterable[Row],
    units: Units | None = None,
) -> list[str]:
    """Every disagreement on one period as a sentence; an empty list is agreement.

    Columns read: standings: member_id, parent_id, depth, status, active, personal_volume,
    commissionable_volume, group_volume, qualified_rank, rank. Earnings: member_id, bonus, amount. Lines:
    payee_id, bonus, order_id, source_id, level, tree_level, rate, exact, amount, reason (nothing where the
    line is paid; a share left over by a lower rate is a row of its own with reason lower_rate).
    Lines whose exact amount is zero are not compared: no sum depends on them.
    """
    scale, earned = units or Units(), list(earnings_rows)
    return [
        *_unlike("standing", _expected_standings(result), _standings(standings_rows, scale)),
        *_unlike("earning", _expected_earnings(result, earned), _earnings(earned, scale)),
        *_unlike("line", *_lines(result, list(line_rows), scale)),
    ]


def _expected_standings(result: Result) -> Counter[str]:
    return Counter(
        _sentence(
            member=each.member_id,
            parent=each.parent_id or "-",
            depth=each.depth,
            status=each.status,
            active=each.active,
            pv=each.personal_volume,
            cv=each.commissionable_volume,
            gv=each.group_volume,
            qualified=each.qualified_rank,
            rank=each.rank,
        )
        for each in result.standings.values()
    )


def _standings(rows: Iterable[Row], scale: Units) -> Counter[str]:
    return Counter(
        _sentence(
            member=row["member_id"],
            parent=row["parent_id"] or "-",
            depth=row["depth"],
            status=row["status"],
            active=_truth(row["active"]),
            pv=_number(row["personal_volume"], scale.volume),
            cv=_number(row["commissionable_volume"], scale.volume),
            gv=_number(row["group_volume"], scale.volume),
            qualified=row["qualified_rank"],
            rank=row["rank"],
        )
        for row in rows
    )


def _expected_earnings(result: Result, rows: list[Row]) -> Counter[str]:
    """Nobody earns 0.00 without a line. Where lines cancel out there may be an earning of 0.00, or none."""
    paid = {(line.payee_id, line.bonus) for line in result.lines if line.exact}
    shown = {(row["member_id"], row["bonus"]) for row in rows}
    return Counter(
        _sentence(member=payee, bonus=bonus, amount=amount)
        for (payee, bonus), amount in result.earnings.items()
        if (payee, bonus) in paid and (amount or (payee, bonus) in shown)
    )


def _earnings(rows: Iterable[Row], scale: Units) -> Counter[str]:
    return Counter(
        _sentence(member=row["member_id"], bonus=row["bonus"], amount=_number(row["amount"], scale.money))
        for row in rows
    )


def _lines(result: Result, rows: list[Row], scale: Units) -> tuple[Counter[str], Counter[str]]:
    expected = [
        _sentence(
            bonus=line.bonus,
            order=line.order_id,
            source=line.source_id,
            level=line.level,
            tree_level=line.tree_level,
            payee=line.payee_id,
            rate=line.rate,
            exact=line.exact,
            amount="-" if line.amount is None else line.amount,
        )
        for line in result.lines
        if line.exact
    ]
    expected += [
        _sentence(
            bonus=left.bonus,
            order=left.order_id,
            source=left.source_id,
            level=left.level,
            payee=left.payee_id or "-",
            unpaid=left.exact,
            reason=left.reason,
        )
        for left in result.unpaid
        if left.exact
    ]
    actual = [_line(row, scale) for row in rows if _number(row["exact"], scale.money)]
    return Counter(expected), Counter(actual)


def _line(row: Row, scale: Units) -> str:
    exact = _number(row["exact"], scale.money)
    if row["reason"]:
        return _sentence(
            bonus=row["bonus"],
            order=row["order_id"],
            source=row["source_id"],
            level=row["level"],
            payee=row["payee_id"] or "-",
            unpaid=exact,
            reason=row["reason"],
        )
    nothing = row["amount"] in ("", None)
    return _sentence(
        bonus=row["bonus"],
        order=row["order_id"],
        source=row["source_id"],
        level=row["level"],
        tree_level=row["tree_level"],
        payee=row["payee_id"],
        rate=_rate(row["rate"]),
        exact=exact,
        amount="-" if nothing else _number(row["amount"], scale.money),
    )


def _unlike(what: str, expected: Counter[str], actual: Counter[str]) -> list[str]:
    missing = [f"{what} expected, not found: {text}" for text in sorted((expected - actual).elements())]
    surplus = [f"{what} found, not expected: {text}" for text in sorted((actual - expected).elements())]
    return [*missing[:LIMIT], *surplus[:LIMIT]]


def _sentence(**facts: object) -> str:
    return " ".join(f"{name}={value}" for name, value in facts.items())


def _number(value: object, scale: int) -> Fraction:
    return Fraction(value) if isinstance(value, int | Fraction) else Fraction(str(value)) * scale


def _rate(value: object) -> Fraction:
    return Fraction(value, 1_000_000) if isinstance(value, int) else Fraction(str(value))


def _truth(value: object) -> bool:
    return value if isinstance(value, bool) else str(value).strip().lower() in ("true", "1", "yes")
