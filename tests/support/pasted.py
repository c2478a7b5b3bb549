"""Composed statements as a Cypher shell takes them: the server evaluates parameters, then the statement."""

import re
from pathlib import Path
from typing import Any

from neo4j import READ_ACCESS, WRITE_ACCESS

from engine.access.reach import Reach
from engine.answers import overlays, ranks
from engine.answers.lines import lines
from engine.answers.states import states
from engine.answers.transfers import transfers
from engine.genealogy import legs, placement
from engine.genealogy.operations import placing
from engine.graph.database import Graph, Row
from engine.passes.record import RunRecord, levels_of, result
from engine.passes.replay import plan_of, window_of
from engine.plans.plan import Bonus, Plan
from engine.plans.reader import parse
from engine.workbench import cases, reports
from engine.workbench.composed import Composed, Target, of_run, statements
from tests.support.companies import cypher, ids

PARAMETER = re.compile(r":param (\w+) => (.*)")
Rule = tuple[str, str]
"""A kind and a name."""


def pasted(graph: Graph, text: str, *, writes: bool = False) -> list[Row]:
    """The rows of one printed statement: only what is printed counts."""
    block, _, statement = text.partition("\n\n")
    parameters = {}
    for line in block.splitlines():
        match = PARAMETER.fullmatch(line)
        assert match, line
        parameters[match[1]] = graph.value(cypher(f"RETURN {match[2]} AS value"))
    assert statement.endswith("\n;\n")
    with graph.session(WRITE_ACCESS if writes else READ_ACCESS) as session:
        return [dict(row) for row in session.run(statement.removesuffix(";\n"), parameters)]


def rules_of(plan: Plan) -> set[Rule]:
    """Every rule that a plan uses."""
    used = {("requirement", each.module.name) for each in plan.requirements}
    used |= {("compression", overlay.module.name) for overlay in plan.overlays}
    used |= {("push", plan.push.module.name)} if plan.push else set()
    for bonus in plan.bonuses:
        used |= {("bonus", bonus.module.name), *((("flow", bonus.flow.name),) if bonus.flow else ())}
    return used


def shared_out(paths: list[Path]) -> dict[Path, set[Rule]]:
    """The rules to check in each case: a rule in the case of its own name, else in the first that uses it."""
    chosen: dict[Rule, Path] = {}
    for path in sorted(paths):
        case = cases.read(path)
        if not case.place:
            for each in rules_of(parse(case.plan, path)):
                if each not in chosen or path.stem == each[1]:
                    chosen[each] = path
    return {path: {each for each, where in chosen.items() if where == path} for path in paths}


def check(graph: Graph, kind: str, name: str) -> None:
    """Paste what is printed for a rule on the latest run; the rows are those of the engine's own answers."""
    run = result(graph)
    target = of_run(graph, run.number)
    composed = statements(kind, name, target, stored=False, options={})
    assert composed
    for each in composed:
        assert "// cypher/rules/" in each.text
        COMPARED[kind](graph, run, plan_of(run), each, pasted(graph, each.text), target)


def _requirement(
    graph: Graph, run: RunRecord, plan: Plan, each: Composed, rows: list[Row], _target: Target
) -> None:
    listed = rows[0]["rows"]
    members = sorted({row[0] for row in listed})
    assert members == ids(graph, run)
    if each.about.startswith("rank cards"):
        cards = ranks.progress(graph, Reach.everything, run, plan, members)
        assert sorted(listed) == sorted(
            [member_id, one.number, one.place, one.required, one.actual, one.passes]
            for member_id in members
            for one in cards[member_id]
        )
        return
    met = {(row[0], row[2]): row[5] for row in listed}
    requirements = plan.activity if each.about.startswith("activity") else _bonus_of(plan, each)
    assert requirements is not None
    bonus = None if requirements is plan.activity else _bonus_of(plan, each)
    state = "active" if bonus is None else bonus.meets or bonus.state
    text = """
        MATCH (s:Standing {run: $run})
        RETURN s.member_id AS member_id, s[$state] AS found, s.waived AS waived
        """
    for row in graph.read(cypher(text, "run", "state"), run=run.number, state=state):
        fulfilled = any(all(met[row["member_id"], place] for place in way) for way in requirements.ways)
        if requirements is not plan.activity:
            assert fulfilled == (row["found"] is not None)
        elif row["found"] and not row["waived"]:
            assert fulfilled


def _compression(
    graph: Graph, run: RunRecord, plan: Plan, each: Composed, rows: list[Row], _target: Target
) -> None:
    own = [
        [overlay.index, member_id, keeps, parent_id, skipped, *why]
        for overlay, member_id, keeps, parent_id, skipped, why in overlays.different(graph, run, plan)
        if overlay.index in each.parameters["chosen"]
    ]
    assert rows[0]["rows"] == own


def _bonus_of(plan: Plan, each: Composed) -> Bonus:
    return next(
        bonus for bonus in plan.bonuses if each.about.endswith(f"bonus {bonus.name} of the plan {plan.name}")
    )


def _bonus(
    graph: Graph, run: RunRecord, plan: Plan, each: Composed, rows: list[Row], _target: Target
) -> None:
    bonus = _bonus_of(plan, each)
    window = window_of(run, plan)
    own = [
        line
        for first, last in levels_of(graph, run)
        for line in lines(graph, plan, run.number, window, bonus, "of_levels", first=first, last=last)
    ]
    listed = rows[0]["lines"]
    assert [tuple(row) for row in listed] == [
        tuple(getattr(line, field) for field in line.__slots__ if field != "bonus") for line in own
    ]
    stored = next(total for total in run.totals if total["bonus"] == bonus.name)
    assert sum(line.exact for line in own if line.rate > 0) == stored["paid_exact"]


def _flow(graph: Graph, run: RunRecord, plan: Plan, each: Composed, rows: list[Row], _target: Target) -> None:
    bonus = _bonus_of(plan, each)
    stored = dict(states(graph, run, bonus))
    assert {row["member_id"]: row["state"] for row in rows} == stored
    assert stored


def _push(
    graph: Graph, run: RunRecord, _plan: Plan, _each: Composed, rows: list[Row], _target: Target
) -> None:
    text = "MATCH (s:Standing {run: $run}) RETURN s.member_id AS member_id, s.receives AS receives"
    stored = {row["member_id"]: row["receives"] for row in graph.read(cypher(text, "run"), run=run.number)}
    assert {row["member_id"]: row["receives"] for row in rows} == stored
    received = {row["member_id"]: (row["volume"], row["reason"]) for row in rows}
    moved = [each for each in transfers(graph, run) if each.to_id]
    assert [(each.volume, each.reason) for each in moved] == [received[each.from_id] for each in moved]


COMPARED = {
    "requirement": _requirement,
    "compression": _compression,
    "bonus": _bonus,
    "flow": _flow,
    "push": _push,
}


def compare_question(graph: Graph, kind: str, name: str) -> None:
    """A check or report on the latest run, compared with the engine's own answer."""
    run = result(graph)
    (composed,) = statements(kind, name, of_run(graph, run.number), stored=False, options={})
    rows = pasted(graph, composed.text)
    if kind == "check":
        assert rows == []
    else:
        report = reports.find(name)
        assert [tuple(row[column] for column in report.columns) for row in rows] == reports.ask(
            graph, report, run
        )


def compare_placement(
    graph: Graph, name: str, options: dict[str, Any], member_id: str, target: Target
) -> None:
    """The place that a rule finds for the member who has waited longest."""
    (composed,) = statements("placement", name, target, stored=False, options=options)
    how = placement.options(name, dict(options))
    own = placing.find(graph, member_id, how)
    (row,) = pasted(graph, composed.text)
    assert (row["parent_id"], legs.leg_key(row["leg"])) == (own.parent_id, legs.leg_key(own.leg or ""))
