"""Random commits and withdrawals on random days: debits equal credits, and balances are sums on every day."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UplineError
from engine.genealogy.changes.lane import Company
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.ledger import auditing
from engine.ledger.balances import all_balances, balances
from engine.period import period
from engine.periods.committing import commit
from engine.periods.lives import periods
from engine.periods.withdrawing import withdraw
from engine.plans.reader import read
from engine.run import run
from tests.ledger.test_posting import COMPANY_OF_FOUR, OCTOBER, PAID, SEPTEMBER
from tests.support.companies import written

MEMBERS = ("1", "11", "12", "111")
FIRST = date(2026, 1, 1)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("commit", "commit", "commit", "withdraw")), st.sampled_from((SEPTEMBER, OCTOBER)),
        st.integers(0, 2),
    ),
    max_size=8,
)  # fmt: skip


class Days:
    """A company whose today is what the test says, and what is owed at the end of each day."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.today, self.turn = graph, FIRST, 0
        self.committed: set[str] = set()
        self.owed: Counter[str] = Counter()
        self.history: dict[date, dict[str, int]] = {}

    def take(self, step: str, name: str, days: int) -> None:
        """Take a step some days later, or see it refused."""
        self.today += timedelta(days=days)
        self.turn += 1
        try:
            if step == "commit":
                commit(self.graph, name, key=f"turn {self.turn}")
                commit(self.graph, name, key=f"turn {self.turn}")  # the same key twice is once
            else:
                withdraw(self.graph, name, reason=f"turn {self.turn}")
        except UplineError:
            return
        before = set(self.committed)
        self.committed = {each.name for each in periods(self.graph) if each.state == "committed"}
        for each in self.committed - before:
            self.owed.update(PAID[each])
        for each in before - self.committed:
            self.owed.subtract(PAID[each])
        self.history[self.today] = dict(self.owed)

    def check(self) -> None:
        """Balances of now, and those of every day."""
        assert owed(balances(self.graph, MEMBERS)) == {k: v for k, v in self.owed.items() if v}
        for day, amounts in self.history.items():
            assert owed(balances(self.graph, MEMBERS, day)) == {k: v for k, v in amounts.items() if v}, day
        assert balances(self.graph, MEMBERS, self.today) == balances(self.graph, MEMBERS)
        assert dict(all_balances(self.graph)) == {k: v for k, v in balances(self.graph, MEMBERS).items() if v}
        assert auditing.audit(self.graph) == []


def owed(rows: dict[str, tuple]) -> dict[str, int]:  # type: ignore[type-arg]
    return {owner: each.payable for owner, of in rows.items() for each in of if each.payable}


@pytest.fixture
def company(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Days:
    path = written(tmp_path, COMPANY_OF_FOUR)
    import_company(graph, tmp_path)
    plan = read(path, None)
    for name in (SEPTEMBER, OCTOBER):
        run(graph, plan, period(name))
    days = Days(graph)
    monkeypatch.setattr(Company, "today", property(lambda _: days.today))
    return days


@given(steps=STEPS)
@settings(max_examples=12)
def test_debits_equal_credits_and_balances_are_sums_on_every_day(
    company: Days, steps: list[tuple[str, str, int]]
) -> None:
    """One ledger goes on through all examples: it only grows."""
    for step in steps:
        company.take(*step)
    company.check()
