"""Live figures: standings of an open period that follow orders and operations on people, with their age.

The first call creates the standings, rolls up their volume and copies the ranks of the period before, which
the run will read. Each later call follows the changes since (engine/runs/following.py): it counts again only
the members with new orders, gives those who came or moved their places, and writes only those above them, in
one transaction. The figures equal those of a full run as of the last change seen. They are rebuilt after new
facts, overrides, openings and earnings from elsewhere, after a change of more than a thousand members, where
one tree becomes two, and where the plan, a rule, the engine or the run of the period before is another one.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from engine.genealogy.changes.lane import read_company
from engine.graph.database import Graph, MemoryLimitError, Row
from engine.graph.queries import query
from engine.passes import hashes
from engine.passes.record import RunRecord, record_of
from engine.passes.replay import RulesChangedError, made_by, period_of, plan_of, window_of
from engine.period import Period
from engine.plans.plan import Plan
from engine.progress import OnProgress, silent
from engine.runs.climbing import EndlessWayError
from engine.runs.following import Followed, NotFollowedError, follow_changes, misplaced
from engine.runs.life import begun, previous, refuse_disturbed
from engine.runs.removal import remove
from engine.runs.runner import Stage, keep_live


@dataclass(frozen=True, slots=True)
class Live:
    """What a refresh found: the live run, the number of new changes and orders, and of standings touched.

    `cut` is the last change that the figures include, `as_of` when they were updated; `rebuilt` says
    that all standings were created again. A standing is touched whose figures or place are others now.
    """

    run: RunRecord
    changes: int
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
    if run is not None and (followed := _followed(graph, plan, period, run)) is not None:
        return _live(graph, plan, period, followed, began)
    _build(graph, plan, period, stages, report)
    return _live(graph, plan, period, None, began)


def ready(graph: Graph, plan: Plan, period: Period) -> int | None:
    """The number of an up-to-date live run that a run can continue from; None where there is none."""
    run = current(graph, plan, period)
    if run is None or _followed(graph, plan, period, run) is None:
        return None
    return run.number


def follow(graph: Graph, period_name: str, plan_name: str) -> tuple[RunRecord, bool] | None:
    """The live run of a period and plan with the changes that came since, where there is one.

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
    facts["previous"] = facts.get("previous_paid") or facts.get("previous")
    if facts.get("previous") == -facts["number"]:  # its own openings: another one builds it anew
        facts["previous"] = None
    return None if any(facts.get(name) != value for name, value in now.items()) else record_of(rows[0]["run"])


def differences(graph: Graph, run: RunRecord, shown: int = 10) -> list[Row]:
    """Where live figures differ from a full count as of the same change; empty where they do not.

    Standings and their places are compared with the members and their places first, then the figures.
    """
    plan = plan_of(run)
    one_tree = read_company(graph).one_tree is not False
    day = run.facts["last_day"]
    places = misplaced(plan, one_tree=one_tree)
    rows = graph.read(places, run=run.number, day=day, known=run.facts["cut"], shown=shown)
    statement = query("live/differences").fill(facts=query("standings/facts"))
    parameters = {**window_of(run, plan), "customers": plan.customers}
    floor = plan.floor if plan.one_floor else None
    rows += graph.read(statement, run=run.number, floor=floor, shown=shown, **parameters)
    return rows[:shown]


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


def _followed(graph: Graph, plan: Plan, period: Period, run: RunRecord) -> Followed | None:
    """What was followed; None where the figures must be rebuilt, and then nothing was written."""
    try:
        return graph.together(partial(follow_changes, plan, period, run.number))
    except (NotFollowedError, EndlessWayError, MemoryLimitError):
        return None


def _live(graph: Graph, plan: Plan, period: Period, followed: Followed | None, began: float) -> Live:
    run = current(graph, plan, period)
    assert run is not None, "a live run was opened a moment ago"
    as_of = run.facts["refreshed_at"].to_native()
    rebuilt = followed is None
    followed = followed or Followed(0, 0, run.facts["members"])
    return Live(
        run, followed.changes, followed.orders, followed.touched, rebuilt, run.facts["cut"], as_of,
        time.perf_counter() - began,
    )  # fmt: skip
