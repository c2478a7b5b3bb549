"""Which run a field answers from: that of the latest period, whatever was computed last, or a named one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.passes.record import RunAndPeriodError, RunRecord, result
from engine.run import run_file
from tests.support.api import Api
from tests.support.companies import ONE_ORDER, written
from tests.support.companies import month as months

PERIODS = ("2026-10", "2026-11")


@pytest.fixture(scope="module")
def numbers(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """October, November, and October once more: the run computed last is not of the latest period."""
    server_graph.batched("schema/wipe")
    folder = tmp_path_factory.mktemp("chosen")
    months(server_graph, folder, ONE_ORDER, *PERIODS)
    again: RunRecord = run_file(server_graph, written(folder, ONE_ORDER), "2026-10")
    november = result(server_graph, "2026-11")
    assert again.number > november.number
    return {"2026-10": again.number, "2026-11": november.number}


@pytest.fixture(scope="module")
def api(numbers: dict[str, int], server_graph: Graph) -> Iterator[Api]:
    assert numbers
    with Api(server_graph) as connected:
        yield connected


def test_without_a_period_the_latest_period_answers(api: Api, numbers: dict[str, int]) -> None:
    query = """{ run { number period } standing(memberId: "1") { run { number } earned { amount } }
      member(memberId: "1") { standing { run { period } } } }"""
    assert api.data(query) == {
        "run": {"number": numbers["2026-11"], "period": "2026-11"},
        "standing": {"run": {"number": numbers["2026-11"]}, "earned": {"amount": "5.00"}},
        "member": {"standing": {"run": {"period": "2026-11"}}},
    }


def test_the_command_line_and_python_choose_the_same(server_graph: Graph, numbers: dict[str, int]) -> None:
    assert result(server_graph).number == numbers["2026-11"]
    assert result(server_graph, plan="Small").number == numbers["2026-11"]
    assert result(server_graph, number=numbers["2026-10"]).period == "2026-10"
    with pytest.raises(RunAndPeriodError, match="a plan too"):
        result(server_graph, plan="Small", number=1)


def test_of_several_runs_the_newest_answers_for_its_period(api: Api, numbers: dict[str, int]) -> None:
    query = '{ run(period: "2026-10") { number } }'
    assert api.data(query)["run"]["number"] == numbers["2026-10"]


def test_a_screen_is_pinned_to_a_run(api: Api, numbers: dict[str, int]) -> None:
    query = """query($run: Int) { run(run: $run) { period } standing(memberId: "1", run: $run) {
      run { number } earned { amount } }
      member(memberId: "1") { standing(run: $run) { run { number } } } }"""
    october = numbers["2026-10"]
    assert api.data(query, run=october) == {
        "run": {"period": "2026-10"},
        "standing": {"run": {"number": october}, "earned": {"amount": "0.00"}},
        "member": {"standing": {"run": {"number": october}}},
    }


def test_an_order_is_read_in_the_run_that_is_named(api: Api, numbers: dict[str, int]) -> None:
    query = """query($run: Int) { order(orderId: "a") { lines(run: $run) { nodes { payeeId } } } }"""
    lines = api.data(query, run=numbers["2026-11"])["order"]["lines"]
    assert lines == {"nodes": [{"payeeId": "1"}]}
    assert api.refused(query, run=numbers["2026-10"])[0] == "order_not_counted"
    explained = (
        """query($run: Int) { explain(memberId: "1", orderId: "a", run: $run) { bonuses { verdict } } }"""
    )
    assert "paid 5.00" in api.data(explained, run=numbers["2026-11"])["explain"]["bonuses"][0]["verdict"]
    assert api.refused(explained, run=numbers["2026-10"])[0] == "order_not_counted"


REFUSED = {
    '{ run(run: 1, period: "2026-11") { number } }': "run_and_period",
    '{ standing(memberId: "1", run: 1, plan: "Small") { rank } }': "run_and_period",
    '{ explain(memberId: "1", orderId: "a", run: 1, period: "2026-11") { distance } }': "run_and_period",
    '{ run(period: "2026-13") { number } }': "bad_period",
    '{ member(memberId: "1") { standing(period: "today") { rank } } }': "bad_period",
    '{ runs(period: "2026-13") { nodes { number } } }': "bad_period",
    '{ order(orderId: "a") { lines(period: "2026-13") { nodes { level } } } }': "bad_period",
    "{ run(run: 99) { number } }": "no_run",
    '{ run(period: "2026-09") { number } }': "no_run",
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_no_run_is_chosen_by_is_refused_by_name(api: Api, query: str) -> None:
    code, message = api.refused(query)
    assert code == REFUSED[query]
    assert "upline" not in message  # a front-end developer reads it


def test_page_two_of_lines_is_of_the_run_of_page_one(api: Api, numbers: dict[str, int]) -> None:
    query = """query($run: Int, $after: String) { standing(memberId: "1", run: $run) {
      lines(first: 1, after: $after) { pageInfo { endCursor } } } }"""
    end = api.data(query, run=numbers["2026-11"])["standing"]["lines"]["pageInfo"]["endCursor"]
    assert api.refused(query, run=numbers["2026-10"], after=end)[0] == "stale_cursor"


def test_of_two_periods_that_end_on_one_day_the_newest_run_answers(graph: Graph, tmp_path: Path) -> None:
    plan = written(tmp_path, ONE_ORDER)
    months(graph, tmp_path, ONE_ORDER, "2026-11", "2026-12")
    text = plan.read_text(encoding="utf-8")
    other = tmp_path / "other.toml"
    other.write_text(text.replace('name = "Small"', 'name = "Other"'), encoding="utf-8")
    newest = run_file(graph, other, "2026-12")
    assert result(graph).number == newest.number
    assert result(graph, plan="Small").period == "2026-12"
