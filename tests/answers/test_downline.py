"""A downline page is what a plain walk over the same standings finds, filters and sorts."""

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import sample
from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.answers import downline
from engine.answers.downline import (
    SORTS,
    Conditions,
    UnknownConditionError,
    downline_page,
    downlines,
    level_counts,
)  # fmt: skip
from engine.answers.pages import Stretch
from engine.answers.sorting import Sort
from engine.answers.standings import Standing
from engine.genealogy.refusals import UnknownMemberError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import RunRecord
from engine.plans import reader
from engine.run import run_file
from tests.conftest import Address
from tests.passes.test_hits import Counting
from tests.support.commands import Done
from tests.support.companies import everyone

MEMBERS = 260
PLAN = Path(reader.__file__).parent / "aurora.toml"

CONDITIONS: dict[str, tuple[Conditions, Callable[[Standing], bool]]] = {
    "all": (Conditions(), lambda one: True),
    "active": (Conditions(active=True), lambda one: one.active),
    "inactive": (Conditions(active=False), lambda one: not one.active),
    "gone": (
        Conditions(statuses=("terminated", "suspended")),
        lambda one: one.status in ("terminated", "suspended"),
    ),
    "ranked": (Conditions(ranks=("Builder", "Leader")), lambda one: one.rank in ("Builder", "Leader")),
    "near the floor": (
        Conditions(active=False, least=1, most=5_999),
        lambda one: not one.active and 1 <= one.personal_volume <= 5_999,
    ),
    "two levels": (Conditions(levels=2), lambda one: (one.depth or 0) <= 2),
}
KEYS: dict[str, Callable[[Standing], int]] = {
    "group_volume": lambda one: -one.group_volume,
    "personal_volume": lambda one: -one.personal_volume,
    "earned": lambda one: -one.earned,
    "level": lambda one: one.depth or 0,
    "member": lambda one: 0,
}


@pytest.fixture(scope="module")
def run(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    folder = tmp_path_factory.mktemp("downline")
    sample.make(MEMBERS, 5, "deep", folder)
    server_graph.batched("schema/wipe")
    import_company(server_graph, folder)
    return run_file(server_graph, PLAN, "2026-11")


@pytest.fixture(scope="module")
def all_of_them(server_graph: Graph, run: RunRecord) -> dict[str, Standing]:
    return everyone(server_graph, run)


@pytest.fixture(scope="module")
def root(all_of_them: dict[str, Standing]) -> str:
    (member_id,) = (one.member_id for one in all_of_them.values() if one.depth == 0)
    return member_id


def below(standings: dict[str, Standing], top: str) -> list[Standing]:
    """Everyone below, by following parents."""

    def stands_under(one: Standing) -> bool:
        while one.parent_id is not None:
            if one.parent_id == top:
                return True
            one = standings[one.parent_id]
        return False

    return [one for one in standings.values() if stands_under(one)]


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_downline_holds_exactly_the_members_who_meet_the_conditions(
    name: str, run: RunRecord, all_of_them: dict[str, Standing], root: str, server_graph: Graph
) -> None:
    conditions, meets = CONDITIONS[name]
    expected = {one.member_id for one in below(all_of_them, root) if meets(one)}
    page = downline_page(server_graph, Reach.everything, run, root, conditions, first=MEMBERS)
    assert expected, "a company that has some of each"
    assert {one.member_id for one in page.standings} == expected
    assert (page.matching, page.next_after) == (len(expected), None)


@pytest.mark.parametrize("sort", SORTS)
def test_pages_in_any_order_are_one_list(
    sort: str, run: RunRecord, all_of_them: dict[str, Standing], server_graph: Graph
) -> None:
    ranks = run.facts["ranks"]
    key = KEYS.get(sort) or (lambda one: -ranks.index(one.rank))
    top = max((one for one in all_of_them.values() if one.depth == 1), key=lambda one: one.group_volume)
    listed = sorted(below(all_of_them, top.member_id), key=lambda one: (key(one), one.member_id))
    assert len({key(one) for one in listed}) < len(listed) > 20, "some with the same figure"
    standings: list[Standing] = []
    after = None
    for _ in itertools.count():
        page = downline_page(
            server_graph, Reach.everything, run, top.member_id, sort=sort, first=7, after=after
        )
        standings += page.standings
        assert page.matching == len(listed)
        if (after := page.next_after) is None:
            break
    assert standings == listed
    assert page.top == top


def test_a_member_with_nobody_below_has_an_empty_downline(
    run: RunRecord, all_of_them: dict[str, Standing], server_graph: Graph
) -> None:
    leaf = next(one.member_id for one in all_of_them.values() if not one.frontline)
    page = downline_page(server_graph, Reach.everything, run, leaf)
    assert (page.standings, page.matching, page.next_after) == ((), 0, None)


def test_unknown_members_conditions_and_positions_are_refused_by_name(
    run: RunRecord, root: str, server_graph: Graph
) -> None:
    with pytest.raises(UnknownMemberError):
        downline_page(server_graph, Reach.everything, run, "nobody")
    with pytest.raises(UnknownConditionError, match=r"no rank is called 'Gold' .* none, Builder"):
        downline_page(server_graph, Reach.everything, run, root, Conditions(ranks=("Gold",)))
    with pytest.raises(UnknownConditionError, match=r"no sort is called 'luck' .* group_volume"):
        downline_page(server_graph, Reach.everything, run, root, sort="luck")
    for place in ("M001", "/M001", "x/M001"):
        with pytest.raises(UnknownConditionError, match="is not a position in a downline"):
            downline_page(server_graph, Reach.everything, run, root, after=place)


def test_the_command_reads_page_by_page(run: RunRecord, root: str, upline: Callable[..., Done]) -> None:
    page = upline("downline", root, "--inactive", "--pv-most", "59.99", "--rows", 2)
    assert page.returncode == 0, page.stderr
    after = page.stdout.rpartition("--after '")[2].partition("'")[0]
    assert "/" in after
    words = ("downline", root, "--inactive", "--pv-most", "59.99", "--rows", 2, "--json")
    answer = json.loads(upline(*words, "--after", after).stdout)
    listed = json.loads(upline(*words[:-2], 4, "--json").stdout)
    assert [one["member_id"] for one in answer["standings"]] == [
        one["member_id"] for one in listed["standings"][2:]
    ]
    assert listed["matching"] == answer["matching"] > 4
    wrong = upline("downline", root, "--pv-most", "much")
    assert wrong.returncode == 2
    assert "--pv-most must be a decimal number" in wrong.stderr


A_MEMBER = "a member"


@pytest.mark.parametrize("viewer", ["everybody", A_MEMBER])
@pytest.mark.parametrize("entries", [downline.MOST_ENTRIES, 30])
@pytest.mark.parametrize("descending", [True, False])
def test_pages_by_the_index_are_those_of_the_walk(
    descending: bool, entries: int, viewer: str, run: RunRecord, root: str, server_graph: Graph,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Forward and backward, with conditions, where many have the same figure, and where entries run out."""
    monkeypatch.setattr(downline, "MOST_ENTRIES", entries)
    reach = Reach(Viewer("x", Role.MEMBER, root)) if viewer == A_MEMBER else Reach.everything
    sort = Sort("group_volume", descending)
    for conditions in (Conditions(), Conditions(active=False), Conditions(ranks=("Builder",))):

        def pages(conditions: Conditions = conditions) -> list[tuple[str, ...]]:
            keys: list[tuple[str, ...]] = []
            listed: list[str] = []
            after = ""
            while True:
                stretch = Stretch(40, after=after)
                page = downlines(server_graph, reach, run, [root], "main", conditions, sort, stretch)[root]
                keys.append(page.keys)
                listed += page.keys
                if not page.more:
                    break
                after = page.keys[-1]
            for last in (0, len(listed) // 2, len(listed) - 1):
                stretch = Stretch(7, before=listed[last], backward=True)
                page = downlines(server_graph, reach, run, [root], "main", conditions, sort, stretch)[root]
                assert list(page.keys) == listed[max(0, last - 7) : last]
                keys.append(page.keys)
            return keys

        by_index = pages()
        with monkeypatch.context() as walking:
            walking.setattr(downline, "INDEXED", "no figure")
            assert by_index == pages()


def test_a_page_of_a_large_group_costs_its_rows_alone(
    run: RunRecord, root: str, neo4j_address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order that the index has; without it everybody below is looked at."""
    conditions, stretch = Conditions(), Stretch(2)
    with Counting(neo4j_address) as counting:

        def hits(descending: bool) -> float:
            sort = Sort("group_volume", descending)
            downlines(counting, Reach.everything, run, [root], "main", conditions, sort, stretch)
            return counting.counted().total()

        assert max(hits(True), hits(False)) <= PER_ROW * 4
        monkeypatch.setattr(downline, "INDEXED", "no figure")
        assert min(hits(True), hits(False)) > 5 * MEMBERS


PER_MEMBER = 12
"""Hits for each member of a group: the walk, and the figures of a condition and of the order."""
PER_ROW = 80
"""Hits for each row of a page, which is read whole."""


def test_a_page_costs_its_group_once_and_its_rows(
    run: RunRecord, all_of_them: dict[str, Standing], neo4j_address: Address, server_graph: Graph
) -> None:
    """Neither the company nor the size of the group's members counts: only how many there are."""
    sizes = {one: len(below(all_of_them, one)) for one in all_of_them}
    ranked = sorted((one for one in sizes if sizes[one] > 4), key=lambda one: sizes[one])
    tops = [ranked[0], ranked[len(ranked) // 2], ranked[-1]]
    assert sizes[tops[0]] < sizes[tops[-1]] / 4
    with Counting(neo4j_address) as counting:
        for top in tops:
            for sort in (Sort("group_volume", descending=True), Sort("level"), Sort("member")):
                stretch = Stretch(5)
                conditions = Conditions(active=True)
                page = downlines(counting, Reach.everything, run, [top], "main", conditions, sort, stretch)
                hits = counting.counted().total()
                most = PER_MEMBER * sizes[top] + PER_ROW * (len(page[top].nodes) + 1)
                assert hits <= most, (top, sizes[top], sort, hits, most)


def test_levels_are_counted_in_one_walk(
    run: RunRecord, all_of_them: dict[str, Standing], root: str, server_graph: Graph
) -> None:
    counts = level_counts(server_graph, Reach.everything, run, [root], "main", None)[root]
    by_level: dict[int, list[Standing]] = {}
    for one in below(all_of_them, root):
        by_level.setdefault(one.depth or 0, []).append(one)
    assert counts == tuple(
        (level, len(by_level[level]), sum(one.active for one in by_level[level]))
        for level in sorted(by_level)
    )
