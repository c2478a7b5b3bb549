"""Live volumes: after every import equal to a full count, and no standing touched that need not be."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.answers.standings import standings
from engine.genealogy.changes import writing
from engine.graph.database import Graph
from engine.graph.queries import Query
from engine.intake.importing import import_company
from engine.passes.context import Work
from engine.passes.record import RunRecord, result
from engine.period import period
from engine.plans.plan import Plan
from engine.plans.reader import read
from engine.run import refresh, run
from engine.runs.live import Live, current, differences
from engine.stages import checks
from tests.support.companies import cypher, written

NOVEMBER = period("2026-11")
TREE = """
members:
  member  sponsor
  1       -
  11      1
  12      1
  111     11
  112     11
  1111    111
  2       -
orders:
  member  order  qv
  1111    o1     50
  12      o2     70
plan:
  name = "Live"
  [activity]
  personal_volume = 60
  [[bonus]]
  name = "Own"
  kind = "personal"
  rate = "0.10"
  on = "own"
  [[bonus]]
  name = "Team"
  kind = "unilevel"
  compression = "activity_skip"
  rates = ["0.05", "0.03"]
"""
LADDER = """
  [[rank]]
  name = "Silver"
  require = [{ kind = "personal_volume", at_least = 80 }]
  grace = 1
"""
OCTOBER = period("2026-10")


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> tuple[Graph, Path, Plan]:
    plan = read(written(tmp_path / "company", TREE))
    import_company(graph, tmp_path / "company")
    return graph, tmp_path / "company", plan


def more_orders(folder: Path, *rows: str) -> None:
    with (folder / "orders.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{row}\n" for row in rows)


def order(
    name: str, member: str, volume: str, kind: str = "sale", of: str = "", month: str = "2026-11"
) -> str:
    return f"{name},{month}-20T10:00:00Z,{member},,{kind},{volume},{volume},0,USD,{of},"


def volumes(graph: Graph, live: Live, *members: str) -> dict[str, tuple[int, int, bool]]:
    by_member = standings(
        graph, Reach.everything, live.run, list(members) or ["1", "11", "12", "111", "1111", "13", "2"]
    )
    return {one.member_id: (one.personal_volume, one.group_volume, one.active) for one in by_member.values()}


def test_the_first_call_builds_and_the_next_finds_nothing_to_do(company: tuple[Graph, Path, Plan]) -> None:
    graph, _, plan = company
    first, second = refresh(graph, plan, NOVEMBER), refresh(graph, plan, NOVEMBER)
    assert (first.rebuilt, second.rebuilt, second.orders, second.touched) == (True, False, 0, 0)
    assert first.run.number == second.run.number
    assert first.touched == 7


def test_an_order_touches_its_member_and_the_upline_alone(company: tuple[Graph, Path, Plan]) -> None:
    graph, folder, plan = company
    refresh(graph, plan, NOVEMBER)
    more_orders(folder, order("o3", "1111", "25"))
    import_company(graph, folder)
    live = refresh(graph, plan, NOVEMBER)
    assert (live.rebuilt, live.orders, live.touched) == (False, 1, 4)  # 1111, 111, 11, 1
    assert volumes(graph, live)["1111"] == (7500, 7500, True)
    assert volumes(graph, live)["1"] == (0, 14500, False)
    assert volumes(graph, live)["2"] == (0, 0, False)
    assert differences(graph, live.run) == []


def test_a_refund_takes_activity_back(company: tuple[Graph, Path, Plan]) -> None:
    graph, folder, plan = company
    refresh(graph, plan, NOVEMBER)
    more_orders(folder, order("r1", "12", "-20", "refund", "o2"))
    import_company(graph, folder)
    assert volumes(graph, refresh(graph, plan, NOVEMBER))["12"] == (5000, 5000, False)


def test_an_order_of_another_month_changes_nothing(company: tuple[Graph, Path, Plan]) -> None:
    graph, folder, plan = company
    refresh(graph, plan, NOVEMBER)
    more_orders(folder, order("o4", "12", "500").replace("2026-11", "2026-12"))
    import_company(graph, folder)
    live = refresh(graph, plan, NOVEMBER)
    assert (live.orders, live.touched, live.cut) == (0, 0, 2)


def test_a_new_member_is_followed_and_a_run_goes_on_from_it(company: tuple[Graph, Path, Plan]) -> None:
    graph, folder, plan = company
    before = refresh(graph, plan, NOVEMBER)
    with (folder / "members.csv").open("a", encoding="utf-8") as file:
        file.write("13,13,1,,,2026-11-02,active,US,13\n")
    import_company(graph, folder)
    after = refresh(graph, plan, NOVEMBER)
    assert (after.rebuilt, after.run.number, after.touched) == (False, before.run.number, 1)
    assert volumes(graph, after)["13"] == (0, 0, False)
    assert differences(graph, after.run) == []
    adopted, from_nothing = run(graph, plan, NOVEMBER), run(graph, plan, NOVEMBER)
    assert adopted.number == before.run.number
    assert adopted.facts["members"] == 8
    assert outcome(adopted) == outcome(from_nothing)


def outcome(of: RunRecord) -> tuple[object, ...]:
    return tuple(of.facts[f"{name}_hash"] for name in ("tree", "orders", "results"))


def test_a_run_goes_on_from_live_standings_and_finds_the_same(company: tuple[Graph, Path, Plan]) -> None:
    graph, folder, plan = company
    live = refresh(graph, plan, NOVEMBER)
    more_orders(folder, order("o3", "111", "90"), order("o5", "2", "15"))
    import_company(graph, folder)  # the live figures have not seen them: the run itself counts them
    adopted = run(graph, plan, NOVEMBER)
    assert adopted.number == live.run.number
    assert adopted.facts["tree_hash"] == live.run.facts["tree_hash"]
    assert current(graph, plan, NOVEMBER) is None
    from_nothing = run(graph, plan, NOVEMBER)
    assert from_nothing.number > adopted.number
    assert outcome(from_nothing) == outcome(adopted)
    assert {
        one.member_id: one.group_volume
        for one in standings(graph, Reach.everything, from_nothing, ["1"]).values()
    } == {"1": 5000 + 7000 + 9000}


def test_live_figures_of_another_engine_are_built_anew(company: tuple[Graph, Path, Plan]) -> None:
    graph, _, plan = company
    before = refresh(graph, plan, NOVEMBER)
    graph.batched(
        cypher("MATCH (r:Run {number: $run}) SET r.engine_version = '0.0.1'", "run"), run=before.run.number
    )
    after = refresh(graph, plan, NOVEMBER)
    assert after.rebuilt
    assert after.run.number > before.run.number


def test_a_rerun_with_live_figures_keeps_the_previous_result_until_it_counts(
    company: tuple[Graph, Path, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    graph, _, plan = company
    before = run(graph, plan, NOVEMBER)
    live = refresh(graph, plan, NOVEMBER)

    def fail(*_asked: object, **_options: object) -> list[object]:
        raise OSError("no checks today")

    with monkeypatch.context() as broken:
        broken.setattr(checks, "violations", fail)
        with pytest.raises(OSError, match="no checks today"):
            run(graph, plan, NOVEMBER)
    assert result(graph, "2026-11", plan.name).number == before.number
    assert current(graph, plan, NOVEMBER) is None  # it went with the run that failed
    assert refresh(graph, plan, NOVEMBER).run.number > live.run.number


def test_a_change_of_more_members_than_it_names_builds_anew(
    company: tuple[Graph, Path, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    graph, folder, plan = company
    before = refresh(graph, plan, NOVEMBER)
    monkeypatch.setattr(writing, "MOST_TOUCHED", 1)
    with (folder / "members.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{name},{name},1,,,2026-11-02,active,US,{name}\n" for name in ("13", "14"))
    import_company(graph, folder)
    after = refresh(graph, plan, NOVEMBER)
    assert after.rebuilt
    assert after.run.number > before.run.number
    assert "14" in volumes(graph, after, "14")


def ranks_of(graph: Graph, of: RunRecord) -> dict[str, int]:
    text = "MATCH (s:Standing {run: $run}) WHERE s.rank > 0 RETURN s.member_id AS id, s.rank AS rank"
    return {row["id"]: row["rank"] for row in graph.read(cypher(text, "run"), run=of.number)}


def test_a_run_goes_on_from_the_ranks_that_live_figures_were_handed(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, folder = read(written(tmp_path / "company", TREE + LADDER)), tmp_path / "company"
    more_orders(folder, order("o3", "2", "80", month="2026-10"))
    import_company(graph, folder)
    run(graph, plan, OCTOBER)
    live = refresh(graph, plan, NOVEMBER)
    names: list[str] = []
    divided = Work.divided

    def noted(work: Work, one: Query, writers: int, **parameters: object) -> None:
        names.append(one.name)
        divided(work, one, writers, **parameters)

    monkeypatch.setattr(Work, "divided", noted)
    adopted = run(graph, plan, NOVEMBER)
    assert adopted.number == live.run.number
    assert ranks_of(graph, adopted) == {"2": 1}  # by grace: October's order
    assert "ranks/earlier" not in names
    from_nothing = run(graph, plan, NOVEMBER)
    assert "ranks/earlier" in names
    assert outcome(from_nothing) == outcome(adopted)


def test_no_run_goes_on_from_live_figures_once_the_period_before_is_computed_again(
    graph: Graph, tmp_path: Path
) -> None:
    plan, folder = read(written(tmp_path / "company", TREE + LADDER)), tmp_path / "company"
    more_orders(folder, order("o3", "2", "80", month="2026-10"))
    import_company(graph, folder)
    run(graph, plan, OCTOBER)
    stale = refresh(graph, plan, NOVEMBER)
    more_orders(
        folder,
        order("o4", "2", "-80", "refund", "o3", month="2026-10"),
        order("o5", "11", "90", month="2026-10"),
    )
    import_company(graph, folder)
    run(graph, plan, OCTOBER)
    after = run(graph, plan, NOVEMBER)
    assert after.number > stale.run.number  # the ranks that its standings got are outdated
    assert ranks_of(graph, after) == {"11": 1}
    before = refresh(graph, plan, NOVEMBER)
    run(graph, plan, OCTOBER)
    live = refresh(graph, plan, NOVEMBER)
    assert live.rebuilt
    assert live.run.number > before.run.number
    adopted = run(graph, plan, NOVEMBER)
    assert adopted.number == live.run.number
    assert ranks_of(graph, adopted) == {"11": 1}


def test_wrong_figures_are_found(company: tuple[Graph, Path, Plan]) -> None:
    graph, _, plan = company
    live = refresh(graph, plan, NOVEMBER)
    with graph.session() as session:
        session.run("MATCH (s:Standing {member_id: '11'}) SET s.group_volume = 1").consume()
    assert {row["member_id"] for row in differences(graph, live.run)} == {"11", "1"}


def test_an_order_that_is_not_held_is_found(company: tuple[Graph, Path, Plan]) -> None:
    graph, _, plan = company
    live = refresh(graph, plan, NOVEMBER)
    graph.batched(cypher("MATCH (s:Standing {member_id: '12'}) REMOVE s.own_orders"))
    assert [
        (row["member_id"], row["figure"], row["expected"], row["actual"])
        for row in differences(graph, live.run)
    ] == [("12", "own orders", 7000, 0)]


def test_random_orders_in_batches_equal_a_full_run(graph: Graph, tmp_path: Path) -> None:
    chance = random.Random(20261101)
    names = ["1"] + [f"m{number}" for number in range(2, 80)]
    rows = ["  1 -"] + [f"  m{n} {names[chance.randrange(max(0, n - 12), n - 1)]}" for n in range(2, 80)]
    text = (
        "members:\n  member sponsor\n"
        + "\n".join(rows)
        + '\norders:\n  member qv\n  m2 10\nplan:\n  name = "Live"\n'
    )
    folder = tmp_path / "company"
    plan = read(written(folder, text))
    import_company(graph, folder)
    refresh(graph, plan, NOVEMBER)
    for batch in range(4):
        sales = [
            order(f"b{batch}-{n}", chance.choice(names), str(chance.randrange(1, 200))) for n in range(9)
        ]
        more_orders(folder, *sales)
        import_company(graph, folder)
        live = refresh(graph, plan, NOVEMBER)
        assert not live.rebuilt
        assert differences(graph, live.run) == []
    full = run(graph, plan, NOVEMBER)
    ids = dict.fromkeys(names)
    one, other = (
        standings(graph, Reach.everything, live.run, list(ids)),
        standings(graph, Reach.everything, full, list(ids)),
    )
    for member in names:
        assert one[member].group_volume == other[member].group_volume, member


def test_two_refreshes_at_once_count_each_order_once(company: tuple[Graph, Path, Plan]) -> None:
    graph, folder, plan = company
    refresh(graph, plan, NOVEMBER)
    more_orders(folder, *(order(f"p{n}", "1111", "1") for n in range(20)))
    import_company(graph, folder)
    with ThreadPoolExecutor(4) as pool:
        refreshed = list(pool.map(lambda _: refresh(graph, plan, NOVEMBER), range(4)))
    assert sorted(live.orders for live in refreshed) == [0, 0, 0, 20]
    assert differences(graph, refreshed[0].run) == []


def test_figures_carry_their_age(company: tuple[Graph, Path, Plan]) -> None:
    graph, _, plan = company
    first = refresh(graph, plan, NOVEMBER)
    second = refresh(graph, plan, NOVEMBER)
    assert timedelta(0) <= second.as_of - first.as_of < timedelta(minutes=5)
    assert first.cut == 1
