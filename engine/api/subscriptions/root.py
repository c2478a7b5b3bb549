# mypy: allow-untyped-calls
"""The root of all subscriptions."""

from collections.abc import AsyncIterator
from typing import Any

import graphene
from graphene import ID, Boolean, DateTime, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.access.areas import Area
from engine.access.viewer import Role
from engine.answers.live import NoLiveFiguresError
from engine.answers.members import unknown_member
from engine.api.context import Context
from engine.api.subscriptions.mailbox import Mailbox
from engine.api.subscriptions.topics import GroupChange, OfGroup, OfLive, OfRun, Subscriber, Topic
from engine.api.types.live import LiveVolumes
from engine.api.types.scalars import enum_value
from engine.api.types.trees import Tree
from engine.api.types.under_way import RunProgress, may_watch
from engine.genealogy.changes.lane import read_company
from engine.genealogy.changes.writing import OPERATIONS
from engine.runs import progress
from engine.runs.live import live_plan

ChangeOperation = graphene.Enum(
    "ChangeOperation",
    [(name.upper(), name) for name in OPERATIONS],
    description=lambda value: (
        f"{value.value.replace('_', ' ').capitalize()}."
        if value
        else "What a change of the company did. A later release may add others."
    ),
)


class DownlineChange(ObjectType):
    """One or several changes of the company that touched a member or the group below."""

    first_change = Int(required=True, description="The number of the first of them.")
    change = Int(required=True, description="The number of the last of them.")
    at = DateTime(description="When the last one was complete (UTC).")
    operations = List(
        NonNull(ChangeOperation),
        required=True,
        description="What they did.",
    )
    member_ids = List(
        NonNull(ID), required=True, description="The members of the group whom they touched, at most 100."
    )
    complete = Boolean(
        required=True,
        description="Whether `memberIds` are all of them. If not, read the group again: a large import "
        "touches too many to list.",
    )


class Subscription(ObjectType):
    """What can be followed, by graphql-transport-ws at the same address as queries.

    A client that reads slowly gets the newest event only. A subscription ends with `complete` when nothing
    more can come, and with an error as soon as the viewer may not see it any more.
    """

    run_progress = Field(
        NonNull(RunProgress),
        number=NonNull(Int, description="The run's number."),
        description="How far a run is, until it has ended. Errors: `no_run`, `not_allowed`.",
    )
    live_volume = Field(
        NonNull(LiveVolumes),
        member_id=NonNull(ID, description="The member's id."),
        period=NonNull(String, description="The open period, such as 2026-11."),
        plan=String(description="The plan's name. Default: the one whose live figures were refreshed last."),
        description="The live volumes of a member: at once, and whenever new orders have changed them. "
        "Errors: `unknown_member`, `no_live_figures`.",
    )
    downline_changed = Field(
        NonNull(DownlineChange),
        member_id=NonNull(ID, description="The member at the top of the group."),
        tree=graphene.Argument(
            NonNull(Tree), default_value="placement", description="The tree of the group."
        ),
        description="Every change that touches a member or the group below. Error: `unknown_member`.",
    )

    @staticmethod
    async def subscribe_run_progress(_root: object, info: ResolveInfo, number: int) -> AsyncIterator[Any]:
        """Events of a run."""
        context: Context = info.context
        may_watch(context.reach)
        await context.ask(progress.progress, context.graph, number)
        return _events(context, OfRun(number), Mailbox())

    @staticmethod
    async def subscribe_live_volume(
        _root: object, info: ResolveInfo, member_id: str, period: str, plan: str | None = None
    ) -> AsyncIterator[Any]:
        """Events of live volumes."""
        context: Context = info.context
        await _within_reach(context, member_id)
        if not context.reach.sees(Area.FIGURES, member_id):
            raise unknown_member(member_id)
        name = await context.ask(live_plan, context.graph, period, plan)
        if name is None:
            raise NoLiveFiguresError(
                f"no live figures of {period} are kept", todo="The mutation `refreshLiveFigures` makes them."
            )
        return _events(context, OfLive(member_id, period, name), Mailbox())

    @staticmethod
    async def subscribe_downline_changed(
        _root: object, info: ResolveInfo, member_id: str, tree: Any
    ) -> AsyncIterator[Any]:
        """Events of a group."""
        context: Context = info.context
        tree = str(enum_value(tree))
        await _within_reach(context, member_id)
        if context.viewer.role is Role.MEMBER and tree not in context.reach.policy.trees:
            raise unknown_member(member_id)
        if tree == "placement" and (await context.ask(read_company, context.graph)).one_tree:
            tree = "sponsor"  # the one tree that the company has
        return _events(context, OfGroup(member_id, tree), Mailbox(GroupChange.then))

    @staticmethod
    def resolve_run_progress(root: Any, info: ResolveInfo, number: int) -> Any:
        """The event."""
        del number
        context: Context = info.context
        return context.watched(root)

    @staticmethod
    def resolve_live_volume(root: Any, _info: ResolveInfo, **_arguments: Any) -> Any:
        """The event."""
        return root

    @staticmethod
    def resolve_downline_changed(root: Any, _info: ResolveInfo, **_arguments: Any) -> Any:
        """The event."""
        return root


async def _within_reach(context: Context, member_id: str) -> None:
    if await context.members.load(member_id) is None:
        raise unknown_member(member_id)


async def _events(context: Context, topic: Topic, mailbox: Mailbox[Any]) -> AsyncIterator[Any]:
    assert context.follower is not None, "a subscription comes over a web socket"
    async with context.follower.following(Subscriber(context.viewer, topic, mailbox)):
        async for event in mailbox:
            yield event
