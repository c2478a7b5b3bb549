"""Refunds of committed periods count in no open one; the closed one is computed again without them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.access.reach import Reach
from engine.answers.orders import order as order_of
from engine.corrections.restating import Restated, restatements
from engine.genealogy.operations.kinds import ChangeSponsor, SuspendMember
from engine.genealogy.operations.performing import perform
from engine.graph.database import Graph
from engine.intake.importing import import_company, import_rows
from engine.intake.refusals import ImportRefusedError
from engine.passes.chain import Chain
from engine.passes.context import Work
from engine.passes.record import complete, result
from engine.passes.replay import unchanged
from engine.period import period
from engine.periods.committing import commit
from engine.periods.steps import BadRuleError, set_rules
from engine.periods.withdrawing import withdraw
from engine.plans.plan import Plan
from engine.plans.reader import read
from engine.preview.previewing import preview
from engine.progress import OnProgress, silent
from engine.run import STAGES, run
from engine.runs import runner
from engine.runs.life import tried
from engine.runs.live import differences, refresh
from engine.runs.removal import sweep
from engine.runs.runner import Stage, execute
from tests.support.companies import written
from tests.support.restated import differing, legs, paid, states, volumes

OCTOBER, NOVEMBER, DECEMBER = "2025-10", "2025-11", "2025-12"
LEVELS = """
plan:
  name = "Levels"
  [activity]
  personal_volume = 50
  [[bonus]]
  name = "Level"
  kind = "unilevel"
  compression = "activity_skip"
  rates = { none = ["0.10"] }
members:
  member  sponsor  enrolled_on
  G       -        2025-01-01
  A       G        2025-01-01
  B       A        2025-01-01
  D       A        2025-01-01
  Z       -        2025-01-01
orders:
  order  ordered_at            member  qv
  a      2025-10-02T10:00:00Z  A       60
  g      2025-10-02T10:00:00Z  G       60
  z      2025-10-02T10:00:00Z  Z       60
  o1     2025-10-05T10:00:00Z  B       500
  o2     2025-10-06T10:00:00Z  D       300
  g2     2025-11-02T10:00:00Z  G       60
  z2     2025-11-02T10:00:00Z  Z       60
"""
BINARY = """
plan:
  name = "Legs"
  [activity]
  personal_volume = 0
  [[bonus]]
  name = "Binary"
  {bonus}
members:
  member  sponsor  placement  leg    enrolled_on
  U       -        -          -      2025-01-01
  L       U        U          left   2025-01-01
  R       U        U          right  2025-01-01
orders:
  order  ordered_at            member  qv
"""
PAIRS = 'kind = "binary_pairs"\nper_pair = 10\npair = 100'
FLUSH = 'kind = "binary"\nrate = "0.10"\nafter = "flush"'


def company(graph: Graph, folder: Path, text: str, *committed: str) -> Plan:
    """Import a company, run and commit some periods; returns the plan."""
    plan = read(written(folder, text), None)
    import_company(graph, folder)
    close(graph, plan, *committed)
    return plan


def close(graph: Graph, plan: Plan, *names: str) -> None:
    for name in names:
        run(graph, plan, period(name))
        commit(graph, name, plan.name)


def binary(graph: Graph, folder: Path, bonus: str, *orders: str) -> Plan:
    text = BINARY.format(bonus=bonus.replace("\n", "\n  "))
    rows = (each.split() for each in orders)
    listed = "".join(f"  {name}  {day}T10:00:00Z  {member}  {qv}\n" for name, day, member, qv in rows)
    return company(graph, folder, text + listed, OCTOBER)


def refund(name: str, of: str, day: str, member: str, volume: float) -> dict[str, str]:
    figures = dict.fromkeys(("qualifying_volume", "commissionable_volume"), f"-{volume}")
    return {
        "order_id": name, "ordered_at": f"{day}T10:00:00Z", "member_id": member, "kind": "refund", **figures,
        "amount": "0", "currency": "USD", "refund_of": of,
    }  # fmt: skip


def returned(graph: Graph, *rows: tuple[str, str, str, str, float], **rules: str) -> Any:
    return import_rows(graph, {"orders": [refund(*row) for row in rows]}, refund_rules=rules)


def restated(
    graph: Graph, plan: Plan, name: str, monkeypatch: pytest.MonkeyPatch, report: OnProgress = silent
) -> list[Restated]:
    """Run a period, and return what it restates."""
    listed: list[Restated] = []

    def seen(work: Work, stages: Sequence[Stage]) -> None:
        execute(work, stages)
        if work.period.name == name:
            listed[:] = restatements(work)

    with monkeypatch.context() as patch:
        patch.setattr("engine.run.execute", seen)
        run(graph, plan, period(name), report)
    return listed


@pytest.mark.parametrize("first", ["the commit", "the refunds"])
def test_a_refund_reaches_those_who_were_paid(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """B has moved to Z, and A is not active any more: A alone gives back, whichever came first."""
    plan = company(graph, tmp_path, LEVELS, *([OCTOBER] if first == "the commit" else []))
    rows = [("r1", "o1", "2025-11-09", "B", 500), ("r2", "o2", "2025-11-09", "D", 300)]
    done = returned(graph, *rows)
    if first == "the commit":
        assert "2 refunds take back orders of committed periods and correct those: r1, r2" in done.warnings[0]
    else:
        close(graph, plan, OCTOBER)
    perform(graph, ChangeSponsor(member_id="B", sponsor_id="Z", on=period(NOVEMBER).first))
    october = result(graph, OCTOBER)
    stages: list[str] = []
    listed = restated(graph, plan, NOVEMBER, monkeypatch, lambda stage, *_: stages.append(stage))
    assert [(each.paid.number, each.orders) for each in listed] == [(october.number, ("r1", "r2"))]
    assert {"volumes", f"{OCTOBER} again: volumes"} <= set(stages)
    assert differing(graph, listed) == {(OCTOBER, "A", "Level"): -80_00}
    november = result(graph, NOVEMBER)
    assert paid(graph, november.number) == {}
    assert volumes(graph, november.number) == {"G": 60_00, "A": 0, "B": 0, "D": 0, "Z": 60_00}
    assert result(graph, OCTOBER) == october
    assert [run.number for run in complete(graph)] == [november.number, october.number]
    kept = order_of(graph, Reach.everything, "r1")
    assert kept.corrects
    assert (f"{kept.placed_at:%m-%d}", f"{kept.ordered_at:%m-%d}") == ("11-09", "10-05")
    assert returned(graph, *rows).orders.unchanged == 2
    with pytest.raises(ImportRefusedError, match="refund_too_large"):
        returned(graph, ("r3", "o1", "2025-11-10", "B", 1))


def test_pieces_and_refunds_of_refunds_add_up(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 500 some comes back in pieces, one of them in error; later the rest."""
    plan = company(graph, tmp_path, LEVELS, OCTOBER)
    returned(graph, ("r1", "o1", "2025-11-01", "B", 100), ("r2", "o1", "2025-10-20", "B", 50))
    back = refund("u1", "r1", "2025-11-03", "B", 0) | {"qualifying_volume": "0"}
    import_rows(graph, {"orders": [back]}, refund_rules={"of_refund": "remark"})
    listed = restated(graph, plan, NOVEMBER, monkeypatch)
    assert listed[0].orders == ("r1", "r2", "u1")
    assert differing(graph, listed) == {(OCTOBER, "A", "Level"): -15_00}
    close(graph, plan, NOVEMBER)
    assert restated(graph, plan, DECEMBER, monkeypatch) == []  # settled with November
    returned(graph, ("r4", "o1", "2025-12-05", "B", 350))
    listed = restated(graph, plan, DECEMBER, monkeypatch)
    assert [each.paid.period for each in listed] == [OCTOBER]  # nothing is carried into November
    assert differing(graph, listed) == {(OCTOBER, "A", "Level"): -50_00}


def test_rules_and_withdrawal(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = company(graph, tmp_path, LEVELS, OCTOBER)
    row = ("r1", "o1", "2025-11-09", "B", 500)
    with pytest.raises(ImportRefusedError, match="--refund-rule committed_order=correct"):
        returned(graph, row, committed_order="refuse")
    returned(graph, row, committed_order="correct")
    run(graph, plan, period(NOVEMBER))
    assert volumes(graph, result(graph, NOVEMBER).number)["B"] == 0
    withdraw(graph, OCTOBER, reason="a mistake")  # the refund counts by itself again
    assert not order_of(graph, Reach.everything, "r1").corrects
    reasons = Chain(graph, plan.name).reasons(result(graph, NOVEMBER))
    assert any("refunds that correct a committed period since, or no longer" in each for each in reasons)
    assert restated(graph, plan, NOVEMBER, monkeypatch) == []
    assert volumes(graph, result(graph, NOVEMBER).number)["B"] == -500_00
    close(graph, plan, OCTOBER)
    assert order_of(graph, Reach.everything, "r1").corrects
    withdraw(graph, OCTOBER, reason="another rule")
    returned(graph, ("r2", "o2", "2025-11-09", "D", 1), committed_order="remark")
    close(graph, plan, OCTOBER)
    assert not order_of(graph, Reach.everything, "r1").corrects
    with pytest.raises(BadRuleError):
        set_rules(graph, corrected_ranks="perhaps")


def test_an_order_that_no_committed_run_counted_cannot_be_corrected(graph: Graph, tmp_path: Path) -> None:
    plan = company(graph, tmp_path, LEVELS)
    run(graph, plan, period(NOVEMBER))
    commit(graph, NOVEMBER, first=True)
    with pytest.raises(ImportRefusedError, match="older than the first committed period"):
        returned(graph, ("r1", "o1", "2025-12-09", "B", 500))
    returned(graph, ("r1", "o1", "2025-12-09", "B", 500), committed_order="remark")


PAIRED = ("l1 2025-10-05 L 100", "r1 2025-10-06 R 100")


@pytest.mark.parametrize(
    ("bonus", "orders", "back", "change", "after"),
    [
        (PAIRS, PAIRED, ("l1", "L", 100), -10_00, [(0, 100), (0, 100)]),  # CL-02: the other leg gets it back
        (PAIRS, (*PAIRED, "l2 2025-11-05 L 100"), ("l1", "L", 100), -10_00, [(0, 100), (0, 0)]),  # CL-04
        # Volume that no pair has used lowers the leg alone, and what a pair has used in part undoes it.
        (PAIRS, ("l1 2025-10-05 L 150", PAIRED[1]), ("l1", "L", 50), 0, [(0, 0), (0, 0)]),
        (PAIRS, ("l1 2025-10-05 L 40", "l2 2025-10-05 L 60", PAIRED[1]), ("l2", "L", 60), -10_00,
         [(40, 100), (40, 100)]),
        (PAIRS, ("l1 2025-10-05 L 40", "l2 2025-10-05 L 60", PAIRED[1], "l3 2025-11-05 L 60"),
         ("l2", "L", 60), -10_00, [(40, 100), (0, 0)]),
        # What flush has cleared does not return.
        (FLUSH, PAIRED, ("l1", "L", 100), -10_00, [(0, 0), (0, 0)]),
    ],
)  # fmt: skip
def test_pairs_are_undone_and_the_legs_go_on_from_there(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bonus: str, orders: tuple[str, ...],
    back: tuple[str, str, float], change: int, after: list[tuple[int, int]],
) -> None:  # fmt: skip
    plan = binary(graph, tmp_path, bonus, *orders)
    name, member, volume = back
    returned(graph, ("back", name, "2025-11-09", member, volume))
    listed = restated(graph, plan, NOVEMBER, monkeypatch)
    assert sum(differing(graph, listed).values()) == change
    november = result(graph, NOVEMBER)
    assert november.facts["previous"] == listed[0].restated.number
    numbers = (listed[0].restated.number, november.number)
    assert [tuple(legs(graph, plan, number)) for number in numbers] == [(a * 100, b * 100) for a, b in after]


def test_a_debt_under_flush_is_paid_once(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the end of December 10.00 in all: October's are given back, December's are paid."""
    orders = (*PAIRED, "l3 2025-12-05 L 100", "r3 2025-12-06 R 100")
    plan = binary(graph, tmp_path, FLUSH, *orders)
    returned(graph, ("back", "l1", "2025-11-09", "L", 100))
    listed = restated(graph, plan, NOVEMBER, monkeypatch)
    assert differing(graph, listed) == {(OCTOBER, "U", "Binary"): -10_00}
    close(graph, plan, NOVEMBER)
    run(graph, plan, period(DECEMBER))
    assert paid(graph, result(graph, DECEMBER).number) == {("U", "Binary"): 10_00}


def test_what_is_carried_makes_the_next_period_restated_until_nothing_differs(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """October's pair goes; its right leg pairs in November, and from then on the legs are as they were."""
    orders = (*PAIRED, "l2 2025-11-05 L 100", "l3 2025-12-05 L 100", "r3 2025-12-05 R 100")
    plan = binary(graph, tmp_path, f"{PAIRS}\ncarry_cap = 100", *orders)
    close(graph, plan, NOVEMBER, DECEMBER)
    returned(graph, ("back", "l1", "2026-01-09", "L", 100))
    listed = restated(graph, plan, "2026-01", monkeypatch)
    assert [each.paid.period for each in listed] == [OCTOBER, NOVEMBER, DECEMBER]
    assert [each.orders for each in listed] == [("back",), (), ()]
    assert differing(graph, listed) == {(OCTOBER, "U", "Binary"): -10_00, (NOVEMBER, "U", "Binary"): 10_00}
    assert result(graph, "2026-01").facts["previous"] == listed[-1].restated.number


def test_restated_runs_stay_as_long_as_a_run_rests_on_them(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = binary(graph, tmp_path, PAIRS, *PAIRED)
    run(graph, plan, period(NOVEMBER))
    sweep(graph)
    assert states(graph) == {1: "complete", 2: "complete"}
    kept = refresh(graph, plan, period(NOVEMBER), STAGES)
    returned(graph, ("back", "l1", "2025-11-09", "L", 50))
    assert unchanged(graph, plan, period(NOVEMBER)) is None
    (reason,) = Chain(graph, plan.name).reasons(result(graph, NOVEMBER))
    assert "refunds of committed periods" in reason
    live = refresh(graph, plan, period(NOVEMBER), STAGES)
    assert live.rebuilt
    assert live.run.number != kept.run.number
    assert differences(graph, live.run) == []
    number = live.run.facts["previous"]
    sweep(graph)
    assert states(graph) == {1: "complete", 2: "complete", live.run.number: "live", number: "restated"}
    again = run(graph, plan, period(NOVEMBER))
    assert (again.number, again.facts["previous"]) == (live.run.number, number)  # goes on from live figures
    afresh = run(graph, plan, period(NOVEMBER))
    assert afresh.facts["previous"] == number  # taken over, not computed again
    assert afresh.facts["results_hash"] == again.facts["results_hash"]
    with tried(graph, plan, period(NOVEMBER), lambda *_: None) as trial:
        execute(trial, STAGES)
        assert trial.previous == number
    returned(graph, ("back2", "l1", "2025-11-10", "L", 50))
    before = states(graph)
    tried_out = preview(graph, SuspendMember(member_id="R", on=date(2025, 11, 15)), whole=True)
    assert [each.period for each in tried_out.periods if each.differences is not None] == [NOVEMBER]
    assert states(graph) == before
    more = run(graph, plan, period(NOVEMBER))
    sweep(graph)
    assert states(graph) == {
        1: "complete", more.number: "complete", more.facts["previous"]: "restated",
    }  # fmt: skip
    assert legs(graph, plan, more.facts["previous"]) == [0, 100_00]


def test_an_interrupted_restated_run_leaves_nothing(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = binary(graph, tmp_path, PAIRS, *PAIRED)
    returned(graph, ("back", "l1", "2025-11-09", "L", 100))

    def gone(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(runner, "_pay", gone)
        for module in ("engine.corrections.frozen", "engine.runs.life"):
            patch.setattr(f"{module}.remove", lambda *_: None)  # a killed process removes nothing
        with pytest.raises(KeyboardInterrupt):
            run(graph, plan, period(NOVEMBER))
    assert states(graph) == {1: "complete", 2: "running", 3: "restating"}
    listed = restated(graph, plan, NOVEMBER, monkeypatch)
    assert differing(graph, listed) == {(OCTOBER, "U", "Binary"): -10_00}
    sweep(graph)
    number = result(graph, NOVEMBER).number
    assert states(graph) == {1: "complete", number: "complete", listed[0].restated.number: "restated"}


STAR = """
  [[rank]]
  name = "Star"
  require = [{ kind = "group_volume", at_least = 500 }]
  [[bonus]]"""
RANKED = LEVELS.replace("rates = { none", "rates = { Star").replace("\n  [[bonus]]", STAR)


def test_ranks_are_held_or_restated(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without B's 500 neither A nor G is a Star: what others paid them goes too, where ranks are restated."""
    plan = company(graph, tmp_path, RANKED, OCTOBER)
    returned(graph, ("r1", "o1", "2025-11-09", "B", 500))
    listed = restated(graph, plan, NOVEMBER, monkeypatch)
    assert differing(graph, listed) == {(OCTOBER, "A", "Level"): -50_00}
    assert listed[0].restated.facts["ranks_held"]
    set_rules(graph, corrected_ranks="restated")
    listed = restated(graph, plan, NOVEMBER, monkeypatch)
    assert differing(graph, listed) == {(OCTOBER, "A", "Level"): -80_00, (OCTOBER, "G", "Level"): -6_00}
    assert not listed[0].restated.facts["ranks_held"]


MONTH = """
  [[bonus]]
  name = "Month"
  calendar = "month"
  kind = "unilevel"
  rates = { none = ["0.20"] }
  [[bonus]]
  calendar = "week"
"""
WEEKLY = LEVELS.replace("= 50\n  [[bonus]]", f"= 0{MONTH.rstrip()}")


def test_a_week_is_corrected_and_the_open_month_sees_what_is_left(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = company(graph, tmp_path, WEEKLY)
    run(graph, plan, period("2025-W40"))
    close(graph, plan, "2025-W40", "2025-W41")
    returned(graph, ("r1", "o2", "2025-10-14", "D", 200))
    assert f"{order_of(graph, Reach.everything, 'r1').ordered_at:%m-%d}" == "10-06"
    listed = restated(graph, plan, "2025-W42", monkeypatch)
    assert differing(graph, listed) == {("2025-W41", "A", "Level"): -20_00}
    assert restated(graph, plan, OCTOBER, monkeypatch) == []
    assert paid(graph, result(graph, OCTOBER).number)["A", "Month"] == 120_00  # 500 + 300 - 200
