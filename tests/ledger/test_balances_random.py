"""Random commits, withdrawals, adjustments, holds and releases on random days, against a model of sums.

Debits equal credits always, a balance is the sum of its entries on every day, and the same key twice is once.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UplineError
from engine.genealogy.changes.lane import Company
from engine.genealogy.changes.requests import request
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.ledger import auditing
from engine.ledger.adjusting import adjust
from engine.ledger.balances import Balance, all_balances, balances
from engine.ledger.folding import fold
from engine.ledger.holding import hold, holds, release
from engine.money import decimal
from engine.period import period
from engine.periods.committing import commit
from engine.periods.lives import periods
from engine.periods.withdrawing import withdraw
from engine.plans.reader import read
from engine.run import run
from tests.ledger.test_posting import COMPANY_OF_FOUR, OCTOBER, PAID, SEPTEMBER
from tests.support.companies import written

MEMBERS = ("1", "11", "12", "111")
STEP = st.tuples(
    st.sampled_from(("commit", "commit", "withdraw", "adjust", "hold", "release", "fold")),
    st.sampled_from((SEPTEMBER, OCTOBER)), st.sampled_from(MEMBERS), st.integers(-700, 900),
    st.integers(0, 2),
)  # fmt: skip
Figures = dict[tuple[str, str], int]
"""Amounts by member and kind of account, without zeros."""


class Model:
    """A company whose today is what the test says, and what its accounts come to at the end of each day."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.today, self.turn = graph, date(2026, 1, 1), 0
        self.committed: set[str] = set()
        self.now: Counter[tuple[str, str]] = Counter()
        self.history: dict[date, Figures] = {}

    def take(self, step: str, name: str, member: str, cents: int, days: int) -> None:
        """Take a step some days later, or see it refused."""
        self.today += timedelta(days=days)
        self.turn += 1
        getattr(self, f"_{step}")(name, member, cents)
        self.history[self.today] = figures(self.now)

    def _commit(self, name: str, _member: str, _cents: int) -> None:
        self._twice(lambda: commit(self.graph, name, key=f"turn {self.turn}"))
        self._follow()

    def _withdraw(self, name: str, _member: str, _cents: int) -> None:
        try:
            withdraw(self.graph, name, reason=f"turn {self.turn}")
        except UplineError:
            return
        self._follow()

    def _follow(self) -> None:
        """Count what has been committed or withdrawn."""
        before, self.committed = (
            self.committed,
            {each.name for each in periods(self.graph) if each.state == "committed"},
        )
        for sign, months in ((1, self.committed - before), (-1, before - self.committed)):
            for month in months:
                for member, amount in PAID[month].items():
                    self.now[member, "payable"] += sign * amount

    def _adjust(self, _name: str, member: str, cents: int) -> None:
        own = request("ann", f"turn {self.turn}", "adjust", {"cents": cents})
        if self._twice(
            lambda: adjust(
                self.graph, member, decimal(cents, 2), type="other", reason="x", currency="USD", request=own
            )
        ):
            self.now[member, "payable"] += cents
        else:
            assert cents == 0

    def _hold(self, _name: str, member: str, cents: int) -> None:
        own = request("ann", f"turn {self.turn}", "hold", {"cents": cents})
        done = self._twice(
            lambda: hold(self.graph, member, decimal(cents, 2), reason="x", currency="USD", request=own)
        )
        assert done is (0 < cents <= self.now[member, "payable"])
        if done:
            self._move(member, -cents)

    def _release(self, _name: str, _member: str, cents: int) -> None:
        for each in holds(self.graph)[:1]:
            part = min(each.left, abs(cents)) or each.left
            release(self.graph, each.number, decimal(part, 2), reason="x")
            self._move(each.member_id, part)

    def _fold(self, *_: object) -> None:
        fold(self.graph)

    def _move(self, member: str, cents: int) -> None:
        self.now[member, "payable"] += cents
        self.now[member, "held"] -= cents

    def _twice(self, work: Callable[[], Any]) -> bool:
        """Whether it was done: the second time it changes nothing, and has the same answer."""
        try:
            first = work()
        except UplineError:
            return False
        assert work() == first
        return True

    def check(self) -> None:
        """Balances of now, those of every day, and everything that must be true."""
        assert of(balances(self.graph, MEMBERS)) == figures(self.now)
        for day, then in self.history.items():
            assert of(balances(self.graph, MEMBERS, day)) == then, day
        assert of(dict(all_balances(self.graph))) == figures(self.now)
        assert auditing.audit(self.graph) == []


def figures(amounts: Counter[tuple[str, str]]) -> Figures:
    return {key: amount for key, amount in amounts.items() if amount}


def of(rows: dict[str, tuple[Balance, ...]]) -> Figures:
    return {
        (owner, kind): amount
        for owner, listed in rows.items()
        for each in listed
        for kind in ("payable", "held", "recoverable")
        if (amount := getattr(each, kind))
    }


@pytest.fixture
def model(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    path = written(tmp_path, COMPANY_OF_FOUR)
    import_company(graph, tmp_path)
    plan = read(path, None)
    for name in (SEPTEMBER, OCTOBER):
        run(graph, plan, period(name))
    made = Model(graph)
    monkeypatch.setattr(Company, "today", property(lambda _: made.today))
    return made


@given(steps=st.lists(STEP, min_size=3, max_size=10))
@settings(max_examples=12)
def test_debits_equal_credits_and_balances_are_sums_on_every_day(
    model: Model, steps: list[tuple[str, str, str, int, int]]
) -> None:
    """One ledger goes on through all examples: it only grows."""
    for step in steps:
        model.take(*step)
    model.check()
