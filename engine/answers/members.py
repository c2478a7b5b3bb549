"""Members of the company as of today: their facts, and those directly below them in either tree."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.answers.pages import Page, page
from engine.composition.trees import between_members
from engine.errors import UplineError
from engine.graph.database import Graph, Row
from engine.graph.queries import query

FIRST, LAST = chr(0), chr(0x10FFFF)
"""The first and the last character: `id + FIRST` follows an id, `text + LAST` ends all ids that begin so."""


class UnknownMemberError(UplineError):
    """Nobody has that member id."""


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


def members(graph: Graph, member_ids: list[str]) -> dict[str, Member]:
    """Members by id; unknown ids are left out."""
    statement = query("answers/members").fill(chosen=query("answers/members_named"))
    rows = (_member(row) for row in graph.value(statement, member_ids=member_ids))
    return {each.member_id: each for each in rows}


def member(graph: Graph, member_id: str) -> Member:
    """One member; raises UnknownMemberError."""
    known = members(graph, [member_id]).get(member_id)
    if known is None:
        raise unknown_member(member_id)
    return known


def unknown_member(member_id: str) -> UnknownMemberError:
    """The refusal of an id that no member has."""
    return UnknownMemberError(
        f"no member has the id {member_id!r}",
        todo="Ids are written as in the members table; capitals and leading zeros matter.",
    )


def member_page(graph: Graph, starts: str, first: int, after: str = "") -> Page[Member]:
    """A page of the members whose id starts with a text, by id, without a total."""
    least = max(starts, after + FIRST) if after else starts
    statement = query("answers/members").fill(chosen=query("answers/members_between"))
    rows = graph.value(statement, least=least, most=starts + LAST, first=first + 1)
    return page([_member(row) for row in rows], lambda one: one.member_id, first, after=after)


def member_total(graph: Graph, starts: str = "") -> int:
    """How many members have an id that starts with a text; the server keeps count of all of them."""
    if not starts:
        return int(graph.value("genealogy/member_count"))
    return int(graph.value("answers/member_count", starts=starts))


def directly_below(
    graph: Graph, member_ids: list[str], tree: str, first: int, after: str = ""
) -> dict[str, Page[Member]]:
    """Pages of the members directly below some members in the ``sponsor`` or ``placement`` tree of today."""
    statement = between_members("answers/directly_below", tree)
    rows = graph.read(statement, member_ids=member_ids, after=after, first=first + 1)
    return {
        row["parent_id"]: page(
            [_member(each) for each in row["members"]], lambda one: one.member_id, first, row["total"], after
        )
        for row in rows
    }


def _member(row: Row) -> Member:
    facts: dict[str, Any] = row["member"]
    enrolled = facts.get("enrolled_on")
    return Member(
        member_id=facts["member_id"],
        name=facts.get("name"),
        status=facts["status"],
        country=facts.get("country"),
        owner_id=facts.get("owner_id"),
        enrolled_on=enrolled.to_native() if enrolled else None,
        sponsor_id=row.get("sponsor_id"),
        placement_id=row.get("placement_id"),
        leg=row.get("leg"),
    )
