"""The benchmark: it measures a small company to the end, all ways agree, and its page shows what was kept."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bench import peers, plot, postgres, report, results
from bench.cell import PART, Job, Month, measure
from bench.measure import Peak, percentiles, spread
from bench.peers import Way, measured
from bench.tree import Tree
from bench.watchdog import NotEndedError, Watchdog
from engine.graph.database import Graph
from engine.graph.queries import Query
from tests.conftest import BRISK

SMALL = Tree(["1", "11", "12", "121"], ["", "1", "1", "12"], [0, 1, 1, 2], [5, 20, 0, 7], [32, 20, 7, 7])


@pytest.fixture(scope="module")
def cell() -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in BRISK.items():
            patch.setenv(name, value)
        return measure(
            Job("binary", 300, repeats=1, calls=3, limit=30, parts=["reads", "peers", "anchor", "live"])
        )


@pytest.mark.long
def test_a_company_is_measured_to_the_end(cell: dict[str, Any]) -> None:
    assert cell["load"]["members"] == 300
    assert cell["load"]["orders"] > 300
    assert cell["load"]["peak_mib"] > 200
    assert set(cell["run"]) == {"cold", "first", "again", "what_if"}
    first = cell["run"]["first"]
    assert {"standings", "volumes", "ranks", "compression", "bonuses", "statements", "checks"} < set(
        first["stages"]
    )
    assert sum(first["stages"].values()) == pytest.approx(first["seconds"]["median"], abs=0.01)
    assert {read["calls"] for read in cell["reads"].values()} == {3}


@pytest.mark.long
def test_every_way_that_ended_has_the_figures_of_the_engine(cell: dict[str, Any]) -> None:
    ways = {way["way"]: way["same"] for way in cell["group_volume"]["ways"]}
    assert {"naive Cypher, variable-length paths", "plain Python, one pass over dicts"} <= set(ways)
    assert all(ways.values())
    assert cell["live"]["same"]
    assert cell["live"]["run_seconds"] > 0
    assert cell["live"]["run_ratio"] > 0
    assert results.differing([cell]) == []


@pytest.mark.long
def test_the_month_in_sql_is_the_engines_or_says_why_it_is_not_there(cell: dict[str, Any]) -> None:
    """Skipped where PostgreSQL or psycopg is missing, with that reason in the cell."""
    if "month_in_sql" not in cell:
        (why,) = [skip["why"] for skip in cell["skipped"] if skip["what"] == "the month in SQL"]
        pytest.skip(why)
    month = cell["month_in_sql"]
    assert month["months"] == ["2026-10", "2026-11"]
    assert month["examples"] == []
    assert month["same"]
    assert month["compared"] > 2 * 14 * 280
    assert sum(month["steps"].values()) == pytest.approx(month["seconds"]["median"], abs=0.01)
    assert "| binary 300 |" in report.render([cell]).partition("### The same month in SQL")[2]


@pytest.mark.long
def test_the_report_shows_the_company_and_what_was_skipped(cell: dict[str, Any]) -> None:
    shown = report.render([cell])
    assert "| binary 300 |" in shown
    assert "| **Upline**, figures stored |" in shown
    for skip in cell["skipped"]:
        assert skip["why"] in shown


def test_the_page_shows_the_kept_results() -> None:
    page = report.PAGE.read_text(encoding="utf-8")
    shown = page.partition(report.BEGIN)[2].partition(report.END)[0]
    assert shown.strip() == report.render(results.load()).strip()


def one(shape: int, members: int, seconds: float, cores: int = 2) -> dict[str, Any]:
    """A cell as far as growth needs it."""
    return {
        "shape": results.SHAPES[shape],
        "members": members,
        "machine": {"cores": cores},
        "load": {"members": members},
        "run": {"first": {"seconds": spread([seconds])}},
    }


def test_growth_is_the_time_per_member_against_the_size_before() -> None:
    cells = [one(0, 1_000, 2.0), one(0, 10_000, 30.0), one(1, 10_000, 99.0)]
    ((shape, before, after, ratio),) = report.growth(cells)
    assert (shape, before, after) == ("bushy", 1_000, 10_000)
    assert ratio == pytest.approx(1.5)


def test_a_new_measurement_replaces_its_cell_and_another_machine_all() -> None:
    old = [one(0, 1_000, 2.0), one(1, 1_000, 3.0)]
    kept = results.merged(old, [one(1, 1_000, 4.0)])
    assert [cell["run"]["first"]["seconds"]["median"] for cell in kept] == [2.0, 4.0]
    assert len(results.merged(old, [one(0, 10, 1.0, cores=8)])) == 1


def test_the_picture_is_the_same_for_the_same_figures(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    cells = [one(0, 1_000, 2.0), one(0, 10_000, 30.0), one(1, 10_000, 99.0)]
    first, second = tmp_path / "one.svg", tmp_path / "two.svg"
    assert plot.draw(cells, first)
    assert plot.draw(cells, second)
    assert first.read_bytes() == second.read_bytes()
    assert not plot.draw(cells[1:], first)


@pytest.mark.parametrize("way", [peers.plain_python(SMALL), *peers.library(SMALL)], ids=lambda way: way.name)
def test_ways_in_memory_add_up_each_group(way: Way) -> None:
    assert measured(way, SMALL, 1, 5)["same"] is True


def test_a_way_with_other_figures_is_reported() -> None:
    wrong = measured(Way("guess", lambda _: lambda: [0, 0, 0, 0]), SMALL, 1, 5)
    assert wrong["same"] is False
    cell = {"shape": "bushy", "members": 4, "group_volume": {"ways": [wrong]}}
    assert results.differing([cell]) == ["bushy, 4 members: guess has other figures than a full run"]


def in_sql(different: int) -> dict[str, Any]:
    """A cell as far as the month in SQL needs it: Upline takes 6 seconds, 4.5 from live figures, SQL 1.5."""
    month = {"months": ["2026-10", "2026-11"], "load_seconds": 2.0, "seconds": spread([1.5])}
    month |= {"steps": {"ranks": 0.5, "bonuses": 1.0}, "compared": 3_000, "different": different}
    return one(0, 1_000, 6.0) | {
        "month_in_sql": month | {"same": not different},
        "live": {"run_seconds": 5.0, "run_ratio": 0.75},
    }


def test_the_report_says_how_many_times_as_long_as_sql_the_engine_takes() -> None:
    shown = report.in_sql([in_sql(0)])
    assert (
        "| bushy 1,000 | 2.00 | 1.50 | 6.00 (4.0) | 4.50 (3.0) | 3,000 of 2026-10 and 2026-11 | yes |"
    ) in shown
    assert "| bonuses | 1.00 |" in shown
    assert "| NO: 2 differ |" in report.in_sql([in_sql(2)])
    assert report.in_sql([one(0, 1_000, 2.0)]) == ""


def test_a_figure_that_sql_finds_otherwise_fails_the_benchmark() -> None:
    assert results.differing([in_sql(0)]) == []
    assert results.differing([in_sql(2)]) == [
        "bushy, 1,000 members: the month in SQL has other figures than a full run"
    ]


def test_a_missing_postgresql_is_reported_and_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "binaries", lambda: refuse("PostgreSQL is not installed"))
    facts: dict[str, Any] = {"skipped": []}
    done = Month(Job("bushy", 10), Path(), StillGraph(), None, SMALL, facts)  # type: ignore[arg-type]
    PART["anchor"](done)
    assert "month_in_sql" not in facts
    assert [skip["what"] for skip in facts["skipped"]] == ["the month in SQL"]
    assert "not installed" in facts["skipped"][0]["why"]


class StillGraph:
    """A database without any run."""

    def read(self, *_query: object, **_parameters: object) -> list[dict[str, Any]]:
        return []


def refuse(why: str) -> Path:
    raise postgres.NoPostgresError(why)


def test_a_way_that_does_not_end_is_stopped() -> None:
    def endless(limit: float) -> peers.Fetch:
        clock = peers.DeadlineClock(limit)
        while True:
            clock.tick()

    assert measured(Way("endless", endless), SMALL, 1, 0.05)["why"] == "not ended after 0.05 s"


def test_the_watchdog_stops_what_runs_in_the_database(graph: Graph) -> None:
    endless = Query(
        "tests/endless", Path("endless"), "read", {}, {}, "",
        "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN max(a * b) AS most",
    )  # fmt: skip
    began = time.monotonic()
    with pytest.raises(NotEndedError), Watchdog(graph, 0.5):
        graph.batched(endless)
    assert time.monotonic() - began < 30


def test_peak_memory_sees_what_is_held_for_a_moment() -> None:
    with Peak(lambda: None) as before:
        time.sleep(0.1)
    with Peak(lambda: None) as peak:
        held = b"x" * (200 << 20)
        time.sleep(0.3)
    assert len(held) == 200 << 20
    assert peak.mib > before.mib + 150


def test_percentiles_are_of_single_calls() -> None:
    figures = percentiles([*[lambda: None] * 95, *[lambda: time.sleep(0.02)] * 5])
    assert figures["calls"] == 100
    assert figures["p50"] < 20 <= figures["p95"] <= figures["most"]


def test_the_command_refuses_what_it_does_not_know() -> None:
    command = [sys.executable, "-m", "bench", "--sizes", "many"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=report.PAGE.parent.parent)
    assert done.returncode == 2
    assert "--sizes" in done.stderr
