# mypy: allow-untyped-calls
"""A period is computed in the background, and live figures are brought up to date."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from graphene import (
    Boolean,
    DateTime,
    Field,
    InputObjectType,
    Int,
    List,
    NonNull,
    ObjectType,
    String,
)

from engine.api.context import Context
from engine.api.mutations.payloads import (
    CLIENT_ID,
    KEY,
    BadInputError,
    Payload,
    allow,
    payload,
    plain,
    request_of,
)
from engine.api.types.under_way import RunProgress
from engine.genealogy.changes.requests import Request, earlier_answer
from engine.graph.database import Graph
from engine.passes.record import result
from engine.period import Period, period
from engine.plans.plan import Plan
from engine.plans.reader import parse
from engine.run import refresh
from engine.run_period import run_period, try_period
from engine.runs import progress
from engine.settings import Settings

PERIOD = String(required=True, description="The period, such as 2026-11.")
PLAN = String(
    description="The name of a plan that has run before, whose newest text is used. Default: the one that "
    "ran last."
)
PLAN_TEXT = String(description="Instead of `plan`: the whole text of a plan file.")


class RunPeriodInput(InputObjectType):
    """Which period to compute, and by which plan."""

    period = PERIOD
    plan = PLAN
    plan_text = PLAN_TEXT
    chain = Boolean(
        default_value=False,
        description="First compute the earlier periods that are out of date. `progress` is then that of the "
        "first run that begins; `runUnderWay` says which one is computed.",
    )
    trial = Boolean(
        default_value=False,
        description="Keep no result: `runProgress` says in `trial` what the plan would pay.",
    )
    afresh = Boolean(
        default_value=False, description="Compute even if nothing has changed since the last run."
    )
    replace = Boolean(
        default_value=False, description="Replace a result that another text of the plan computed."
    )
    idempotency_key = KEY
    client_mutation_id = CLIENT_ID


class RunPeriodPayload(ObjectType):
    """A run that has begun, or the one that is kept because nothing has changed since."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    progress = Field(RunProgress, description="How far the run is; `progress.number` is the run's number.")
    kept = Boolean(description="Whether an earlier result is kept, because nothing has changed since.")
    notes = List(
        NonNull(String), required=True, description="Remarks, such as that an earlier period is out of date."
    )


class RefreshLiveFiguresInput(InputObjectType):
    """Whose live figures to bring up to date."""

    period = PERIOD
    plan = PLAN
    plan_text = PLAN_TEXT
    client_mutation_id = CLIENT_ID


class LiveRefresh(ObjectType):
    """What a refresh of live figures did."""

    period = String(required=True, description="The period.")
    plan = String(required=True, description="The plan's name.")
    change = Int(required=True, description="The last change of the company that the figures include.")
    as_of = DateTime(required=True, description="When they were brought up to date (UTC).")
    changes = Int(required=True, description="Changes of the company that came in; 0 if all were made anew.")
    orders = Int(required=True, description="New orders that were counted.")
    standings = Int(
        required=True,
        description="Standings with new figures or in another place. After a move: those above the old place "
        "and the new one, each once, however many move along.",
    )
    rebuilt = Boolean(required=True, description="Whether all figures were made anew.")


class RefreshLiveFiguresPayload(ObjectType):
    """What became of a refresh."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    live = Field(LiveRefresh, description="What it did; null where there are errors.")


@dataclass(slots=True)
class _Begun:
    """A run as far as the mutation waits for it."""

    number: int
    kept: bool = False
    notes: list[str] = field(default_factory=list)


async def compute_period(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Begin a run and say its number, or say why not."""
    actor, writing = allow(context)

    async def work() -> dict[str, Any]:
        key = arguments.get("idempotency_key") or uuid4().hex  # how a run has failed is kept with its request
        request = request_of(actor, "run", {**plain(arguments), "idempotency_key": key})
        begun = await writing.begin(lambda graph, begun: _run(graph, arguments, request, begun))
        how_far = context.watched(await context.ask(progress.progress, context.graph, begun.number))
        return {"progress": how_far, "kept": begun.kept, "notes": begun.notes}

    return await payload(arguments, work(), notes=[])


def _run(
    graph: Graph, arguments: dict[str, Any], request: Request | None, begun: Callable[[_Begun], None]
) -> _Begun:
    """Compute the period; `begun` is called as soon as the run has its number."""
    earlier = earlier_answer(graph.read, request)
    if earlier is not None:
        return _Begun(earlier["run"])
    plan, target = chosen(graph, arguments)
    notes: list[str] = []
    how: dict[str, Any] = {
        "say": notes.append,
        "chain": arguments["chain"],
        "request": request,
        "on_begun": lambda number: begun(_Begun(number, notes=notes)),
    }
    if arguments["trial"]:
        return _Begun(try_period(graph, plan, target, **how).number, notes=notes)
    done = run_period(graph, plan, target, **how, afresh=arguments["afresh"], replace=arguments["replace"])
    return _Begun(done.run.number, done.kept, notes)


async def refresh_live(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Bring live figures up to date, or say why not."""
    _, writing = allow(context)

    async def work() -> dict[str, Any]:
        live = await writing.do(lambda graph: refresh(graph, *chosen(graph, arguments)))
        facts = {
            "period": live.run.period, "plan": live.run.plan, "change": live.cut, "as_of": live.as_of,
            "changes": live.changes, "orders": live.orders, "standings": live.touched,
            "rebuilt": live.rebuilt,
        }  # fmt: skip
        return {"live": facts}

    return await payload(arguments, work())


def chosen(graph: Graph, arguments: dict[str, Any]) -> tuple[Plan, Period]:
    """The plan and the period of an input. Raises PlanError, NoRunError and PeriodError."""
    text = arguments.get("plan_text")
    if text is not None:
        if arguments.get("plan") is not None:
            raise BadInputError("give either `plan` or `planText`", "planText")
        path = Path("planText")
    else:
        run = result(graph, None, arguments.get("plan"))
        text, path = run.plan_text, Path(run.plan_path)
    plan = parse(text, path, Settings().rules)
    return plan, period(arguments["period"], plan.zone)
