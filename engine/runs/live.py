"""Live figures: standings of an open period that follow every import of orders, with their age.

The first call creates the standings, rolls up their volume and copies the ranks of the period before, which
the run will read. Each later call counts again only the members with new orders, and rolls up only those
above them, in one transaction. The figures equal those of a full run as of the last change seen. They are
rebuilt after any change except new orders, customers or another time zone, and where the plan, a rule, the
engine or the run of the period before is another one.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from engine.composition.measures import own_figures
from engine.genealogy.changes.writing import FOLLOWED
from engine.graph.database import Ask, Graph, Row
from engine.graph.queries import query
from engine.passes import hashes
from engine.passes.context import window
from engine.passes.record import RunRecord, record_of
from engine.passes.replay import RulesChangedError, made_by, period_of, plan_of, window_of
from engine.period import Period
from engine.plans.plan import Plan
from engine.progress import OnProgress, silent
from engine.runs.life import begun, previous, refuse_disturbed
from engine.runs.removal import remove
from engine.runs.runner import Stage, keep_live

MOST_MEMBERS = 20_000
"""Most members counted again in one transaction; with more, a rebuild is faster."""


@dataclass(frozen=True, slots=True)
class Live:
    """What a refresh found: the live run, how many orders were new, how many standings were touched.

    `cut` is the last change that the figures include, `as_of` when they were updated; `rebuilt` says
    that all standings were created again.
    """

    run: RunRecord
    orders: int
    touched: int
    rebuilt: bool
    cut: int
    as_of: datetime
    seconds: float


def refresh(
    graph: Graph, plan: Plan, period: Period, stages: Sequence[Stage], report: OnProgress = silent
) -> Live:
    """Bring the live figures of an open period up to date with the last complete change.

    `stages` is the map of a run, whose first passes build the figures.
    """
    began = time.perf_counter()
    run = current(graph, plan, period)
    if run is not None and (counts := _followed(graph, plan, period, run)) is not None:
        return _live(graph, plan, period, *counts, rebuilt=False, began=began)
    _build(graph, plan, period, stages, report)
    return _live(graph, plan, period, 0, 0, rebuilt=True, began=began)


def ready(graph: Graph, plan: Plan, period: Period) -> int | None:
    """The number of an up-to-date live run that a run can continue from; None where there is none."""
    run = current(graph, plan, period)
    if run is None or _followed(graph, plan, period, run) is None:
        return None
    return run.number


def follow(graph: Graph, period_name: str, plan_name: str) -> tuple[RunRecord, bool] | None:
    """The live run of a period and plan with the orders that came since, where there is one.

    The second says whether it is up to date: a change that live figures do not follow leaves them as they are
    until `refresh` makes them anew.
    """
    rows = graph.read("live/of_period", period=period_name, plan=plan_name)
    if not rows:
        return None
    run = record_of(rows[0]["run"])
    try:
        plan = plan_of(run)
    except RulesChangedError:
        return run, False
    up_to_date = ready(graph, plan, period_of(run, plan)) == run.number
    rows = graph.read("live/of_period", period=period_name, plan=plan_name) or rows
    return record_of(rows[0]["run"]), up_to_date


def live_plan(graph: Graph, period_name: str, plan_name: str | None = None) -> str | None:
    """The name of the plan whose live figures of a period were made last; None where there are none."""
    runs = [row["run"] for row in graph.read("runs/in_states", states=["live"])]
    of_period = [run for run in runs if run["period"] == period_name and plan_name in (None, run["plan"])]
    return str(of_period[0]["plan"]) if of_period else None


def current(graph: Graph, plan: Plan, period: Period) -> RunRecord | None:
    """The live run of a period by the same plan, rules, engine and previous run, if there is one."""
    rows = graph.read("live/of_period", period=period.name, plan=plan.name)
    now = {**made_by(plan), "previous": previous(graph, plan, period)}
    if not rows:
        return None
    facts = dict(rows[0]["run"])
    if facts.get("previous") == -facts["number"]:  # its own openings: another one builds it anew
        facts["previous"] = None
    return None if any(facts.get(name) != value for name, value in now.items()) else record_of(rows[0]["run"])


def differences(graph: Graph, run: RunRecord, shown: int = 10) -> list[Row]:
    """Where live figures differ from a full count as of the same change; empty where they do not."""
    plan = plan_of(run)
    statement = query("live/differences").fill(facts=query("standings/facts"))
    parameters = {**window_of(run, plan), "customers": plan.customers}
    floor = plan.floor if plan.one_floor else None
    return graph.read(statement, run=run.number, floor=floor, shown=shown, **parameters)


def _build(graph: Graph, plan: Plan, period: Period, stages: Sequence[Stage], report: OnProgress) -> None:
    with begun(graph, plan, period, report) as work:
        keep_live(work, stages)
        refuse_disturbed(work)
        opened = graph.write_rows(
            "live/open", run=work.run, members=work.members, tree_hash=hashes.tree(work)
        )
        earlier = opened[0]["earlier"]
    for number in earlier:
        remove(graph, number)


def _followed(graph: Graph, plan: Plan, period: Period, run: RunRecord) -> tuple[int, int] | None:
    return graph.together(partial(_follow, plan, period, run.number))


def _follow(plan: Plan, period: Period, run: int, ask: Ask) -> tuple[int, int] | None:
    """How many orders and standings changed; None where the figures must be rebuilt."""
    locked = ask("live/lock", run=run, followed=list(FOLLOWED))
    followable = plan.push is None and plan.one_floor
    if not locked or locked[0]["rebuild"] or not followable:
        return None
    seen, cut = locked[0]["seen"], locked[0]["cut"]
    orders = window(period, plan, cut)
    changed = ask("live/changed", seen=seen, **orders)[0]
    if len(changed["member_ids"]) > MOST_MEMBERS:
        return None
    recount = query("live/recount").fill(figures=own_figures(plan))
    members = changed["member_ids"]
    ask(recount, run=run, member_ids=members, floor=plan.floor, customers=plan.customers, **orders)
    touched = ask("live/roll_up", run=run, member_ids=members)[0]["standings"]
    ask("live/seen", run=run, cut=cut)
    return changed["orders"], touched


def _live(
    graph: Graph, plan: Plan, period: Period, orders: int, touched: int, *, rebuilt: bool, began: float
) -> Live:
    run = current(graph, plan, period)
    assert run is not None, "a live run was opened a moment ago"
    as_of = run.facts["refreshed_at"].to_native()
    touched = run.facts["members"] if rebuilt else touched
    return Live(run, orders, touched, rebuilt, run.facts["cut"], as_of, time.perf_counter() - began)
