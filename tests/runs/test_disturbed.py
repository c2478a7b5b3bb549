"""A run whose company changes under it is refused by name, and nothing of it counts."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.genealogy.changes.lane import read_company, signed
from engine.genealogy.changes.undo import take_back
from engine.genealogy.changes.writing import opened
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import complete
from engine.period import period
from engine.run import refresh, run_file
from engine.run_period import tried
from engine.runs.life import RunDisturbedError
from tests.support.companies import month, planned, written
from tests.support.small_tables import write

COMPANY = """
plan:
  name = "Disturbed"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = { none = ["0.05"] }
members:
  member  sponsor  status
  1       -        active
  11      1        active
orders:
  order  member  qv
  a      11      100
"""
PLAN = """
name = "Disturbed"
[[bonus]]
name = "Levels"
kind = "unilevel"
rates = { none = ["0.05"] }
"""
ORDER = """
order_id ordered_at            member_id kind qualifying_volume commissionable_volume amount currency
b        2026-11-05T10:00:00Z  11        sale 50                50                    50     USD
"""
NEWCOMER = "member_id sponsor_id enrolled_on\n12 1 2026-11-03"
STATUS = "member_id sponsor_id enrolled_on status\n11 1 2026-01-01 suspended"

Change = Callable[[Graph, Path], None]


def imported(**tables: str) -> Change:
    """An import of more tables."""

    def change(graph: Graph, folder: Path) -> None:
        more = write(folder / "more", **tables)
        if "members" not in tables:
            shutil.copy(folder / "members.csv", more)
        import_company(graph, more)

    return change


def left_open(graph: Graph, _folder: Path) -> None:
    """A change that has not said yet what it touches."""
    facts = signed("import", directory="more")
    with opened(graph, read_company(graph).newest, facts, lambda _rows: None):
        pass


def given_up(graph: Graph, folder: Path) -> None:
    """A change that was at work, and is taken back."""
    left_open(graph, folder)
    take_back(graph, read_company(graph).newest)


def meanwhile(graph: Graph, folder: Path, change: Change) -> Callable[[str, int, int], None]:
    """A report that lets a change happen once, after the standings are made."""
    stages: list[str] = []

    def report(stage: str, _done: int, _total: int) -> None:
        if stage not in stages and stages:
            if len(stages) == 1:
                change(graph, folder)
            stages.append(stage)
        elif not stages:
            stages.append(stage)

    return report


@pytest.mark.parametrize(
    "change",
    [imported(members=STATUS), imported(members=NEWCOMER), left_open, given_up],
    ids=["a status", "a newcomer", "an open change", "one taken back"],
)
def test_a_change_of_the_trees_under_a_run_is_named(change: Change, graph: Graph, tmp_path: Path) -> None:
    plan = written(tmp_path, COMPANY)
    import_company(graph, tmp_path)
    with pytest.raises(RunDisturbedError, match=r"import 2 of .*more changed the company while run 1 of"):
        run_file(graph, plan, "2026-11", meanwhile(graph, tmp_path, change))
    assert complete(graph) == []
    assert graph.read("runs/every") == [], "nothing of it is left"


def test_new_orders_disturb_no_run(graph: Graph, tmp_path: Path) -> None:
    plan = written(tmp_path, COMPANY)
    import_company(graph, tmp_path)
    run = run_file(graph, plan, "2026-11", meanwhile(graph, tmp_path, imported(orders=ORDER)))
    assert (run.facts["cut"], [total["paid"] for total in run.totals]) == (1, [500])
    after = run_file(graph, plan, "2026-11")
    assert (after.facts["cut"], [total["paid"] for total in after.totals]) == (2, [750])


def test_a_trial_and_live_figures_are_disturbed_too(graph: Graph, tmp_path: Path) -> None:
    month(graph, tmp_path, COMPANY)
    of = period("2026-11")
    with (
        pytest.raises(RunDisturbedError),
        tried(graph, planned(PLAN), of, meanwhile(graph, tmp_path, imported(members=STATUS))),
    ):
        raise AssertionError("nobody gets to see such figures")
    with pytest.raises(RunDisturbedError):
        refresh(graph, planned(PLAN), of, meanwhile(graph, tmp_path, imported(members=NEWCOMER)))
    assert [run.number for run in complete(graph)] == [1]
    assert refresh(graph, planned(PLAN), of).rebuilt
