"""The record of a run: what it was made of, what it came to, and how later commands find it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import UplineError
from engine.graph.database import Graph
from engine.graph.queries import query

STANDINGS_PER_ANSWER = 20_000
"""Standings that one bulk read returns as a list."""


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


def result(graph: Graph, period_name: str | None = None, plan: str | None = None) -> RunRecord:
    """The complete run of a period and plan; without them the latest. Raises NoRunError."""
    for row in graph.read("runs/found"):
        found = row["run"]
        if (
            found["state"] == "complete"
            and period_name in (None, found["period"])
            and plan in (None, found["plan"])
        ):
            return from_node(graph, found)
    what = " ".join(
        part for part in (f"of {period_name}" if period_name else "", f"by {plan}" if plan else "") if part
    )
    raise NoRunError(
        f"there is no complete run {what}".rstrip(), todo="Compute one: upline run --period ... --plan ..."
    )


def complete(graph: Graph) -> list[RunRecord]:
    """Every complete run, newest first."""
    return [
        from_node(graph, row["run"]) for row in graph.read("runs/found") if row["run"]["state"] == "complete"
    ]


def from_node(graph: Graph, found: dict[str, Any]) -> RunRecord:
    """A run from the properties of its node."""
    return RunRecord(
        found["number"],
        found["run_id"],
        found["period"],
        found["plan"],
        found["plan_version"],
        found["plan_path"],
        found["plan_text"],
        found["state"],
        found["started_at"].to_native(),
        found["finished_at"].to_native() if found.get("finished_at") else None,
        found,
        tuple(row["total"] for row in graph.read("runs/bonus_totals", run=found["number"])),
        tuple(found.get("notes", ())),
    )


def levels_of(graph: Graph, run: RunRecord) -> list[tuple[int, int]]:
    """First and last level of stretches that each hold about as many standings as fit one answer."""
    asked = query("standings/widths").fill(depth="depth")
    return slices(graph.read(asked, run=run.number, first=0)[0]["widths"])


def slices(widths: list[int]) -> list[tuple[int, int]]:
    """First and last of neighbouring levels that together have about STANDINGS_PER_ANSWER standings."""
    found, first, count = [], 0, 0
    for depth, width in enumerate(widths):
        count += width
        if count >= STANDINGS_PER_ANSWER or depth == len(widths) - 1:
            found.append((first, depth))
            first, count = depth + 1, 0
    return found
