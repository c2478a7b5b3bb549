"""What is archived of a run: its result tables, in whole numbers, without anybody's name.

Volumes are hundredths, amounts minor units, rates as the plan's money counts them; docs/archive.md has every
column. A table that the plan cannot fill is left out.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from engine.answers.corrections import all_corrections
from engine.answers.lines import lines
from engine.answers.pay import all_earnings
from engine.answers.standings import all_standings
from engine.answers.transfers import transfers
from engine.archive.content import BOOLEAN, INTEGER, TEXT, TableForm
from engine.archive.sorting import Sorter
from engine.graph.database import Graph
from engine.passes.record import RunRecord, levels_of
from engine.passes.replay import plan_of, window_of
from engine.plans.plan import Plan
from engine.progress import OnProgress, silent

Row = Sequence[Any]


def _layout(name: str, key: int, /, **columns: str) -> TableForm:
    """A table whose first `key` columns sort its rows; 0: all of them do."""
    names = tuple(columns)
    return TableForm(name, tuple(columns.items()), names[:key] if key else names)


STANDINGS = _layout(
    "standings", 1, member_id=TEXT, parent_id=TEXT, leg=TEXT, sponsor_id=TEXT, depth=INTEGER, status=TEXT,
    active=BOOLEAN, orders=INTEGER, personal_volume=INTEGER, commissionable_volume=INTEGER,
    customer_volume=INTEGER, group_volume=INTEGER, accumulated_personal_volume=INTEGER,
    accumulated_group_volume=INTEGER, group_commissionable_volume=INTEGER, earned=INTEGER,
)  # fmt: skip
RANKS = _layout("ranks", 1, member_id=TEXT, qualified_rank=TEXT, rank=TEXT, lifetime_rank=TEXT)
EARNINGS = _layout(
    "earnings", 2, member_id=TEXT, bonus=TEXT, amount=INTEGER, exact=INTEGER, cut=INTEGER, lines=INTEGER
)
LINES = _layout(
    "lines", 0, bonus=TEXT, source_id=TEXT, order_id=TEXT, level=INTEGER, payee_id=TEXT, tree_level=INTEGER,
    base=INTEGER, rate=INTEGER, budget=INTEGER, exact=INTEGER, amount=INTEGER, reason=TEXT,
)  # fmt: skip
CARRIED = _layout("carried", 2, member_id=TEXT, name=TEXT, value=TEXT)
TRANSFERS = _layout("transfers", 0, from_id=TEXT, to_id=TEXT, volume=INTEGER, reason=TEXT)
TOTALS = _layout(
    "totals", 1, bonus=TEXT, kind=TEXT, payees=INTEGER, lines=INTEGER, paid=INTEGER, cut=INTEGER,
    paid_exact=INTEGER, breakage=INTEGER, unit=INTEGER, parts=INTEGER,
)  # fmt: skip


CORRECTIONS = _layout(
    "corrections", 3, member_id=TEXT, period=TEXT, bonus=TEXT, before=INTEGER, after=INTEGER, settled=INTEGER,
    amount=INTEGER, reason=TEXT, orders=INTEGER, order_ids=TEXT,
)  # fmt: skip


def tables(graph: Graph, run: RunRecord, folder: Path, report: OnProgress = silent) -> Iterator[Sorter]:
    """The tables of a run, one after the other, each with all its rows; large ones wait in `folder`.

    Each is read to its end before the next one is asked for. `report` says which table is being read.
    """
    plan = plan_of(run)
    with ExitStack() as stack:
        standings, ranks = Sorter(STANDINGS, folder), Sorter(RANKS, folder)
        stack.callback(standings.discard)
        stack.callback(ranks.discard)
        report("archive: standings and ranks", 0, 0)
        for own, rank in _standings(graph, run):
            standings.add((own,))
            ranks.add((rank,))
        yield standings
        yield ranks
    rows = {
        EARNINGS: _earnings(graph, run),
        LINES: _lines(graph, run, plan),
        CARRIED: _carried(graph, run),
        TRANSFERS: _transfers(graph, run),
        TOTALS: _totals(run),
        CORRECTIONS: _corrections(graph, run),
    }
    filled = {TRANSFERS: plan.push is not None, CORRECTIONS: bool(run.corrections)}
    for layout, of_table in rows.items():
        if not filled.get(layout, True):
            continue
        report(f"archive: {layout.name}", 0, 0)
        sorter = Sorter(layout, folder)
        try:
            sorter.add(of_table)
            yield sorter
        finally:
            sorter.discard()


def _standings(graph: Graph, run: RunRecord) -> Iterator[tuple[Row, Row]]:
    for each, sponsor_id in all_standings(graph, run):
        standing = (
            each.member_id, each.parent_id, each.leg, sponsor_id, each.depth, each.status, each.active,
            each.orders, each.personal_volume, each.commissionable_volume, each.customer_volume,
            each.group_volume, each.accumulated_personal_volume, each.accumulated_group_volume,
            each.group_commissionable_volume, each.earned,
        )  # fmt: skip
        yield standing, (each.member_id, each.qualified_rank, each.rank, each.lifetime_rank)


def _earnings(graph: Graph, run: RunRecord) -> Iterator[Row]:
    for member_id, each in all_earnings(graph, run):
        yield member_id, each.bonus, each.amount, each.exact, each.cut, each.lines


def _lines(graph: Graph, run: RunRecord, plan: Plan) -> Iterator[Row]:
    window = window_of(run, plan)
    for bonus in plan.bonuses:
        for first, last in levels_of(graph, run):
            for each in lines(graph, plan, run.number, window, bonus, "of_levels", first=first, last=last):
                yield (
                    each.bonus, each.source_id, each.order_id, each.level, each.payee_id, each.tree_level,
                    each.base, each.rate, each.budget, each.exact, each.amount, each.reason,
                )  # fmt: skip


def _carried(graph: Graph, run: RunRecord) -> Iterator[Row]:
    names = run.facts.get("carried")
    for first, last in levels_of(graph, run) if names else ():
        rows = graph.value("archive/carried", run=run.number, first=first, last=last, names=names)
        for member_id, name, value in rows:
            yield member_id, name, _json(value)


def _transfers(graph: Graph, run: RunRecord) -> Iterator[Row]:
    for each in transfers(graph, run):
        yield each.from_id, each.to_id, each.volume, each.reason


def _corrections(graph: Graph, run: RunRecord) -> Iterator[Row]:
    for each in all_corrections(graph, run):
        yield (
            each.member_id, each.period, each.bonus, each.before, each.after, each.settled, each.amount,
            each.reason, each.orders, _json(each.order_ids),
        )  # fmt: skip


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _totals(run: RunRecord) -> Iterator[Row]:
    for total in run.totals:
        yield tuple(total[name] for name, _ in TOTALS.columns)
