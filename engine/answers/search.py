"""Searches by name or id: within a group or everywhere, always within reach.

The names of a group of up to SMALL_GROUP members are read and compared one by one, so that whoever is outside
the group has no part in what is found. For larger groups the full-text index of names is asked, and what it
finds is compared in the same way. A search that MOST_HITS hits do not end is stopped.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.access.areas import Area, Scope
from engine.access.pieces import group_in_reach, member_in_reach, name_in_reach, standing_in_reach
from engine.access.reach import Reach
from engine.answers.members import Member, members
from engine.answers.pages import Page, Stretch, page
from engine.answers.within import group_in_run_reach
from engine.answers.words import lucene, named, searched
from engine.composition.trees import OPEN, SPANS, in_tree
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.graph.queries import Query, query
from engine.passes.record import RunRecord

SMALL_GROUP = 2_000
"""Members of a group whose names are all read."""
FEW_HITS = 500
"""Hits that the index is asked for first; mostly there are no more."""
MOST_HITS = 5_000
"""Hits of one search."""
MOST_IDS = 500
"""Members whose id begins with what is searched."""
LONGEST = 200
"""Characters of a search."""

Rows = list[list[str | None]]
"""Ids and names."""


class SearchError(UplineError):
    """The text of a search is empty or too long."""


@dataclass(frozen=True, slots=True)
class Hits:
    """The ids that a search finds, sorted; `stopped` says whether there may be more."""

    ids: tuple[str, ...]
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of what a search finds; `stopped` says whether there may be more than its total."""

    page: Page[Member]
    stopped: bool


def in_group_of_run(graph: Graph, reach: Reach, run: RunRecord, member_id: str, tree: str, text: str) -> Hits:
    """Who is found below a member in a run's ``main`` or ``sponsor`` tree. Raises SearchError."""
    checked(text)
    first, end = SPANS[tree]
    pieces = {"top_within": standing_in_reach("top"), "within": standing_in_reach("below")}
    parameters = {"run": run.number, "member_id": member_id, "reach": reach.in_run(graph, run)}
    statement = query("search/group_of_run").fill(
        **pieces, inherits=group_in_run_reach(tree), candidates=query("downline/walked").fill(levels=""),
        name=name_in_reach(),
    )  # fmt: skip
    rows = _small(graph, in_tree(statement, tree), parameters)
    if rows is not None:
        return _of(rows, text)
    place = query("search/in_run").fill(**pieces, first=first, end=end, name=name_in_reach())
    return _large(graph, reach, in_tree(place, tree), parameters, text)


def in_group_today(graph: Graph, reach: Reach, member_id: str, tree: str, text: str) -> Hits:
    """Who is found below a member in the ``sponsor`` or ``placement`` tree of today. Raises SearchError."""
    checked(text)
    pieces = {"top_within": member_in_reach("top")}
    parameters = {"member_id": member_id, "reach": reach.today}
    statement = query("search/group_today").fill(
        **pieces, inherits=group_in_reach("top", tree), within=member_in_reach("below"),
        candidates=query("today/walked").fill(open=OPEN[tree], levels=""),
    )  # fmt: skip
    rows = _small(graph, statement, parameters)
    if rows is not None:
        return _of(_seen(reach, rows), text)
    place = query("search/today").fill(**pieces, within=member_in_reach(), open=OPEN[tree])
    return _large(graph, reach, place, parameters, text)


def anywhere(graph: Graph, reach: Reach, text: str) -> Hits:
    """Who is found among all members within reach. Raises SearchError."""
    checked(text)
    if not reach.all:
        rows: Rows = graph.value("search/viewers_group", most=SMALL_GROUP + 1, reach=reach.today)
        if len(rows) <= SMALL_GROUP:
            return _of(_seen(reach, rows), text)
    place = query("search/anywhere").fill(within=member_in_reach())
    return _large(graph, reach, place, {"reach": reach.today}, text)


def search_page(graph: Graph, reach: Reach, text: str, starts: str, stretch: Stretch) -> SearchPage:
    """A page, by id, of the members within reach whom a search finds and whose id starts with a text.

    Raises SearchError.
    """
    hits = anywhere(graph, reach, text)
    ids = [one for one in hits.ids if one.startswith(starts)]
    within = [one for one in ids if stretch.after < one and (not stretch.before or one < stretch.before)]
    if stretch.backward:
        within.reverse()
    shown = members(graph, reach, within[: stretch.size + 1])
    rows = [shown[one] for one in within[: stretch.size + 1] if one in shown]
    return SearchPage(page(rows, lambda one: one.member_id, stretch, len(ids)), hits.stopped)


def checked(text: str) -> str:
    """The text of a search, or SearchError."""
    if not text.strip():
        raise SearchError("the search is empty", todo="Search for a name, a part of one, or an id.")
    if len(text) > LONGEST:
        raise SearchError(f"the search has more than {LONGEST} characters")
    return text


def _small(graph: Graph, statement: Query, parameters: Mapping[str, object]) -> Rows | None:
    """Everyone in a group of up to SMALL_GROUP members; None for a larger one."""
    filters: dict[str, object] = {}
    answer = graph.read(statement, most=SMALL_GROUP + 1, filter=filters, **parameters)
    rows: Rows = answer[0]["rows"] if answer else []
    return rows if len(rows) <= SMALL_GROUP else None


def _large(graph: Graph, reach: Reach, place: Query, parameters: Mapping[str, object], text: str) -> Hits:
    """Who is found by the index, a step at a time, and by the beginning of an id."""
    ids, start = query("search/ids").fill(place=place), text.strip()
    rows: Rows = list(graph.value(ids, text=start, upper=start.upper(), most=MOST_IDS, **parameters))
    words = lucene(searched(text))
    stopped = bool(searched(text)) and not words
    if words and _sees_names(reach):
        hits, named_rows = query("search/hits").fill(place=place), Rows()
        for most in (FEW_HITS, MOST_HITS):
            # Always from the first hit on: the index orders equal hits anew for each number of them.
            answer = graph.read(hits, words=words, most=most, **parameters)[0]
            named_rows, stopped = answer["rows"], answer["seen"] >= most
            if not stopped:
                break
        rows += named_rows
    return Hits(_of(_seen(reach, rows), text).ids, stopped)


def _of(rows: Iterable[list[str | None]], text: str) -> Hits:
    """Those of some members whom a text names by their id or its beginning, or by their name."""
    start, search = text.strip().casefold(), searched(text)
    ids = {
        str(member_id)
        for member_id, name in rows
        if str(member_id).casefold().startswith(start) or named(search, name)
    }
    return Hits(tuple(sorted(ids)))


def _sees_names(reach: Reach) -> bool:
    return reach.scope(Area.NAMES) is not Scope.NOBODY


def _seen(reach: Reach, rows: Rows) -> Rows:
    """Rows without the names that the viewer does not see."""
    return rows if _sees_names(reach) else [[member_id, None] for member_id, _ in rows]
