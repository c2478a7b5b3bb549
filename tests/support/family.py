"""Stories of a bonus family: company tables as text and a plan go in, what each member was paid comes out.

Both engines compute every story; where they differ, the story fails before its own figures are checked.
"""

import csv
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from engine.compute import compute
from engine.graph.database import Graph
from tests import oracle
from tests.oracle import notation
from tests.oracle.compare import Units
from tests.oracle.result import Result
from tests.support.conservation import losses

TABLES = ("standings", "earnings", "lines", "rank_cards", "totals")
COUNTED = ("level_amount", "role_shares", "recruiter", "grouped_fee")
"""Kinds of bonuses whose base is not the order's volume."""
_folders = itertools.count()

Row = dict[str, str]


@dataclass(slots=True)
class Output:
    """What the first engine wrote about some periods, as the rows of its tables."""

    folder: Path
    rows: dict[str, list[Row]] = field(default_factory=dict)
    report: dict[str, object] = field(default_factory=dict)

    def paid(self, bonus: str | None = None, period: str = notation.NOVEMBER) -> dict[str, str]:
        """Earnings by member, in currency units as written; of one bonus, or of all together."""
        total: dict[str, Fraction] = {}
        for row in self.rows["earnings"]:
            if row["period"] == period and bonus in (None, row["bonus"]):
                member = row["member_id"]
                total[member] = total.get(member, Fraction(0)) + Fraction(row["amount"])
        return {member: f"{float(amount):g}" for member, amount in total.items() if amount}

    def lines(self, bonus: str, period: str = notation.NOVEMBER) -> list[Row]:
        """The lines of a bonus."""
        return [row for row in self.rows["lines"] if row["bonus"] == bonus and row["period"] == period]

    def ranks(self, period: str = notation.NOVEMBER, column: str = "rank") -> dict[str, str]:
        """Each member's paid-as rank, or another column of the standings."""
        return {row["member_id"]: row[column] for row in self.rows["standings"] if row["period"] == period}


def story(
    graph: Graph,
    folder: Path,
    plan: str,
    members: str,
    orders: str = "",
    periods: str = notation.NOVEMBER,
    **others: str,
) -> Output:
    """Compute small tables with both engines; returns the output of the first if the second agrees.

    An order's column `volume` is both its volumes; see oracle/notation.py for what columns default to.
    """
    home = folder / f"story{next(_folders)}"
    home.mkdir()
    expected = notation.run(home, plan, members, orders, periods, **others)
    output = engine(graph, home, home / "plan.toml", periods.split())
    wrong = unlike(expected, output)
    assert not wrong, "\n".join(wrong)
    return output


def engine(graph: Graph, tables: Path, plan: Path, periods: list[str]) -> Output:
    """Compute a folder of tables with the first engine, in an emptied database."""
    graph.batched("schema/wipe")
    compute(tables, plan, periods, tables / "out", graph=graph)
    return read_output(tables, tables / "out")


def read_output(tables: Path, out: Path) -> Output:
    """Read what the first engine has written into the folder `out` about the company tables in `tables`."""
    output = Output(tables)
    output.rows = {name: list(_rows(out / f"{name}.csv")) for name in (*TABLES, "legs")}
    output.report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return output


def agree(graph: Graph, tables: Path, plan: Path, periods: list[str]) -> list[str]:
    """Compute with both engines; one sentence for each difference and each loss."""
    return unlike(oracle.compute(tables, plan, periods), engine(graph, tables, plan, periods))


def unlike(expected: list[Result], output: Output) -> list[str]:
    """Where standings, earnings, lines, rank cards or totals differ, and where money is lost."""
    digits = output.report["periods"][0]["currency_digits"]  # type: ignore[index]  # JSON
    units = Units(money=10**digits)
    wrong = losses(output.rows["totals"], output.rows["earnings"])
    volumes = {
        row["order_id"]: Fraction(row["commissionable_volume"]) * 100
        for row in _rows(output.folder / "orders.csv")
    }
    counted = {row["bonus"] for row in output.rows["totals"] if row["kind"] in COUNTED}
    for result in expected:
        # The first engine takes a factor on the volume as a factor on the rate.
        result.lines = [
            replace(line, rate=line.rate * line.base / volumes[line.order_id])
            if volumes.get(line.order_id) and line.bonus not in counted
            else line
            for line in result.lines
        ]
        now = {name: [row for row in output.rows[name] if row["period"] == result.period] for name in TABLES}
        differences = [
            *oracle.differences(result, now["standings"], now["earnings"], now["lines"], units),
            *_unlike_totals(result, now["totals"], units),
            *_unlike_earned(result, now["standings"], units),
            *_unlike_cards(result, now["rank_cards"]),
        ]
        wrong += [f"{result.period}: {each}" for each in differences]
    return wrong


def _rows(path: Path) -> Iterator[Row]:
    if path.exists():
        with path.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)


def _unlike_totals(result: Result, rows: list[Row], units: Units) -> Iterator[str]:
    totals = {row["bonus"]: row for row in rows}
    if totals.keys() != result.totals.keys():
        yield f"totals of {sorted(totals)}, expected of {sorted(result.totals)}"
    for bonus, total in result.totals.items():
        for name in ("budget", "paid_exact", "breakage", "paid", "rounding", "cut"):
            expected = Fraction(getattr(total, name))
            actual = Fraction(totals.get(bonus, {}).get(name, "0")) * units.money
            if expected != actual:
                yield f"total {name} of {bonus} is {actual}, expected {expected}"


def _unlike_earned(result: Result, rows: list[Row], units: Units) -> Iterator[str]:
    """The sum of all bonuses on each standing."""
    for row in rows:
        expected, actual = result.earned(row["member_id"]), Fraction(row["earned"]) * units.money
        if expected != actual:
            yield f"{row['member_id']} earned {actual} in all, expected {expected}"


def _unlike_cards(result: Result, rows: list[Row]) -> Iterator[str]:
    """A figure with a decimal point is a volume, or a share."""
    actual: dict[str, list[tuple[object, ...]]] = {}
    for row in rows:
        scale = 10**6 if row["requirement"] == "retail_share" else 100 if "." in row["required"] else 1
        figures = (Fraction(row["required"]) * scale, Fraction(row["actual"]) * scale)
        actual.setdefault(row["member_id"], []).append(
            (row["rank"], row["requirement"], *figures, row["passes"] == "true")
        )
    for member_id, cards in result.rank_cards.items():
        expected = [tuple(card) for card in cards]
        if expected != actual.get(member_id, []):
            yield f"rank card of {member_id} is {actual.get(member_id)}, expected {expected}"
