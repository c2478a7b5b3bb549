"""What a run was made of, read from its record: plan, period and orders; and whether that has changed."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from engine import __version__
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.passes.context import window
from engine.passes.record import RunRecord, complete
from engine.period import Period, period
from engine.plans.plan import Plan
from engine.plans.reader import parse
from engine.rules.module import Module
from engine.settings import Settings


class RulesChangedError(UplineError):
    """The rule modules are not those that the run used."""


def unchanged(graph: Graph, plan: Plan, target: Period) -> RunRecord | None:
    """The complete run of a period, if computing the period again would only repeat it; else None.

    None after a change of the company's state, and for another plan text, rule or engine. None too once an
    earlier period of the plan, or one that ends in this one, has been computed after that run: a period
    carries figures from those.
    """
    done = complete(graph)
    latest = next((run for run in done if (run.period, run.plan) == (target.name, plan.name)), None)
    if latest is None:
        return None
    now = {**made_by(plan), "cut": graph.read("genealogy/company")[0]["last_change"]}
    later = (run for run in done if run.plan == plan.name and run.number > latest.number)
    if any(run.facts["last_day"] <= latest.facts["last_day"] for run in later):
        return None
    return latest if all(latest.facts[name] == value for name, value in now.items()) else None


def made_by(plan: Plan) -> dict[str, str]:
    """Plan, rules and engine of a run, as its record keeps them; another of these may give another result."""
    return {"plan_hash": plan.hash, "rules_hash": rules_hash(plan), "engine_version": __version__}


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
