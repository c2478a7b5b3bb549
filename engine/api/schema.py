# mypy: allow-untyped-calls
"""The schema: its root, with all queries, and its text, which schema.graphql must equal."""

from typing import Any

import graphene
from graphene import ID, Argument, Field, NonNull, ObjectType, ResolveInfo, String

from engine import ranges
from engine.answers.members import Member, member_page, unknown_member
from engine.answers.orders import Order, unknown_order
from engine.answers.pages import Page
from engine.answers.runs import run_page, run_total
from engine.answers.standings import Standing, missing
from engine.api.context import Context
from engine.api.errors import CursorError
from engine.api.types import pay, people
from engine.api.types.explained import Explanation
from engine.api.types.pages import key_of, paged, size, uncounted
from engine.api.types.people import MemberConnection, of_run
from engine.api.types.runs import Run, RunConnection
from engine.passes.record import RunRecord


class RootQuery(ObjectType):
    """All queries.

    A field that looks up an id returns null if the id does not exist, with an error: `extensions.code` is a
    stable name, and `message` says what to do.
    """

    class Meta:
        """The name that GraphQL gives the root."""

        name = "Query"

    member = Field(
        people.Member,
        member_id=NonNull(ID, description="The company's own id of the member."),
        description="One member as of today. Error: `unknown_member`.",
    )
    members = NonNull(
        MemberConnection,
        **paged(
            "members",
            id_starts_with=Argument(
                NonNull(String), default_value="", description="Only members whose id starts with this text."
            ),
        ),
        description="Members as of today, sorted by id.",
    )
    run = Field(
        Run,
        **of_run(),
        description="The newest complete run of a period and plan. Error: `no_run`.",
    )
    runs = NonNull(
        RunConnection,
        **paged(
            "runs",
            period=Argument(String, description="Only runs of this period."),
            plan=Argument(String, description="Only runs by the plan of this name."),
        ),
        description="Complete runs, newest first. Unfinished and interrupted runs are not listed.",
    )
    standing = Field(
        people.Standing,
        member_id=NonNull(ID, description="The company's own id of the member."),
        **of_run(),
        description="One member's standing in the newest complete run of a period and plan. Errors: "
        "`unknown_member`, `no_run`, and `not_standing` if the member was not enrolled by the end of the "
        "period.",
    )
    order = Field(
        pay.Order,
        order_id=NonNull(ID, description="The company's own id of the order."),
        description="One order. Error: `unknown_order`.",
    )

    explain = Field(
        Explanation,
        member_id=NonNull(ID, description="The member whose pay is explained."),
        order_id=NonNull(ID, description="The order."),
        bonus=Argument(String, description="Explain this bonus only."),
        period=Argument(
            String, description="The period of the run. Default: the period that counted the order."
        ),
        plan=Argument(
            String, description="The plan of the run. Default: the plan of the newest run that counted it."
        ),
        description="Why a member was or was not paid for an order, for any member and order; the same "
        "explanation as `upline explain`. Errors: `unknown_order`, `unknown_member`, `unknown_bonus`, "
        "`not_standing`, `order_not_counted`, `no_run`.",
    )

    @staticmethod
    async def resolve_member(_root: object, info: ResolveInfo, member_id: str) -> Member:
        """The member, or UnknownMemberError."""
        context: Context = info.context
        return await _known_member(context, member_id)

    @staticmethod
    async def resolve_members(
        _root: object, info: ResolveInfo, first: int, id_starts_with: str, after: str | None = None
    ) -> Page[Member]:
        """A page by id; the total is counted only if the client requests it."""
        context: Context = info.context
        start = key_of(after)
        page = await context.read(member_page, id_starts_with, size(first), start)
        return uncounted(page, lambda: context.member_totals.load(id_starts_with))

    @staticmethod
    async def resolve_run(
        _root: object, info: ResolveInfo, period: str | None = None, plan: str | None = None
    ) -> RunRecord:
        """The run, or NoRunError."""
        context: Context = info.context
        return await context.run(period, plan)

    @staticmethod
    async def resolve_runs(
        _root: object,
        info: ResolveInfo,
        first: int,
        period: str | None = None,
        plan: str | None = None,
        after: str | None = None,
    ) -> Page[RunRecord]:
        """A page by number, newest first."""
        context: Context = info.context
        start = key_of(after)
        if start and not (start.isdecimal() and len(start) <= len(str(ranges.RUN.most))):
            raise CursorError(
                f"{after!r} is not a cursor of runs", todo="Pass endCursor of the previous page."
            )
        before = int(start) if start else None
        page = await context.ask(run_page, context.graph, period, plan, size(first), before)
        for run in page.nodes:
            context.known(run)
        return uncounted(page, lambda: context.ask(run_total, context.graph, period, plan))

    @staticmethod
    async def resolve_standing(
        _root: object, info: ResolveInfo, member_id: str, period: str | None = None, plan: str | None = None
    ) -> Standing:
        """The standing, or the reason why there is none."""
        context: Context = info.context
        run = await context.run(period, plan)
        standing = await context.standings.load((run.number, member_id))
        if standing is None:
            await _known_member(context, member_id)
            raise missing(run, member_id)
        return standing

    @staticmethod
    async def resolve_order(_root: object, info: ResolveInfo, order_id: str) -> Order:
        """The order, or UnknownOrderError."""
        return await _known_order(info.context, order_id)

    @staticmethod
    async def resolve_explain(
        _root: object,
        info: ResolveInfo,
        member_id: str,
        order_id: str,
        bonus: str | None = None,
        period: str | None = None,
        plan: str | None = None,
    ) -> dict[str, Any]:
        """The explanation as the command's JSON, or the reason why there is none."""
        context: Context = info.context
        order = await _known_order(context, order_id)
        if period is not None:
            run = await context.run(period, plan)
        else:
            run = await context.run_of(order, None, plan)
        explanation: dict[str, Any] = await context.explanations.load(
            (run.number, member_id, order_id, bonus)
        )
        return explanation


async def _known_member(context: Context, member_id: str) -> Member:
    member = await context.members.load(member_id)
    if member is None:
        raise unknown_member(member_id)
    return member


async def _known_order(context: Context, order_id: str) -> Order:
    order = await context.orders.load(order_id)
    if order is None:
        raise unknown_order(order_id)
    return order


schema = graphene.Schema(query=RootQuery)
schema.graphql_schema.description = (
    "Genealogy and commissions of a company: members as of today, and the results of finished runs. "
    "Volumes and money are exact decimal text. Lists come in pages, with `edges` for Relay."
)


def printed() -> str:
    """The schema in GraphQL's own notation, as schema.graphql holds it."""
    return f"{schema}".rstrip() + "\n"
