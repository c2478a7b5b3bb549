"""A member's downline in a run: those below who meet some conditions, sorted by one figure, page by page."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import Any

from engine import ranges
from engine.access.pieces import frontline_in_reach, member_in_reach, name_in_reach, standing_in_reach
from engine.access.reach import Reach
from engine.answers.pages import Page, Stretch, page
from engine.answers.sorting import Sort, bounds, key_text
from engine.answers.standings import Standing, standing, standing_of
from engine.answers.within import group_in_run_reach
from engine.composition.trees import DEPTHS, SPANS, in_tree
from engine.errors import UplineError
from engine.genealogy.legs import PAIRS, leg_key
from engine.graph.database import Graph
from engine.graph.queries import Query, query
from engine.passes.record import RunRecord

MOST_ROWS = ranges.PAGE.most
"""Members of one page."""
FIGURES = (
    "group_volume", "personal_volume", "commissionable_volume", "customer_volume",
    "group_commissionable_volume", "earned", "rank", "qualified_rank", "lifetime_rank", "orders",
)  # fmt: skip
"""Figures of standings that a downline can be sorted by and, volumes, limited by: properties of standings."""
INDEXED = "group_volume"
"""The figure that an index has in order (cypher/queries/schema/standing_group_volume.cypher)."""
MOST_ENTRIES = 10_000
"""Entries of that index to look at before the group is walked: they may all belong to other groups. A page of
50 in a group of a million takes 7,000 where figures are spread evenly."""
FARTHEST = 2**63 - 1
"""No figure is larger, and none is below its negative."""
SORTS = {
    "group_volume": Sort("group_volume", descending=True),
    "personal_volume": Sort("personal_volume", descending=True),
    "earned": Sort("earned", descending=True),
    "rank": Sort("rank", descending=True),
    "level": Sort("level"),
    "member": Sort("member"),
}
"""The sorts of the command. Members with the same figure are sorted by id."""


class UnknownConditionError(UplineError):
    """A condition, sort or position of a downline that does not exist."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most of a figure of FIGURES, both included; None is no bound."""

    name: str
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions on members; None is no condition. Volumes in hundredths, ranks (paid as) by name.

    Country and day of enrolment are those of today. `named` are the only members that count.
    """

    active: bool | None = None
    statuses: tuple[str, ...] | None = None
    ranks: tuple[str, ...] | None = None
    least: int | None = None
    """The least personal volume."""
    most: int | None = None
    """The most personal volume."""
    levels: int | None = None
    """How many levels down."""
    levels_from: int | None = None
    """The first level that counts."""
    figures: tuple[Bounds, ...] = ()
    countries: tuple[str, ...] | None = None
    enrolled_from: date | None = None
    enrolled_to: date | None = None
    leg: str | None = None
    """The leg of the member whose downline it is, in trees whose legs have names."""
    named: tuple[str, ...] | None = None
    overlay: int | None = None
    """A compressed tree by its index: levels count in it, and nobody is below a member who keeps no place."""

    @property
    def of_today(self) -> bool:
        """Whether a condition is about what a standing does not know."""
        return (self.countries, self.enrolled_from, self.enrolled_to) != (None, None, None)


@dataclass(frozen=True, slots=True)
class Downline:
    """One page: sorted standings, how many match in all, and the position of the next page (None: the end).

    `top` is the member whose downline it is; the level of a standing is its depth less that of `top`.
    """

    top: Standing
    standings: tuple[Standing, ...]
    matching: int
    next_after: str | None


@dataclass(frozen=True, slots=True)
class Below:
    """A standing of a downline; `level` counts from 1 for those directly below."""

    standing: Standing
    level: int


def downline_page(
    graph: Graph,
    reach: Reach,
    run: RunRecord,
    member_id: str,
    conditions: Conditions | None = None,
    sort: str = "group_volume",
    first: int = 50,
    after: str | None = None,
) -> Downline:
    """A page of everyone below a member in the main tree who meets the conditions.

    `after` is the `next_after` of the previous page. A page of a large group in the order of
    group volume comes from an index; every other page walks over the whole group. Raises UnknownMemberError,
    NotStandingError, and UnknownConditionError.
    """
    conditions = conditions or Conditions()
    order = SORTS[_known("sort", sort, list(SORTS))]
    if after is not None and not order.is_key(after):
        raise UnknownConditionError(
            f"{after!r} is not a position in a downline", todo="Pass the next_after of the previous page."
        )
    top = standing(graph, reach, run, member_id)
    stretch = Stretch(max(1, min(first, MOST_ROWS)), after or "")
    rows = downlines(graph, reach, run, [member_id], "main", conditions, order, stretch)[member_id]
    total = downline_totals(graph, reach, run, [member_id], "main", conditions)[member_id]
    last = rows.keys[-1] if rows.more else None
    return Downline(top, tuple(each.standing for each in rows.nodes), total, last)


def downlines(
    graph: Graph,
    reach: Reach,
    run: RunRecord,
    member_ids: list[str],
    tree: str,
    conditions: Conditions,
    sort: Sort,
    stretch: Stretch,
) -> dict[str, Page[Below]]:
    """Pages of everyone below some members in a run's ``main`` or ``sponsor`` tree, by member id.

    Members without a standing, or beyond reach, are left out. Keys are the figure and the member's id as
    text. Raises UnknownConditionError for a rank that the run does not have.
    """
    chosen, parameters = _chosen(run, tree, conditions)
    words = sort.pieces(stretch)
    shared: dict[str, Query | str] = {
        "level": chosen.pop("level"),
        "meets": chosen.pop("meets"),
        "figure": _figure(sort.figure),
        "between": query("downline/between").fill(later=words.pop("later"), sooner=words.pop("sooner")),
        **words,
    }
    rows = query("downline/rows").fill(candidates=chosen.pop("candidates"), **shared)
    if _by_figure(tree, conditions, sort):
        rows = query("downline/rows_by_figure").fill(rows=rows, **shared)
        parameters |= {"members": run.facts["members"], "entries": MOST_ENTRIES, **_ends(sort, stretch)}
    statement = query("downline/page").fill(
        **chosen, rows=rows, name=name_in_reach(), parent=standing_in_reach("parent"),
        frontline=frontline_in_reach("below"),
    )  # fmt: skip
    limits = reach.in_run(graph, run)
    answer = graph.read(
        in_tree(statement, tree), run=run.number, member_ids=member_ids, first=stretch.size + 1,
        reach=limits, **bounds(sort, stretch), **parameters,
    )  # fmt: skip
    return {row["member_id"]: _page(row["rows"], run, limits, stretch) for row in answer}


def _by_figure(tree: str, conditions: Conditions, sort: Sort) -> bool:
    """Whether an index of the whole run has the rows of a large group in their order.

    It has the main tree's spans. A few levels, a leg or some named members are found sooner by themselves.
    """
    some = (conditions.levels, conditions.leg, conditions.named, conditions.overlay)
    return sort.figure == INDEXED and tree == "main" and some == (None, None, None, None)


def _ends(sort: Sort, stretch: Stretch) -> dict[str, int]:
    """The least and the most figure of the rows that can be on a page."""
    first, last = sort.key(stretch.after), sort.key(stretch.before)
    high, low = (first, last) if sort.descending else (last, first)
    return {"least": low[0] if low else -FARTHEST, "most": high[0] if high else FARTHEST}


def downline_totals(
    graph: Graph, reach: Reach, run: RunRecord, member_ids: list[str], tree: str, conditions: Conditions
) -> dict[str, int]:
    """How many below some members meet the conditions, by member id."""
    chosen, parameters = _chosen(run, tree, conditions)
    first, end = SPANS[tree]
    whole = "true" if conditions == Conditions() else "false"
    counting = query("downline/count").fill(**chosen, whole=whole, first=first, end=end)
    statement = in_tree(counting, tree)
    rows = graph.read(
        statement, run=run.number, member_ids=member_ids, reach=reach.in_run(graph, run), **parameters
    )
    return {row["member_id"]: row["total"] for row in rows}


def level_counts(
    graph: Graph, reach: Reach, run: RunRecord, member_ids: list[str], tree: str, levels: int | None
) -> dict[str, tuple[tuple[int, int, int], ...]]:
    """Of each level below some members: its number, the members on it, and how many of them are active."""
    chosen, parameters = _chosen(run, tree, Conditions(levels=levels))
    statement = in_tree(query("downline/levels").fill(**chosen), tree)
    rows = graph.read(
        statement, run=run.number, member_ids=member_ids, reach=reach.in_run(graph, run), **parameters
    )
    return {row["member_id"]: tuple(tuple(level) for level in row["levels"]) for row in rows}


def _chosen(
    run: RunRecord, tree: str, conditions: Conditions
) -> tuple[dict[str, Query | str], dict[str, Any]]:
    """The pieces that say who is looked at and who of them counts, and their parameters."""
    first, end = SPANS[tree]
    # A compressed tree may have levels within reach that are far below in the real one.
    most = conditions.levels if conditions.overlay is None else None
    depth = "" if most is None else str(max(1, most))
    if conditions.named is not None:
        candidates = query("downline/named").fill(first=first, end=end)
    elif conditions.leg is not None:
        within_leg = str(max(1, most) - 1) if most is not None else ""
        candidates = query("downline/walked_leg").fill(levels=within_leg)
    else:
        candidates = query("downline/walked").fill(levels=depth)
    person = (
        query("downline/person").fill(within=member_in_reach("person")) if conditions.of_today else "true"
    )
    meets = query("downline/meets").fill(within=standing_in_reach("below"), person=person)
    pieces: dict[str, Query | str] = {
        "top_within": standing_in_reach("top"),
        "inherits": group_in_run_reach(tree),
        "candidates": candidates,
        "level": _level(tree, conditions),
        "meets": meets,
    }
    return pieces, {"filter": _filter(run, conditions)}


def _level(tree: str, conditions: Conditions) -> Query | str:
    """What says on which level below a member a standing is."""
    depth = DEPTHS[tree]
    if conditions.overlay is None:
        return f"below.{depth} - top.{depth}"
    return query("downline/compressed_level").fill(depth=depth)


def _filter(run: RunRecord, conditions: Conditions) -> dict[str, Any]:
    """The conditions as parameters, which every statement has in full."""
    listed = ("statuses", "countries", "named")
    values = {name: value for name, value in asdict(conditions).items() if name not in ("least", "most")}
    values |= {name: None if values[name] is None else list(values[name]) for name in listed}
    values["ranks"] = _numbers(run, conditions.ranks)
    personal = Bounds("personal_volume", conditions.least, conditions.most)
    values["figures"] = [asdict(each) for each in (personal, *conditions.figures)]
    values["legs"] = None if conditions.leg is None else spellings(values.pop("leg"))
    values.pop("leg", None)
    return values


def spellings(leg: str) -> list[str]:
    """All ways to write a leg, in small letters."""
    same = [each for pair in PAIRS for each in pair if leg_key(each) == leg_key(leg)]
    return same or [leg.lower()]


@cache
def _figure(figure: str) -> Query | str:
    """What a downline is sorted by."""
    if figure in FIGURES:
        return f"coalesce(below.{figure}, 0)"
    if figure == "name":
        return query("downline/name").fill(name=name_in_reach("person"))
    if figure == "enrolled":
        return query("downline/enrolled").fill(within=member_in_reach("person"))
    return "level" if figure == "level" else "below.member_id"


def _page(
    rows: list[dict[str, Any]], run: RunRecord, limits: dict[str, Any], stretch: Stretch
) -> Page[Below]:
    keys = {
        row["standing"]["member_id"]: key_text(row["figure"], row["standing"]["member_id"]) for row in rows
    }
    nodes = [Below(standing_of(row, run, limits), row["level"]) for row in rows]
    return page(nodes, lambda one: keys[one.standing.member_id], stretch)


def _numbers(run: RunRecord, names: tuple[str, ...] | None) -> list[int] | None:
    ranks = run.facts["ranks"]
    return None if names is None else [ranks.index(_known("rank", name, ranks)) for name in names]


def _known(what: str, name: str, known: Iterable[str]) -> str:
    if name not in known:
        raise UnknownConditionError(f"no {what} is called {name!r}", todo=f"There are {', '.join(known)}.")
    return name
