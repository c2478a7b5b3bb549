"""A run knows on which runs and changes it rests, down the whole chain, and says when one is out of date."""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.chain import Chain
from engine.passes.record import result
from engine.period import period
from engine.plans.reader import read
from engine.run import run
from tests.conftest import Upline
from tests.support.small_tables import write

MEMBERS = """
member_id sponsor_id placement_id leg enrolled_on
U - - - 2026-01-01
L U U L 2026-01-01
R U U R 2026-01-01
"""
HEAD = "order_id ordered_at member_id kind qualifying_volume commissionable_volume amount currency"
PLAN = """
name = "Pairs"
[[bonus]]
name = "Pairs"
kind = "binary"
rate = "0.10"
"""
WEEKLY = """
name = "Weeks"
[[bonus]]
name = "Sale"
kind = "personal"
on = "all"
rate = "0.10"
calendar = "week"
[[bonus]]
name = "Match"
kind = "matching"
bonuses = ["Sale"]
rates = ["0.5"]
calendar = "month"
"""


class Company:
    """A company in a database, and its plan."""

    def __init__(self, graph: Graph, folder: Path, plan: str) -> None:
        self.graph, self.folder, self.orders = graph, folder, [HEAD]
        (folder / "plan.toml").write_text(plan)
        self.plan = read(folder / "plan.toml")

    def sell(self, *orders: tuple[str, str, int]) -> None:
        """Import orders: member, day and volume of each."""
        self.orders += [
            f"{len(self.orders) + place} {day} {member} sale {volume} {volume} {volume} USD"
            for place, (member, day, volume) in enumerate(orders)
        ]
        import_company(
            self.graph, write(self.folder / "company", members=MEMBERS, orders="\n".join(self.orders))
        )

    def compute(self, *names: str) -> None:
        for name in names:
            run(self.graph, self.plan, period(name))

    def paid(self, name: str) -> int:
        return sum(total["paid"] for total in result(self.graph, name).totals)

    def stale(self, name: str) -> list[str]:
        """The periods on which a period rests and that are out of date."""
        links = Chain(self.graph, self.plan.name).basis(self.plan, period(name))
        return [f"{link.run.period}: {'; '.join(link.reasons)}" for link in links if link.reasons]

    def due(self, name: str) -> list[str]:
        due = Chain(self.graph, self.plan.name).before(self.plan, period(name))
        return [each.name for each, _ in due]


@pytest.fixture
def pairs(graph: Graph, tmp_path: Path) -> Company:
    company = Company(graph, tmp_path, PLAN)
    company.sell(("L", "2026-09-05", 100), ("L", "2026-10-05", 200), ("R", "2026-11-05", 500))
    company.compute("2026-09", "2026-10", "2026-11")
    return company


def test_a_late_order_into_an_earlier_period_is_named_before_the_next_one_is_computed(
    pairs: Company, upline: Upline
) -> None:
    assert pairs.paid("2026-11") == 3_000  # 300 of both legs: 100 and 200 were carried
    pairs.sell(("L", "2026-10-20", 150))
    brought = "later changes brought it orders"
    assert pairs.stale("2026-11") == [f"2026-10: {brought}"]
    words = ("run", "--period", "2026-11", "--plan", pairs.folder / "plan.toml")
    done = upline(*words)
    warning = (
        f"of 2026-10, on which this period rests, is out of date: {brought}. `upline run --chain` computes it"
    )
    assert warning in " ".join(done.stderr.split())
    assert any(warning in note for note in result(pairs.graph, "2026-11").notes)
    assert pairs.paid("2026-11") == 3_000
    assert upline(*words, "--chain").returncode == 0
    assert pairs.paid("2026-11") == 4_500
    assert pairs.stale("2026-11") == []
    assert result(pairs.graph, "2026-11").notes == ()


def test_a_late_order_is_noticed_through_a_period_in_between(pairs: Company) -> None:
    pairs.sell(("L", "2026-09-20", 40))
    assert pairs.stale("2026-11") == ["2026-10: 2026-09, on which it rests, is out of date"]
    assert pairs.due("2026-11") == ["2026-09", "2026-10"]
    pairs.compute("2026-09")
    assert pairs.stale("2026-11") == ["2026-10: 2026-09 has been computed since"]
    assert pairs.due("2026-11") == ["2026-10"]
    pairs.compute("2026-10")
    assert (pairs.stale("2026-11"), pairs.due("2026-11")) == ([], [])
    pairs.compute("2026-11")
    assert pairs.paid("2026-11") == 3_400


def test_what_comes_later_than_a_period_leaves_it_up_to_date(pairs: Company) -> None:
    pairs.sell(("L", "2026-11-20", 150))
    assert (pairs.stale("2026-11"), pairs.due("2026-11")) == ([], [])


def test_gaps_between_runs_are_computed_by_the_chain_and_nothing_before_the_first_run(
    graph: Graph, tmp_path: Path
) -> None:
    company = Company(graph, tmp_path, PLAN)
    company.sell(("L", "2026-08-05", 100), ("L", "2026-10-05", 200), ("R", "2026-11-05", 500))
    assert company.due("2026-11") == []
    company.compute("2026-08")
    assert company.due("2026-11") == ["2026-09", "2026-10"]


def test_the_weeks_that_a_month_matches_are_links_too(graph: Graph, tmp_path: Path) -> None:
    company = Company(graph, tmp_path, WEEKLY)
    company.sell(("L", "2026-11-10", 100))
    company.compute("2026-W46", "2026-11")
    assert company.paid("2026-11") == 500
    company.sell(("R", "2026-11-11", 100))
    assert company.stale("2026-11") == ["2026-W46: later changes brought it orders"]
    due = company.due("2026-11")
    assert due[0] == "2026-W44"  # the first week that ends in November
    assert "2026-W46" in due
    for name in due:
        company.compute(name)
    assert (company.stale("2026-11"), company.due("2026-11")) == ([], [])
    company.compute("2026-11")
    assert company.paid("2026-11") == 1_000
    assert set(result(graph, "2026-11").facts["rests_on"]) == {result(graph, name).number for name in due}


def test_members_moves_and_facts_count_from_their_days_and_statuses_always(pairs: Company) -> None:
    def imported(**tables: str) -> None:
        import_company(pairs.graph, write(pairs.folder / "more", **tables))

    imported(members=MEMBERS + "N U - - 2026-11-02\n")
    assert pairs.stale("2026-11") == []
    fact = "member_id period name value\nL {} seen {}"
    imported(members=MEMBERS, facts=fact.format("2026-11", 1))
    assert pairs.stale("2026-11") == []
    imported(members=MEMBERS, facts=fact.format("2026-10", 2))
    assert pairs.stale("2026-11") == ["2026-10: later changes brought it facts"]
    pairs.compute("2026-10")
    moved = "member_id tree parent_id leg effective_on\nN sponsor L - {}"
    imported(members=MEMBERS, moves=moved.format("2026-11-03"))
    assert pairs.stale("2026-11") == []
    header, *rows = MEMBERS.strip().splitlines()
    statuses = ("active", "suspended", "active")
    listed = [f"{row} {status}" for row, status in zip(rows, statuses, strict=True)]
    imported(members="\n".join([f"{header} status", *listed]))
    assert pairs.stale("2026-11") == [
        "2026-10: later changes brought it members with another name, status, country or owner; "
        "2026-09, on which it rests, is out of date"
    ]
