"""How reports are run; tests/cases/reports checks what each one shows."""

import pytest
from neo4j.time import Date

from engine.graph.database import Graph
from engine.money import in_currency
from engine.passes.record import RunRecord
from engine.workbench import reports
from engine.workbench.reports import Report
from tests.conftest import Upline
from tests.support.months import NOTHING_HERE, month

ALL = [report.name for report in reports.every()]


@pytest.fixture(scope="module")
def run(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    server_graph.batched("schema/wipe")
    return month(server_graph, tmp_path_factory.mktemp("month"))


@pytest.mark.parametrize("name", ALL)
def test_a_report_only_reads_and_keeps_its_header(server_graph: Graph, run: RunRecord, name: str) -> None:
    report = reports.find(name)
    columns, summary = server_graph.explain(report.statement, warned=True)
    assert summary.query_type == "r"
    assert tuple(columns) == report.columns
    kinds = {"INTEGER": int, "STRING": str, "DATE": Date}
    answer = reports.ask(server_graph, report, run)
    assert answer or name in NOTHING_HERE
    for row in answer:
        for column, value in zip(report.columns, row, strict=True):
            assert value is None or type(value) is kinds[report.statement.returns[column]], column


def test_a_report_sees_one_run_only(server_graph: Graph, run: RunRecord) -> None:
    """A run number that does not exist finds nothing, however many standings there are."""
    for name in ALL:
        report = reports.find(name)
        if report.living:
            continue
        values = {**report.defaults, **dict.fromkeys(set(report.statement.params) & set(reports.FILLED), 1)}
        answer = server_graph.read(report.statement, **{**values, "run": run.number + 1})
        assert answer == [], name


def test_a_report_on_the_company_of_today_needs_no_run(server_graph: Graph, run: RunRecord) -> None:
    for report in reports.every():
        if report.living:
            assert reports.ask(server_graph, report, None) == reports.ask(server_graph, report, run)
    assert {report.name for report in reports.every() if report.living} == NOTHING_HERE - {
        "orders_left_out", "one_leg",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("earned_minor", 1234_56, "1234.56"),
        ("short_hundredths", -5, "-0.05"),
        ("share_ppm", 685_344, "68.5344%"),
        ("members", 12, 12),
        ("share_ppm", None, None),
    ],
)
def test_units_for_eyes(column: str, value: object, shown: object) -> None:
    assert reports.readable(column, value, in_currency("USD")) == shown


def test_units_follow_the_currency() -> None:
    assert reports.readable("paid_minor", 1234, in_currency("JPY")) == "1234"
    assert reports.heading("paid_minor", "JPY") == "paid JPY"
    assert reports.heading("customer_share_ppm", "JPY") == "customer share"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"run": 3}, "has no parameter run"),
        ({"most": 3}, "has no parameter most"),
        ({"shown": "many"}, "whole number"),
        ({"shown": True}, "whole number"),
    ],
)
def test_a_wrong_parameter_is_refused(
    server_graph: Graph, run: RunRecord, parameters: dict[str, object], message: str
) -> None:
    with pytest.raises(reports.ReportParameterError, match=message):
        reports.ask(server_graph, reports.find("near_floor"), run, parameters)


def test_an_unknown_report_is_refused_with_the_known_ones() -> None:
    with pytest.raises(reports.UnknownReportError) as refused:
        reports.find("profits")
    assert all(name in str(refused.value) for name in ALL)


def test_every_report_says_what_it_is_for() -> None:
    def telling(report: Report) -> bool:
        return len(report.summary) > 30 and report.summary != report.purpose

    assert [report.name for report in reports.every() if not telling(report)] == []


def test_the_command_prints_csv_exactly_and_a_table_for_eyes(upline: Upline, run: RunRecord) -> None:
    exact = upline("report", "cohorts", "--format", "csv", "--period", run.period)
    assert exact.returncode == 0, exact.stderr
    assert exact.stdout.splitlines()[1] == "2026-01,2,0,2,1000000,2,45000,19900"
    shown = upline("report", "near_floor", "-p", "shown=1")
    assert "2026-11 by Small" in shown.stdout
    assert shown.stdout.splitlines()[-1].split() == "12 Cat 90.00 10.00 40.00 1 0 1".split()


def test_the_command_lists_reports_and_names_what_is_missing(upline: Upline, run: RunRecord) -> None:
    listed = upline("report")
    assert all(f"{name}\n" in listed.stdout for name in ALL)
    other = upline("report", "cohorts", "--period", "2020-01")
    assert other.returncode == 2
    assert "no_run" in other.stderr
