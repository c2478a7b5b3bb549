# mypy: allow-untyped-calls
"""Where a client begins with plans, rules and periods."""

from typing import Any

from graphene import Argument, List, NonNull, ResolveInfo

from engine.answers.runs import newest_of_plans, runs_of_periods
from engine.api.context import Context
from engine.api.types.pages import most, size
from engine.api.types.plans import Period, Plan, Rule, RuleKind
from engine.api.types.scalars import enum_value
from engine.passes.record import RunRecord
from engine.rules.contract import FOLDERS
from engine.rules.library import rules
from engine.settings import Settings


class PlansRoot:
    """Fields on what pays, and what there is to look at."""

    plans = List(
        NonNull(Plan),
        description="The plans that have been computed, by name, each as its latest period used it.",
    )
    rules = List(
        NonNull(Rule),
        kind=Argument(RuleKind, description="Only rules of this kind."),
        description="The rules that plans can name, by kind and name.",
    )
    periods = List(
        NonNull(Period),
        first=most("periods"),
        description="The periods that have been computed, the latest first.",
    )

    @staticmethod
    async def resolve_plans(_root: object, info: ResolveInfo) -> list[RunRecord]:
        """The run that stands for each plan."""
        context: Context = info.context
        latest = await context.ask(newest_of_plans, context.graph)
        return [context.known(run) for run in latest]

    @staticmethod
    async def resolve_rules(_root: object, info: ResolveInfo, kind: Any = None) -> list[Any]:
        """From the files, which are read once."""
        context: Context = info.context
        return await context.ask(_rules, enum_value(kind))

    @staticmethod
    async def resolve_periods(_root: object, info: ResolveInfo, first: int) -> list[list[RunRecord]]:
        """All runs in one statement."""
        context: Context = info.context
        periods = await context.ask(runs_of_periods, context.graph, size(first))
        return [[context.known(run) for run in runs] for runs in periods]


def _rules(kind: str | None) -> list[Any]:
    kinds = [each for each in FOLDERS if kind in (None, each)]
    company = Settings().rules
    return [module for each in kinds for _, module in sorted(rules(each, company).items())]
