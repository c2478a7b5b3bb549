"""A search in a group of a run: the same by names and by the index, within tree and reach."""

import pytest

from engine.access.policy import Policy
from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.answers import search
from engine.answers.pages import Stretch
from engine.answers.search import in_group_of_run, search_page
from engine.api.errors import HiddenFigureError
from engine.api.types.trees import sort_of
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from tests.support.companies import month

COMPANY = """
plan:
  name = "Two trees"
  [[bonus]]
  name = "Sponsors"
  kind = "unilevel"
  tree = "sponsor"
  rates = ["0.10"]
members:
  member  sponsor  placement  leg
  A       -        -          -
  B       A        A          L
  C       A        A          R
  D       A        B          L
  E       C        B          R
  F       D        D          L
orders:
  order  member  qv   cv
  a      A       300  300
"""
"""Placement: A over B and C; B over D and E; D over F. Sponsors: A of B, C and D; C of E; D of F."""
NAMES = {
    "A": "Ann Lee", "B": "Jürg Müller", "C": "Jorge Miller", "D": "Will Muller", "E": "Zoë Müller",
    "F": "Franz Mueller",
}  # fmt: skip
ALL = Reach.everything


def member(member_id: str, **policy: object) -> Reach:
    return Reach(Viewer("m", Role.MEMBER, member_id), Policy(**policy))  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=["by spans", "by walking up"])
def run(
    request: pytest.FixtureRequest, server_graph: Graph, tmp_path_factory: pytest.TempPathFactory
) -> RunRecord:
    """A run whose standings have spans, and one of an earlier release, without."""
    server_graph.batched("schema/wipe")
    done = month(server_graph, tmp_path_factory.mktemp("company"), COMPANY)
    with server_graph.session() as session:
        session.run("MATCH (m:Member) SET m.name = $names[m.member_id]", names=NAMES).consume()
        if request.param == "by walking up":
            session.run(
                "MATCH (s:Standing) REMOVE s.span_first, s.span_end, s.sponsored_first, s.sponsored_end"
            ).consume()
        session.run("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()").consume()
    return done


@pytest.fixture(params=["by name", "by the index"])
def how(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "by the index":
        monkeypatch.setattr(search, "SMALL_GROUP", 0)
        monkeypatch.setattr(search, "FEW_HITS", 2)
    return str(request.param)


EXPECTED: list[tuple[Reach, str, str, str, str]] = [
    (ALL, "A", "main", "muller", "BCDEF"),
    (ALL, "B", "main", "muller", "DEF"),
    (ALL, "C", "sponsor", "muller", "E"),
    (ALL, "C", "main", "muller", ""),
    (ALL, "A", "main", "muler jurg", "B"),
    (ALL, "A", "main", "mueller", "BDEF"),
    (ALL, "A", "main", "e", "E"),
    (ALL, "A", "main", "zoe", "E"),
    (ALL, "A", "main", "ann", ""),
    (member("B"), "B", "main", "muller", "DEF"),
    (member("B"), "A", "main", "muller", ""),
    (member("C"), "C", "sponsor", "muller", "E"),
    (member("B", trees=frozenset({"sponsor"})), "B", "main", "muller", ""),
    (Reach(Viewer("a", Role.ANALYST)), "A", "main", "muller", ""),
    (Reach(Viewer("a", Role.ANALYST)), "A", "main", "D", "D"),
]


@pytest.mark.parametrize(("reach", "top", "tree", "text", "expected"), EXPECTED)
def test_who_is_found_in_a_group_of_a_run(
    reach: Reach, top: str, tree: str, text: str, expected: str, run: RunRecord, how: str, server_graph: Graph
) -> None:
    assert how
    hits = in_group_of_run(server_graph, reach, run, top, tree, text)
    assert (hits.ids, hits.stopped) == (tuple(expected), False)


def test_what_a_search_finds_comes_in_pages(run: RunRecord, server_graph: Graph) -> None:
    assert run.number
    first = search_page(server_graph, ALL, "mueller", "", Stretch(2))
    assert ([one.member_id for one in first.page.nodes], first.page.total) == (["B", "D"], 4)
    assert first.page.more
    rest = search_page(server_graph, ALL, "mueller", "", Stretch(2, after="D"))
    assert ([one.member_id for one in rest.page.nodes], rest.page.more) == (["E", "F"], False)
    last = search_page(server_graph, ALL, "mueller", "", Stretch(1, before="F", backward=True))
    assert ([one.member_id for one in last.page.nodes], last.page.earlier) == (["E"], True)
    assert search_page(server_graph, ALL, "mueller", "D", Stretch(2)).page.total == 1


def test_no_list_goes_by_what_the_viewer_does_not_see() -> None:
    earned, name = ({"field": each, "direction": "desc"} for each in ("earned", "name"))
    assert sort_of(ALL, earned).descending
    for reach, order in ((member("A"), earned), (Reach(Viewer("s", Role.SUPPORT)), earned),
                         (Reach(Viewer("a", Role.ANALYST)), name)):  # fmt: skip
        with pytest.raises(HiddenFigureError):
            sort_of(reach, order)
    assert sort_of(member("A", downline_money=True), earned).figure == "earned"
    assert sort_of(member("A"), name).figure == "name"
