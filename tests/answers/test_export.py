"""Tables out: every column there, exact, the same in both formats, with a report of totals and hashes."""

import csv
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from engine.answers.export import TABLES, Export
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import RunRecord
from engine.run import run_file
from tests.support.companies import month, written

COMPANY = """
plan:
  name = "Tables"
  point_value = "0.333333"
  currency = "KWD"
  [activity]
  personal_volume = 5
  [[rank]]
  name = "Silver"
  require = [{ kind = "group_volume", at_least = 20 }]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = { none = ["0.05"], Silver = ["0.07", "0.01"] }
members:
  member  sponsor
  1       -
  11      1
  12      1
  111     11
orders:
  member  ordered_at            qv
  1       2026-10-05T00:00:00Z  5
  111     2026-10-05T00:00:00Z  15.15
  1       2026-11-05T00:00:00Z  7
  12      2026-11-05T00:00:00Z  1.23
"""
PERIODS = ("2026-10", "2026-11")


@pytest.fixture
def exported(graph: Graph, tmp_path: Path) -> dict[str, Path]:
    """Two periods written as CSV and as Parquet."""
    plan = written(tmp_path, COMPANY)
    import_company(graph, tmp_path)
    runs: list[RunRecord] = [run_file(graph, plan, name) for name in PERIODS]
    folders = {format: tmp_path / format for format in ("csv", "parquet")}
    for format, folder in folders.items():
        export = Export(folder, format)
        for run in runs:
            export.add(graph, run)
        export.finish()
    return folders


def read_csv(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(value: Any) -> str:
    return (
        {None: "", True: "true", False: "false"}.get(value, str(value))
        if not isinstance(value, int) or isinstance(value, bool)
        else str(value)
    )


def test_every_table_has_its_columns_for_every_period(exported: dict[str, Path]) -> None:
    for name, columns in TABLES.items():
        path = exported["csv"] / f"{name}.csv"
        if path.exists():
            assert path.read_text().splitlines()[0].split(",") == ["period", *columns]
    assert [row["period"] for row in read_csv(exported["csv"], "standings")] == [
        *["2026-10"] * 4,
        *["2026-11"] * 4,
    ]


def test_both_formats_hold_the_same_rows(exported: dict[str, Path]) -> None:
    for name in ("standings", "earnings", "lines", "rank_cards", "totals"):
        table = pyarrow.parquet.read_table(exported["parquet"] / f"{name}.parquet")
        typed = [{key: plain(value) for key, value in row.items()} for row in table.to_pylist()]
        assert typed == read_csv(exported["csv"], name), name


def test_money_has_the_digits_of_the_currency_and_exact_amounts_all_of_theirs(
    exported: dict[str, Path],
) -> None:
    lines = [
        row
        for row in read_csv(exported["csv"], "lines")
        if row["period"] == "2026-11" and row["payee_id"] == "1"
    ]
    paid = next(row for row in lines if row["amount"])
    # 5 % of 1.23 points at 0.333333 dinars: 20.4999795 thousandths.
    assert (paid["exact"], paid["amount"], paid["rate"]) == ("0.0204999795", "0.020", "0.05")
    left = next(row for row in lines if row["reason"] == "lower_rate")
    assert (left["rate"], Fraction(left["exact"])) == (
        "0.02",
        Fraction("0.02") * Fraction("1.23") * Fraction("0.333333"),
    )


def test_totals_add_up_to_budget_and_to_the_earnings(exported: dict[str, Path]) -> None:
    earnings = read_csv(exported["csv"], "earnings")
    for row in read_csv(exported["csv"], "totals"):
        figure = {
            name: Fraction(row[name]) for name in ("budget", "paid_exact", "breakage", "paid", "rounding")
        }
        assert figure["budget"] == figure["paid_exact"] + figure["breakage"]
        assert figure["paid"] == figure["paid_exact"] + figure["rounding"]
        of_bonus = [one for one in earnings if (one["period"], one["bonus"]) == (row["period"], row["bonus"])]
        assert sum(Fraction(one["amount"]) for one in of_bonus) == figure["paid"]
        assert sum(Fraction(one["exact"]) for one in of_bonus) == figure["paid_exact"]


def test_the_report_holds_totals_hashes_and_times_of_each_period(exported: dict[str, Path]) -> None:
    report = json.loads((exported["csv"] / "report.json").read_text(encoding="utf-8"))
    assert [one["period"] for one in report["periods"]] == list(PERIODS)
    for one in report["periods"]:
        assert {len(one["hashes"][key]) for key in ("plan", "rules", "tree", "orders", "results")} == {64}
        assert list(one["seconds"]) == [
            "standings", "volumes", "ranks", "compression", "bonuses", "statements", "checks",
        ]  # fmt: skip
        assert one["totals"][0]["bonus"] == "Levels"


def test_the_documentation_holds_every_table_and_column_in_order() -> None:
    text = (Path(__file__).parent.parent.parent / "docs" / "results.md").read_text(encoding="utf-8")
    documented: dict[str, list[str]] = {}
    for line in text.splitlines():
        if named := re.match(r"## (\w+)", line):
            columns = documented.setdefault(named[1], [])
        elif re.match(r"\| [a-z_]+[,|\s]", line) and not line.startswith("| column"):
            columns += line.split("|")[1].strip().split(", ")
    assert documented == {name: list(columns) for name, columns in TABLES.items()}


PUSHED = """
plan:
  name = "Moved"
  [volume]
  push_up = { at_least = 100 }
  [activity]
  personal_volume = 100
  [[rank]]
  name = "Silver"
  require = [{ kind = "personal_volume", at_least = 200 }]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = { rule = "threshold_rank", rank = "Silver" }
  rates = { none = ["0.05"] }
  [[bonus]]
  name = "Up"
  kind = "rank_advancement"
  amounts = { Silver = 10 }
members:
  member  sponsor  status
  1       -        active
  11      1        active
  111     11       active
  1111    111      active
  2       -        terminated
orders:
  member  qv
  1       300
  11      150
  111     20
  2       5
"""


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_transfers_overlays_and_states_are_tables(format: str, graph: Graph, tmp_path: Path) -> None:
    run = month(graph, tmp_path, PUSHED)
    export = Export(tmp_path / "out", format)
    export.add(graph, run)
    export.finish()

    def rows(name: str) -> list[tuple[str, ...]]:
        if format == "csv":
            table_rows = read_csv(tmp_path / "out", name)
        else:
            table = pyarrow.parquet.read_table(tmp_path / "out" / f"{name}.parquet")
            table_rows = [{key: plain(value) for key, value in row.items()} for row in table.to_pylist()]
        return [tuple(row[column] for column in TABLES[name]) for row in table_rows]

    assert rows("transfers") == [("2", "", "5.00", "no_upline"), ("111", "11", "20.00", "personal_volume")]
    # 1 is Silver; 11 is not, so that 111 is under 1, and 1111 two levels higher than in the real tree.
    tree = "threshold_rank"
    assert rows("overlays") == [
        (tree, "2", "false", "", "0", "terminated", "5.00", "100.00"),
        (tree, "11", "false", "1", "0", "rank", "none", "Silver"),
        (tree, "111", "false", "1", "1", "inactive", "0.00", "100.00"),
        (tree, "1111", "false", "1", "2", "inactive", "0.00", "100.00"),
    ]
    assert rows("states") == [("Up", "rank_advancement", "1", "[0, 1, 1, 1, 1]")]
