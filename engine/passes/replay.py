"""What a run was made of, read from its record: plan, period and orders; and whether that has changed."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from engine import __version__
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.passes import checks
from engine.passes.context import window
from engine.passes.record import RunRecord, complete
from engine.period import Period, period
from engine.plans import kept as plans_kept
from engine.plans.plan import Plan
from engine.plans.reader import parse
from engine.rules import kept
from engine.settings import Settings


class RulesChangedError(UplineError):
    """The rule modules are not those that the run used."""


def unchanged(graph: Graph, plan: Plan, target: Period) -> RunRecord | None:
    """The complete run of a period, if computing the period again would only repeat it; else None.

    That of a committed period by the same plan text is always kept: closed is closed.
    None after a change of the company's state, and for another plan text, rule, check or engine. None too
    once an earlier period of the plan, or one that ends in this one, has been computed after that run: a
    period carries figures from those.
    """
    done = complete(graph)
    latest = next((run for run in done if (run.period, run.plan) == (target.name, plan.name)), None)
    if latest is None:
        return None
    if latest.is_closed and latest.facts["plan_hash"] == plan.hash:
        return latest
    now = {
        **made_by(plan),
        "cut": graph.read("genealogy/company")[0]["last_change"],
        "checks_hash": checks_hash(Settings().rules),
    }
    later = (run for run in done if run.plan == plan.name and run.number > latest.number)
    if any(run.facts["last_day"] <= latest.facts["last_day"] for run in later):
        return None
    return latest if all(latest.facts.get(name) == value for name, value in now.items()) else None


def made_by(plan: Plan) -> dict[str, str]:
    """Plan, rules and engine of a run, as its record keeps them; another of these may give another result."""
    return {"plan_hash": plan.hash, "rules_hash": rules_hash(plan), "engine_version": __version__}


def plan_of(run: RunRecord) -> Plan:
    """The plan that a run used, with the bonuses that the run's calendar computes: see `whole_plan_of`.

    The plan of a committed run has the statements that were kept, too: nothing that reads it is composed
    anew.
    """
    plan = whole_plan_of(run)
    return plan if plan.kept else replace(plan, bonuses=plan.due(run.facts["calendar"]), kept=run.kept)


def whole_plan_of(run: RunRecord) -> Plan:
    """The plan that a run used, from its own record, with the bonuses of all calendars.

    Its rules are those of now where they are the same, else the texts that the run has kept. Where this
    release cannot read the text of a committed run, it is the plan that was kept as data. Raises
    RulesChangedError for a run of an earlier release, which kept none.
    """
    plan: Plan | None = None
    unknown: UplineError | None = None
    try:
        plan = _by_rules_of_now(run)
    except UplineError as error:
        unknown = error
    if plan is None:
        if not run.rules:
            raise _kept_none(run, unknown)
        try:
            plan = parse(run.plan_text, Path(run.plan_path), kept.folder(run.rules))
        except UplineError as error:
            if (plan := _as_kept(run)) is not None:
                return plan
            raise RulesChangedError(
                f"this release cannot read the plan of run {run.number} of {run.period}: {error.what}",
                error.where,
                f"Use Upline {run.facts['engine_version']}, which computed it, or run the period again.",
            ) from error
    return plan


def _as_kept(run: RunRecord) -> Plan | None:
    """The plan as a committed run has kept it, checked when it was committed; None where it kept none."""
    if "plan" not in run.kept:
        return None
    plan: Plan = plans_kept.of_data(run.kept["plan"])
    return replace(plan, kept=run.kept)


def company_rules(run: RunRecord) -> Path | None:
    """The folder of the company's rules that a run used: that of now, or its own texts where these differ."""
    try:
        if _by_rules_of_now(run) is not None:
            return Settings().rules
    except UplineError:
        pass
    return kept.folder(run.rules)


def _by_rules_of_now(run: RunRecord) -> Plan | None:
    """The plan by the rules of now, or None where one that the run used has changed.

    Raises UplineError where the plan cannot be read by them, because a rule of the company is not found.
    """
    plan = parse(run.plan_text, Path(run.plan_path), Settings().rules)
    return plan if rules_hash(plan) == run.facts["rules_hash"] else None


def _kept_none(run: RunRecord, unknown: UplineError | None) -> RulesChangedError:
    """The refusal of a run that kept no rules and whose rules are not those of now."""
    which = f"run {run.number} of {run.period}, which kept none"
    if unknown is not None and Settings().rules is None:
        return RulesChangedError(
            f"a rule of {which}, is not found: {unknown.what}",
            unknown.where,
            "UPLINE_RULES is not set: let it name the folder of the company's rules.",
        )
    return RulesChangedError(
        f"the rule modules have changed since {which}",
        todo="Use the version that computed it, or run the period again.",
    )


def period_of(run: RunRecord, plan: Plan) -> Period:
    """The period of a run."""
    return period(run.period, plan.zone)


def window_of(run: RunRecord, plan: Plan) -> dict[str, object]:
    """The parameters that pick the orders that the run counted."""
    return window(period_of(run, plan), plan, run.facts["cut"])


def rules_hash(plan: Plan) -> str:
    """One hash over every rule module that the plan uses."""
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in rule_texts(plan).items()}
    return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()


def rule_texts(plan: Plan) -> dict[str, str]:
    """The text of every rule module that the plan uses, by kind and name (``bonus/unilevel``)."""
    modules = [needed.module for needed in plan.requirements]
    modules += [overlay.module for overlay in plan.overlays]
    modules += [plan.push.module] if plan.push else []
    for bonus in plan.bonuses:
        modules += [bonus.module, *([bonus.flow] if bonus.flow else [])]
    return {f"{module.kind}/{module.name}": module.path.read_bytes().decode() for module in modules}


def checks_hash(company: Path | None) -> str:
    """One hash over every check of a run, a company's own among them."""
    hashes = [hashlib.sha256(check.path.read_bytes()).hexdigest() for check in checks.every(company)]
    return hashlib.sha256(json.dumps(hashes).encode()).hexdigest()
