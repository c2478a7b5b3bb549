"""Two engines, one answer: what Cypher computes is what the oracle computes, to the last unit.

A grove is a forest of many random companies with one random plan, so that hundreds of trees, with their
moves, refunds, overrides and facts, cost one run. UPLINE_TEST_GROVES=200 looks longer than usual; a
difference names ids such as 17/m3, which is member m3 of company 17 of the grove.
"""

import csv
import itertools
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from engine.compute import compute
from engine.graph import Graph
from engine.money import minor_digits
from tests import oracle
from tests.oracle.compare import Units
from tests.oracle.result import Result
from tests.strategies import PERIODS, Case, forests, grove

GROVES = int(os.environ.get("UPLINE_TEST_GROVES", "3"))
COMPANIES = 120
FORESTS = int(os.environ.get("UPLINE_TEST_FORESTS", "5"))

_folders = itertools.count()


@pytest.mark.parametrize("seed", range(GROVES))
def test_a_grove_of_companies_is_paid_alike_by_both_engines(seed: int, graph: Graph, tmp_path: Path) -> None:
    periods = list(PERIODS) if seed % 2 == 0 else [PERIODS[seed % 3]]
    assert disagreements(grove(seed, COMPANIES), periods, graph, tmp_path) == []


@given(case=forests(size=4, most=7))
@hypothesis_settings(max_examples=FORESTS)
def test_small_forests_are_paid_alike_and_shrink_to_the_smallest_difference(
    case: Case, server_graph: Graph, tmp_path: Path
) -> None:
    server_graph.batched("schema/wipe")
    folder = tmp_path / str(next(_folders))
    assert disagreements(case, ["2026-11"], server_graph, folder) == []


def disagreements(case: Case, periods: list[str], graph: Graph, folder: Path) -> list[str]:
    """Compute a case with both engines; one sentence for each difference."""
    tables, plan = case.write(folder / "company")
    compute(tables, plan, periods, folder / "out", graph=graph)
    expected = oracle.compute(tables, plan, periods)
    found = {name: list(rows(folder / "out" / f"{name}.csv")) for name in TABLES}
    report = json.loads((folder / "out" / "report.json").read_text(encoding="utf-8"))
    currency = report["periods"][0]["currency"]
    units = Units(money=10 ** minor_digits(currency))
    orders = case.tables.rows["orders"]
    volumes = {row["order_id"]: Fraction(row["commissionable_volume"]) * 100 for row in orders}
    wrong: list[str] = []
    for result in expected:
        now = {name: [row for row in found[name] if row["period"] == result.period] for name in TABLES}
        wrong += [
            f"{result.period}: {each}"
            for each in (
                *unlike(result, volumes, now, units),
                *unlike_totals(result, now["totals"], units),
                *unlike_earned(result, now["standings"], units),
                *unlike_cards(result, now["rank_cards"]),
            )
        ]
    return wrong


def unlike(
    result: Result, volumes: dict[str, Fraction], now: dict[str, list[dict[str, str]]], units: Units
) -> list[str]:
    """Standings, earnings and lines, paid and unpaid."""
    said = folded(result, volumes)
    return oracle.differences(said, now["standings"], now["earnings"], now["lines"], units)


def folded(result: Result, volumes: dict[str, Fraction]) -> Result:
    """Where the oracle applies a bonus's factor to the volume, the engine applies it to the rate."""
    lines = [
        replace(line, rate=line.rate * line.base / volume) if (volume := volumes[line.order_id]) else line
        for line in result.lines
    ]
    return replace(result, lines=lines)


TABLES = ("standings", "earnings", "lines", "rank_cards", "totals")


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of an exported table; a table that the run had nothing for is not there."""
    if path.exists():
        with path.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)


def unlike_totals(result: Result, found: list[dict[str, str]], units: Units) -> Iterator[str]:
    """Budget, paid, breakage and rounding of each bonus, all exact."""
    told = {row["bonus"]: row for row in found}
    if told.keys() != result.totals.keys():
        yield f"totals of {sorted(told)}, expected of {sorted(result.totals)}"
    for bonus, expected in result.totals.items():
        row = told.get(bonus, {})
        for name in ("budget", "paid_exact", "breakage", "paid", "rounding"):
            wanted, said = Fraction(getattr(expected, name)), Fraction(row.get(name, "0")) * units.money
            if wanted != said:
                yield f"total {name} of {bonus} is {said}, expected {wanted}"


def unlike_earned(result: Result, found: list[dict[str, str]], units: Units) -> Iterator[str]:
    """The sum of all bonuses on each standing."""
    for row in found:
        wanted, said = result.earned(row["member_id"]), Fraction(row["earned"]) * units.money
        if wanted != said:
            yield f"{row['member_id']} earned {said} in all, expected {wanted}"


def unlike_cards(result: Result, found: list[dict[str, str]]) -> Iterator[str]:
    """Required, actual and passes, per member, rank and requirement, in the plan's order."""
    told: dict[str, list[tuple[object, ...]]] = {}
    for row in found:
        scale = 100 if row["requirement"].startswith(("personal_volume", "group_volume")) else 1
        figures = (Fraction(row["required"]) * scale, Fraction(row["actual"]) * scale)
        told.setdefault(row["member_id"], []).append(
            (row["rank"], row["requirement"], *figures, row["passes"] == "true")
        )
    for member_id, cards in result.rank_cards.items():
        wanted = [tuple(card) for card in cards]
        if wanted != told.get(member_id, []):
            yield f"rank card of {member_id} is {told.get(member_id)}, expected {wanted}"
