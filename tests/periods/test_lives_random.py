"""Random steps in the life of three months, against a small model: done by both, or refused alike."""

import random
from pathlib import Path

import pytest

from engine.errors import UplineError
from engine.genealogy.refusals import PeriodCommittedError
from engine.graph.database import Graph
from engine.intake.importing import import_company, import_rows
from engine.intake.refusals import ImportRefusedError
from engine.passes.record import NoRunError
from engine.period import period
from engine.periods.committing import EarlierPeriodOpenError, RunOutOfDateError, commit
from engine.periods.lives import periods
from engine.periods.steps import NotInReviewError, reopen, review
from engine.periods.withdrawing import (
    LaterPeriodCommittedError,
    NotCommittedError,
    PeriodPaidError,
    record_paid,
    withdraw,
)
from engine.plans.plan import Plan
from engine.plans.reader import read
from engine.run import run
from engine.runs.life import PeriodInReviewError
from tests.periods.test_committing import COMPANY, order
from tests.support.companies import written

MONTHS = ("2025-09", "2025-10", "2025-11")
STEPS = ("run", "run", "order", "review", "reopen", "commit", "commit", "commit", "first", "withdraw", "paid")
Refusal = type[UplineError] | None


class Model:
    """What is known of each month: whether it has a run, whether that is up to date, its own state."""

    def __init__(self) -> None:
        self.ran, self.fresh = [False] * 3, [False] * 3
        self.state = ["open"] * 3

    @property
    def end(self) -> int:
        """The last closed month; -1 for none."""
        return max((at for at in range(3) if self.state[at] in ("committed", "paid")), default=-1)

    def shown(self, at: int) -> str:
        return "closed" if self.state[at] in ("open", "review") and at <= self.end else self.state[at]

    def take(self, step: str, at: int) -> Refusal:
        """Take a step, or say how it is refused."""
        state = self.shown(at)
        if step not in ("order", "run") and not self.ran[at]:
            return NoRunError
        refusal: Refusal = getattr(self, f"_{step}")(at, state)
        return refusal

    def _order(self, at: int, _state: str) -> Refusal:
        if at <= self.end:
            return ImportRefusedError
        self.fresh[at] = False
        return None

    def _run(self, at: int, state: str) -> Refusal:
        if at <= self.end:
            return PeriodCommittedError
        if state == "review":
            return PeriodInReviewError
        self.ran[at] = self.fresh[at] = True
        return None

    def _review(self, at: int, state: str) -> Refusal:
        if state in ("committed", "paid", "closed"):
            return PeriodCommittedError
        self.state[at] = "review"
        return None

    def _reopen(self, at: int, state: str) -> Refusal:
        if state in ("committed", "paid", "closed"):
            return PeriodCommittedError
        if state != "review":
            return NotInReviewError
        self.state[at] = "open"
        return None

    def _commit(self, at: int, state: str, *, first: bool = False) -> Refusal:
        if state in ("committed", "paid"):
            return None  # the same answer
        if not self.fresh[at]:
            return RunOutOfDateError
        if at <= self.end:
            return PeriodCommittedError
        if at != self.end + 1 and not (first and self.end == -1):
            return EarlierPeriodOpenError
        self.state[at] = "committed"
        return None

    def _first(self, at: int, state: str) -> Refusal:
        return self._commit(at, state, first=True)

    def _withdraw(self, at: int, state: str) -> Refusal:
        if state == "paid":
            return PeriodPaidError
        if state != "committed":
            return NotCommittedError
        if at != self.end:
            return LaterPeriodCommittedError
        self.state[at] = "open"
        return None

    def _paid(self, at: int, state: str) -> Refusal:
        if state == "paid":
            return PeriodPaidError
        if state != "committed":
            return NotCommittedError
        self.state[at] = "paid"
        return None


def take(graph: Graph, plan: Plan, step: str, name: str, turn: int) -> None:
    if step == "run":
        run(graph, plan, period(name))
    elif step == "order":
        import_rows(graph, {"orders": [order(f"t{turn}", f"{name}-15")]})
    elif step in ("commit", "first"):
        commit(graph, name, first=step == "first")
    elif step == "withdraw":
        withdraw(graph, name, reason=f"turn {turn}")
    else:
        {"review": review, "reopen": reopen, "paid": record_paid}[step](graph, name)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_steps_are_done_or_refused_as_the_model_says(graph: Graph, tmp_path: Path, seed: int) -> None:
    path = written(tmp_path, COMPANY)
    import_company(graph, tmp_path)
    plan, chance, model = read(path, None), random.Random(seed), Model()
    for turn in range(40):
        step, at = chance.choice(STEPS), chance.choice((0, 0, 1, 1, 2))
        if step == "paid" and chance.random() < 0.7:
            continue
        expected, actual = model.take(step, at), None
        try:
            take(graph, plan, step, MONTHS[at], turn)
        except UplineError as error:
            actual = error
        assert (type(actual) if actual else None) is expected, (turn, step, MONTHS[at], actual)
        shown = {each.name: each.state for each in periods(graph)}
        assert shown == {MONTHS[at]: model.shown(at) for at in range(3) if model.ran[at]}, (turn, step)
