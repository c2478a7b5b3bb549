"""The anchor: whole months of the plan aurora in PostgreSQL, from the same tables, every figure compared.

The SQL is in bench/sql/month/, a file a step, written by hand for that one plan. It shares nothing with the
engine, so its figures are a proof as well, at the size of the company.
"""

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

from bench import postgres
from bench.measure import Facts, seconds_of, spread
from bench.month import MONTHS
from bench.progress import show, step
from engine.answers.pay import all_earnings
from engine.answers.standings import all_standings
from engine.graph.database import Graph
from engine.passes.record import RunRecord, complete
from engine.period import Period, period
from engine.plans.plan import Plan

FOLDER = postgres.SQL / "month"
STEPS = ("standings", "ranks", "compression", "bonuses", "statements", "checks")
"""The files of a month, in order."""
TABLES = ("members", "customers", "orders", "moves", "overrides")
"""The company tables that the plan reads."""
LIMIT_S = 3_600
"""The most that one statement may take."""
BLOCK = 1 << 20
SHOWN = 10
"""How many differences are shown one by one."""
MILLIONTHS = 1_000_000
FIGURES = {"standing": 14, "earning": 3, "total": 7, "unpaid": 1}
"""Figures in a row of each table that is compared, without what names the row."""


class CheckFailedError(Exception):
    """The month in SQL contradicts itself."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many figures were compared, how many differ, and the first ones that do.

    A difference has `result` (the table), `key` (the row), `figure`, and the values `here` and `engine`.
    """

    compared: int
    different: int
    examples: list[Facts]


def measure(graph: Graph, plan: Plan, company: Path, repeats: int) -> Facts:
    """Load the company, compute the months that the engine has computed, compare; seconds of the last one.

    The month before is computed once: the last one carries its ranks. Raises NoPostgresError.
    """
    runs = [run for name in MONTHS for run in complete(graph, name, plan.name, most=1)]
    facts: Facts = {"months": [run.period for run in runs]}
    comparisons = []
    with postgres.server(postgres.DURABLE) as connection:
        facts["postgresql"] = postgres.version(connection)
        with step("the month in SQL: loading the company"):
            facts["load_seconds"] = round(seconds_of(lambda: load(connection, company)), 3)
        for number, run in enumerate(runs, 1):
            last = run is runs[-1]
            month = period(run.period, plan.zone)
            seconds_by_step = list(_repeated(connection, number, month, max(repeats, 1) if last else 1))
            facts |= (
                _seconds(seconds_by_step)
                if last
                else {"before_seconds": round(sum(seconds_by_step[0].values()), 3)}
            )
            with step(f"the month in SQL: comparing {run.period}"):
                comparisons.append(compare(connection, graph, run, number))
    facts["compared"] = sum(each.compared for each in comparisons)
    facts["different"] = sum(each.different for each in comparisons)
    facts["examples"] = [example for each in comparisons for example in each.examples][:SHOWN]
    facts["same"] = not facts["different"]
    _say(facts)
    return facts


def load(connection: Any, company: Path) -> None:
    """Take in the company's CSV tables: typed, with keys, the history of both trees, and statistics."""
    connection.execute("SET TIME ZONE 'UTC'")
    connection.execute("SET client_min_messages = warning")
    connection.execute(f"SET statement_timeout = '{LIMIT_S} s'")
    _execute(connection, "company")
    for name in TABLES:
        path = company / f"{name}.csv"
        if path.is_file():
            _copy(connection, path, f"incoming_{name}")
    _execute(connection, "load")
    _execute(connection, "results")


def compute(connection: Any, number: int, month: Period) -> dict[str, float]:
    """Compute a month as run `number`, which goes on from run `number` - 1; seconds by step.

    Raises CheckFailedError.
    """
    parameters = {
        "run": number, "previous": number - 1, "first_day": month.first, "last_day": month.last,
        "starts": month.start, "ends": month.end,
    }  # fmt: skip
    seconds, violations = {}, []
    for name in STEPS:
        began = time.perf_counter()
        violations = _execute(connection, name, parameters)
        seconds[name] = time.perf_counter() - began
    if violations:
        listed = "; ".join(
            f"{check}: {actual} instead of {expected}" for check, expected, actual in violations
        )
        raise CheckFailedError(f"{month.name} in SQL: {listed}")
    return seconds


def compare(connection: Any, graph: Graph, run: RunRecord, number: int) -> Comparison:
    """Compare run `number` here with the engine's run of the same month, figure by figure."""
    _execute(connection, "compared")
    units = {total["bonus"]: Fraction(total["unit"] * MILLIONTHS, total["parts"]) for total in run.totals}
    tables = {
        "standing": _standings(graph, run),
        "earning": _earnings(graph, run, units),
        "total": (_total(total, units[total["bonus"]]) for total in run.totals),
        "unpaid": (row for total in run.totals for row in _unpaid(total, units[total["bonus"]])),
    }
    for table, rows in tables.items():
        with connection.cursor() as cursor, cursor.copy(f"COPY engine_{table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    counts = {
        table: connection.execute(f"SELECT count(*) FROM engine_{table}").fetchone()[0] for table in FIGURES
    }
    differences = _execute(connection, "differences", {"run": number, "most": SHOWN})
    return Comparison(
        sum(counts[table] * width for table, width in FIGURES.items()),
        differences[0][-1] if differences else 0,
        [dict(zip(("result", "key", "figure", "here", "engine"), row, strict=False)) for row in differences],
    )


def _repeated(connection: Any, number: int, month: Period, repeats: int) -> Iterator[dict[str, float]]:
    for again in range(repeats):
        if again:
            _execute(connection, "forget", {"run": number})
            connection.execute("VACUUM ANALYZE")
        with step(f"the month in SQL: {month.name}, {again + 1} of {repeats}"):
            yield compute(connection, number, month)


def _seconds(repeats: list[dict[str, float]]) -> Facts:
    steps = {name: round(statistics.median(each[name] for each in repeats), 4) for name in STEPS}
    return {"seconds": spread([sum(each.values()) for each in repeats]), "steps": steps}


def _say(facts: Facts) -> None:
    show("the month in SQL", f"{facts['seconds']['median']:,.2f} s")
    show("the month in SQL: figures compared", f"{facts['compared']:,}")
    if facts["different"]:
        show("the month in SQL: DIFFERENT FIGURES", f"{facts['different']:,}")
    for each in facts["examples"]:
        show(f"  {each['result']}, {each['key']}: {each['figure']}", f"{each['here']} / {each['engine']}")


def _execute(connection: Any, name: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Run a file of statements as one transaction; the rows of its last one.

    The client writes the parameters into the text, so that each statement is planned for their values.
    """
    cursor = import_module("psycopg").ClientCursor(connection)
    cursor.execute((FOLDER / f"{name}.sql").read_text(encoding="utf-8"), parameters)
    while cursor.nextset():
        pass
    return cursor.fetchall() if cursor.description else []


def _copy(connection: Any, path: Path, table: str) -> None:
    """Hand a CSV file to the server as it is; its header says which columns it has."""
    with path.open("rb") as file, connection.cursor() as cursor:
        columns = file.readline().decode("utf-8-sig").strip()
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv)") as copy:
            while block := file.read(BLOCK):
                copy.write(block)


def _standings(graph: Graph, run: RunRecord) -> Iterator[tuple[Any, ...]]:
    for each, _sponsor in all_standings(graph, run):
        yield (
            each.member_id, each.parent_id, each.leg, each.depth, each.status, each.active, each.orders,
            each.personal_volume, each.commissionable_volume, each.customer_volume, each.group_volume,
            each.qualified_rank, each.rank, each.lifetime_rank, each.earned,
        )  # fmt: skip


def _earnings(graph: Graph, run: RunRecord, units: dict[str, Fraction]) -> Iterator[tuple[Any, ...]]:
    for member_id, each in all_earnings(graph, run):
        yield member_id, each.bonus, each.amount, _whole(units[each.bonus] * each.exact), each.lines


def _total(total: Facts, unit: Fraction) -> tuple[Any, ...]:
    exact, left = (_whole(unit * total[name]) for name in ("paid_exact", "breakage"))
    counts = (total["payees"], total["lines"], total["paid"])
    return total["bonus"], *counts, exact, left, exact + left, total["paid"] * MILLIONTHS - exact


def _unpaid(total: Facts, unit: Fraction) -> Iterator[tuple[Any, ...]]:
    for reason, left in zip(total["reasons"], total["unpaid"], strict=True):
        yield total["bonus"], reason, _whole(unit * left)


def _whole(value: Fraction) -> int:
    """Millionths of a cent, which every exact figure of the plan is a whole number of."""
    if value.denominator != 1:
        raise ValueError(f"{value} is no whole number of millionths")
    return value.numerator
