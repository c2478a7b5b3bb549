"""The record of a run: its inputs and results, and how later commands find it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.errors import UplineError
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.money import Currency, in_currency

STANDINGS_PER_ANSWER = 20_000
"""Standings that one bulk read returns as a list."""
ALL = 1_000_000
"""More runs than any database holds."""


_rules: dict[str, Mapping[str, str]] = {}
"""Texts of rules by kind and name, by their hash, as read so far; what has a hash never changes."""


class NoRunError(UplineError):
    """There is no complete run to answer from."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The record of a complete run: times in UTC, totals by bonus as the stage of bonuses stores them."""

    number: int
    run_id: str
    period: str
    plan: str
    plan_version: str
    plan_path: str
    plan_text: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    facts: dict[str, Any]
    totals: tuple[dict[str, Any], ...]
    notes: tuple[str, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """The texts of the rules that it used, by kind and name; empty for a run of an earlier release."""

    @property
    def cash(self) -> Currency:
        """The run's currency, which writes its amounts."""
        return in_currency(self.facts["currency"], self.facts.get("currency_digits"))


def digest(rows: object) -> str:
    """The hash of some rows that a run has read, lists of what JSON can write."""
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def result(graph: Graph, period_name: str | None = None, plan: str | None = None) -> RunRecord:
    """The complete run of a period and plan; without them the latest. Raises NoRunError."""
    for run in complete(graph, period_name, plan, most=1):
        return run
    raise no_run(period_name, plan, "Compute one: upline run --period ... --plan ...")


def no_run(period_name: str | None, plan: str | None, todo: str) -> NoRunError:
    """The refusal where no run of a period and plan is complete; `todo` says what the reader can do."""
    scope = "".join([f" of {period_name}" if period_name else "", f" by {plan}" if plan else ""])
    return NoRunError(f"there is no complete run{scope}", todo=todo)


def complete(
    graph: Graph,
    period_name: str | None = None,
    plan: str | None = None,
    *,
    before: int | None = None,
    day: date | None = None,
    most: int = ALL,
) -> list[RunRecord]:
    """Complete runs, newest first: of a period, of a plan, older than run `before`, where these are given.

    `day` lies in the period or next to it, for a period's days are those of the plan's time zone.
    """
    rows = graph.read("runs/completed", period=period_name, plan=plan, before=before, day=day, first=most)
    _learn_rules(graph, {row["run"]["rules_hash"] for row in rows})
    return [record_of(row["run"], row["totals"]) for row in rows]


def record_of(facts: dict[str, Any], totals: Sequence[dict[str, Any]] = ()) -> RunRecord:
    """A run from the properties of its node and the totals of its bonuses, in the plan's order."""
    same = ("number", "run_id", "period", "plan", "plan_version", "plan_path", "plan_text", "state")
    finished = facts.get("finished_at")
    return RunRecord(
        **{key: facts[key] for key in same},
        started_at=facts["started_at"].to_native(),
        finished_at=finished.to_native() if finished else None,
        facts=facts,
        totals=tuple(totals),
        notes=tuple(facts.get("notes", ())),
        rules=_rules.get(facts["rules_hash"], {}),
    )


def _learn_rules(graph: Graph, hashes: set[str]) -> None:
    """Read the texts of rules that this process does not know yet: mostly none, and never twice."""
    if unknown := sorted(hashes - _rules.keys()):
        for row in graph.read("runs/kept_rules", hashes=unknown):
            _rules[row["hash"]] = dict(row["rules"])


def levels_of(graph: Graph, run: RunRecord) -> list[tuple[int, int]]:
    """First and last level of stretches of levels, each with about STANDINGS_PER_ANSWER standings."""
    statement = query("standings/widths").fill(depth="depth")
    return slices(graph.read(statement, run=run.number, first=0)[0]["widths"])


def slices(widths: list[int]) -> list[tuple[int, int]]:
    """First and last of neighbouring levels that together have about STANDINGS_PER_ANSWER standings."""
    stretches, first, count = [], 0, 0
    for depth, width in enumerate(widths):
        count += width
        if count >= STANDINGS_PER_ANSWER or depth == len(widths) - 1:
            stretches.append((first, depth))
            first, count = depth + 1, 0
    return stretches
