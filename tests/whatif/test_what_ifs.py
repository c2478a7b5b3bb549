"""What-ifs are never results, are refused by name, spare what they rest on, and go by name or age."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.answers.near import UnknownRankError
from engine.answers.pages import Stretch
from engine.answers.runs import around, newest, newest_of_plans, run_page, run_total, runs_of_periods
from engine.errors import UplineError
from engine.genealogy.operations.kinds import MoveMember
from engine.genealogy.operations.performing import perform
from engine.genealogy.placement import PlaceTakenError, UnknownPlaceError
from engine.genealogy.refusals import CircleError, UnknownMemberError
from engine.graph.database import Graph
from engine.passes.chain import Chain
from engine.passes.record import NoRunError, complete, result
from engine.period import period
from engine.periods.lives import periods
from engine.plans.plan import Plan
from engine.plans.text import PlanError
from engine.run import STAGES, refresh, run
from engine.runs.contents import contents
from engine.runs.life import begun, previous
from engine.runs.live import current, live_plan
from engine.runs.removal import leftovers
from engine.whatif import kept
from engine.whatif.changes import Changes, changes_of
from engine.whatif.computing import (
    CurrencyDiffersError,
    EarlierFiguresGoneError,
    WhatIfExistsError,
    WhatIfNameError,
    base_of,
    compute,
)
from engine.whatif.kept import NameOrAgeError, NoWhatIfError, remove, what_ifs
from engine.whatif.settings import BadSettingError
from tests.conftest import Upline
from tests.runs.test_freshness import NOVEMBER, OCTOBER
from tests.runs.test_removal import standings, states
from tests.support.every_answer import ask_everything
from tests.whatif.test_computing import company, hashes

HIGHER = changes_of(["bonus.Team.rates.Seller[0]=0.15"])
COMMANDS = (
    ("runs",), ("period", "list"), ("statement", "A"), ("report", "top_earners"), ("near",),
    ("cypher", "MATCH (run:Run {state: 'complete'}) RETURN count(run) AS runs"),
)  # fmt: skip


def seen(graph: Graph, plan: Plan, upline: Upline) -> list[Any]:
    """Everything that lists runs, or says what a period paid."""
    texts = [(words, upline(*words, "--json").stdout) for words in COMMANDS]
    newest_run = result(graph, "2026-11")
    answered = [
        complete(graph), newest(graph), newest_of_plans(graph), runs_of_periods(graph, 10), run_total(graph),
        run_page(graph, None, None, Stretch(10)), around(graph, NOVEMBER.last, None, 10), periods(graph),
        contents(graph), newest_run, Chain(graph, plan.name).reasons(newest_run), leftovers(graph),
        current(graph, plan, NOVEMBER), live_plan(graph, "2026-11"), previous(graph, plan, NOVEMBER),
        ask_everything(graph, newest_run),
    ]  # fmt: skip
    return [json.dumps(texts), *map(repr, answered)]


def test_nothing_that_lists_results_sees_a_what_if(graph: Graph, tmp_path: Path, upline: Upline) -> None:
    """Neither commands nor answers, chains, carry, live figures, backups nor the next runs."""
    plan = company(graph, tmp_path)
    refresh(graph, plan, NOVEMBER)
    before = seen(graph, plan, upline)
    october = compute(graph, "october", result(graph, "2026-10"), HIGHER)
    november = compute(graph, "november", result(graph, "2026-11"), HIGHER)
    assert seen(graph, plan, upline) == before
    with pytest.raises(NoRunError):
        result(graph, number=october.run.number)
    kept_hashes = [hashes(each) for each in complete(graph)]
    again = [run(graph, plan, OCTOBER), run(graph, plan, NOVEMBER)]
    assert [hashes(each) for each in reversed(again)] == kept_hashes
    assert again[1].facts["previous"] == again[0].number
    assert [each.name for each in what_ifs(graph)] == ["november", "october"]
    assert november.run.facts["previous"] == october.base


def test_a_run_that_is_compared_with_is_spared(graph: Graph, tmp_path: Path) -> None:
    plan = company(graph, tmp_path)
    base = result(graph, "2026-11")
    first = compute(graph, "first", base, HIGHER)
    perform(graph, MoveMember(member_id="E", parent_id="A", leg="R", on=NOVEMBER.first))
    newer = run(graph, plan, NOVEMBER)
    assert states(graph)[base.number] == "spared"
    assert leftovers(graph) == []
    assert base_of(graph, str(base.number)).number == base.number
    assert base_of(graph, "2026-11").number == base_of(graph).number == newer.number
    second = compute(graph, "second", base_of(graph, str(base.number)), HIGHER)
    assert hashes(second.run) == hashes(first.run)
    assert remove(graph, "first") == ["first"]
    assert states(graph)[base.number] == "spared"
    assert remove(graph, older_than_days=1) == []
    assert remove(graph, older_than_days=0) == ["second"]
    assert base.number not in states(graph)
    assert standings(graph) == {each.number for each in complete(graph)}
    with pytest.raises(NoWhatIfError, match="no what-if called"):
        remove(graph, "first")
    for name, days in ((None, None), ("first", 3)):
        with pytest.raises(NameOrAgeError):
            remove(graph, name, older_than_days=days)


def test_a_name_is_taken_once(graph: Graph, tmp_path: Path) -> None:
    company(graph, tmp_path)
    base = result(graph, "2026-11")
    first = compute(graph, "name", base, Changes())
    with pytest.raises(WhatIfExistsError):
        compute(graph, "name", base, HIGHER)
    second = compute(graph, "name", base, HIGHER, replace=True)
    assert [each.run.number for each in what_ifs(graph)] == [second.run.number]
    assert kept.one(graph, "name").changes == ("--set bonus.Team.rates.Seller[0]=0.15",)
    remove(graph, "name")
    assert first.run.number not in states(graph)
    for name in ("", " ", "a\nb", "x" * 61):
        with pytest.raises(WhatIfNameError):
            compute(graph, name, base, Changes())


REFUSED: tuple[tuple[Changes, type[UplineError]], ...] = (
    (changes_of(moves=["X=A:L"]), UnknownMemberError),
    (changes_of(moves=["A=X:L"]), UnknownMemberError),
    (changes_of(ranks=["X=Seller"]), UnknownMemberError),
    (changes_of(ranks=["A=Sellre"]), UnknownRankError),
    (changes_of(moves=["A=C:R"]), CircleError),
    (changes_of(moves=["E=A:R", "A=E:L"]), CircleError),
    (changes_of(moves=["E=A:left"]), PlaceTakenError),
    (changes_of(moves=["E=A"]), UnknownPlaceError),
    (changes_of(["currency=EUR"]), CurrencyDiffersError),
    (changes_of(["bonus.Taem.rate=1"]), BadSettingError),
    (changes_of(["bonus.Team.rates.none[0]=200"]), PlanError),
)


def test_what_cannot_be_is_refused_and_leaves_nothing(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = company(graph, tmp_path)
    base = result(graph, "2026-11")
    before = states(graph)
    for changes, expected in REFUSED:
        with pytest.raises(expected):
            compute(graph, "refused", base, changes)
        assert (states(graph), standings(graph)) == (before, set(before)), changes.words
    with monkeypatch.context() as patch:
        patch.setattr("engine.whatif.comparing.note", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            compute(graph, "broken", base, HIGHER)
    assert (states(graph), standings(graph)) == (before, set(before))
    compute(graph, "first", base, HIGHER)
    run(graph, plan, OCTOBER)  # what the base carried from is gone
    with pytest.raises(EarlierFiguresGoneError):
        compute(graph, "second", base, HIGHER)
    assert [each.name for each in what_ifs(graph)] == ["first"]


def test_a_process_that_is_killed_leaves_nothing_that_counts(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next command finds the run that nobody computes any more, and removes it."""
    plan = company(graph, tmp_path)
    before = states(graph)
    with monkeypatch.context() as patch:
        patch.setattr("engine.runs.life._remove_quietly", lambda *_: None)
        patch.setattr("engine.runs.aside.keep", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            compute(graph, "killed", result(graph, "2026-11"), HIGHER)
    assert sorted({*states(graph)} - {*before}) == [max(states(graph))]
    assert what_ifs(graph) == []
    with begun(graph, plan, period("2026-11"), lambda *_: None, is_trial=True) as work:
        assert standings(graph) == {*before}
    assert work.run == max(states(graph))
    assert STAGES
