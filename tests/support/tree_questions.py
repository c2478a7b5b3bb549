"""Questions about trees, so that each piece of their statements is sent once."""

from datetime import date
from unittest import mock

from engine.access.reach import Reach
from engine.answers import search, today
from engine.answers.downline import Bounds, Conditions, downline_totals, downlines, level_counts
from engine.answers.pages import Stretch
from engine.answers.sorting import Sort
from engine.answers.standings import uplines
from engine.graph.database import Graph
from engine.passes.record import RunRecord

ALL = Reach.everything
FILTERS = (
    Conditions(),
    Conditions(levels=2, levels_from=1, statuses=("active",), figures=(Bounds("group_volume", 1, 10**6),)),
    Conditions(countries=("US",), enrolled_from=date(2020, 1, 1), enrolled_to=date(2030, 1, 1)),
    Conditions(leg="L", levels=3),
    Conditions(named=("11", "12"), leg="right"),
)


def ask_trees(graph: Graph, run: RunRecord, member_id: str) -> None:
    """Ask everything about the trees around one member of a run that keeps a sponsor tree and an overlay."""
    for tree in ("main", "sponsor"):
        for figure in ("earned", "member", "name", "enrolled") if tree == "main" else ("level",):
            downlines(graph, ALL, run, [member_id], tree, Conditions(), Sort(figure), Stretch(2))
        for conditions in FILTERS if tree == "main" else FILTERS[-2:]:
            stretch = Stretch(2, before="5/12", backward=True)
            downlines(graph, ALL, run, [member_id], tree, conditions, Sort("earned", True), stretch)
            downline_totals(graph, ALL, run, [member_id], tree, conditions)
        level_counts(graph, ALL, run, [member_id], tree, 3)
        uplines(graph, ALL, run, ["1211"], Stretch(2), tree)
        for size in (0, search.SMALL_GROUP):
            with mock.patch.object(search, "SMALL_GROUP", size):
                search.in_group_of_run(graph, ALL, run, member_id, tree, "1")
                search.in_group_of_run(graph, ALL, run, member_id, tree, "smith")
    uplines(graph, ALL, run, ["1211"], Stretch(2, backward=True), "main", 0)
    for tree in ("sponsor", "placement"):
        for figure in today.FIGURES if tree == "sponsor" else ("name",):
            today.downlines_today(graph, ALL, [member_id], tree, Conditions(), Sort(figure), Stretch(2))
        for conditions in FILTERS[-2:]:
            today.downlines_today(graph, ALL, [member_id], tree, conditions, Sort("level"), Stretch(2))
            today.downline_totals_today(graph, ALL, [member_id], tree, conditions)
        today.uplines_today(graph, ALL, ["1211"], tree, Stretch(2))
        for size in (0, search.SMALL_GROUP):
            with mock.patch.object(search, "SMALL_GROUP", size):
                search.in_group_today(graph, ALL, member_id, tree, "smith")
    today.waiting_pages(graph, ALL, [member_id], Stretch(2))
    search.anywhere(graph, ALL, "smith")
