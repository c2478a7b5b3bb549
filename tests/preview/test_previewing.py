"""A preview says what the operation then does, to the last unit, and leaves nothing."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine import sample
from engine.genealogy.operations.kinds import (
    ChangeOwner,
    ChangeSponsor,
    EnrollMember,
    MergeMembers,
    MoveMember,
    Operation,
    RollUpMember,
    RollUpMembers,
    SwapMembers,
    TerminateMember,
)
from engine.genealogy.operations.performing import perform
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.chain import plan_by_text
from engine.passes.record import result
from engine.passes.replay import period_of
from engine.plans import reader
from engine.plans.plan import Plan
from engine.plans.reader import read
from engine.preview.figures import differences, figures_of
from engine.preview.previewing import Preview, PreviewTooLargeError, preview
from engine.run import STAGES, run, run_file
from engine.runs.live import refresh
from tests.runs.test_freshness import OCTOBER, PLAN, TABLES
from tests.runs.test_noticed import NOVEMBER, OPERATIONS
from tests.support.companies import cypher
from tests.support.small_tables import write

EVERYTHING = """
CALL () {
  MATCH (n) RETURN labels(n) + [elementId(n)] AS what, properties(n) AS facts
  UNION ALL MATCH ()-[r]->() RETURN [type(r), elementId(r)] AS what, properties(r) AS facts
}
RETURN collect([what, facts]) AS everything
"""


def everything(graph: Graph) -> list[str]:
    """All nodes and edges of the store, with their properties."""
    return sorted(repr(each) for each in graph.value(cypher(EVERYTHING)))


def performed(graph: Graph, operation: Operation, previewed: Preview) -> None:
    """Make the operation, compute the periods again, and compare with the preview."""
    before = {}
    for each in previewed.periods:
        record = result(graph, each.period, each.plan)
        if not each.fresh:
            record = run(graph, plan_by_text(record), period_of(record, plan_by_text(record)))
        before[each.plan, each.period] = figures_of(graph, record.number, record.facts["ranks"])
    done = perform(graph, operation)
    assert (previewed.kind, previewed.on, previewed.changed) == (done.kind, done.on, done.changed)
    for each in previewed.periods:
        record = result(graph, each.period, each.plan)
        again = run(graph, plan_by_text(record), period_of(record, plan_by_text(record)))
        figures = figures_of(graph, again.number, again.facts["ranks"])
        assert each.differences == differences(before[each.plan, each.period], figures), (operation, each)
        assert each.earned_after - each.earned_before == sum(one.gain for one in each.differences or ())
        assert each.earned_after == sum(one.earned for one in figures.values())


def company(graph: Graph, folder: Path) -> Plan:
    """A company of two trees with results of two months."""
    path = folder / "plan.toml"
    path.write_text(PLAN.replace('"steady"', '"activity_skip"'), encoding="utf-8")
    plan = read(path)
    import_company(graph, write(folder / "tables", **TABLES))
    run(graph, plan, OCTOBER)
    run(graph, plan, NOVEMBER)
    return plan


def test_every_kind_of_operation_is_previewed_as_it_is_done(graph: Graph, tmp_path: Path) -> None:
    company(graph, tmp_path)
    for operation in OPERATIONS:
        before = everything(graph)
        previewed = preview(graph, operation)
        assert everything(graph) == before, operation
        performed(graph, operation, previewed)


def test_periods_before_the_day_are_not_touched(graph: Graph, tmp_path: Path) -> None:
    plan = company(graph, tmp_path)
    previewed = preview(graph, MoveMember(member_id="E", parent_id="A", leg="R", on=NOVEMBER.first))
    assert [each.period for each in previewed.periods] == ["2026-11"]
    assert previewed.untouched == ((plan.name, "2026-10"),)
    named = preview(graph, MoveMember(member_id="E", parent_id="A", leg="R", on=OCTOBER.first), periods=1)
    assert [(each.period, each.differences is None) for each in named.periods] == [
        ("2026-10", True), ("2026-11", False),
    ]  # fmt: skip
    assert (
        preview(graph, MoveMember(member_id="E", parent_id="A", leg="R", on=date(2027, 1, 1))).periods == ()
    )


def test_a_result_that_is_out_of_date_is_not_what_a_preview_starts_from(graph: Graph, tmp_path: Path) -> None:
    company(graph, tmp_path)
    perform(graph, MoveMember(member_id="E", parent_id="A", leg="R", on=NOVEMBER.first))
    operation = TerminateMember(member_id="A", on=NOVEMBER.first)
    previewed = preview(graph, operation)
    assert [each.fresh for each in previewed.periods] == [True, False]
    performed(graph, operation, previewed)


def test_other_changes_do_not_wait_for_a_preview(graph: Graph, tmp_path: Path) -> None:
    """The lane stays free, live figures stay, and a change meanwhile lets the preview begin anew."""
    plan = company(graph, tmp_path)
    live = refresh(graph, plan, NOVEMBER, STAGES).run.number
    made: list[int] = []

    def meanwhile(_stage: str, _done: int, _total: int) -> None:
        if not made:
            made.append(perform(graph, ChangeOwner(member_id="C", owner_id="o")).number)

    previewed = preview(
        graph,
        MoveMember(member_id="E", parent_id="A", leg="R", on=NOVEMBER.first),
        report=meanwhile,
        seconds=30,
    )
    assert made == [2]
    assert [each.fresh for each in previewed.periods] == [False]  # the other change has come first
    assert [row["run"]["number"] for row in graph.read("runs/in_states", states=["live"])] == [live]
    assert graph.read("runs/in_states", states=["running"]) == []


def test_a_preview_has_its_limits(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    company(graph, tmp_path)
    before = everything(graph)
    operation = MoveMember(member_id="E", parent_id="A", leg="R", on=NOVEMBER.first)
    with pytest.raises(PreviewTooLargeError, match=r"longer than 0\.05 seconds"):
        preview(graph, operation, seconds=0.05)
    monkeypatch.setattr("engine.preview.previewing.MOST_MEMBERS", 5)
    with pytest.raises(PreviewTooLargeError, match=r"6 members.*somebody comes in"):
        preview(graph, EnrollMember(member_id="F", sponsor_id="B", on=NOVEMBER.first))
    (period,) = preview(graph, operation).periods
    assert (period.computed_for, period.differences is None) == (4, False)
    assert preview(graph, operation, periods=0).periods[0].differences is None
    assert everything(graph) == before


PLANS = sorted(Path(reader.__file__).parent.glob("*.toml"))
PERIODS = {"binary": "2026-W47"}
"""Periods of plans that are not computed by the month."""
DAY = date(2026, 11, 20)


def operations(members: list[str], day: date = DAY) -> st.SearchStrategy[Operation]:
    """Operations on members of a company; not each of them can be done."""
    one, legs = st.sampled_from(members), st.sampled_from([None, "L", "R"])
    return st.one_of(
        st.builds(MoveMember, member_id=one, parent_id=one, leg=legs, on=st.just(day)),
        st.builds(ChangeSponsor, member_id=one, sponsor_id=one, alone=st.booleans(), on=st.just(day)),
        st.builds(SwapMembers, member_id=one, other_id=one, tree=st.just("sponsor"), on=st.just(day)),
        st.builds(TerminateMember, member_id=one),
        st.builds(RollUpMember, member_id=one, on=st.just(day)),
        st.builds(
            RollUpMembers, member_ids=st.tuples(one, one, one), accept_valid=st.just(True), on=st.just(day)
        ),
        st.builds(MergeMembers, member_id=one, other_id=one, on=st.just(day)),
        st.builds(EnrollMember, member_id=st.just("new"), sponsor_id=one, on=st.just(day)),
    )


@pytest.mark.parametrize("path", PLANS, ids=[path.stem for path in PLANS])
@settings(max_examples=2, phases=[Phase.generate])
@given(seed=st.integers(1, 10**6), data=st.data())
def test_any_operation_under_any_plan_that_ships(
    path: Path, graph: Graph, tmp_path: Path, seed: int, data: st.DataObject
) -> None:
    """Companies at random, and operations at random of those that can be made."""
    graph.batched("schema/wipe")
    shape = "binary" if 'kind = "binary' in path.read_text(encoding="utf-8") else "bushy"
    sample.make(40, seed, shape, tmp_path / str(seed))
    import_company(graph, tmp_path / str(seed))
    run_file(graph, path, PERIODS.get(path.stem, "2026-11"))
    members = sorted(graph.value(cypher("MATCH (m:Member) RETURN collect(m.member_id) AS members")))
    for _ in range(6):
        operation = data.draw(operations(members))
        try:
            previewed = preview(graph, operation)
        except NotDoneError as error:
            with pytest.raises(type(error)):
                perform(graph, operation)
            continue
        performed(graph, operation, previewed)
        return
