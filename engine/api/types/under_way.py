# mypy: allow-untyped-calls
"""How far a run is, as a type of the API."""

from typing import Any

import graphene
from graphene import DateTime, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.access.areas import Area
from engine.access.reach import Reach
from engine.api.errors import NotAllowedError
from engine.api.types.figures import Cash, cash
from engine.api.types.runs import BonusTotal, shown_total
from engine.api.types.scalars import Money, described
from engine.run import STAGES
from engine.runs.progress import Failure, Trial
from engine.runs.progress import RunProgress as Progress


class RunState(graphene.Enum):
    """What has become of a run."""

    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    TRIED = "tried"

    description = described(
        {
            "running": "It is being computed.",
            "complete": "It is complete, and counts.",
            "failed": "It was refused; `failure` says why. Nothing of it counts.",
            "tried": "It was a trial, and is removed: `trial` says what it would pay.",
            "interrupted": "Its process was stopped, or the run was removed since. Nothing of it counts.",
        }
    )


class RunFailure(ObjectType):
    """Why a run failed."""

    code = String(required=True, description="A stable name, such as `check_failed`.")
    message = String(required=True, description="What is wrong.")
    todo = String(description="What to do about it.")

    @staticmethod
    def resolve_code(root: Failure, _info: ResolveInfo) -> str:
        """The name of the refusal."""
        return root.name

    @staticmethod
    def resolve_message(root: Failure, _info: ResolveInfo) -> str:
        """What the refusal says."""
        return root.what


class RunTrial(ObjectType):
    """What a trial would pay. Nothing else of it is kept."""

    members = Int(required=True, description="Number of standings.")
    bonuses = List(NonNull(BonusTotal), required=True, description="Totals by bonus, in the plan's order.")
    corrected = Field(
        graphene.NonNull(Money),
        description="All corrections of closed periods together; below 0 they take back.",
    )
    notes = List(
        NonNull(String),
        required=True,
        description="Remarks, for example that an earlier period is missing.",
    )
    results_hash = String(
        required=True, description="A hash of all results: the same input gives the same hash."
    )

    @staticmethod
    def resolve_corrected(root: Trial, _info: ResolveInfo) -> Cash:
        """Minor units as text."""
        return cash(root.corrected, root.cash)

    @staticmethod
    def resolve_bonuses(root: Trial, _info: ResolveInfo) -> list[dict[str, Any]]:
        """Totals with their units written out."""
        return [shown_total(total, root.cash) for total in root.totals]


class RunProgress(ObjectType):
    """How far the computation of a period is."""

    number = Int(required=True, description="The run's number.")
    state = Field(graphene.NonNull(RunState), description="What has become of it.")
    period = String(description="The period; null once the run is removed.")
    plan = String(description="The plan's name; null once the run is removed.")
    stage = String(description="The stage, such as `standings` or `bonus Levels`; null unless it is running.")
    done = Int(required=True, description="Standings or rows of the stage that are done.")
    total = Int(required=True, description="Of how many; 0 where that is not known.")
    percent = Int(
        required=True,
        description="About how much of the run is done, from 0 to 100: each stage counts the same. It is up "
        "to two seconds old.",
    )
    started_at = DateTime(description="When computing began (UTC).")
    failure = Field(RunFailure, description="Why it failed.")
    trial = Field(RunTrial, description="What it would pay, once the trial has ended; null of other runs.")

    @staticmethod
    def resolve_percent(root: Progress, _info: ResolveInfo) -> int:
        """By the place of the stage in the map of a run."""
        return percent(root)

    @staticmethod
    def resolve_total(root: Progress, _info: ResolveInfo) -> int:
        """At most what the API's whole numbers hold."""
        return min(root.total, 2**31 - 1)


def percent(progress: Progress) -> int:
    """About how much of a run is done."""
    if progress.state == "complete":
        return 100
    names = [stage.name for stage in STAGES]
    stage = progress.stage or ""
    place = (
        names.index(stage) if stage in names else names.index("bonuses") if stage.startswith("bonus ") else 0
    )
    within = min(1.0, progress.done / progress.total) if progress.total else 0.0
    return int(100 * (place + within) / len(names))


def shown(progress: Progress) -> dict[str, Any]:
    """What of it a subscriber sees: two that are equal here need not both be sent."""
    return {"state": progress.state, "stage": progress.stage, "percent": percent(progress)}


def may_watch(reach: Reach) -> None:
    """Raise NotAllowedError unless the viewer may see how far runs are: they are of the whole company."""
    if not reach.sees(Area.TOTALS, None):
        raise NotAllowedError("your role may not watch runs")
