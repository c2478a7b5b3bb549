"""What is computed for those affected alone is what everybody's computation gives, figure by figure."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import strategies as st

from engine.genealogy.operations.kinds import Operation
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.period import period
from engine.plans.reader import parse, read
from engine.preview import extent
from engine.preview.figures import Difference, Figures, differences
from engine.preview.previewing import PeriodPreview, Preview, PreviewTooLargeError, preview
from engine.run import run
from tests.preview.test_previewing import PLANS, operations
from tests.support.companies import cypher
from tests.support.strategies import Case, drawn, grove
from tests.support.strategies_binary import legged_grove
from tests.support.strategies_differentials import family_grove

SEEDS = range(int(os.environ.get("UPLINE_PREVIEW_SEEDS", "1")))
"""More of them are tried by hand."""
OPERATIONS = 6
LIMIT = "engine.preview.previewing.MOST_MEMBERS"


def without(figures: Figures | None, left_out: tuple[str, ...]) -> Figures | None:
    """Figures without some bonuses."""
    if figures is None:
        return None
    kept = {name: amount for name, amount in figures.bonuses.items() if name not in left_out}
    return replace(figures, bonuses=kept)


def projected(period: PeriodPreview, left_out: tuple[str, ...]) -> tuple[Difference, ...]:
    """The differences of everybody's computation without some bonuses."""
    listed = period.differences or ()
    before = {each.member_id: without(each.before, left_out) for each in listed}
    after = {each.member_id: without(each.after, left_out) for each in listed}
    return differences(
        {member: figures for member, figures in before.items() if figures},
        {member: figures for member, figures in after.items() if figures},
    )


def same(graph: Graph, operation: Operation, monkeypatch: pytest.MonkeyPatch) -> Preview | None:
    """Preview an operation both ways, and compare; None where it cannot be done."""
    try:
        everybody = preview(graph, operation, whole=True)
    except NotDoneError:
        return None
    with monkeypatch.context() as patched:
        patched.setattr(LIMIT, 0)
        try:
            narrowed = preview(graph, operation)
        except PreviewTooLargeError:
            return None
    assert (narrowed.changed, narrowed.untouched) == (everybody.changed, everybody.untouched)
    for few, all_ in zip(narrowed.periods, everybody.periods, strict=True):
        if few.differences is None:
            continue
        assert few.differences == projected(all_, few.left_out), (operation, few.period)
        assert few.earned_after - few.earned_before == sum(each.gain for each in few.differences)
        if not few.left_out:
            assert (few.earned_before, few.earned_after) == (all_.earned_before, all_.earned_after)
    return narrowed


LEFT_OUT = {
    "aurora": [], "differential": [], "matrix": [], "party_roles": [],
    "binary": ["pool", "binary_strong_weak"], "breakaway": ["stairstep", "breakaway"],
    "fast_start": ["fast_start"],
    "generation": ["generation_all"], "matching": ["matching", "generation_matching"],
    "pool": ["pool", "pool"], "stairstep": ["stairstep"],
}  # fmt: skip
"""What the plans that ship have that needs everybody; the binary one has caps."""


def test_what_of_the_plans_needs_everybody() -> None:
    for path in PLANS:
        plan = read(path)
        calendars = sorted({bonus.calendar for bonus in plan.bonuses})
        listed = {bonus.index: bonus for each in calendars for bonus in extent.left_out(plan, each)}
        assert [bonus.module.name for bonus in listed.values()] == LEFT_OUT[path.stem], path.stem
        assert extent.whole_company(plan) is None


GROVES: dict[str, Callable[[int], Case]] = {
    "mixed": lambda seed: grove(seed, 12),
    "legs": lambda seed: legged_grove(seed, 12),
    "families": lambda seed: family_grove(seed, 12),
}
"""Many small companies with one plan, at random."""


@pytest.mark.parametrize("kind", GROVES)
@pytest.mark.parametrize("seed", SEEDS)
def test_any_operation_under_any_plan(
    kind: str, seed: int, graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two periods, of which the second rests on the first."""
    case = GROVES[kind](seed)
    import_company(graph, case.tables.write(tmp_path / "company"))
    plan = parse(case.plan, tmp_path / "plan.toml")
    for name in ("2026-10", "2026-11"):
        run(graph, plan, period(name, plan.zone))
    members = sorted(graph.value(cypher("MATCH (m:Member) RETURN collect(m.member_id) AS members")))
    days = st.sampled_from([date(2026, 10, 5), date(2026, 11, 20)])
    made = [
        same(graph, operation, monkeypatch)
        for operation in drawn(days.flatmap(lambda day: operations(members, day)), OPERATIONS, seed)
    ]
    narrowed = [each for previewed in made if previewed for each in previewed.periods if each.differences]
    assert narrowed or seed, "choose other companies: nothing was compared"
