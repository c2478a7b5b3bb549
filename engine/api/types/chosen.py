# mypy: allow-untyped-calls
"""Which run a field answers from: the arguments that choose it, the same for every field that has them."""

from graphene import Argument, Int, ResolveInfo, String

from engine.api.context import Context
from engine.passes.record import RunRecord

PERIOD = "A period such as 2026-11, 2026-W47 or 2026-Q4. Default: the latest one that has been computed."
PLAN = "The name of a compensation plan. Default: any; the newest run counts."
RUN = (
    "The number of a run, which comes without period and plan. It pins a screen to that run, whatever is "
    "computed meanwhile."
)
RUN_ERRORS = "Errors: `no_run`, `bad_period`, `run_and_period`."
"""What a field that takes these arguments may answer."""


def of_run() -> dict[str, Argument]:
    """The arguments that choose a run."""
    return {
        "period": Argument(String, description=PERIOD),
        "plan": Argument(String, description=PLAN),
        "run": Argument(Int, description=RUN),
    }


async def chosen(
    info: ResolveInfo, period: str | None = None, plan: str | None = None, run: int | None = None
) -> RunRecord:
    """The run that the arguments choose; raises NoRunError, BadPeriodError and RunAndPeriodError."""
    context: Context = info.context
    return await context.run(period, plan, run)
