"""The reports on a month worked out by hand; tests/months.py has the company and the reckoning."""

import pytest

from engine.graph.database import Graph
from engine.passes.record import RunRecord
from engine.workbench import reports
from engine.workbench.reports import Report
from tests.conftest import Upline
from tests.support.months import month

ALL = [report.name for report in reports.every()]


@pytest.fixture(scope="module")
def found(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    server_graph.batched("schema/wipe")
    return month(server_graph, tmp_path_factory.mktemp("month"))


def rows(graph: Graph, run: RunRecord, name: str, **given: int) -> list[dict[str, object]]:
    report = reports.find(name)
    return [dict(zip(report.columns, row, strict=True)) for row in reports.ask(graph, report, run, given)]


def table(graph: Graph, run: RunRecord, name: str, **given: int) -> list[tuple[object, ...]]:
    return reports.ask(graph, reports.find(name), run, given)


def test_compliance(server_graph: Graph, found: RunRecord) -> None:
    assert rows(server_graph, found, "compliance", customers_needed=2) == [
        {
            "members": 6,
            "active": 3,  # 1, 11, 111
            "active_few_customers": 2,  # 1, whose only customer comes in December, and 111
            "earners": 2,  # 1, 11
            "earners_few_customers": 1,
            "earners_no_customer": 1,
            "volume_hundredths": 1160_00,
            "customer_volume_hundredths": 280_00,
            "customer_share_ppm": 241_379,  # 280 / 1160
            "paid_minor": 199_00,
            "payout_share_ppm": 171_551,  # 199 / 1160
        }
    ]


def test_compliance_asks_for_five_customers_by_default(server_graph: Graph, found: RunRecord) -> None:
    (row,) = rows(server_graph, found, "compliance")
    assert (row["active_few_customers"], row["earners_few_customers"]) == (3, 2)


def test_income_statement(server_graph: Graph, found: RunRecord) -> None:
    assert table(server_graph, found, "income_statement") == [
        # rank, members, earners, without, earned, mean, p25, median, p75, p90, p99, highest
        ("none", 4, 0, 1_000_000, 0, 0, 0, 0, 0, 0, 0, 0),
        ("Silver", 2, 2, 0, 199_00, 99_50, 98_00, 98_00, 101_00, 101_00, 101_00, 101_00),
        ("all", 6, 2, 666_666, 199_00, 33_16, 0, 0, 98_00, 101_00, 101_00, 101_00),
    ]


def test_near_floor(server_graph: Graph, found: RunRecord) -> None:
    cat = ("12", "Cat", 90_00, 10_00, 40_00, 1, 0, "1")
    eve = ("112", "Eve", 80_00, 20_00, 0, 0, 0, "11")
    assert table(server_graph, found, "near_floor") == [cat, eve]
    assert table(server_graph, found, "near_floor", within_hundredths=10_00) == [cat]
    assert table(server_graph, found, "near_floor", within_hundredths=9_99) == []
    assert table(server_graph, found, "near_floor", shown=1) == [cat]


def test_leg_balance(server_graph: Graph, found: RunRecord) -> None:
    ann = ("1", "Ann", "Silver", 2, 1010_00, "11", 880_00, 130_00, 871_287)  # 880 / 1010
    ben = ("11", "Ben", "Silver", 2, 580_00, "111", 500_00, 80_00, 862_068)  # 500 / 580
    assert table(server_graph, found, "leg_balance") == [ann]
    assert table(server_graph, found, "leg_balance", least_hundredths=580_00) == [ann, ben]
    assert table(server_graph, found, "leg_balance", least_hundredths=580_00, share_ppm=870_000) == [ann]
    # 12 has a single leg: its share says nothing.
    assert table(server_graph, found, "leg_balance", least_hundredths=0, share_ppm=0) == [ann, ben]


def test_top_earners(server_graph: Graph, found: RunRecord) -> None:
    ann = (1, "1", "Ann", "Silver", 101_00, 507_537, 507_537, "Unilevel", 101_00)
    ben = (2, "11", "Ben", "Silver", 98_00, 492_462, 1_000_000, "Unilevel", 58_00)
    assert table(server_graph, found, "top_earners") == [ann, ben]
    assert table(server_graph, found, "top_earners", shown=1) == [ann]


def test_breakage(server_graph: Graph, found: RunRecord) -> None:
    assert table(server_graph, found, "breakage") == [
        ("Retail", "paid", 40_00, 714_285),
        ("Retail", "inactive", 16_00, 285_714),  # 112 sold 80 to a customer
        ("Unilevel", "paid", 159_00, 685_344),
        ("Unilevel", "inactive", 4_00, 17_241),  # 121's 40 for 12
        ("Unilevel", "no_upline", 69_00, 297_413),  # 10 % of 150 twice, of 300 and 90 once
    ]


def test_spillover(server_graph: Graph, found: RunRecord) -> None:
    assert table(server_graph, found, "spillover") == [
        (1, 4, 800_000, 1, 510_00),
        (2, 1, 200_000, 1, 500_00),  # 111
    ]


def test_cohorts(server_graph: Graph, found: RunRecord) -> None:
    assert table(server_graph, found, "cohorts") == [
        # enrolled in, members, terminated, active, share, earners, volume, earned
        ("2026-01", 2, 0, 2, 1_000_000, 2, 450_00, 199_00),
        ("2026-02", 2, 0, 1, 500_000, 0, 590_00, 0),
        ("2026-03", 2, 1, 0, 0, 0, 120_00, 0),
    ]


@pytest.mark.parametrize("name", ALL)
def test_a_report_only_reads_and_keeps_its_header(server_graph: Graph, found: RunRecord, name: str) -> None:
    report = reports.find(name)
    columns, summary = server_graph.explain(report.asked, warned=True)
    assert summary.query_type == "r"
    assert tuple(columns) == report.columns
    kinds = {"INTEGER": int, "STRING": str}
    answer = reports.ask(server_graph, report, found)
    assert answer
    for row in answer:
        for column, value in zip(report.columns, row, strict=True):
            assert value is None or type(value) is kinds[report.asked.returns[column]], column


def test_a_report_sees_one_run_only(server_graph: Graph, found: RunRecord) -> None:
    """Numbers that no run has find nothing, however many standings there are."""
    for name in ALL:
        report = reports.find(name)
        values = {**report.defaults, **dict.fromkeys(set(report.asked.params) & set(reports.FILLED), 1)}
        answer = server_graph.read(report.asked, **{**values, "run": found.number + 1})
        assert answer == [], name


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
    assert reports.readable(column, value, "USD") == shown


def test_units_follow_the_currency() -> None:
    assert reports.readable("paid_minor", 1234, "JPY") == "1234"
    assert reports.heading("paid_minor", "JPY") == "paid JPY"
    assert reports.heading("customer_share_ppm", "JPY") == "customer share"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"run": 3}, "has no parameter run"),
        ({"most": 3}, "has no parameter most"),
        ({"shown": "many"}, "whole number"),
        ({"shown": True}, "whole number"),
    ],
)
def test_a_wrong_parameter_is_refused(
    server_graph: Graph, found: RunRecord, given: dict[str, object], said: str
) -> None:
    with pytest.raises(reports.ReportParameterError, match=said):
        reports.ask(server_graph, reports.find("near_floor"), found, given)


def test_an_unknown_report_is_refused_with_the_known_ones() -> None:
    with pytest.raises(reports.UnknownReportError) as refused:
        reports.find("profits")
    assert all(name in str(refused.value) for name in ALL)


def test_every_report_says_what_it_is_for() -> None:
    def telling(report: Report) -> bool:
        return len(report.summary) > 30 and report.summary != report.purpose

    assert [report.name for report in reports.every() if not telling(report)] == []


def test_the_command_prints_csv_exactly_and_a_table_for_eyes(upline: Upline, found: RunRecord) -> None:
    exact = upline("report", "cohorts", "--format", "csv", "--period", found.period)
    assert exact.returncode == 0, exact.stderr
    assert exact.stdout.splitlines()[1] == "2026-01,2,0,2,1000000,2,45000,19900"
    shown = upline("report", "near_floor", "-p", "shown=1")
    assert "2026-11 by Small" in shown.stdout
    assert shown.stdout.splitlines()[-1].split() == "12 Cat 90.00 10.00 40.00 1 0 1".split()


def test_the_command_lists_reports_and_names_what_is_missing(upline: Upline, found: RunRecord) -> None:
    listed = upline("report")
    assert all(f"{name}\n" in listed.stdout for name in ALL)
    other = upline("report", "cohorts", "--period", "2020-01")
    assert other.returncode == 2
    assert "no_run" in other.stderr
