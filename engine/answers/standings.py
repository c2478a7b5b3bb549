"""Standings: what a run froze of each member, and who is above and below in its main tree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from engine.access.pieces import frontline_in_reach, name_in_reach, standing_in_reach
from engine.access.reach import Reach, main_tree
from engine.answers.bulk import every_level
from engine.answers.members import member
from engine.answers.pages import Page, Stretch, page, toward
from engine.answers.within import of_members
from engine.composition.trees import DEPTHS, in_tree
from engine.errors import UplineError
from engine.genealogy.changes.lane import read_company
from engine.graph.database import Graph, Row
from engine.graph.queries import Query, query
from engine.passes.record import RunRecord

Limits = Mapping[str, Any]
"""What `Reach.in_run` says."""
SPONSORED = ("enrolled_depth", "sponsored_first", "sponsored_end")


class NotStandingError(UplineError):
    """The member has no standing in the run."""


class TreeNotInRunError(UplineError):
    """The run keeps only the trees that its plan uses."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One member's place and figures in a run: volumes in hundredths, `earned` in minor units.

    `parent_id` is the member directly above in the main tree. `depth` counts levels below the root, or where
    a member reads below the reader, and is None outside the reader's group in that tree. `rank` is the name
    of the rank that is paid, `lifetime_rank` that of the highest one ever qualified for. The accumulated
    volumes are None where the plan accumulates none.
    """

    run: int
    member_id: str
    name: str | None
    parent_id: str | None
    leg: str | None
    depth: int | None
    status: str
    active: bool
    orders: int
    personal_volume: int
    commissionable_volume: int
    customer_volume: int
    group_volume: int
    qualified_rank: str
    rank: str
    lifetime_rank: str
    earned: int
    frontline: int
    accumulated_personal_volume: int | None
    accumulated_group_volume: int | None
    group_commissionable_volume: int | None
    """None where neither the plan nor a rule of it asks for it."""
    best_rank: str
    """The highest rank in the whole group that somebody qualifies for."""
    enrolled_depth: int | None
    """The same as `depth` in the sponsor tree, but 0 outside a reader's group; None where the run keeps no
    sponsor tree of its own."""
    group_size: int | None
    """Members of the whole group, this one included; None in a run of an earlier release."""


def standings(graph: Graph, reach: Reach, run: RunRecord, member_ids: list[str]) -> dict[str, Standing]:
    """Standings by member id; members without one, or beyond reach, are left out."""
    limits = reach.in_run(graph, run)
    rows = graph.value(_of_members(), run=run.number, member_ids=member_ids, reach=limits)
    return {each.member_id: each for each in (standing_of(row, run, limits) for row in rows)}


def standing(graph: Graph, reach: Reach, run: RunRecord, member_id: str) -> Standing:
    """One member's standing; raises UnknownMemberError or NotStandingError."""
    known = standings(graph, reach, run, [member_id]).get(member_id)
    if known is None:
        member(graph, reach, member_id)
        raise missing(run, member_id)
    return known


def all_standings(graph: Graph, run: RunRecord) -> Iterator[tuple[Standing, str | None]]:
    """Every standing of a run with the sponsor's id, from the top down, by member id within a level.

    The sponsor is None where the run keeps no sponsor tree of its own.
    """
    everything = Reach.everything.in_run(graph, run)
    for row in every_level(graph, run, _chosen(query("answers/of_levels")), reach=everything):
        yield standing_of(row, run, everything), row["sponsor_id"]


def _chosen(chosen: Query) -> Query:
    """The statement on some standings, which a piece chooses."""
    return query("answers/standings").fill(
        chosen=chosen, parent=standing_in_reach("parent"),
        sponsor=standing_in_reach("sponsor"), name=name_in_reach(), frontline=frontline_in_reach("standing"),
    )  # fmt: skip


def missing(run: RunRecord, member_id: str) -> NotStandingError:
    """The refusal of a member who has no standing in the run."""
    return NotStandingError(f"{member_id} was not enrolled in {run.period}")


def frontlines(
    graph: Graph, reach: Reach, run: RunRecord, member_ids: list[str], stretch: Stretch
) -> dict[str, Page[Standing]]:
    """Pages of those directly below some members, by member id; without members who have no standing."""
    limits = reach.in_run(graph, run)
    rows = graph.read(
        toward(_frontlines(), stretch),
        run=run.number, member_ids=member_ids, reach=limits, **stretch.bounds,
    )  # fmt: skip
    return {row["parent_id"]: page_of(row, run, limits, stretch) for row in rows}


def families(
    graph: Graph, reach: Reach, run: RunRecord, member_ids: list[str], stretch: Stretch
) -> dict[str, tuple[Standing, Page[Standing]]]:
    """`standings` and `frontlines` in one trip; members without a standing are left out."""
    limits = reach.in_run(graph, run)
    row = graph.read(
        _families(stretch.backward), run=run.number, member_ids=member_ids, reach=limits, **stretch.bounds
    )[0]
    below = {each["parent_id"]: page_of(each, run, limits, stretch) for each in row["frontlines"]}
    own = (standing_of(each, run, limits) for each in row["standings"])
    return {each.member_id: (each, below[each.member_id]) for each in own}


@cache
def _of_members() -> Query:
    return _chosen(of_members())


@cache
def _families(backward: bool) -> Query:
    stretch = Stretch(1, backward=backward)
    return query("answers/families").fill(standings=_of_members(), frontlines=toward(_frontlines(), stretch))


@cache
def _frontlines() -> Query:
    return query("answers/frontlines").fill(
        parent_within=standing_in_reach("parent"), below_within=standing_in_reach("below"),
        name=name_in_reach(), frontline=frontline_in_reach("below"), total=frontline_in_reach("parent"),
    )  # fmt: skip


def roots(graph: Graph, reach: Reach, run: RunRecord, stretch: Stretch) -> Page[Standing]:
    """A page of the members with nobody above them within reach, by member id: for a member, of one."""
    statement = query("answers/roots").fill(name=name_in_reach(), frontline=frontline_in_reach("root"))
    limits = reach.in_run(graph, run)
    row = graph.read(toward(statement, stretch), run=run.number, reach=limits, **stretch.bounds)[0]
    return page_of(row, run, limits, stretch)


def uplines(
    graph: Graph,
    reach: Reach,
    run: RunRecord,
    member_ids: list[str],
    stretch: Stretch,
    tree: str = "main",
    overlay: int | None = None,
) -> dict[str, Page[Standing]]:
    """Pages of the ancestors of some members, nearest first, up to the root; `total` counts all of them.

    Where a member reads, it is up to the last one below somebody beyond reach.

    `tree` is the run's ``main`` or ``sponsor`` tree; with `overlay`, the index of a compressed tree, those
    who keep no place in it are left out. Keys are levels above the member as text, "1" for the parent.
    """
    statement = query("answers/uplines").fill(
        start=standing_in_reach("start"), above=standing_in_reach("above"),
        higher=standing_in_reach("higher"), depth=DEPTHS[tree],
        parent=standing_in_reach("parent"), name=name_in_reach(), frontline=frontline_in_reach("above"),
    )  # fmt: skip
    limits = reach.in_run(graph, run)
    rows = graph.read(
        toward(in_tree(statement, tree), stretch), run=run.number, overlay=overlay,
        member_ids=member_ids, first=stretch.size + 1,
        after=int(stretch.after or 0), before=int(stretch.before) if stretch.before else None,
        backward=stretch.backward, reach=limits,
    )  # fmt: skip
    pages = {}
    for row in rows:
        above = [standing_of(each, run, limits) for each in row["standings"]]
        levels = dict(zip((each.member_id for each in above), row["levels"], strict=True))
        pages[row["member_id"]] = page(above, partial(_key, levels), stretch, row["total"])
    return pages


def _key(levels: dict[str, int], above: Standing) -> str:
    return str(levels[above.member_id])


def tree_of(
    run: RunRecord, member: Standing, tree: str | None, *, one_tree: bool | None = None
) -> str | None:
    """The tree of a run, ``main`` or ``sponsor``, that is the company's ``placement`` or ``sponsor`` tree.

    Without a name it is the main one. None means that it depends on whether the company has one tree. Raises
    TreeNotInRunError for a tree that the run does not keep.
    """
    if tree is None or tree == main_tree(run):
        return "main"
    if tree == "sponsor" and member.enrolled_depth is not None:
        return "sponsor"
    if one_tree is None:
        return None
    if one_tree:
        return "main"
    raise TreeNotInRunError(
        f"run {run.number} keeps no {tree} tree: its plan does not use it",
        todo="Leave out the tree, or look at members as of today.",
    )


def one_tree(graph: Graph, _reach: Reach) -> bool:
    """Whether the company has one tree, which is both its sponsor tree and its placement tree."""
    return bool(read_company(graph).one_tree)


def page_of(row: Row, run: RunRecord, limits: Limits, stretch: Stretch) -> Page[Standing]:
    """A page from a row that holds a list of `standings`, by member id, and their `total`."""
    nodes = [standing_of(each, run, limits) for each in row["standings"]]
    return page(nodes, lambda one: one.member_id, stretch, row["total"])


def standing_of(row: Row, run: RunRecord, limits: Limits) -> Standing:
    """A Standing from the properties of its node and the other columns of the row.

    `limits` is `Reach.in_run` of the run.
    """
    facts, rank_names = row["standing"], run.facts["ranks"]
    enrolled_depth = facts.get("enrolled_depth")
    same = ("run", "member_id", "status", "active", "orders", "personal_volume")
    volumes = ("commissionable_volume", "customer_volume", "group_volume")
    return Standing(
        **{key: facts[key] for key in (*same, *volumes)},
        name=row.get("name"),
        parent_id=row.get("parent_id"),
        leg=row.get("leg"),
        depth=_depth(facts, limits, "depth", "first", "end", facts.get("span_first")),
        qualified_rank=rank_names[facts["qualified_rank"]],
        rank=rank_names[facts["rank"]],
        lifetime_rank=rank_names[facts.get("lifetime_rank", 0)],
        earned=facts.get("earned", 0),
        frontline=row["frontline"],
        accumulated_personal_volume=facts.get("accumulated_personal_volume"),
        accumulated_group_volume=facts.get("accumulated_group_volume"),
        group_commissionable_volume=facts.get("group_commissionable_volume"),
        best_rank=rank_names[facts.get("best_rank", facts["qualified_rank"])],
        enrolled_depth=enrolled_depth
        and (_depth(facts, limits, *SPONSORED, facts.get("sponsored_first")) or 0),
        group_size=facts["span_end"] - facts["span_first"] if "span_first" in facts else None,
    )


def _depth(facts: Row, limits: Limits, key: str, first: str, end: str, place: int | None) -> int | None:
    """Levels from the top that a reader knows down to a standing: the root, or a member's own place.

    How many are above a member is nothing that the member is told. None outside the member's group.
    """
    if limits["all"]:
        return int(facts[key])
    if facts["member_id"] == limits["viewer"]:
        return 0
    within = place is not None and limits[first] <= place < limits[end]
    return int(facts[key]) - limits[key] if within else None
