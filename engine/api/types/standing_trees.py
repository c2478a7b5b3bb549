# mypy: allow-untyped-calls
"""The trees of a run as fields of a standing: who is below and above, legs, and counts by level."""

from dataclasses import replace
from typing import Any

from graphene import Argument, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.answers.downline import Below, Conditions
from engine.answers.duplication import Generation
from engine.answers.overlays import find
from engine.answers.pages import Page
from engine.answers.search import in_group_of_run
from engine.answers.sorting import Sort
from engine.answers.standings import Standing, tree_of
from engine.api.context import Context
from engine.api.errors import PageSizeError, TreeAndOverlayError
from engine.api.types.figures import volume
from engine.api.types.pages import STOPPED, Listing, SealedPage, connection, paged
from engine.api.types.scalars import enum_value
from engine.api.types.trees import (
    STANDING,
    Leg,
    LevelCount,
    StandingFilter,
    StandingOrder,
    TeamGeneration,
    conditions_of,
    of_search,
    sort_of,
    tree_argument,
)  # fmt: skip

STANDINGS = "engine.api.types.people.StandingConnection"
RUN_TREE = "the plan's main tree"
COMPRESSED = Argument(
    String,
    description="Instead of a tree: the name of one of the run's compressed trees, as in `overlays`. Errors: "
    "`unknown_overlay`, and `tree_and_overlay` if a tree is named too.",
)
MOST_LEVELS = 100
"""Levels that one count by level may have."""

DownlineConnection: type[ObjectType] = connection(
    "Downline",
    STANDING,
    "Standings of a downline, a page at a time.",
    of_edge={
        "level": Int(required=True, description="The level below the member; 1 for those directly below.")
    },
    of_list={"search_stopped": STOPPED},
)
LegConnection: type[ObjectType] = connection("Leg", lambda: Leg, "Legs of a member, a page at a time.")


class StandingTrees:
    """Fields on the trees of a run."""

    children = Field(
        STANDINGS,
        **paged("standings", tree=tree_argument(RUN_TREE), compressed=COMPRESSED),
        description="The standings directly below, sorted by member id. Error: `tree_not_in_run`.",
    )
    upline = Field(
        STANDINGS,
        **paged("standings", tree=tree_argument(RUN_TREE), compressed=COMPRESSED),
        description="Everyone above, nearest first, up to the root; in a compressed tree those who keep a "
        "place. Error: `tree_not_in_run`.",
    )
    downline = Field(
        lambda: DownlineConnection,
        **paged(
            "standings",
            tree=tree_argument(RUN_TREE),
            compressed=COMPRESSED,
            depth=Int(description="How many levels down. Default: all."),
            filter=Argument(StandingFilter, description="Only those who meet these conditions."),
            order_by=Argument(StandingOrder, description="The order. Default: by member id."),
            search=of_search("members"),
        ),
        description="Everyone below, on all levels. Errors: `tree_not_in_run`, `unknown_condition`, "
        "`hidden_figure`, `search`, `amount`.",
    )
    legs = Field(
        lambda: LegConnection,
        **paged("legs"),
        description="The legs of the member in the plan's main tree, sorted by the id of the head.",
    )
    level_counts = Field(
        List(NonNull(LevelCount)),
        tree=tree_argument(RUN_TREE),
        depth=Argument(
            NonNull(Int), default_value=10, description=f"How many levels down, 1 to {MOST_LEVELS}."
        ),
        description="Members on each level below, the nearest first. Errors: `tree_not_in_run`, `page_size`.",
    )
    duplication = Field(
        List(NonNull(TeamGeneration)),
        depth=Argument(
            NonNull(Int), default_value=10, description=f"How many generations, 1 to {MOST_LEVELS}."
        ),
        description="How the member's team duplicates: the generations below in today's sponsor tree, the "
        "nearest first, as of the end of the run's period. Null if part of that group is beyond your reach. "
        "Error: `page_size`.",
    )

    @staticmethod
    async def resolve_children(
        root: Standing, info: ResolveInfo, tree: Any = None, compressed: str | None = None, **paging: Any
    ) -> SealedPage[Standing]:
        """A page of the frontline; no query if nobody is below in the main tree."""
        context: Context = info.context
        listing = Listing(info, paging, root.run, root.member_id)
        if compressed is not None:
            key = (root.run, _overlay(context, root, tree, compressed), listing.stretch, root.member_id)
            return listing.shown(await context.compressed_frontlines.load(key))
        which = await _tree(context, root, tree)
        if which == "main":
            if not root.frontline:
                return listing.shown(None)
            return listing.shown(await context.frontlines.load((root.run, listing.stretch, root.member_id)))
        of_level = (root.run, which, Conditions(levels=1), Sort("member"), listing.stretch, root.member_id)
        below: Page[Below] | None = await context.downlines.load(of_level)
        total = (root.run, which, Conditions(levels=1), root.member_id)
        return listing.shown(
            below.of(lambda each: each.standing) if below else None,
            lambda: context.downline_totals.load(total),
        )

    @staticmethod
    async def resolve_upline(
        root: Standing, info: ResolveInfo, tree: Any = None, compressed: str | None = None, **paging: Any
    ) -> SealedPage[Standing]:
        """A page of the members above this one; no query for a root of the main tree."""
        context: Context = info.context
        listing = Listing(info, paging, root.run, root.member_id)
        overlay = None if compressed is None else _overlay(context, root, tree, compressed)
        which = "main" if overlay else await _tree(context, root, tree)
        if which == "main" and not overlay and root.depth == 0:
            return listing.shown(None)
        key = (root.run, which, overlay, listing.stretch, root.member_id)
        return listing.shown(await context.uplines.load(key))

    @staticmethod
    async def resolve_downline(
        root: Standing,
        info: ResolveInfo,
        tree: Any = None,
        compressed: str | None = None,
        depth: int | None = None,
        search: str | None = None,
        order_by: Any = None,
        **arguments: Any,
    ) -> SealedPage[Standing]:
        """A page of everyone below who meets the conditions, counted if the client selects the total."""
        context: Context = info.context
        listing = Listing(info, arguments, root.run, root.member_id)
        run = context.runs[root.run]
        overlay: int | None = None
        if compressed is None:
            which = await _tree(context, root, tree)
        else:
            overlay, which = find(run, _overlay(context, root, tree, compressed))
        conditions = conditions_of(arguments.get("filter"), depth, overlay=overlay)
        sort = sort_of(context.reach, order_by)
        stopped = False
        if search is not None:
            hits = await context.read(in_group_of_run, run, root.member_id, which, search)
            conditions, stopped = replace(conditions, named=hits.ids), hits.stopped
        key = (root.run, which, conditions, sort, listing.stretch, root.member_id)
        below: Page[Below] | None = await context.downlines.load(key)
        total = (root.run, which, conditions, root.member_id)
        return listing.shown(
            below.of(lambda each: each.standing) if below else None,
            lambda: context.downline_totals.load(total),
            levels=tuple(each.level for each in below.nodes) if below else (),
            stopped=stopped,
        )

    @staticmethod
    async def resolve_legs(root: Standing, info: ResolveInfo, **paging: Any) -> SealedPage[Any]:
        """A page of the frontline, seen as heads of legs; no query if nobody is below."""
        context: Context = info.context
        listing = Listing(info, paging, root.run, root.member_id)
        if not root.frontline:
            return listing.shown(None)
        heads = await context.frontlines.load((root.run, listing.stretch, root.member_id))
        return listing.shown(heads and heads.of(_leg))

    @staticmethod
    async def resolve_duplication(
        root: Standing, info: ResolveInfo, depth: int
    ) -> tuple[Generation, ...] | None:
        """All standings of one level of the query take one statement."""
        context: Context = info.context
        return await context.duplications.load((root.run, _levels(depth), root.member_id))

    @staticmethod
    async def resolve_level_counts(
        root: Standing, info: ResolveInfo, depth: int, tree: Any = None
    ) -> list[dict[str, int]]:
        """All standings of one level of the query take one statement."""
        context: Context = info.context
        which = await _tree(context, root, tree)
        levels = _levels(depth)
        counts = await context.level_counts.load((root.run, which, levels, root.member_id)) or ()
        return [dict(zip(("level", "members", "active"), each, strict=True)) for each in counts]


async def _tree(context: Context, root: Standing, tree: Any) -> str:
    """The tree of the run that an argument means: ``main`` or ``sponsor``; raises TreeNotInRunError."""
    name = None if tree is None else str(enum_value(tree))
    run = context.runs[root.run]
    which = tree_of(run, root, name)
    if which is None:
        which = tree_of(run, root, name, one_tree=await context.one_tree.load(()))
    return str(which)


def _overlay(context: Context, root: Standing, tree: Any, compressed: str) -> str:
    """The name of a compressed tree of the run; raises UnknownOverlayError and TreeAndOverlayError."""
    if tree is not None:
        raise TreeAndOverlayError(
            "a tree and a compressed tree are both named",
            todo="Leave one out: a compressed tree has its own.",
        )
    find(context.runs[root.run], compressed)
    return compressed


def _levels(depth: int) -> int:
    if not 1 <= depth <= MOST_LEVELS:
        raise PageSizeError(f"depth must be between 1 and {MOST_LEVELS}, not {depth}")
    return depth


def _leg(head: Standing) -> dict[str, Any]:
    return {
        "leg": head.leg,
        "head": head,
        "size": head.group_size,
        "volume": volume(head.group_volume),
        "best_rank": head.best_rank,
    }
