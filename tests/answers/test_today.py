"""Trees of today: a downline, and a search in it, is what a plain walk over the members finds and sorts."""

import itertools
from collections.abc import Callable
from datetime import date

import pytest

from engine import sample
from engine.access.policy import Policy
from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.answers import search
from engine.answers.downline import Conditions
from engine.answers.members import Member, member_page
from engine.answers.pages import Stretch
from engine.answers.search import SearchError, anywhere, in_group_today
from engine.answers.sorting import Sort
from engine.answers.today import (
    BelowToday,
    downline_totals_today,
    downlines_today,
    uplines_today,
    waiting_pages,
)
from engine.answers.words import named, searched
from engine.graph.database import Graph
from engine.intake.importing import import_company

MEMBERS = 240
TREES = ("sponsor", "placement")
ALL = Reach.everything
ANALYST = Reach(Viewer("an", Role.ANALYST))

CONDITIONS: dict[str, tuple[Conditions, Callable[[BelowToday], bool]]] = {
    "all": (Conditions(), lambda one: True),
    "gone": (Conditions(statuses=("terminated", "suspended")), lambda one: one.member.status != "active"),
    "levels": (Conditions(levels_from=2, levels=3), lambda one: 2 <= one.level <= 3),
    "enrolled": (
        Conditions(enrolled_from=date(2025, 6, 1), enrolled_to=date(2026, 3, 31)),
        lambda one: date(2025, 6, 1) <= (one.member.enrolled_on or date.max) <= date(2026, 3, 31),
    ),
    "countries": (Conditions(countries=("US", "DE")), lambda one: one.member.country in ("US", "DE")),
}
KEYS: dict[str, Callable[[BelowToday], object]] = {
    "member": lambda one: one.member.member_id,
    "name": lambda one: (one.member.name or "").lower(),
    "enrolled": lambda one: one.member.enrolled_on,
    "level": lambda one: one.level,
}


@pytest.fixture(scope="module")
def everybody(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Member]:
    folder = tmp_path_factory.mktemp("today")
    sample.make(MEMBERS, 11, "binary", folder)
    server_graph.batched("schema/wipe")
    import_company(server_graph, folder)
    with server_graph.session() as session:
        session.run("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()").consume()
    return {one.member_id: one for one in member_page(server_graph, ALL, "", Stretch(MEMBERS)).nodes}


def parent_of(member: Member, tree: str) -> str | None:
    return member.sponsor_id if tree == "sponsor" else member.placement_id


def below(everybody: dict[str, Member], top: str, tree: str) -> list[BelowToday]:
    """Everyone below, by following parents."""
    group = []
    for member in everybody.values():
        level, above = 1, parent_of(member, tree)
        while above is not None and above != top:
            level, above = level + 1, parent_of(everybody[above], tree)
        if above == top:
            group.append(BelowToday(member, level))
    return group


def head_of(everybody: dict[str, Member], tree: str) -> str:
    """A member with a middling group."""
    sizes = {one: len(below(everybody, one, tree)) for one in everybody}
    return min((one for one in sizes if sizes[one] > 30), key=lambda one: sizes[one])


@pytest.mark.parametrize("tree", TREES)
@pytest.mark.parametrize("name", CONDITIONS)
def test_a_downline_holds_exactly_the_members_who_meet_the_conditions(
    name: str, tree: str, everybody: dict[str, Member], server_graph: Graph
) -> None:
    conditions, meets = CONDITIONS[name]
    tops = [head_of(everybody, tree), next(one for one in everybody if not parent_of(everybody[one], tree))]
    pages = downlines_today(server_graph, ALL, tops, tree, conditions, Sort("member"), Stretch(MEMBERS))
    totals = downline_totals_today(server_graph, ALL, tops, tree, conditions)
    for top in tops:
        expected = [one for one in below(everybody, top, tree) if meets(one)]
        assert sorted(pages[top].nodes, key=lambda one: one.member.member_id) == sorted(
            expected, key=lambda one: one.member.member_id
        )
        assert totals[top] == len(expected)
    assert any(pages[top].nodes for top in tops), "a company that has some of each"


@pytest.mark.parametrize("figure", KEYS)
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("backward", [False, True])
def test_pages_in_any_order_are_one_list(
    figure: str, descending: bool, backward: bool, everybody: dict[str, Member], server_graph: Graph
) -> None:
    top = head_of(everybody, "sponsor")
    listed = sorted(below(everybody, top, "sponsor"), key=lambda one: one.member.member_id)
    listed.sort(key=KEYS[figure], reverse=descending)  # type: ignore[arg-type]  # each key sorts
    if descending:  # equals stay in the order of ids
        listed = [
            one
            for _, equals in itertools.groupby(listed, key=KEYS[figure])
            for one in sorted(equals, key=lambda one: one.member.member_id)
        ]
    pages: list[list[BelowToday]] = []
    bound = ""
    while True:
        stretch = Stretch(7, **{"before" if backward else "after": bound}, backward=backward)
        page = downlines_today(
            server_graph, ALL, [top], "sponsor", Conditions(), Sort(figure, descending), stretch
        )[top]
        pages.append(list(page.nodes))
        if not (page.earlier if backward else page.more):
            break
        bound = page.keys[0 if backward else -1]
    pages = pages[::-1] if backward else pages
    assert [one for part in pages for one in part] == listed


def test_the_upline_is_nearest_first(everybody: dict[str, Member], server_graph: Graph) -> None:
    for tree in TREES:
        low = max(everybody, key=lambda one: len(uplines(everybody, one, tree)))
        expected = uplines(everybody, low, tree)
        page = uplines_today(server_graph, ALL, [low], tree, Stretch(3))[low]
        assert ([one.member_id for one in page.nodes], page.total) == (expected[:3], len(expected))
        assert page.more
        last = uplines_today(server_graph, ALL, [low], tree, Stretch(2, backward=True))[low]
        assert [one.member_id for one in last.nodes] == expected[-2:]
        viewer = Reach(Viewer("m", Role.MEMBER, expected[1]))
        seen = uplines_today(server_graph, viewer, [low], tree, Stretch(100))[low]
        assert ([one.member_id for one in seen.nodes], seen.total) == (expected[:2], 2)


def uplines(everybody: dict[str, Member], low: str, tree: str) -> list[str]:
    """The ids of everyone above."""
    ids, above = [], parent_of(everybody[low], tree)
    while above is not None:
        ids.append(above)
        above = parent_of(everybody[above], tree)
    return ids


def test_a_leg_is_found_however_it_is_written(everybody: dict[str, Member], server_graph: Graph) -> None:
    top = head_of(everybody, "placement")
    heads = [one for one in everybody.values() if one.placement_id == top]
    left = next(one for one in heads if (one.leg or "").lower() in ("l", "left", "1"))
    group = below(everybody, left.member_id, "placement")
    expected = {left.member_id} | {one.member.member_id for one in group}
    for leg in ("L", "left", "Left", "1"):
        for named_only in (None, tuple(everybody)):
            conditions = Conditions(leg=leg, named=named_only)
            page = downlines_today(
                server_graph, ALL, [top], "placement", conditions, Sort("level"), Stretch(MEMBERS)
            )[top]
            assert {one.member.member_id for one in page.nodes} == expected
            assert page.nodes[0].level == 1


def test_a_member_sees_the_downline_of_the_trees_that_the_company_shows(
    everybody: dict[str, Member], server_graph: Graph
) -> None:
    top = head_of(everybody, "placement")
    viewer = Viewer("m", Role.MEMBER, top)
    sponsored = {top} | {one.member.member_id for one in below(everybody, top, "sponsor")}
    only = Reach(viewer, Policy(trees=frozenset({"sponsor"})))
    page = downlines_today(
        server_graph, only, [top], "placement", Conditions(), Sort("member"), Stretch(MEMBERS)
    )[top]
    group = {one.member.member_id for one in below(everybody, top, "placement")}
    assert {one.member.member_id for one in page.nodes} == group & sponsored
    total = downline_totals_today(server_graph, only, [top], "placement", Conditions())
    assert total == {top: len(group & sponsored)}
    outside = next(one for one in everybody if one not in group | sponsored)
    assert (
        downlines_today(
            server_graph, Reach(viewer), [outside], "placement", Conditions(), Sort("member"), Stretch(5)
        )
        == {}
    )


def test_who_waits_for_a_place_is_in_the_sponsors_holding_tank(
    everybody: dict[str, Member], server_graph: Graph
) -> None:
    sponsors = sorted({one.sponsor_id for one in everybody.values() if one.sponsor_id})
    pages = waiting_pages(server_graph, ALL, sponsors, Stretch(MEMBERS))
    for sponsor in sponsors:
        expected = [
            one.member_id
            for one in everybody.values()
            if one.sponsor_id == sponsor and one.placement_id is None
        ]
        assert [one.member_id for one in pages[sponsor].nodes] == sorted(expected)
        assert pages[sponsor].total == len(expected)


@pytest.mark.parametrize("large", [False, True])
def test_a_search_finds_the_same_in_small_groups_and_by_the_index(
    large: bool, everybody: dict[str, Member], server_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:
        monkeypatch.setattr(search, "SMALL_GROUP", 3)
        monkeypatch.setattr(search, "FEW_HITS", 7)
    top = head_of(everybody, "sponsor")
    group = {one.member.member_id: one.member for one in below(everybody, top, "sponsor")}
    some = sorted(group)[3]
    name = group[some].name or ""
    assert len(name.split()) > 1, "a company whose members have names"
    typed = name.split()[0]
    wrong = (typed[:2] + typed[3:], f"{typed}x", "*", f"{typed}) OR (")
    for text in (name, typed, typed[:3], some, some[:-1], *wrong):
        expected = sorted(
            one
            for one, member in group.items()
            if one.casefold().startswith(text.casefold()) or named(searched(text), member.name)
        )
        hits = in_group_today(server_graph, ALL, top, "sponsor", text)
        assert (list(hits.ids), hits.stopped) == (expected, False), text
        whole = sorted(
            one
            for one, member in everybody.items()
            if one.casefold().startswith(text.casefold()) or named(searched(text), member.name)
        )
        assert list(anywhere(server_graph, ALL, text).ids) == whole, text
        viewer = Reach(Viewer("m", Role.MEMBER, top))
        placed = {one.member.member_id for one in below(everybody, top, "placement")}
        assert set(anywhere(server_graph, viewer, text).ids) == set(whole) & ({top} | placed | group.keys())


def test_a_search_that_ends_early_says_so(
    everybody: dict[str, Member], server_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = (next(iter(everybody.values())).name or "").split()[0]
    monkeypatch.setattr(search, "FEW_HITS", 1)
    monkeypatch.setattr(search, "MOST_HITS", 1)
    assert anywhere(server_graph, ALL, first).stopped
    assert anywhere(server_graph, ALL, "will").stopped, "a word that the index leaves out"
    assert not anywhere(server_graph, ALL, "zzzzzzzz").stopped


def test_who_sees_no_names_finds_none(everybody: dict[str, Member], server_graph: Graph) -> None:
    member = next(iter(everybody.values()))
    assert anywhere(server_graph, ANALYST, (member.name or "").split()[0]).ids == ()
    assert member.member_id in anywhere(server_graph, ANALYST, member.member_id).ids
    for text in ("", "  ", "x" * (search.LONGEST + 1)):
        with pytest.raises(SearchError):
            anywhere(server_graph, ALL, text)
