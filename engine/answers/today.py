"""Trees of today: who is above and below a member as of now, and who waits for a place."""

from dataclasses import asdict, dataclass
from functools import cache, partial
from typing import Any

from engine.access.pieces import group_in_reach, member_in_reach
from engine.access.reach import Reach
from engine.answers.downline import Conditions, spellings
from engine.answers.members import Member, member_of
from engine.answers.pages import Page, Stretch, page, toward
from engine.answers.sorting import Sort, bounds, key_text
from engine.composition.trees import OPEN
from engine.graph.database import Graph, Row
from engine.graph.queries import Query, query

FIGURES = {
    "member": "below.member_id",
    "level": "level",
    "name": "coalesce(toLower(below.name), '')",
    "enrolled": "coalesce(below.enrolled_on, date('0001-01-01'))",
}
"""What a downline of today can be sorted by."""


@dataclass(frozen=True, slots=True)
class BelowToday:
    """A member of a downline; `level` counts from 1 for those directly below."""

    member: Member
    level: int


def downlines_today(
    graph: Graph,
    reach: Reach,
    member_ids: list[str],
    tree: str,
    conditions: Conditions,
    sort: Sort,
    stretch: Stretch,
) -> dict[str, Page[BelowToday]]:
    """Pages of everyone below some members in the ``sponsor`` or ``placement`` tree of today, by member id.

    Conditions on figures and ranks do not count here. Members beyond reach are left out. Keys are the figure
    and the member's id as text.
    """
    statement = query("today/page").fill(
        **_chosen(tree, conditions), **sort.pieces(stretch), figure=FIGURES[sort.figure],
        sponsor=member_in_reach("sponsor"), parent=member_in_reach("parent"),
    )  # fmt: skip
    rows = graph.read(
        statement, member_ids=member_ids, filter=_filter(conditions), first=stretch.size + 1,
        reach=reach.today, **bounds(sort, stretch),
    )  # fmt: skip
    return {row["member_id"]: _page(row["rows"], reach, stretch) for row in rows}


def downline_totals_today(
    graph: Graph, reach: Reach, member_ids: list[str], tree: str, conditions: Conditions
) -> dict[str, int]:
    """How many below some members today meet the conditions, by member id."""
    statement = query("today/count").fill(**_chosen(tree, conditions))
    rows = graph.read(statement, member_ids=member_ids, filter=_filter(conditions), reach=reach.today)
    return {row["member_id"]: row["total"] for row in rows}


def uplines_today(
    graph: Graph, reach: Reach, member_ids: list[str], tree: str, stretch: Stretch
) -> dict[str, Page[Member]]:
    """Pages of the members above some members today within reach, nearest first; `total` counts them.

    Keys are levels above the member as text, "1" for the parent.
    """
    rows = graph.read(
        toward(_upline(tree), stretch), member_ids=member_ids, first=stretch.size + 1, reach=reach.today,
        after=int(stretch.after or 0), before=int(stretch.before) if stretch.before else None,
    )  # fmt: skip
    pages = {}
    for row in rows:
        levels = {each["member"]["member_id"]: str(each["level"]) for each in row["rows"]}
        above = [member_of(each, reach) for each in row["rows"]]
        pages[row["member_id"]] = page(above, partial(_key, levels), stretch, row["total"])
    return pages


def _key(levels: dict[str, str], above: Member) -> str:
    return levels[above.member_id]


def waiting_pages(
    graph: Graph, reach: Reach, member_ids: list[str], stretch: Stretch
) -> dict[str, Page[Member]]:
    """Pages of the members whom some members sponsor and who have never been placed, by member id.

    In a company of one tree nobody waits.
    """
    rows = graph.read(toward(_waiting(), stretch), member_ids=member_ids, reach=reach.today, **stretch.bounds)
    return {
        row["parent_id"]: page(
            [member_of(each, reach) for each in row["members"]],
            lambda one: one.member_id, stretch, row["total"],
        )
        for row in rows
    }  # fmt: skip


@cache
def _upline(tree: str) -> Query:
    return query("today/upline").fill(
        open=OPEN[tree], start=member_in_reach("start"), above=member_in_reach("above"),
        sponsor=member_in_reach("sponsor"), parent=member_in_reach("parent"),
    )  # fmt: skip


@cache
def _waiting() -> Query:
    return query("today/waiting").fill(
        above_within=member_in_reach("above"), member_within=member_in_reach(),
        sponsor=member_in_reach("sponsor"),
    )  # fmt: skip


def _chosen(tree: str, conditions: Conditions) -> dict[str, Query | str]:
    """The pieces that say who is looked at and who of them counts."""
    most = conditions.levels
    if conditions.named is not None:
        candidates = query("today/named").fill(open=OPEN[tree])
    elif conditions.leg is not None:
        within_leg = "" if most is None else str(max(1, most) - 1)
        candidates = query("today/walked_leg").fill(open=OPEN[tree], levels=within_leg)
    else:
        levels = "" if most is None else str(max(1, most))
        candidates = query("today/walked").fill(open=OPEN[tree], levels=levels)
    return {
        "top_within": member_in_reach("top"),
        "inherits": group_in_reach("top", tree),
        "candidates": candidates,
        "meets": query("today/meets").fill(within=member_in_reach("below")),
    }


def _filter(conditions: Conditions) -> dict[str, Any]:
    """The conditions as parameters, which every statement has in full."""
    names = ("levels", "levels_from", "statuses", "countries", "enrolled_from", "enrolled_to", "named")
    values = {name: value for name, value in asdict(conditions).items() if name in names}
    values |= {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
    return values | {"legs": None if conditions.leg is None else spellings(conditions.leg)}


def _page(rows: list[Row], reach: Reach, stretch: Stretch) -> Page[BelowToday]:
    keys = {row["member"]["member_id"]: key_text(row["figure"], row["member"]["member_id"]) for row in rows}
    nodes = [BelowToday(member_of(row, reach), row["level"]) for row in rows]
    return page(nodes, lambda one: keys[one.member.member_id], stretch)
