"""Trees of any day, as they are known now or were known then: upline, downline, counts, status, customers.

Reads of today do not come here: they read today's edges alone and pay nothing for history.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import pairwise, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from engine.access.pieces import member_in_reach
from engine.access.reach import Reach
from engine.composition.trees import ever, of_any_day
from engine.genealogy.changes.edges import native
from engine.genealogy.changes.lane import read_company
from engine.genealogy.facts import value_on
from engine.genealogy.placement import today
from engine.graph.database import Graph
from engine.graph.queries import Query, query

MOST = 10_000
"""Members that one answer lists at most."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the last change that is known; `known` None: everything that is known now."""

    day: date
    known: int | None = None


@dataclass(frozen=True, slots=True)
class PlacedThen:
    """Somebody above or below on a day: the level counts from 1, `leg` and `since` are those of the place.

    `next_id` is the one next to them on the way to where the walk began: below, the parent of that day;
    above, the member directly below.
    """

    member_id: str
    name: str | None
    level: int
    next_id: str
    leg: str | None
    since: date


@dataclass(frozen=True, slots=True)
class MemberThen:
    """A member on a day: status and owner, sponsor and placement with the leg."""

    member_id: str
    name: str | None
    status: str
    owner_id: str | None
    enrolled_on: date
    sponsor_id: str | None
    placement_id: str | None
    leg: str | None


@dataclass(frozen=True, slots=True)
class CustomerThen:
    """A customer of a member on a day; `became_id` is the member that the customer had become by then."""

    customer_id: str
    name: str | None
    since: date | None
    member_id: str
    became_id: str | None


def moment(graph: Graph, as_of: date | None = None, known_at: int | datetime | None = None) -> Moment | None:
    """The day and the knowledge that a read asks for; None for today as it is known now.

    `known_at` is the number of a change or an instant. Without `as_of` the day is that of `known_at`, in the
    company's time zone.
    """
    if as_of is None and known_at is None:
        return None
    known: int | None = None
    day = as_of
    zone = ZoneInfo(read_company(graph).time_zone or "UTC")
    if isinstance(known_at, datetime):
        at = known_at if known_at.tzinfo else known_at.replace(tzinfo=zone)
        known = graph.value("answers/known_by", instant=at.astimezone(UTC)) or 0
        day = day or at.astimezone(zone).date()
    elif known_at is not None:
        known = known_at
        finished = graph.value("answers/change_day", number=known_at)
        day = day or (finished.to_native() if finished else datetime.now(UTC)).astimezone(zone).date()
    assert day is not None
    return Moment(day, known)


def moment_or_today(
    graph: Graph, as_of: date | None = None, known_at: int | datetime | None = None
) -> Moment:
    """What `moment` returns, and for neither argument today as it is known now."""
    return moment(graph, as_of, known_at) or Moment(today(read_company(graph)))


def downline_then(
    graph: Graph,
    reach: Reach,
    member_id: str,
    tree: str,
    at: Moment,
    levels: int | None = None,
    most: int = MOST,
) -> list[PlacedThen]:
    """Everybody below a member in one tree on a day, nearest level first, then by id."""
    statement, parameters = _statement("days/downline", tree, at, levels)
    rows = graph.value(statement, member_id=member_id, first=most, reach=reach.today, **parameters)
    return [
        PlacedThen(who, name, level, parent, leg, since.to_native())
        for who, name, level, parent, leg, since in rows
    ]


def upline_then(
    graph: Graph,
    reach: Reach,
    member_id: str,
    tree: str,
    at: Moment,
    levels: int | None = None,
    most: int = MOST,
) -> list[PlacedThen]:
    """Everybody above a member in one tree on a day, nearest first, up to the first one beyond reach."""
    statement, parameters = _statement("days/upline", tree, at, levels)
    rows = graph.value(statement, member_id=member_id, first=most, reach=reach.today, **parameters)
    return [
        PlacedThen(above[0], above[1], above[2], below[0], below[3], below[4].to_native())
        for below, above in takewhile(lambda pair: pair[1][5], pairwise(rows))
    ]


def counts_then(
    graph: Graph, reach: Reach, member_id: str, tree: str, at: Moment, levels: int | None = None
) -> dict[int, int]:
    """How many are below a member in one tree on a day, by level."""
    statement, parameters = _statement("days/count", tree, at, levels)
    rows = graph.value(statement, member_id=member_id, reach=reach.today, **parameters)
    return dict(rows)


def members_then(graph: Graph, reach: Reach, member_ids: Sequence[str], at: Moment) -> dict[str, MemberThen]:
    """Members as they were on a day, by id; those who are unknown, or were not enrolled, are left out."""
    company = read_company(graph)
    statement = _members(at.known is None)
    rows = graph.value(
        statement, ids=list(member_ids), zone=company.time_zone or "UTC", reach=reach.today, **_moment(at)
    )
    members = {}
    for stored, listed, plans, sponsors, placements in rows:
        facts, pasts, planned = native(stored), *([native(each) for each in rows] for rows in (listed, plans))
        known = at.known is None or facts.get("import_no", 0) <= at.known
        if not known or at.day < facts["enrolled_on"]:
            continue
        values = {
            name: value_on(facts, pasts, name, at.day, at.known, planned) for name in ("status", "owner_id")
        }
        sponsor, placement = (each[0] if each else (None, None, None) for each in (sponsors, placements))
        members[facts["member_id"]] = MemberThen(
            facts["member_id"], facts.get("name"), values["status"], values["owner_id"], facts["enrolled_on"],
            sponsor[0], placement[0], placement[1] or sponsor[1],
        )  # fmt: skip
    return members


def customers_then(
    graph: Graph, reach: Reach, member_id: str, at: Moment, most: int | None = MOST
) -> list[CustomerThen]:
    """The customers of a member on a day, by id; `most` None: all of them."""
    return _customers(graph, reach, member_id, at)[:most]


def customer_count_then(graph: Graph, reach: Reach, member_id: str, at: Moment) -> int:
    """How many customers a member had on a day."""
    return len(_customers(graph, reach, member_id, at))


def _customers(graph: Graph, reach: Reach, member_id: str, at: Moment) -> list[CustomerThen]:
    zone = read_company(graph).time_zone or "UTC"
    statement = query("days/customers").fill(within=member_in_reach("member"))
    rows = graph.read(statement, member_id=member_id, zone=zone, reach=reach.today)
    customers = []
    for stored, pasts, plans in rows[0]["customers"] if rows else ():
        facts, listed, planned = native(stored), *([native(each) for each in rows] for rows in (pasts, plans))
        late = at.known is not None and facts.get("import_no", 0) > at.known
        since = facts.get("since")
        values = {
            name: value_on(facts, listed, name, at.day, at.known, planned) for name in ("member_id", "became")
        }
        if not late and values["member_id"] == member_id and (since is None or since <= at.day):
            customers.append(
                CustomerThen(facts["customer_id"], facts.get("name"), since, member_id, values["became"])
            )
    return customers


def _statement(name: str, tree: str, at: Moment, levels: int | None) -> tuple[Query, dict[str, Any]]:
    bound = "" if levels is None else str(max(1, levels))
    return _filled(name, tree, bound, known=at.known is not None), _moment(at)


def _moment(at: Moment) -> dict[str, Any]:
    """The parameters of the pieces that say whether an edge holds."""
    return {"day": at.day} if at.known is None else {"day": at.day, "known": at.known}


@cache
def _filled(name: str, tree: str, levels: str, *, known: bool) -> Query:
    return query(name).fill(
        types=_types(tree, known=known), holds=query("days/held" if known else "days/holds"), levels=levels,
        top_within=member_in_reach("top"), within=member_in_reach("last_one"),
    )  # fmt: skip


@cache
def _members(now: bool) -> Query:
    return query("days/members").fill(
        sponsor_types=_types("sponsor", known=not now), placement_types=_types("placement", known=not now),
        holds=query("days/holds" if now else "days/held"), within=member_in_reach("below"),
    )  # fmt: skip


def _types(tree: str, *, known: bool) -> str:
    return ever(tree) if known else of_any_day(tree)
