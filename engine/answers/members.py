"""Members of the company as of today: their facts, and those directly below them in either tree."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from engine.access.areas import Area, Scope
from engine.access.pieces import below_in_reach, member_in_reach
from engine.access.reach import Reach
from engine.answers.pages import LAST, Page, Stretch, page, toward
from engine.composition.trees import OPEN
from engine.genealogy.refusals import UnknownMemberError
from engine.graph.database import Graph, Row
from engine.graph.queries import Query, query

FIRST = chr(0)
"""The first character: `id + FIRST` follows an id."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member with today's sponsor and placement; `leg` is the leg in the company's main tree."""

    member_id: str
    name: str | None
    status: str
    country: str | None
    owner_id: str | None
    enrolled_on: date | None
    sponsor_id: str | None
    placement_id: str | None
    leg: str | None
    prospect_id: str | None = None
    """The prospect that the member was."""


def members(graph: Graph, reach: Reach, member_ids: list[str]) -> dict[str, Member]:
    """Members by id; ids that are unknown or beyond reach are left out."""
    rows = graph.value(_chosen("answers/members_named"), member_ids=member_ids, reach=reach.today)
    return {each.member_id: each for each in (member_of(row, reach) for row in rows)}


@cache
def _chosen(which: str) -> Query:
    """The statement on some members, as the piece of that name chooses them."""
    return query("answers/members").fill(
        chosen=query(which).fill(within=member_in_reach()),
        sponsor=member_in_reach("sponsor"), parent=member_in_reach("parent"),
    )  # fmt: skip


def member(graph: Graph, reach: Reach, member_id: str) -> Member:
    """One member; raises UnknownMemberError, also where the member is beyond reach."""
    known = members(graph, reach, [member_id]).get(member_id)
    if known is None:
        raise unknown_member(member_id)
    return known


def member_status(graph: Graph, member_id: str) -> str | None:
    """The status of a member today, which decides whether a token is accepted; None for an unknown id."""
    rows = graph.read("access/status", member_id=member_id)
    return str(rows[0]["status"]) if rows else None


def unknown_member(member_id: str) -> UnknownMemberError:
    """The refusal of an id that no member has."""
    return UnknownMemberError(
        f"no member has the id {member_id!r}",
        todo="Ids are written as in the members table; capitals and leading zeros matter.",
    )


def member_page(graph: Graph, reach: Reach, starts: str, stretch: Stretch) -> Page[Member]:
    """A page of the members whose id starts with a text, by id, without a total."""
    least = max(starts, stretch.after + FIRST) if stretch.after else starts
    most = min(starts + LAST, stretch.before) if stretch.before else starts + LAST
    statement = toward(_chosen("answers/members_between"), stretch)
    rows = graph.value(statement, least=least, most=most, first=stretch.size + 1, reach=reach.today)
    listed = [member_of(row, reach) for row in rows]
    if stretch.backward:
        listed.reverse()
    return page(listed, lambda one: one.member_id, stretch)


def member_total(graph: Graph, reach: Reach, starts: str = "") -> int:
    """How many members have an id that starts with a text; the server keeps count of all of them."""
    if not starts and reach.all:
        return int(graph.value("genealogy/member_count"))
    statement = query("answers/member_count").fill(within=member_in_reach())
    return int(graph.value(statement, starts=starts, reach=reach.today))


def directly_below(
    graph: Graph, reach: Reach, member_ids: list[str], tree: str, stretch: Stretch
) -> dict[str, Page[Member]]:
    """Pages of the members directly below some members in the ``sponsor`` or ``placement`` tree of today."""
    statement = toward(_below(tree), stretch)
    rows = graph.read(statement, member_ids=member_ids, reach=reach.today, **stretch.bounds)
    return {
        row["parent_id"]: page(
            [member_of(each, reach) for each in row["members"]],
            lambda one: one.member_id, stretch, row["total"],
        )
        for row in rows
    }  # fmt: skip


@cache
def _below(tree: str) -> Query:
    return query("answers/directly_below").fill(
        open=OPEN[tree], above_within=member_in_reach("above"), member_within=member_in_reach(),
        sponsor=member_in_reach("sponsor"), parent=member_in_reach("parent"),
        total=below_in_reach("above", tree),
    )  # fmt: skip


def member_of(row: Row, reach: Reach) -> Member:
    """A Member from the properties of its node and the other columns of the row."""
    facts: dict[str, Any] = row["member"]
    enrolled = facts.get("enrolled_on")
    return Member(
        member_id=facts["member_id"],
        name=facts.get("name") if reach.scope(Area.NAMES) is not Scope.NOBODY else None,
        status=facts["status"],
        country=facts.get("country"),
        owner_id=facts.get("owner_id"),
        enrolled_on=enrolled.to_native() if enrolled else None,
        sponsor_id=row.get("sponsor_id"),
        placement_id=row.get("placement_id"),
        leg=row.get("leg"),
        prospect_id=facts.get("prospect_id"),
    )
