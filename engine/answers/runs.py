"""Runs: which are complete, and those around a day; `engine.passes.record.result` chooses one."""

from datetime import date

from engine.answers.pages import Page, Stretch, page
from engine.graph.database import Graph
from engine.passes.record import RunRecord, complete
from engine.period import period as named


def newest(graph: Graph) -> RunRecord | None:
    """The newest run of the latest period; None if none is complete."""
    return next(iter(complete(graph, by_period=True, most=1)), None)


def run_page(graph: Graph, period: str | None, plan: str | None, stretch: Stretch) -> Page[RunRecord]:
    """A page of complete runs, newest first, without a total; keys are numbers of runs.

    Raises BadPeriodError.
    """
    if period is not None:
        named(period)
    rows = complete(
        graph, period, plan,
        before=int(stretch.after) if stretch.after else None,
        above=int(stretch.before) if stretch.before else None,
        oldest_first=stretch.backward, most=stretch.size + 1,
    )  # fmt: skip
    return page(rows, lambda run: str(run.number), stretch)


def around(graph: Graph, day: date, plan: str | None, most: int) -> list[RunRecord]:
    """At most `most` complete runs whose period holds a day or lies next to it, newest first."""
    return complete(graph, None, plan, day=day, most=most)


def run_total(graph: Graph, period: str | None = None, plan: str | None = None) -> int:
    """How many complete runs there are, of a period and plan or of all."""
    return int(graph.value("runs/completed_count", period=period, plan=plan))


def newest_of_plans(graph: Graph) -> list[RunRecord]:
    """The run of the latest period of each plan that has one, by the plan's name."""
    by_plan: dict[str, RunRecord] = {}
    for run in complete(graph, by_period=True):
        by_plan.setdefault(run.plan, run)
    return [by_plan[name] for name in sorted(by_plan)]


def runs_of_periods(graph: Graph, most: int) -> list[list[RunRecord]]:
    """The latest periods that have been computed, at most `most`, the latest first.

    Each has the newest run of every plan, the newest of all first.
    """
    periods: dict[str, dict[str, RunRecord]] = {}
    for run in complete(graph, by_period=True):
        periods.setdefault(run.period, {}).setdefault(run.plan, run)
    return [list(by_plan.values()) for by_plan in periods.values()][:most]
