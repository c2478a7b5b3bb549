"""The record of a run: what it was made of, what it came to, and how later commands find it."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from engine import __version__
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.passes.work import window
from engine.period import Period, period
from engine.plans.plan import Plan
from engine.plans.reader import parse
from engine.rules.contract import Module
from engine.settings import Settings

STANDINGS_PER_ANSWER = 20_000
"""Standings that one bulk read returns as a list."""


class RulesChangedError(UplineError):
    """The rule modules are not those that the run used."""


class NoRunError(UplineError):
    """There is no complete run to answer from."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A complete run and its record: times in UTC, totals per bonus as engine/bonuses.py leaves them."""

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


def unchanged(graph: Graph, plan: Plan, wanted: Period) -> RunRecord | None:
    """The complete run that computing a period again would only repeat; None where anything is new.

    New is an import, another plan text, rule or engine, and a run of an earlier period of the plan, or of one
    that ends in this, that came after it: what a period carries comes from those.
    """
    done = complete(graph)
    found = next((run for run in done if (run.period, run.plan) == (wanted.name, plan.name)), None)
    if found is None:
        return None
    now = {
        "plan_hash": plan.hash, "rules_hash": rules_hash(plan), "engine_version": __version__,
        "cut": graph.read("company/state")[0]["last_import"],
    }  # fmt: skip
    later = (run for run in done if run.plan == plan.name and run.number > found.number)
    if any(run.facts["last_day"] <= found.facts["last_day"] for run in later):
        return None
    return found if all(found.facts[name] == value for name, value in now.items()) else None


def plan_of(run: RunRecord) -> Plan:
    """The plan that a run used, from its own record, with the bonuses that the run's calendar computes.

    Raises RulesChangedError where its rules are gone.
    """
    plan = parse(run.plan_text, Path(run.plan_path), Settings().rules)
    if rules_hash(plan) != run.facts["rules_hash"]:
        raise RulesChangedError(
            f"the rule modules have changed since run {run.number} of {run.period}",
            todo="Use the version that computed it, or run the period again.",
        )
    return replace(plan, bonuses=plan.due(run.facts["calendar"]))


def period_of(run: RunRecord, plan: Plan) -> Period:
    """The period of a run."""
    return period(run.period, plan.zone)


def window_of(run: RunRecord, plan: Plan) -> dict[str, object]:
    """The parameters that pick the orders that the run counted."""
    return window(period_of(run, plan), plan, run.facts["cut"])


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


def rules_hash(plan: Plan) -> str:
    """One hash over every rule module that the plan uses."""
    modules: dict[str, Module] = {}
    modules |= {f"requirement/{needed.module.name}": needed.module for needed in plan.requirements}
    modules |= {f"compression/{overlay.module.name}": overlay.module for overlay in plan.overlays}
    if plan.push:
        modules[f"push/{plan.push.module.name}"] = plan.push.module
    modules |= {f"bonus/{bonus.module.name}": bonus.module for bonus in plan.bonuses}
    modules |= {f"flow/{bonus.flow.name}": bonus.flow for bonus in plan.bonuses if bonus.flow}
    texts = {name: hashlib.sha256(module.path.read_bytes()).hexdigest() for name, module in modules.items()}
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()


def levels_of(graph: Graph, run: RunRecord) -> list[tuple[int, int]]:
    """Stretches of levels, first and last, that hold a run's standings in pieces fit for one answer."""
    asked = query("standings/widths").fill(depth="depth")
    return slices(graph.read(asked, run=run.number, first=0)[0]["widths"])


def slices(widths: list[int]) -> list[tuple[int, int]]:
    """Neighbouring levels together, up to about STANDINGS_PER_ANSWER."""
    found, first, count = [], 0, 0
    for depth, width in enumerate(widths):
        count += width
        if count >= STANDINGS_PER_ANSWER or depth == len(widths) - 1:
            found.append((first, depth))
            first, count = depth + 1, 0
    return found
