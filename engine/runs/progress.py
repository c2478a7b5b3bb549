"""How far a run is, by its number, for whoever has begun it and whoever watches it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from engine.graph.claims import at_work
from engine.graph.database import Graph, Row
from engine.money import Currency
from engine.passes.record import NoRunError, RunRecord

State = Literal["running", "complete", "failed", "interrupted", "tried"]
ENDED = ("complete", "superseded", "spared", "what_if")
"""States of runs that have become results, if only for a while, or are kept to be compared with one."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run failed: the name of the refusal, what is wrong, and what to do."""

    name: str
    what: str
    todo: str | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial would pay: totals by bonus as a run has them, in the currency `cash`."""

    cash: Currency
    members: int
    totals: tuple[Mapping[str, Any], ...]
    results_hash: str
    notes: tuple[str, ...]
    corrected: int = 0
    """All corrections of closed periods together, in minor units."""

    @classmethod
    def of(cls, run: RunRecord) -> "Trial":
        """Of a run that was tried out."""
        facts = run.facts
        return cls(run.cash, facts["members"], run.totals, facts["results_hash"], run.notes, run.corrected)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Trial":
        """As `plain` has it."""
        cash = Currency(plain["currency"], plain["digits"])
        return cls(
            cash, plain["members"], tuple(plain["totals"]), plain["results_hash"], tuple(plain["notes"]),
            plain.get("corrected", 0),  # not of a trial by an earlier release
        )  # fmt: skip

    @property
    def plain(self) -> dict[str, Any]:
        """The same as data that JSON can write."""
        return {
            "currency": self.cash.currency,
            "digits": self.cash.digits,
            "members": self.members,
            "totals": [dict(total) for total in self.totals],
            "results_hash": self.results_hash,
            "notes": list(self.notes),
            "corrected": self.corrected,
        }


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is: `done` of `total` standings or rows of a stage (0: not known), and how it ended.

    A run that failed, was interrupted or only tried out has no period and plan any more: it is removed.
    """

    number: int
    state: State
    period: str | None = None
    plan: str | None = None
    stage: str | None = None
    done: int = 0
    total: int = 0
    started_at: datetime | None = None
    failure: Failure | None = None
    trial: Trial | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more is to come."""
        return self.state != "running"


def progress(graph: Graph, number: int) -> RunProgress:
    """How far a run is. Raises NoRunError where no run of that number was ever begun for anybody."""
    known = progress_of(graph, [number]).get(number)
    if known is None:
        raise NoRunError(f"there is no run {number}", todo="`runs` lists those that are complete.")
    return known


def progress_of(graph: Graph, numbers: Sequence[int]) -> dict[int, RunProgress]:
    """How far some runs are; those that were never begun for anybody are left out."""
    rows = graph.read("runs/progress", numbers=list(numbers))
    return {row["number"]: _of(row["number"], row) for row in rows}


def _of(number: int, row: Row) -> RunProgress:
    run: Mapping[str, Any] | None = row["run"]
    state: State = "interrupted"
    answer = json.loads(row["answer"] or "{}")
    failure, trial = _failure(answer), _trial(answer)
    if run and run["state"] in ENDED:
        state, failure = "complete", None
    elif failure:
        state = "failed"
    elif run and run["state"] == "running" and at_work(run, row["idle"]):
        state = "running"
    elif trial:
        state = "tried"
    if state != "tried":  # its run is still there
        trial = None
    if run is None or state == "tried":  # a trial's run may still be there, about to be removed
        return RunProgress(number, state, failure=failure, trial=trial)
    return RunProgress(
        number, state, run["period"], run["plan"], run["stage"] if state == "running" else None,
        run["done"] or 0, run["total"] or 0, run["started_at"].to_native(), failure, trial,
    )  # fmt: skip


def _trial(answer: Mapping[str, Any]) -> Trial | None:
    return Trial.from_plain(answer["trial"]) if answer.get("trial") else None


def _failure(answer: Mapping[str, Any]) -> Failure | None:
    error = answer.get("error")
    return Failure(error["name"], error["what"], error["todo"]) if error else None


def under_way(graph: Graph) -> RunProgress | None:
    """The run that is being computed, by whatever process; None if there is none."""
    rows = graph.read("runs/in_states", states=["running"])
    return next(
        (_of(row["run"]["number"], {"answer": None, **row, "run": _whole(row["run"])}) for row in rows
         if at_work(row["run"], row["idle"])),
        None,
    )  # fmt: skip


def _whole(run: Mapping[str, Any]) -> dict[str, Any]:
    return {"stage": None, "done": 0, "total": 0, **run}
