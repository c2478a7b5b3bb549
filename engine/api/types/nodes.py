# mypy: allow-untyped-calls
"""Nodes: what has an id of its own across all types, by which a client fetches it again."""

import base64
import binascii
from typing import Any

from graphene import ID, Interface, ResolveInfo

from engine import ranges
from engine.answers import members, orders, prospects, standings
from engine.api.context import Context
from engine.api.errors import PageSizeError
from engine.api.http.limits import MOST_PAGE
from engine.api.types.figures import Shown
from engine.api.types.line_nodes import line_of, run_of
from engine.passes.record import NoRunError, RunRecord

MOST_NODES = MOST_PAGE
"""Ids of one `nodes`."""
MOST_LINES = 20
"""Ids of lines among them: each is looked for by statements of its own."""
LINE = "Line"

TYPES = {
    members.Member: "Member", standings.Standing: "Standing", RunRecord: "Run", orders.Order: "Order",
    Shown: "Line", prospects.Prospect: "Prospect",
}  # fmt: skip
"""The GraphQL type of each kind of node."""


class Node(Interface):
    """Something with a global id: `node(id:)` fetches it again."""

    id = ID(
        required=True,
        description="The global id. Do not take it apart: the company's own ids are in fields of their own.",
    )

    @classmethod
    def resolve_type(cls, instance: Any, info: ResolveInfo) -> Any:
        """By the kind of facts."""
        kinds: Any = info.schema.type_map
        return kinds[TYPES[type(instance)]].graphene_type


def global_id(*parts: object) -> str:
    """The global id of a type's name and the parts of its key."""
    return base64.urlsafe_b64encode(":".join(map(str, parts)).encode()).decode().rstrip("=")


async def node_of(context: Context, text: str) -> Any:
    """The node of a global id; None where there is none, or none that the viewer may see, or no such id."""
    kind, _, key = _parts(text).partition(":")
    if global_id(kind, key) != text:
        return None
    if kind in ("Member", "Order", "Prospect"):
        return await getattr(context, f"{kind.lower()}s").load(key)
    if kind == LINE:
        return await _line(context, key)
    number, _, member_id = key.partition(":")
    if kind == "Run" and not member_id:
        return await _run(context, number)
    if kind == "Standing":
        run = await _run(context, number)
        return await context.standings.load((run.number, member_id)) if run else None
    return None


def checked(ids: list[str]) -> list[str]:
    """The ids, or PageSizeError for too many."""
    if len(ids) > MOST_NODES:
        raise PageSizeError(f"nodes takes at most {MOST_NODES} ids, not {len(ids)}")
    lines = sum(_parts(each).startswith(f"{LINE}:") for each in ids)
    if lines > MOST_LINES:
        raise PageSizeError(f"nodes takes at most {MOST_LINES} ids of lines, not {lines}")
    return ids


async def _line(context: Context, key: str) -> Shown | None:
    number = run_of(context, key)
    return await line_of(context, key) if number and await _run(context, str(number)) else None


async def _run(context: Context, number: str) -> RunRecord | None:
    """The complete run of a number in plain digits."""
    if not (number.isascii() and number.isdecimal() and number == str(int(number[:20]))):
        return None
    if int(number) > ranges.RUN.most:
        return None
    try:
        return await context.run(None, None, int(number))
    except NoRunError:
        return None


def _parts(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""
