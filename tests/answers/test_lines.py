"""Lines page by page: put together they are the lines that an export writes, under any rules."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import sample
from engine.access.reach import Reach
from engine.answers import lines
from engine.answers.lines import Line, LinePlace, line_page, line_total, lines_to
from engine.answers.standings import all_standings
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of
from engine.plans import reader
from engine.run import run_file
from tests.support.companies import month

PLANS = ("aurora", "stairstep", "generation", "matching")
"""They have bonuses of every kind of walk: compressed, by ranks, on payees, on the company, on earnings."""


@pytest.fixture(scope="module")
def company(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    server_graph.batched("schema/wipe")
    folder = tmp_path_factory.mktemp("lines")
    sample.make(120, 7, "bushy", folder)
    import_company(server_graph, folder)
    return server_graph


def pages(
    graph: Graph, run: RunRecord, member_id: str, size: int, *, unpaid: bool, bonus: str | None = None
) -> Iterator[list[Line]]:
    """Every page of a member's lines, one after the other."""
    after: LinePlace | None = None
    more = True
    while more:
        page, places, more = line_page(
            graph, Reach.everything, run, plan_of(run), member_id, size, after, bonus, unpaid=unpaid
        )
        assert len(page) == len(places) <= size
        assert len(page) == size or not more
        after = places[-1] if places else None
        yield page


def key(line: Line) -> tuple[object, ...]:
    return line.bonus, line.source_id, line.order_id, line.level


@pytest.mark.parametrize("name", PLANS)
def test_pages_put_together_are_the_lines_of_an_export(
    company: Graph, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_file(company, Path(reader.__file__).parent / f"{name}.toml", "2026-11")
    by_size = sorted((one for one, _ in all_standings(company, run)), key=lambda one: -one.group_volume)
    shown = 0
    for sources in (2, 10_000):  # few at a time: large groups by the index; many: by walking down
        monkeypatch.setattr(lines, "SOURCES", sources)
        for standing in by_size[:3]:
            whole = list(lines_to(company, Reach.everything, run, plan_of(run), standing.member_id))
            paid = [line for line in whole if line.rate > 0]
            for expected, unpaid in ((paid, False), (whole, True)):
                actual = [
                    line
                    for page in pages(company, run, standing.member_id, 9, unpaid=unpaid)
                    for line in page
                ]
                assert [key(line) for line in actual] == [key(line) for line in expected]
                assert Counter(actual) == Counter(expected)
                shown += len(actual)
            totals = [
                line_total(company, Reach.everything, run, plan_of(run), standing.member_id, unpaid=unpaid)
                for unpaid in (False, True)
            ]
            assert totals == [len(paid), len(whole)]
    assert shown > 10


ALIKE = """
plan:
  name = "Alike"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = ["0.10", "0.05"]
  [[bonus]]
  name = "Own"
  kind = "personal"
  rate = "0.05"
  [[bonus]]
  name = "Match"
  kind = "matching"
  bonuses = ["Levels"]
  rates = ["0.50"]
members:
  member  sponsor
  1       -
  11      1
  12      1
  111     11
orders:
  order  member  qv   cv    kind    refund_of
  a      1       10   10    sale    -
  b      11      10   100   sale    -
  c      11      -10  -100  refund  b
  d      12      10   50    sale    -
"""


def test_lines_that_cancel_each_other_out_are_listed_though_nothing_is_earned(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "SOURCES", 2)
    run = month(graph, tmp_path, ALIKE.replace("d      12      10   50    sale    -\n", ""))
    page = [line for each in pages(graph, run, "1", 1, unpaid=False) for line in each]
    assert [(line.bonus, line.order_id, line.base) for line in page] == [
        ("Levels", "b", 10_000),
        ("Levels", "c", -10_000),
        ("Own", "a", 1_000),
    ]


def test_a_rule_that_names_only_the_source_asks_nobody_else(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = month(graph, tmp_path, ALIKE)
    statements: list[Any] = []
    read = type(graph).read

    def noted(self: Graph, statement: Any, **parameters: object) -> Any:
        statements.append(statement)
        return read(self, statement, **parameters)

    monkeypatch.setattr(type(graph), "read", noted)
    page = next(pages(graph, run, "1", 20, unpaid=False, bonus="Own"))
    assert [line.order_id for line in page] == ["a"]
    assert len(statements) == 2  # the payee, and one page


def test_the_page_after_the_last_line_is_empty(graph: Graph, tmp_path: Path) -> None:
    run = month(graph, tmp_path, ALIKE)
    plan = plan_of(run)
    last = LinePlace("Match", "\U0010ffff", None, 0, 1)
    assert line_page(graph, Reach.everything, run, plan, "1", 5, last) == ([], [], False)
    gone = LinePlace("No such bonus", "1", None, 0, 1)
    assert line_page(graph, Reach.everything, run, plan, "1", 5, gone) == ([], [], False)
