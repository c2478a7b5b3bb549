"""Result tables: a finished run as CSV or Parquet, one table for each kind of result.

Every table begins with the period. Volumes have two decimals, money the currency's digits, exact amounts
all the digits there are; docs/results.md documents each column.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.answers.corrections import all_corrections
from engine.answers.lines import Line, lines
from engine.answers.overlays import different, figure_text
from engine.answers.pay import all_earnings
from engine.answers.ranks import all_progress
from engine.answers.sinks import Row, Sink, sink
from engine.answers.standings import all_standings
from engine.answers.states import states
from engine.answers.transfers import transfers
from engine.composition.requirements import DIGITS
from engine.drafts import Drafts
from engine.graph.database import Graph
from engine.money import decimal
from engine.passes.record import RunRecord, levels_of
from engine.passes.replay import plan_of, window_of
from engine.plans.plan import Bonus, Plan
from engine.server import space

ROW_BYTES = {"csv": 100, "parquet": 25}
"""About how many bytes a row takes."""
TABLES = {
    "standings": (
        "member_id", "parent_id", "leg", "sponsor_id", "depth", "status", "active", "orders",
        "personal_volume", "commissionable_volume", "customer_volume", "group_volume", "qualified_rank",
        "rank", "lifetime_rank", "earned", "accumulated_personal_volume", "accumulated_group_volume",
        "group_commissionable_volume",
    ),
    "earnings": ("member_id", "bonus", "amount", "exact", "rounding", "cut", "lines"),
    "corrections": (
        "member_id", "of_period", "of_run", "bonus", "before", "after", "settled", "amount", "reason",
        "orders", "order_ids",
    ),
    "lines": (
        "bonus", "payee_id", "order_id", "source_id", "level", "tree_level", "base", "rate", "exact",
        "amount", "reason",
    ),
    "transfers": ("from_id", "to_id", "volume", "reason"),
    "overlays": (
        "overlay", "member_id", "keeps", "parent_id", "levels_skipped", "reason", "figure", "needed",
    ),
    "rank_cards": ("member_id", "rank", "requirement", "place", "required", "actual", "passes", "missing"),
    "legs": (
        "bonus", "member_id", "left_before", "right_before", "left_new", "right_new", "pieces",
        "left_used", "right_used", "left_after", "right_after", "eligible",
    ),
    "states": ("bonus", "flow", "member_id", "state"),
    "totals": (
        "bonus", "kind", "budget", "paid_exact", "breakage", "paid", "rounding", "cut", "payees", "lines",
        "reasons",
    ),
}  # fmt: skip
"""The columns of each table, after the period."""

REPORT = "report.json"
"""Written last: a folder that has it has whole tables."""


@dataclass(slots=True)
class Export:
    """A folder that tables of one or more runs are written to; call `finish` at the end.

    In CSV a text that a spreadsheet would compute has an apostrophe in front, unless `exact_text`.
    """

    folder: Path
    format: str = "csv"
    exact_text: bool = False
    report: dict[str, Any] = field(default_factory=lambda: {"periods": []})
    _open: dict[str, Sink] = field(default_factory=dict)
    _drafts: Drafts = field(init=False)

    def __post_init__(self) -> None:
        self._drafts = Drafts(self.folder, REPORT)

    def add(self, graph: Graph, run: RunRecord, report: Callable[[str], None] = lambda _table: None) -> None:
        """Append a run to every table and to the report."""
        plan = plan_of(run)
        space.require(self.folder, self._bytes(run, plan), "the export", "choose another folder with --out")
        try:
            for name, rows in _tables(graph, run, plan).items():
                report(name)
                self._append(name, ((run.period, *row) for row in rows))
        except BaseException:
            self._drafts.abandon()
            raise
        self.report["periods"].append(summary(run))

    def finish(self) -> None:
        """Close the tables and write report.json; until then the folder is as it was."""
        for table in self._open.values():
            table.close()
        text = json.dumps(self.report, indent=2, ensure_ascii=False) + "\n"
        self._drafts.path(REPORT).write_text(text, encoding="utf-8")
        self._drafts.finish()

    def _bytes(self, run: RunRecord, plan: Plan) -> int:
        """About how many bytes the tables of a run take."""
        lines: int = sum(total["lines"] for total in run.totals)
        cards = sum(len(rank.requirements) for rank in plan.ranks)
        lines += sum(each.payees for each in run.corrections)
        rows: int = lines + run.facts["members"] * (2 + cards + len(plan.overlays) + len(plan.bonuses))
        return space.MIB + rows * ROW_BYTES[self.format]

    def _append(self, name: str, rows: Iterator[Row]) -> None:
        if name not in self._open:
            path, columns = self._drafts.path(f"{name}.{self.format}"), ("period", *TABLES[name])
            self._open[name] = sink(path, columns, self.format, exact_text=self.exact_text)
        self._open[name].write(rows)


def summary(run: RunRecord) -> dict[str, Any]:
    """A run in one record for people and programs: totals, hashes and times.

    All of it is in the record, so it can be read whatever has become of the plan and its rules.
    """
    facts = run.facts
    return {
        "period": run.period,
        "plan": run.plan,
        "plan_version": run.plan_version,
        "currency": facts["currency"],
        "currency_digits": run.cash.digits,
        "members": facts["members"],
        "depth": facts["depth"],
        "orders": orders(run),
        "totals": [dict(zip(TABLES["totals"], row, strict=True)) for row in _totals(run)],
        "corrections": [
            {
                "period": each.period,
                "run": each.paid_run,
                "bonus": each.bonus,
                "payees": each.payees,
                "amount": run.cash.amount(each.amount),
            }
            for each in run.corrections
        ],
        "hashes": hashes(run),
        "seconds": dict(zip(facts["stages"], facts["seconds"], strict=True)),
        "pay_without_sale": facts.get("pay_without_sale"),  # null for a run of an earlier release
        "notes": list(run.notes),
    }


def hashes(run: RunRecord) -> dict[str, str]:
    """Hashes of input and output.

    `openings`, `outside` and `matched` are there if opening balances, earnings from elsewhere, or those of
    other periods went in; `carry` if
    the run is of this release.
    """
    names = ("plan", "rules", "tree", "orders", "openings", "outside", "matched", "carry", "results")
    return {name: run.facts[f"{name}_hash"] for name in names if f"{name}_hash" in run.facts}


def orders(run: RunRecord) -> dict[str, int] | None:
    """What became of the orders of the period, in numbers; None for a run of an earlier release."""
    names = ("in_period", "counted", "of_excluded_kinds", "before_enrolment")
    if "orders_in_period" not in run.facts:
        return None
    return {name: run.facts[f"orders_{name}"] for name in names}


def _tables(graph: Graph, run: RunRecord, plan: Plan) -> dict[str, Iterator[Row]]:
    return {
        "standings": _standings(graph, run, plan),
        "earnings": _earnings(graph, run, plan),
        "corrections": _corrections(graph, run),
        "lines": _lines(graph, run, plan),
        "transfers": _transfers(graph, run, plan),
        "overlays": _overlays(graph, run, plan),
        "rank_cards": _rank_cards(graph, run, plan),
        "legs": _legs(graph, run, plan),
        "states": _states(graph, run, plan),
        "totals": _totals(run),
    }


def _standings(graph: Graph, run: RunRecord, plan: Plan) -> Iterator[Row]:
    for each, sponsor_id in all_standings(graph, run):
        yield (
            each.member_id, each.parent_id, each.leg, sponsor_id, each.depth, each.status, each.active,
            each.orders, decimal(each.personal_volume, 2), decimal(each.commissionable_volume, 2),
            decimal(each.customer_volume, 2), decimal(each.group_volume, 2), each.qualified_rank, each.rank,
            each.lifetime_rank, plan.money.amount(each.earned), _volume(each.accumulated_personal_volume),
            _volume(each.accumulated_group_volume), _volume(each.group_commissionable_volume),
        )  # fmt: skip


def _earnings(graph: Graph, run: RunRecord, plan: Plan) -> Iterator[Row]:
    worth = {bonus.name: plan.money.worth(bonus.module.basis) for bonus in plan.bonuses}
    cash = plan.money
    for member_id, each in all_earnings(graph, run):
        exact = worth[each.bonus].minor(each.exact)
        yield (
            member_id, each.bonus, cash.amount(each.amount), cash.exact(exact),
            cash.exact(each.amount + each.cut - exact), cash.amount(each.cut), each.lines,
        )  # fmt: skip


def _corrections(graph: Graph, run: RunRecord) -> Iterator[Row]:
    amount = run.cash.amount
    for each in all_corrections(graph, run):
        yield (
            each.member_id, each.period, each.paid_run, each.bonus, amount(each.before), amount(each.after),
            amount(each.settled), amount(each.amount), each.reason, each.orders, " ".join(each.order_ids),
        )  # fmt: skip


def _lines(graph: Graph, run: RunRecord, plan: Plan) -> Iterator[Row]:
    window = window_of(run, plan)
    for bonus in plan.bonuses:
        for first, last in levels_of(graph, run):
            stretch = lines(graph, plan, run.number, window, bonus, "of_levels", first=first, last=last)
            for line in stretch:
                yield from line_rows(plan, bonus, line)


def line_rows(plan: Plan, bonus: Bonus, line: Line) -> Iterator[Row]:
    """One row for a line that is paid in full or not at all, two rows if a lower rate leaves a share.

    If the plan rounds totals, no line has an amount of its own and the column stays empty.
    """
    worth, cash = plan.money.worth(bonus.module.basis), plan.money
    rate = cash.amount if bonus.module.basis == "count" else cash.rate
    base = {"volume": decimal(line.base, 2), "money": cash.amount(line.base), "count": str(line.base)}
    place = (line.order_id, line.source_id, line.level, line.tree_level, base[bonus.module.basis])
    if line.rate:
        exact = worth.minor(line.exact)
        amount = None if line.amount is None else cash.amount(line.amount)
        yield bonus.name, line.payee_id, *place, rate(line.rate), cash.exact(exact), amount, None
    if line.budget != line.rate:
        missed = line.budget - line.rate
        exact = worth.minor(line.base * missed)
        yield bonus.name, line.payee_id, *place, rate(missed), cash.exact(exact), None, line.reason


def _transfers(graph: Graph, run: RunRecord, plan: Plan) -> Iterator[Row]:
    if plan.push is None:
        return
    for each in transfers(graph, run):
        yield each.from_id, each.to_id, decimal(each.volume, 2), each.reason


def _overlays(graph: Graph, run: RunRecord, plan: Plan) -> Iterator[Row]:
    """Members whose place in a compressed tree differs; all others keep place and parent."""
    for overlay, member_id, keeps, parent_id, skipped, (reason, figure, needed) in different(
        graph, run, plan
    ):
        figures = (
            None if keeps or each is None else figure_text(plan, reason, each) for each in (figure, needed)
        )
        yield overlay.label, member_id, keeps, parent_id, skipped, reason, *figures


def _rank_cards(graph: Graph, run: RunRecord, plan: Plan) -> Iterator[Row]:
    for member_id, row in all_progress(graph, run, plan):
        digits = DIGITS[row.unit]
        figures = (decimal(figure, digits) for figure in (row.required, row.actual))
        missing = decimal(max(0, row.required - row.actual), digits)
        yield member_id, row.rank, row.requirement, row.place, *figures, row.passes, missing


def _states(graph: Graph, run: RunRecord, plan: Plan) -> Iterator[Row]:
    """What flows carry to the next period, as their rule lists it; the legs of a binary have a table."""
    for bonus in plan.bonuses:
        if bonus.flow is not None and bonus.flow.carries and bonus.flow.name != "binary":
            for member_id, state in states(graph, run, bonus):
                yield bonus.name, bonus.flow.name, member_id, json.dumps(state)


def _legs(graph: Graph, run: RunRecord, plan: Plan) -> Iterator[Row]:
    """The legs of every position, for each binary bonus: volumes, and the pieces that were matched."""
    for bonus in plan.bonuses:
        if bonus.flow is None or bonus.flow.name != "binary":
            continue
        for member_id, state in states(graph, run, bonus):
            volumes = [decimal(volume, 2) for volume in state]
            volumes[4] = str(state[4]) if bonus.module.basis == "count" else volumes[4]
            yield bonus.name, member_id, *volumes[:9], bool(state[9])


def _totals(run: RunRecord) -> Iterator[Row]:
    cash = run.cash
    for total in run.totals:
        paid = Fraction(total["paid_exact"] * total["unit"], total["parts"])
        left = Fraction(total["breakage"] * total["unit"], total["parts"])
        reasons = {
            reason: cash.exact(Fraction(units * total["unit"], total["parts"]))
            for reason, units in zip(total["reasons"], total["unpaid"], strict=True)
        }
        yield (
            total["bonus"], total["kind"], cash.exact(paid + left), cash.exact(paid), cash.exact(left),
            cash.amount(total["paid"]), cash.exact(total["paid"] + total["cut"] - paid),
            cash.amount(total["cut"]), total["payees"], total["lines"],
            json.dumps(reasons, sort_keys=True),
        )  # fmt: skip


def _volume(hundredths: int | None) -> str:
    return "" if hundredths is None else decimal(hundredths, 2)
