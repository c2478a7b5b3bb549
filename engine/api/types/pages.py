# mypy: allow-untyped-calls
"""Pages of lists in the shape of Relay connections; a cursor holds a key, never a position in a list."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import graphene

from engine.answers.pages import Page
from engine.api.errors import CursorError, PageSizeError
from engine.api.http.limits import MOST_PAGE, PAGE

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class UncountedPage(Page[T]):
    """A page whose total takes a query of its own: `count` runs it if the client requests the total."""

    count: Callable[[], Awaitable[int]] = field(kw_only=True)


def uncounted(page: Page[T], count: Callable[[], Awaitable[int]]) -> UncountedPage[T]:
    """The same page with a way to count the total."""
    return UncountedPage(page.nodes, page.keys, page.more, None, page.after, count=count)


def cursor(key: str) -> str:
    """The cursor that clients see for a key."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def key_of(after: str | None) -> str:
    """The key in a cursor, "" without a cursor; raises CursorError if the text is not a cursor."""
    if after is None:
        return ""
    try:
        return base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise CursorError(
            f"{after!r} is not a cursor", todo="Pass endCursor of the previous page."
        ) from error


def size(first: int) -> int:
    """The page size, or PageSizeError."""
    if not 1 <= first <= MOST_PAGE:
        raise PageSizeError(f"first must be between 1 and {MOST_PAGE}, not {first}")
    return first


def most(description: str) -> graphene.Argument:
    """The argument for the size of a page."""
    return graphene.Argument(
        graphene.NonNull(graphene.Int),
        default_value=PAGE,
        description=f"How many {description} at most, 1 to {MOST_PAGE}.",
    )


def paged(description: str, **more: Any) -> dict[str, graphene.Argument]:
    """The arguments of a page, and any others of the field."""
    return {
        "first": most(description),
        "after": graphene.String(
            description="Continue after this cursor: `pageInfo.endCursor` of the previous page."
        ),
        **more,
    }


class PageInfo(graphene.ObjectType):
    """Whether other pages come before and after this one, and its first and last cursor."""

    has_next_page = graphene.Boolean(required=True, description="Whether more nodes follow this page.")
    has_previous_page = graphene.Boolean(required=True, description="Whether nodes come before this page.")
    start_cursor = graphene.String(description="The cursor of the first node; null on an empty page.")
    end_cursor = graphene.String(
        description="The cursor of the last node: pass it as `after` to get the next page."
    )


def connection(name: str, node: Callable[[], Any], description: str) -> type[graphene.ObjectType]:
    """The connection type of a node type, with its edge type."""
    edge = type(
        f"{name}Edge",
        (graphene.ObjectType,),
        {
            "__module__": __name__,
            "__doc__": f"A node of a {name}Connection, with its cursor.",
            "node": graphene.NonNull(node, description="The node."),
            "cursor": graphene.String(required=True, description="The cursor of the node, for `after`."),
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
            PageInfo, description="Whether more nodes follow, and the cursor to continue from."
        ),
        "total_count": graphene.Int(required=True, description="Number of nodes on all pages together."),
        "resolve_edges": _edges,
        "resolve_page_info": _page_info,
        "resolve_total_count": _total_count,
    }
    return type(f"{name}Connection", (graphene.ObjectType,), fields)


def _edges(root: Page[Any], _info: graphene.ResolveInfo) -> list[dict[str, Any]]:
    return [{"node": node, "cursor": cursor(key)} for node, key in zip(root.nodes, root.keys, strict=True)]


def _page_info(root: Page[Any], _info: graphene.ResolveInfo) -> dict[str, Any]:
    return {
        "has_next_page": root.more,
        "has_previous_page": bool(root.after),
        "start_cursor": cursor(root.keys[0]) if root.keys else None,
        "end_cursor": cursor(root.keys[-1]) if root.keys else None,
    }


async def _total_count(root: Page[Any], _info: graphene.ResolveInfo) -> int | None:
    return await root.count() if isinstance(root, UncountedPage) else root.total
