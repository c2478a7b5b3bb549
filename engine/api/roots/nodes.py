# mypy: allow-untyped-calls
"""Where a client begins with a global id: the node, or some nodes."""

import asyncio
from typing import Any

from graphene import ID, Field, List, NonNull, ResolveInfo

from engine.api.types.nodes import MOST_LINES, MOST_NODES, Node, checked, node_of


class NodesRoot:
    """Fields on nodes of any type."""

    node = Field(
        Node,
        id=NonNull(ID, description="A global id: `id` of a node that the API returned."),
        description="A node by its global id; null if there is none, or if you may not see it.",
    )
    nodes = NonNull(
        List(Node),
        ids=NonNull(
            List(NonNull(ID)), description=f"At most {MOST_NODES} global ids, {MOST_LINES} of them lines."
        ),
        description="Nodes by their global ids, in the same order; null for each that `node` would not find. "
        "Error: `page_size` for too many.",
    )

    @staticmethod
    async def resolve_node(_root: object, info: ResolveInfo, id: str) -> Any:
        """The node, or nothing."""
        return await node_of(info.context, id)

    @staticmethod
    async def resolve_nodes(_root: object, info: ResolveInfo, ids: list[str]) -> list[Any]:
        """All nodes of one type with one query."""
        return await asyncio.gather(*(node_of(info.context, each) for each in checked(ids)))
