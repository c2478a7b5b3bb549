# mypy: allow-untyped-calls
"""Where a client begins with runs: one of them, and their list."""

from typing import Any

from graphene import Argument, Field, Int, List, NonNull, ResolveInfo, String

from engine.answers.runs import run_page, run_total
from engine.api.context import Context
from engine.api.types.chosen import RUN_ERRORS, chosen, of_run
from engine.api.types.pages import Listing, SealedPage, most, paged, size
from engine.api.types.plan_periods import PlanPeriod
from engine.api.types.runs import Run, RunConnection
from engine.api.types.under_way import RunProgress, may_watch
from engine.passes.record import RunRecord
from engine.periods.lives import PlanPeriod as PlanPeriodAnswer
from engine.periods.lives import periods as plan_periods
from engine.runs.progress import RunProgress as Progress
from engine.runs.progress import progress, under_way


class RunsRoot:
    """Fields on runs."""

    run = Field(
        Run,
        **of_run(),
        description="A complete run: the newest of a period and plan, without a period that of the latest "
        f"one, or the run of a number. {RUN_ERRORS}",
    )
    runs = Field(
        RunConnection,
        **paged(
            "runs",
            period=Argument(String, description="Only runs of this period."),
            plan=Argument(String, description="Only runs by the plan of this name."),
        ),
        description="Complete runs, newest first. Unfinished and interrupted runs are not listed. Error: "
        "`bad_period`.",
    )

    plan_periods = List(
        NonNull(PlanPeriod),
        period=Argument(String, description="Only this period."),
        plan=Argument(String, description="Only periods of the plan of this name."),
        first=most("periods"),
        description="Periods of plans that have runs, the latest first: their state, and who took which "
        "step. Error: `bad_period`.",
    )

    run_progress = Field(
        RunProgress,
        number=NonNull(Int, description="The run's number, which `runPeriod` returned."),
        description="How far a run is, and how it ended. Errors: `no_run`, `not_allowed`.",
    )
    run_under_way = Field(
        RunProgress,
        description="The run that is being computed now; null if there is none. Error: `not_allowed`.",
    )

    @staticmethod
    async def resolve_plan_periods(
        _root: object, info: ResolveInfo, first: int, period: str | None = None, plan: str | None = None
    ) -> list[PlanPeriodAnswer]:
        """Those that have a run, or a life."""
        context: Context = info.context
        rows = await context.ask(plan_periods, context.graph, plan, period)
        return rows[: size(first)]

    @staticmethod
    async def resolve_run_progress(_root: object, info: ResolveInfo, number: int) -> Progress:
        """The run's progress, or NoRunError."""
        context: Context = info.context
        may_watch(context.reach)
        return context.watched(await context.ask(progress, context.graph, number))

    @staticmethod
    async def resolve_run_under_way(_root: object, info: ResolveInfo) -> Progress | None:
        """The progress of the run under way."""
        context: Context = info.context
        may_watch(context.reach)
        return await context.ask(under_way, context.graph)

    @staticmethod
    async def resolve_run(_root: object, info: ResolveInfo, **choice: Any) -> RunRecord:
        """The run, or the reason why there is none."""
        return await chosen(info, **choice)

    @staticmethod
    async def resolve_runs(
        _root: object,
        info: ResolveInfo,
        period: str | None = None,
        plan: str | None = None,
        **paging: Any,
    ) -> SealedPage[RunRecord]:
        """A page by number, newest first."""
        context: Context = info.context
        listing = Listing(info, paging)
        page = await context.ask(run_page, context.graph, period, plan, listing.stretch)
        for run in page.nodes:
            context.known(run)
        return listing.shown(page, lambda: context.ask(run_total, context.graph, period, plan))
