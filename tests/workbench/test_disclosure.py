"""Compliance and income disclosures of small companies, worked out by hand."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.genealogy.changes.lane import read_company
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.money import AmountError
from engine.passes.record import NoRunError, RunRecord
from engine.passes.record import result as run_of
from engine.periods.committing import commit
from engine.run import run_file
from engine.workbench.disclosure.compliance import DisclosureTooLargeError, compliance
from engine.workbench.disclosure.documents import as_json, compliance_json
from engine.workbench.disclosure.income import TooFewMembersError, income
from engine.workbench.disclosure.page import page
from engine.workbench.disclosure.range import BackwardsRangeError, PeriodsMissingError
from engine.workbench.disclosure.spread import merged, spread
from tests.conftest import Upline
from tests.support.companies import cypher, written

SMALL = """
members:
  member  sponsor  enrolled_on
  1       -        2025-01-05
  11      1        2025-01-05
  12      1        2025-10-20
  13      1        2025-01-05
customers:
  customer  member  since
  c1        11      2025-01-01
orders:
  order  member  customer  qv   amount  ordered_at
  s1     11      c1        100  100     2025-09-05T12:00:00Z
  o1     12      -         50   60      2025-10-25T12:00:00Z
  n1     13      -         200  200     2025-11-05T12:00:00Z
plan:
  name = "Small"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = { none = ["0.05"] }
"""


@pytest.fixture
def plan(graph: Graph, tmp_path: Path) -> Path:
    """The plan of a small company whose September and November are computed, October not."""
    path = written(tmp_path / "small", SMALL)
    import_company(graph, path.parent)
    for month in ("2025-09", "2025-11"):
        run_file(graph, path, month)
    return path


def test_a_range_has_every_period_or_says_which_is_missing(graph: Graph, plan: Path) -> None:
    everything = Reach.everything
    with pytest.raises(PeriodsMissingError, match=r"^2025-10 has no complete run by Small"):
        income(graph, everything, "2025-09", "2025-11", smallest=3)
    with pytest.raises(PeriodsMissingError, match=r"2025-01, 2025-02, .*, 2025-12 have no complete run"):
        income(graph, everything, "2025", smallest=3)
    partly = income(graph, everything, "2025-09", "2025-11", gaps=True, smallest=3)
    assert partly is not None
    assert (partly.periods, partly.range.missing) == (("2025-09", "2025-11"), ("2025-10",))
    assert "Not included: 2025-10." in page(partly)
    run_file(graph, plan, "2025-10")
    whole = income(graph, everything, "2025-Q4", gaps=True, smallest=3)
    assert whole is not None
    assert whole.range.before is not None
    assert (whole.members, whole.enrolled_within, whole.range.missing) == (4, 1, ("2025-12",))
    with pytest.raises(BackwardsRangeError):
        income(graph, everything, "2025-11", "2025-09")
    with pytest.raises(NoRunError):
        income(graph, everything, "2024")
    with pytest.raises(TooFewMembersError, match="4 took part"):
        income(graph, everything, "2025-09", "2025-11")
    with pytest.raises(AmountError, match="the smallest group must be at least 3"):
        income(graph, everything, "2025-11", smallest=2)
    with pytest.raises(DisclosureTooLargeError):
        income(graph, everything, "2025-09", "2025-11", smallest=3, most_members=10)
    assert income(graph, Reach(Viewer("ann", Role.ANALYST)), "2025-11", smallest=3) is None


def test_who_joined_meanwhile_or_earned_in_one_month_counts_with_all_of_the_range(
    graph: Graph, plan: Path
) -> None:
    """1 earns 5 % of 100, 50 and 200: 5.00, 2.50 and 10.00. Nobody else earns; 12 is there for two months."""
    run_file(graph, plan, "2025-10")
    disclosure = income(graph, Reach.everything, "2025-09", "2025-11", smallest=3)
    assert disclosure is not None
    assert (disclosure.members, disclosure.member_periods) == (4, 11)
    assert (disclosure.pay.nothing, disclosure.pay.median, disclosure.pay.mean) == (3, 0, 438)
    assert disclosure.pay.percentiles == {25: 0, 50: 0, 75: 0, 90: None, 95: None, 99: None}
    assert (disclosure.net.median, disclosure.net.percentiles[25]) == (0 - 6000, 0 - 20000)
    assert disclosure.every_period is None, "only one was not there all the time"
    november = income(graph, Reach.everything, "2025-11", smallest=3)
    assert november is not None
    assert (november.members, november.pay.mean, november.member_periods) == (4, 250, 4)


CORRECTED = """
MATCH (run:Run {period: '2025-11', state: 'complete'})
SET run.corrects = [1], run.corrected_by = [1], run.corrected_runs = [1], run.corrected_periods = ['2025-09'],
  run.corrected_bonuses = ['Levels'], run.corrected_payees = [1], run.corrected_amounts = [-700]
CREATE (:Correction {run: run.number, member_id: '11', paid_run: 1, bonus: 'Levels', period: '2025-09',
  before: 700, after: 0, settled: 700, amount: -700, reason: 'refund', orders: 1, order_ids: ['s1']})
"""


def test_corrections_count_in_the_period_that_books_them(graph: Graph, plan: Path) -> None:
    graph.write(cypher(CORRECTED))
    november = income(graph, Reach.everything, "2025-11", smallest=3, gaps=True)
    assert november is not None
    assert (november.pay.nothing, november.pay.percentiles[25], november.corrected) == (3, -700, -700)
    assert november.pay.mean == (1000 - 700) // 4
    assert "where they were booked: -7.00 USD of all." in page(november)
    assert _report(graph, run_of(graph, "2025-11")).paid == 1000


def test_only_committed_periods_count_where_a_company_commits(graph: Graph, plan: Path) -> None:
    september = commit(graph, "2025-09", first=True)
    assert read_company(graph).closed
    with pytest.raises(PeriodsMissingError, match=r"^2025-10, 2025-11 are not committed by Small"):
        income(graph, Reach.everything, "2025-09", "2025-11", smallest=3)
    run_file(graph, plan, "2025-10")
    october = commit(graph, "2025-10")
    both = income(graph, Reach.everything, "2025-09", "2025-10", smallest=3)
    assert both is not None
    assert [run.number for run in both.range.runs] == [september.run, october.run]
    assert both.range.committed
    assert "committed, so that they can no longer change" in as_json(both)["method"][0]


def test_a_report_is_the_same_whatever_becomes_of_members_and_customers(
    graph: Graph, plan: Path, tmp_path: Path
) -> None:
    run = run_file(graph, plan, "2025-10")
    before = compliance_json(_report(graph, run)), as_json(_disclosure(graph))
    later = tmp_path / "later"
    written(later, SMALL.replace("c1        11", "c1        12").replace(
        "  13      1        2025-01-05", "  13      1        2025-01-05\n  14      1        2025-12-01"
    ))  # fmt: skip
    text = (later / "members.csv").read_text(encoding="utf-8")
    (later / "members.csv").write_text(text.replace(",active,", ",terminated,"), encoding="utf-8")
    import_company(graph, later)
    assert (compliance_json(_report(graph, run)), as_json(_disclosure(graph))) == before


def _report(graph: Graph, run: RunRecord) -> Any:
    return compliance(graph, Reach.everything, run, 1)


def _disclosure(graph: Graph) -> Any:
    return income(graph, Reach.everything, "2025-09", "2025-11", smallest=3)


def test_a_plan_that_pays_for_sales_alone_is_on_the_side_of_sales(graph: Graph, plan: Path) -> None:
    run = run_file(graph, plan, "2025-10")
    report = _report(graph, run)
    assert (report.side, report.without_sale) == ("sales", ())
    assert {each.origin: each.paid for each in report.origins if each.paid} == {"first_orders": 250}
    with pytest.raises(AmountError):
        compliance(graph, Reach.everything, run, 0)


def test_weeks_and_months_of_one_plan_are_paid_together(graph: Graph, tmp_path: Path) -> None:
    """The week pays 5 % and the month 10 % of the same 100; a week counts in the month in which it ends."""
    path = written(tmp_path / "weeks", SMALL.replace(
        '  rates = { none = ["0.05"] }\n',
        '  rates = ["0.05"]\n  calendar = "week"\n  [[bonus]]\n  name = "Month"\n  kind = "unilevel"\n'
        '  rates = ["0.10"]\n  calendar = "month"\n',
    ))  # fmt: skip
    import_company(graph, path.parent)
    run_file(graph, path, "2025-09")
    for week in ("2025-W36", "2025-W37", "2025-W38"):
        run_file(graph, path, week)
    with pytest.raises(PeriodsMissingError, match=r"^2025-W39 has no complete run"):
        income(graph, Reach.everything, "2025-09", smallest=3)
    run_file(graph, path, "2025-W39")
    disclosure = income(graph, Reach.everything, "2025-09", smallest=3)
    assert disclosure is not None
    assert (disclosure.range.calendar, len(disclosure.range.further)) == ("month", 4)
    assert (disclosure.members, disclosure.pay.mean) == (3, 500), "1 has 15.00, two have nothing"


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([7], {25: None, 50: None}),
        ([1, 2], {25: 1, 50: 1, 75: None}),
        ([1, 2, 3, 4], {25: 1, 50: 2, 75: 3, 90: None}),
        (list(range(1, 101)), {25: 25, 50: 50, 75: 75, 90: 90, 95: 95, 99: 99}),
        ([-5, 0, 0, 1], {25: -5, 50: 0, 75: 0}),
    ],
)
def test_percentiles_are_of_the_nearest_rank_and_never_the_highest_amount(
    amounts: list[int], expected: dict[int, int | None]
) -> None:
    shown = spread(amounts, [0])
    assert {percent: shown.percentiles[percent] for percent in expected} == expected
    assert shown.nothing == shown.bands[0].members == sum(amount <= 0 for amount in amounts)


@pytest.mark.parametrize(
    ("counts", "stretches"),
    [
        ([50, 12, 10], [(0, 0), (1, 1), (2, 2)]),
        ([50, 12, 3], [(0, 0), (1, 2)]),
        ([50, 3, 12], [(0, 1), (2, 2)]),
        ([4, 12, 12], [(0, 1), (2, 2)]),
        ([4, 3], [(0, 1)]),
        ([50, 3, 3, 3], [(0, 3)]),
    ],
)
def test_small_groups_are_shown_with_the_next_one(
    counts: list[int], stretches: list[tuple[int, int]]
) -> None:
    assert merged(counts, 10) == stretches


PAGE = Path(__file__).parent.parent.parent / "docs" / "income.md"


def test_the_example_of_the_page_prints_what_the_page_says(
    graph: Graph, tmp_path: Path, upline: Upline
) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, table in re.findall(r"`(\w+\.\w+)`:\n\n```\w+\n(.*?)```", text, re.DOTALL):
        (tmp_path / name).write_text(table, encoding="utf-8")
    import_company(graph, tmp_path)
    for month in ("2025-10", "2025-11", "2025-12"):
        run_file(graph, tmp_path / "plan.toml", month)
    examples = re.findall(r"```console\n\$ (.*?)\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 2
    for command, expected in examples:
        done = upline(*shlex.split(command)[1:])
        assert done.returncode == 0, done.stderr
        printed = "\n".join(line.rstrip() for line in done.stdout.splitlines())
        assert printed.strip() == expected.strip(), command
    whole = upline("income", "2025-Q4", "--smallest", "3", "--up-to", "86", "--format", "html")
    assert whole.returncode == 0, whole.stderr
    assert (
        "Of 6 members at least half were paid 0.00 USD or less; 4 (66.6 %) were paid nothing." in whole.stdout
    )
    assert not re.search(r"<script|https?:|src=|Ada|Finn", whole.stdout)
    shown = upline("income", "2025-Q4", "--smallest", "3")
    assert "4 members bought kit, sale for themselves: 309.00 USD" in shown.stdout
    refused = upline("income", "2025", "--smallest", "3")
    assert (refused.returncode, "[periods_missing]" in refused.stderr) == (2, True)
