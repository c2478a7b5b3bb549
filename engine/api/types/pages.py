# mypy: allow-untyped-calls
"""Pages of lists in the shape of Relay connections, forward and backward."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import graphene
from graphql import ValueNode, VariableNode
from graphql.execution.values import get_argument_values

from engine.answers.pages import Page, Stretch, empty
from engine.api import cursors
from engine.api.errors import PageSizeError
from engine.api.http.limits import MOST_PAGE, PAGE

T = TypeVar("T")
K = TypeVar("K")

PAGING = ("first", "after", "last", "before")
"""The arguments that choose a page; all others choose the list."""


@dataclass(frozen=True, slots=True)
class SealedPage(Generic[T]):
    """A page as clients see it: its cursors are sealed, its total is counted if the client selects it."""

    page: Page[T]
    seal: Callable[[str], str]
    count: Callable[[], Awaitable[int]] | None = None
    levels: tuple[int, ...] = ()
    """Of a downline: the level of each node."""
    stopped: bool = False
    """Of a search: whether it ended early."""


class Listing:
    """The list that one field of one object is, with the part of it that the client selects.

    `parents` tells the object from others of its type; an object of a run includes the run's number. Raises
    PageSizeError, CursorError and StaleCursorError.
    """

    def __init__(self, info: graphene.ResolveInfo, paging: dict[str, Any], *parents: object) -> None:
        self._info, self._parents = info, parents
        first, last = paging.get("first"), paging.get("last")
        if last is not None and first is not None and _written(info, "first"):
            raise PageSizeError("first and last are both set", todo="Set first, or last to page backward.")
        backward = last is not None
        rows = size(last, "last") if last is not None else size(PAGE if first is None else first)
        after, before = (self._key(paging.get(name)) for name in ("after", "before"))
        self.stretch = Stretch(rows, after, before, backward)

    def shown(
        self,
        page: Page[T] | None,
        count: Callable[[], Awaitable[int]] | None = None,
        *,
        levels: tuple[int, ...] = (),
        stopped: bool = False,
    ) -> SealedPage[T]:
        """The page for clients, an empty one for None; `count` counts a total that the page lacks."""
        return SealedPage(page or empty(), self.sealed, count, levels, stopped)

    def sealed(self, key: str) -> str:
        """The cursor of a key."""
        return str(self._info.context.seals.seal(self._place(), key))

    def _key(self, cursor: str | None) -> str:
        return self._info.context.seals.open(self._place(), cursor) if cursor else ""

    def _place(self) -> bytes:
        """What the cursors of this list are sealed with; the part that siblings share is found once."""
        context, info = self._info.context, self._info
        field = (info.parent_type.name, info.field_name, id(info.field_nodes[0]))
        if field not in context.listings:
            values = get_argument_values(
                info.parent_type.fields[info.field_name], info.field_nodes[0], info.variable_values
            )
            chosen = {name: value for name, value in values.items() if name not in PAGING}
            context.listings[field] = (*field[:2], chosen)
        return cursors.place(context.reader, *context.listings[field], *self._parents)


def size(number: int, name: str = "first") -> int:
    """The size of a page, or PageSizeError; `name` is the argument that gives it."""
    if not 1 <= number <= MOST_PAGE:
        raise PageSizeError(f"{name} must be between 1 and {MOST_PAGE}, not {number}")
    return number


def most(description: str) -> graphene.Argument:
    """The argument for the size of a list that has no pages."""
    return graphene.Argument(
        graphene.NonNull(graphene.Int),
        default_value=PAGE,
        description=f"How many {description} at most, 1 to {MOST_PAGE}.",
    )


def _written(info: graphene.ResolveInfo, name: str) -> bool:
    """Whether the client itself sets an argument that has a default."""
    nodes: list[ValueNode] = [each.value for each in info.field_nodes[0].arguments if each.name.value == name]
    return any(
        not isinstance(node, VariableNode) or node.name.value in info.variable_values for node in nodes
    )


def paged(description: str, **more: Any) -> dict[str, graphene.Argument]:
    """The arguments of a page, and any others of the field."""
    return {
        **paged_forward(description),
        "last": graphene.Int(
            description=f"Instead of `first`: how many {description} at most, from the end of the list or "
            "before a cursor."
        ),
        "before": graphene.String(
            description="End before this cursor: `pageInfo.startCursor` of the next page, with `last`."
        ),
        **more,
    }


def paged_forward(description: str, **more: Any) -> dict[str, graphene.Argument]:
    """The same for a list that is found from its beginning on, and has no way back."""
    return {
        "first": graphene.Argument(
            graphene.Int,
            default_value=PAGE,
            description=f"How many {description} at most, 1 to {MOST_PAGE}, from the start of the list or "
            "after a cursor.",
        ),
        "after": graphene.String(
            description="Continue after this cursor: `pageInfo.endCursor` of the previous page."
        ),
        **more,
    }


def parted(arguments: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The arguments that choose a page, and the others."""
    paging = {name: value for name, value in arguments.items() if name in PAGING}
    return paging, {name: value for name, value in arguments.items() if name not in PAGING}


STOPPED = graphene.Boolean(
    required=True,
    description="Whether a search ended early among many members, so that there may be more; search for more "
    "of the name.",
)


class PageInfo(graphene.ObjectType):
    """Whether other pages come before and after this one, and its first and last cursor."""

    has_next_page = graphene.Boolean(required=True, description="Whether more nodes follow this page.")
    has_previous_page = graphene.Boolean(required=True, description="Whether nodes come before this page.")
    start_cursor = graphene.String(
        description="The cursor of the first node: pass it as `before` to get the previous page; null on an "
        "empty page."
    )
    end_cursor = graphene.String(
        description="The cursor of the last node: pass it as `after` to get the next page."
    )


def connection(
    name: str,
    node: Callable[[], Any] | str,
    description: str,
    *,
    of_edge: dict[str, Any] | None = None,
    of_list: dict[str, Any] | None = None,
) -> type[graphene.ObjectType]:
    """The connection type of a node type, with its edge type, each with more fields where these are named."""
    edge = type(
        f"{name}Edge",
        (graphene.ObjectType,),
        {
            "__module__": __name__,
            "__doc__": f"A node of a {name}Connection, with its cursor.",
            "node": graphene.NonNull(node, description="The node."),
            "cursor": graphene.String(
                required=True,
                description="The cursor of the node, for `after` and `before`. It works in the list that it "
                "comes from, for the same viewer.",
            ),
            **(of_edge or {}),
        },
    )
    fields = {
        "__module__": __name__,
        "__doc__": description,
        "nodes": graphene.List(graphene.NonNull(node), required=True, description="The nodes of this page."),
        "edges": graphene.List(
            graphene.NonNull(edge), required=True, description="The nodes of this page with their cursors."
        ),
        "page_info": graphene.NonNull(
            PageInfo,
            description="Whether more nodes come before and after, and the cursors to continue from.",
        ),
        "total_count": graphene.Int(
            description="Number of nodes on all pages together. It is counted only if a query selects it."
        ),
        **(of_list or {}),
        "resolve_nodes": _nodes,
        "resolve_edges": _edges,
        "resolve_page_info": _page_info,
        "resolve_total_count": _total_count,
        "resolve_search_stopped": _search_stopped,
    }
    return type(f"{name}Connection", (graphene.ObjectType,), fields)


def _nodes(root: SealedPage[Any], _info: graphene.ResolveInfo) -> tuple[Any, ...]:
    return root.page.nodes


def _edges(root: SealedPage[Any], _info: graphene.ResolveInfo) -> list[dict[str, Any]]:
    pairs = zip(root.page.nodes, root.page.keys, strict=True)
    edges: list[dict[str, Any]] = [{"node": node, "cursor": root.seal(key)} for node, key in pairs]
    for edge, level in zip(edges, root.levels, strict=False):
        edge["level"] = level
    return edges


def _search_stopped(root: SealedPage[Any], _info: graphene.ResolveInfo) -> bool:
    return root.stopped


def _page_info(root: SealedPage[Any], _info: graphene.ResolveInfo) -> dict[str, Any]:
    keys = root.page.keys
    return {
        "has_next_page": root.page.more,
        "has_previous_page": root.page.earlier,
        "start_cursor": root.seal(keys[0]) if keys else None,
        "end_cursor": root.seal(keys[-1]) if keys else None,
    }


async def _total_count(root: SealedPage[Any], _info: graphene.ResolveInfo) -> int | None:
    return root.page.total if root.page.total is not None or root.count is None else await root.count()
