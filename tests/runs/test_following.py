"""Live figures follow operations: equal to a full count, and at a cost that no moved group raises."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.access.policy import Policy
from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.answers.live import live_age, live_figures, live_run
from engine.answers.standings import standings
from engine.genealogy.changes.lane import read_company
from engine.genealogy.operations.bulk import perform_all
from engine.genealogy.operations.kinds import (
    ChangeOwner,
    ChangeSponsor,
    EnrollCustomer,
    EnrollMember,
    MergeMembers,
    MoveCustomer,
    MoveMember,
    Operation,
    PlaceMember,
    ReinstateMember,
    RollUpMember,
    SuspendMember,
    SwapMembers,
    TakeBack,
    TerminateMember,
)
from engine.genealogy.operations.performing import Done, Instruction, perform
from engine.genealogy.placement import ByHand
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import Ask, Graph
from engine.passes.record import RunRecord
from engine.run import refresh, run
from engine.runs.live import differences
from tests.support.living import NOVEMBER, PLAN, company, sell
from tests.support.small_tables import ask

FACTS = ("status", "active", "personal_volume", "group_volume", "orders", "own_orders", "customer_orders")


def frozen(graph: Graph, of: RunRecord) -> list[dict[str, Any]]:
    """What the standings of a run are and where, without what only a run that goes on from them counts."""
    facts = ", ".join(f"s.{name} AS {name}" for name in FACTS)
    text = (
        f"MATCH (s:Standing {{run: $run}}) OPTIONAL MATCH (s)-[u:UNDER]->(p) "
        f"OPTIONAL MATCH (s)-[:ENROLLED_UNDER]->(r) RETURN s.member_id AS id, {facts}, "
        "p.member_id AS parent, u.leg AS leg, r.member_id AS sponsor ORDER BY id"
    )
    rows = ask(graph, text, run=of.number)
    for row in rows:  # a list of volumes has no order
        row |= {name: sorted(row[name] or ()) for name in ("own_orders", "customer_orders")}
    return rows


def places(graph: Graph, of: RunRecord, names: list[str]) -> dict[str, tuple[int | None, int | None]]:
    """The level and the group's size of each member in a run."""
    by_id = standings(graph, Reach.everything, of, names)
    return {member: (one.depth, one.group_size) for member, one in by_id.items()}


def random_operation(chance: random.Random, names: list[str], number: int, last: int) -> Operation:
    """Any operation, which may be refused; days before the period, in it and after it."""
    one, other, third = (chance.choice(names) for _ in range(3))
    on = date(2026, 10, 25) + timedelta(days=chance.randrange(40))
    leg = chance.choice("LRM")
    new = f"n{number}"
    how = ByHand(other, leg) if chance.random() < 0.7 else None
    kinds: list[Operation] = [
        EnrollMember(member_id=new, sponsor_id=one, how=how, on=on),
        EnrollMember(member_id=new, sponsor_id=one, how=how, on=date(2026, 10, 1)),
        PlaceMember(member_id=one, how=ByHand(other, leg), on=on),
        MoveMember(member_id=one, parent_id=other, leg=leg, on=on),
        MoveMember(member_id=one, parent_id=third, leg=leg, on=date(2026, 11, 1)),
        MoveMember(member_id=one, parent_id=other, leg=leg, alone=True, on=on),
        ChangeSponsor(member_id=one, sponsor_id=other, on=on),
        SwapMembers(member_id=one, other_id=other, groups=chance.random() < 0.5, on=on),
        SuspendMember(member_id=one),
        ReinstateMember(member_id=one),
        TerminateMember(member_id=one) if chance.random() < 0.3 else ReinstateMember(member_id=other),
        ChangeOwner(member_id=one, owner_id=other),
        EnrollCustomer(customer_id=f"c{number % 4}", sponsor_id=one, on=on),
        MoveCustomer(customer_id=f"c{number % 4}", member_id=one),
        TakeBack(number=chance.randint(max(1, last - 15), last)),
        RollUpMember(member_id=one, on=on),
        MergeMembers(member_id=one, other_id=other, on=on)
        if chance.random() < 0.3
        else TakeBack(number=last),
    ]
    return chance.choice(kinds)


def test_followed_figures_equal_a_full_build(graph: Graph, tmp_path: Path) -> None:
    chance = random.Random(20261125)
    parents = {"m0": "-"} | {f"m{n}": f"m{(n - 1) // 2}" for n in range(1, 24)}
    plan = company(graph, tmp_path, parents, **{f"m{n}": "LR"[(n - 1) % 2] for n in range(1, 24)})
    live = refresh(graph, plan, NOVEMBER)
    names, done = list(parents), list[str]()
    for step in range(8):
        last = read_company(graph).newest
        operations = [random_operation(chance, names, 20 * step + n, last) for n in range(20)]
        outcomes = perform_all(graph, [Instruction(each) for each in operations], accept_valid=True)
        done += [each.kind for each in outcomes if isinstance(each, Done)]
        names += [
            each.id
            for one in outcomes
            if isinstance(one, Done)
            for each in one.changed
            if each.what == "enrolled"
        ]
        for n in range(5):
            sell(graph, f"s{step}-{n}", chance.choice(names), chance.randrange(1, 90))
        before = live
        live = refresh(graph, plan, NOVEMBER)
        assert (live.rebuilt, live.run.number) == (False, before.run.number)
        assert differences(graph, live.run) == [], step
    assert len(set(done)) >= 12, sorted(set(done))

    followed = frozen(graph, live.run)
    adopted = run(graph, plan, NOVEMBER)
    assert adopted.number == live.run.number
    numbered = places(graph, adopted, names)
    anew = refresh(graph, plan, NOVEMBER)
    assert anew.rebuilt
    assert frozen(graph, anew.run) == followed
    from_anew, again = run(graph, plan, NOVEMBER), run(graph, plan, NOVEMBER)
    assert again.number > from_anew.number == anew.run.number
    for name in ("tree", "orders", "figures", "results"):
        hashes = {each.facts[f"{name}_hash"] for each in (adopted, from_anew, again)}
        assert len(hashes) == 1, name
    assert adopted.facts["members"] == again.facts["members"] == len(followed)
    assert numbered == places(graph, again, names)


# In between


def test_what_is_interrupted_leaves_the_figures_of_before(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parents = {"m0": "-", "m1": "m0", "m2": "m0", "m3": "m1"}
    plan = company(graph, tmp_path, parents)
    sell(graph, "o1", "m3", 70)
    live = refresh(graph, plan, NOVEMBER)
    before = frozen(graph, live.run)
    perform(graph, MoveMember(member_id="m3", parent_id="m2", on=date(2026, 11, 3)))
    perform(graph, EnrollMember(member_id="m4", sponsor_id="m3", how=ByHand("m3"), on=date(2026, 11, 4)))
    together, failing = Graph.together, 1

    def failing_at(self: Graph, work: Any) -> Any:
        def interrupted(ask_one: Ask) -> Any:
            left = iter(range(failing, 0, -1))

            def one(statement: Any, **parameters: Any) -> Any:
                if next(left, 0) == 0:
                    raise KeyboardInterrupt
                return ask_one(statement, **parameters)

            return work(one)

        return together(self, interrupted)

    while failing < 40:
        with monkeypatch.context() as broken:
            broken.setattr(Graph, "together", failing_at)
            try:
                after = refresh(graph, plan, NOVEMBER)
                break
            except KeyboardInterrupt:
                assert frozen(graph, live.run) == before
                age = live_age(graph, Reach.everything, live.run)
                assert age is not None
                assert (age.change, age.last_change, age.as_of) == (live.cut, live.cut + 2, live.as_of)
        failing += 1
    assert failing > 8
    assert (after.rebuilt, after.changes, differences(graph, after.run)) == (False, 2, [])


def test_what_a_later_or_an_open_change_does_is_not_followed_yet(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two members change places after the follower has looked which change is the last one."""
    parents = {"m0": "-", "m1": "m0", "m2": "m1", "m3": "m2"}
    plan = company(graph, tmp_path, parents)
    sell(graph, "o1", "m3", 70)
    refresh(graph, plan, NOVEMBER)
    perform(graph, MoveMember(member_id="m3", parent_id="m0", on=date(2026, 11, 3)))
    together = Graph.together

    def late(self: Graph, work: Any) -> Any:
        def within(ask_one: Ask) -> Any:
            def one(statement: Any, **parameters: Any) -> Any:
                rows = ask_one(statement, **parameters)
                if statement == "live/lock":
                    monkeypatch.setattr(Graph, "together", together)
                    for member, parent in (("m1", "m3"), ("m3", "m2")):
                        try:
                            perform(
                                graph, MoveMember(member_id=member, parent_id=parent, on=date(2026, 11, 4))
                            )
                        except NotDoneError:
                            assert member == "m3"
                    perform(graph, SuspendMember(member_id="m3"))
                return rows

            return work(one)

        return together(self, within)

    monkeypatch.setattr(Graph, "together", late)
    first = refresh(graph, plan, NOVEMBER)
    assert (first.rebuilt, first.changes, differences(graph, first.run)) == (False, 1, [])
    row = next(row for row in frozen(graph, first.run) if row["id"] == "m3")
    assert (row["parent"], row["status"]) == ("m0", "active")
    second = refresh(graph, plan, NOVEMBER)
    assert (second.rebuilt, second.changes, differences(graph, second.run)) == (False, 2, [])
    row = next(row for row in frozen(graph, second.run) if row["id"] == "m1")
    assert (row["parent"], row["group_volume"]) == ("m3", 0)


def test_who_has_moved_away_is_out_of_reach_at_once(graph: Graph, tmp_path: Path) -> None:
    parents = {"m0": "-", "m1": "m0", "m2": "m0", "m3": "m1"}
    plan = company(graph, tmp_path, parents)
    before = refresh(graph, plan, NOVEMBER).run
    perform(graph, MoveMember(member_id="m3", parent_id="m2", on=date(2026, 11, 3)))
    perform(graph, ChangeSponsor(member_id="m3", sponsor_id="m2", on=date(2026, 11, 3)))
    perform(graph, EnrollMember(member_id="m4", sponsor_id="m3", how=ByHand("m3"), on=date(2026, 11, 4)))
    refresh(graph, plan, NOVEMBER)
    of_run = live_run(graph, "2026-11", plan.name)
    assert of_run is not None
    for viewer, ids in (("m0", {"m1", "m3", "m4"}), ("m1", {"m1"}), ("m2", {"m3", "m4"}), ("m4", {"m4"})):
        reach = Reach(Viewer(viewer, Role.MEMBER, viewer), Policy())
        assert live_figures(graph, reach, of_run, ["m1", "m3", "m4"]).keys() == ids
        assert live_figures(graph, reach, before, ["m1", "m3", "m4"]) == {}  # chosen before: choose again


def test_figures_that_are_kept_say_how_long_a_change_waits(graph: Graph, tmp_path: Path, upline: Any) -> None:
    plan = company(graph, tmp_path, {"m0": "-", "m1": "m0"})
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    words = ("live", "--period", "2026-11", "--plan", path, "m0")
    refused = upline(*words, "--kept")
    assert refused.returncode == 2
    assert "no live figures of 2026-11 by Follow" in refused.stderr
    refresh(graph, plan, NOVEMBER)
    sell(graph, "o1", "m1", 70)
    assert "1 change behind, for" in upline(*words, "--kept").stdout
    assert "up to date with change 2" in upline(*words).stdout
    kept = upline(*words, "--kept", "--check").stdout
    assert "as they are kept" in kept
    assert "70.00" in kept
    assert "equal to a full count" in kept
