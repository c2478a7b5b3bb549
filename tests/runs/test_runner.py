"""The runner takes a run through its map: passes in order, reading tasks in parallel with them, each once."""

import ast
import inspect
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import engine.run
from engine.graph.database import Graph
from engine.passes.context import Work
from engine.period import period
from engine.plans.plan import Bonus
from engine.run import STAGES
from engine.runs.runner import Each, Parallel, Pass, Stage, execute, keep_live
from tests.support.companies import planned

STEPS = [step for stage in STAGES for step in stage.steps]
PASSES = [step for step in STEPS if isinstance(step, Pass)]
PASSES += [step for each in STEPS if isinstance(each, Each) for step in each.then]
TASKS = [step for step in STEPS if isinstance(step, Parallel)]


class Silent(Graph):
    """A graph that answers nothing: the passes of these tests send no queries."""

    def __init__(self) -> None:
        self.beats: list[object] = []

    def write_rows(self, name: object, /, **parameters: object) -> list[dict[str, Any]]:
        facts = parameters["facts"]
        assert isinstance(facts, dict)
        self.beats.append(facts["stage"])
        return []

    def stop(self) -> None:
        """There is no query to stop."""


def work(plan: str = 'name = "Small"', *, from_live: bool = False) -> Work:
    made = Work(
        Silent(), planned(plan), period("2026-11"), run=1, cut=1, one_tree=True, writers=2,
        from_live=from_live,
    )  # fmt: skip
    made.results |= {"notes": [], "seconds": {}}
    return made


def noted(into: list[str], name: str, answer: Any = None) -> Callable[[Work], Any]:
    def note(_work: Work) -> Any:
        into.append(name)
        return answer

    return note


def test_passes_go_in_the_order_of_the_map_and_stages_are_timed() -> None:
    done: list[str] = []
    passes = [Pass(name, noted(done, name)) for name in "abc"]
    under_way = work()
    execute(under_way, (Stage("one", (passes[0], passes[1])), Stage("two", (passes[2],))))
    assert done == ["a", "b", "c"]
    assert list(under_way.results["seconds"]) == ["one", "two"]
    assert under_way.graph.beats == ["one", "two"]  # type: ignore[attr-defined]


def test_tasks_begin_when_a_core_is_free_in_their_order_and_those_that_a_pass_needs_first() -> None:
    done: list[str] = []
    began = threading.Event()

    def leaves_a_core(of: Work) -> None:
        assert done == ["pass a"]
        of.core_is_free()
        of.core_is_free()
        assert began.wait(30)

    def last(_work: Work) -> dict[str, str]:
        done.append("second")
        began.set()
        return {"second_hash": "2"}

    under_way = work()
    execute(under_way, (Stage("one", (
        Pass("a", noted(done, "pass a")),
        Parallel("first", noted(done, "first", {"first_hash": "1"}), recorded=True),
        Parallel("second", last, recorded=True),
        Parallel("needed", noted(done, "needed", 7)),
        Pass("b", leaves_a_core),
        Pass("c", lambda of: done.append(f"c has {of.findings['needed']}"), needs=("needed",)),
    )),))  # fmt: skip
    assert done == ["pass a", "needed", "first", "second", "c has 7"]
    assert under_way.results["hashes"] == {"first_hash": "1", "second_hash": "2"}  # only what is recorded


def test_a_task_that_is_needed_before_a_core_was_free_is_done_once() -> None:
    done: list[str] = []
    under_way = work()
    execute(under_way, (Stage("one", (
        Parallel("count", noted(done, "counted", 7)),
        Pass("a", lambda of: done.append(f"a has {of.findings['count']}"), needs=("count",)),
        Pass("b", lambda of: of.core_is_free()),
    )),))  # fmt: skip
    assert done == ["counted", "a has 7"]


def test_a_task_for_which_no_pass_leaves_a_core_runs_at_the_end() -> None:
    done: list[str] = []
    execute(work(), (Stage("one", (Parallel("late", noted(done, "late")), Pass("a", noted(done, "a")))),))
    assert done == ["a", "late"]


def test_a_task_that_fails_fails_the_run() -> None:
    def fail(_work: Work) -> None:
        raise RuntimeError("the server went away")

    with pytest.raises(RuntimeError, match="went away"):
        execute(work(), (Stage("one", (Parallel("hash", fail, at_once=True),)),))


def test_bonuses_of_a_group_go_through_their_passes_in_parallel_with_each_other_and_with_tasks() -> None:
    done: list[str] = []
    bonus = '[[bonus]]\nname = "{}"\nkind = "personal"\nrate = "0.1"\n'
    under_way = work('name = "Two"\n' + bonus.format("X") + bonus.format("Y"))

    def groups(of: Work) -> Iterator[list[Bonus]]:
        yield list(of.plan.bonuses)
        yield list(of.plan.bonuses)[:1]

    def paid(of: Work, bonus: Bonus) -> None:
        done.append(f"{of.stage}: {bonus.name}")

    execute(under_way, (Stage("bonuses", (
        Parallel("hash", noted(done, "hash")),
        Each("bonus", groups, (("earnings", paid),), then=(Pass("cap", noted(done, "cap")),)),
        Pass("after", lambda of: done.append(of.stage)),
    )),))  # fmt: skip
    done.remove("hash")  # at any moment from the first group on
    assert sorted(done[:2]) == ["bonus X, Y: X", "bonus X, Y: Y"]
    assert done[2:] == ["cap", "bonus X: X", "cap", "bonuses"]


@pytest.mark.parametrize(("how", "expected"), [("run", "abcd"), ("run from live", "bd"), ("live", "ab")])
def test_live_figures_take_their_passes_and_a_run_that_goes_on_from_them_the_others(
    how: str, expected: str
) -> None:
    done: list[str] = []
    stages = (Stage("one", (
        Pass("a", noted(done, "a"), live="kept"),
        Pass("b", noted(done, "b"), live="renewed"),
        Pass("c", noted(done, "c"), live="kept") if how != "live" else Pass("x", noted(done, "x")),
        Pass("d", noted(done, "d")),
    )),)  # fmt: skip
    under_way = work(from_live=how == "run from live")
    if how == "live":
        keep_live(under_way, stages)
    else:
        execute(under_way, stages)
    assert "".join(done) == expected


def test_names_in_the_map_are_unique_and_what_passes_need_is_found_before() -> None:
    names = [step.name for step in STEPS if not isinstance(step, Each)]
    assert len(names) == len(set(names))
    known: set[str] = set()
    for step in STEPS:
        if isinstance(step, Parallel):
            assert set(step.needs) <= known
            known.add(step.name)
        elif isinstance(step, Pass):
            assert set(step.needs) <= known
        else:
            assert {name for each in step.then for name in each.needs} <= known


def test_findings_are_read_only_by_passes_that_declare_it() -> None:
    """Each name that a module looks up among the findings is a task, and a pass of that module needs it."""
    declared: dict[str, set[str]] = {}
    functions = [(step.do, step.needs) for step in PASSES] + [(task.find, task.needs) for task in TASKS]
    for function, needs in functions:
        declared.setdefault(inspect.getfile(function), set()).update(needs)
    root = Path(engine.run.__file__).parent
    reads = re.compile(r'findings(?:\[|\.get\()"([^"]+)"[\])](?! = )')
    used = {str(path): set(reads.findall(path.read_text(encoding="utf-8"))) for path in root.rglob("*.py")}
    assert {path: names - declared.get(path, set()) for path, names in used.items() if names} == {
        path: set() for path, names in used.items() if names
    }
    assert {name for names in used.values() for name in names} <= {task.name for task in TASKS}


def test_only_the_runner_schedules() -> None:
    """No stage starts a thread, a crew or a task; walks alone say that a core is free."""
    root = Path(engine.run.__file__).parent
    words = {"crew", "core_is_free", "ThreadPoolExecutor", "Parallel", "submit"}
    schedulers = {
        path.relative_to(root).as_posix(): sorted(used)
        for path in sorted((root / "stages").rglob("*.py"))
        if (used := words & {node.id if isinstance(node, ast.Name) else node.attr
                             for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                             if isinstance(node, ast.Name | ast.Attribute)})
    }  # fmt: skip
    assert schedulers == {}
