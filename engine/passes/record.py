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
READING = "reading "
"""What a kept text is used as begins so where it holds the statements that read a run."""
_statements: dict[str, Mapping[str, Any]] = {}
"""The statements of such texts by name, by the hash of the text, as read so far."""


class NoRunError(UplineError):
    """There is no complete run to answer from."""


class RunAndPeriodError(UplineError):
    """A run is chosen by its number and by a period or plan at once."""


@dataclass(frozen=True, slots=True)
class CorrectionTotal:
    """What a run books for one bonus of a closed run: `amount` in minor units, below 0 to take back."""

    paid_run: int
    period: str
    bonus: str
    payees: int
    amount: int


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
    kept: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, compare=False, repr=False)
    """The statements that read it, by subject and name, as its commit has kept them; empty without one."""

    @property
    def cash(self) -> Currency:
        """The run's currency, which writes its amounts."""
        return in_currency(self.facts["currency"], self.facts.get("currency_digits"))

    @property
    def corrections(self) -> tuple[CorrectionTotal, ...]:
        """What it books of closed periods, by run and bonus in the order of their plan; mostly nothing."""
        names = ("runs", "periods", "bonuses", "payees", "amounts")
        columns = (self.facts.get(f"corrected_{name}") or () for name in names)
        return tuple(CorrectionTotal(*row) for row in zip(*columns, strict=True))

    @property
    def corrected(self) -> int:
        """All that it books of closed periods, in minor units."""
        return sum(each.amount for each in self.corrections)

    @property
    def corrects(self) -> bool:
        """Whether it has looked for corrections of closed periods; it may have booked none."""
        return bool(self.facts.get("corrects"))

    @property
    def is_closed(self) -> bool:
        """Whether a commit rests on it: then it is never out of date, and no other run takes its place."""
        return bool(self.facts.get("closed_by"))


def digest(rows: object) -> str:
    """The hash of some rows that a run has read, lists of what JSON can write."""
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def result(
    graph: Graph,
    period_name: str | None = None,
    plan: str | None = None,
    number: int | None = None,
    *,
    todo: str = "Compute one: upline run --period ... --plan ...",
) -> RunRecord:
    """The complete run of a period and plan: the newest of them.

    Without a period it is that of the latest one, by its last day, whenever it was computed; where several
    periods end that day, the newest run of them. `number` names a run itself, so that nothing computed
    meanwhile takes its place; it comes alone. `todo` says what the reader can do where there is none.

    Raises NoRunError, BadPeriodError, and RunAndPeriodError for a number with a period or plan.
    """
    if number is not None and not (period_name is None and plan is None):
        raise RunAndPeriodError(
            f"run {number} is named, and {'a plan' if period_name is None else 'a period'} too",
            todo="Name a run alone, or a period and a plan.",
        )
    if period_name is not None:
        from engine.period import period  # stages read this module, and need no names of periods

        period(period_name)
    for run in complete(graph, period_name, plan, number=number, by_period=True, most=1):
        return run
    parts = [
        f" with the number {number}" if number is not None else "",
        f" of {period_name}" if period_name else "",
        f" by {plan}" if plan else "",
    ]
    raise NoRunError(f"there is no complete run{''.join(parts)}", todo=todo)


def complete(
    graph: Graph,
    period_name: str | None = None,
    plan: str | None = None,
    *,
    number: int | None = None,
    before: int | None = None,
    above: int | None = None,
    day: date | None = None,
    by_period: bool = False,
    oldest_first: bool = False,
    most: int = ALL,
) -> list[RunRecord]:
    """Complete runs, newest first: of a number, a period, a plan, before run `before`, where these are given.

    `above` leaves out run `above` and older ones. `day` lies in the period or next to it, for a period's days
    are those of the plan's time zone. With `by_period` those of the latest period come first, by its last
    day, the newest of them first. `oldest_first` takes and sorts them from the other end.
    """
    statement = query("runs/completed")
    if oldest_first:
        statement = statement.replaced("run.number DESC", "run.number ASC")
    rows = graph.read(
        statement, number=number, period=period_name, plan=plan, before=before, above=above, day=day,
        by_period=by_period, first=most,
    )  # fmt: skip
    _learn_rules(graph, {row["run"]["rules_hash"] for row in rows})
    _learn_statements(graph, {sha256 for row in rows for sha256 in _read_by(row["run"]).values()})
    return [record_of(row["run"], row["totals"]) for row in rows]


def numbered(graph: Graph, number: int) -> RunRecord:
    """The run of a number, also one that is no result but computed to compare; raises NoRunError."""
    for row in graph.read("runs/numbered", number=number):
        _learn_rules(graph, {row["run"]["rules_hash"]})
        return record_of(row["run"], row["totals"])
    raise NoRunError(f"there is no run {number}")


def in_state(graph: Graph, state: str, number: int | None = None) -> list[RunRecord]:
    """Runs in a state that is no result's, newest first; of a number where that is given."""
    rows = graph.read("runs/of_state", state=state, number=number)
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
        kept={
            subject: _statements[sha256]
            for subject, sha256 in _read_by(facts).items()
            if sha256 in _statements
        },
    )


def _read_by(facts: Mapping[str, Any]) -> dict[str, str]:
    """The kept texts that hold the statements that read a run: their hashes by subject."""
    used = (each.partition(" ") for each in facts.get("texts") or ())
    return {name.removeprefix(READING): sha256 for sha256, _, name in used if name.startswith(READING)}


def _learn_statements(graph: Graph, hashes: set[str]) -> None:
    """Read the statements that this process does not know yet; none where no run is committed."""
    if unknown := sorted(hashes - _statements.keys()):
        for row in graph.read("runs/kept_statements", hashes=unknown):
            _statements[row["hash"]] = json.loads(row["text"])


def learn_rules(rules_hash: str, texts: Mapping[str, str]) -> None:
    """Remember the texts of rules that this process has just kept, so that nobody reads them back."""
    _rules.setdefault(rules_hash, dict(texts))


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
