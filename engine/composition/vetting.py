"""Vetting: a company's own rules are explained by the server before a run lets them near any figure.

A rule's text is checked when it is loaded (engine/rules/contract.py); here the server itself says whether the
rule only reads, what it would touch, and where it is wrong.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from engine.composition import bonuses, flows, placements
from engine.graph import adhoc
from engine.graph.database import BrokenStatementError, Graph
from engine.graph.queries import Query, foreign, joined, query
from engine.plans.plan import Plan
from engine.rules.library import questions
from engine.rules.module import Module, RuleError

BLIND = re.compile(r"\w*All(Nodes|Relationships)Scan")
"""Operators of the server that start from anything there is."""


def vet(graph: Graph, plan: Plan, company: Path | None = None) -> None:
    """Refuse a plan whose foreign rules, or checks of a company, do more than read; raises RuleError.

    The error names the file and the line, and says what to do.
    """
    for module, statement in _statements(plan):
        _check(graph, module.body, statement)
    for check in questions("check", company).values():
        vet_question(graph, check)


def vet_placement(graph: Graph, module: Module) -> None:
    """Refuse a foreign placement rule that does more than read; raises RuleError."""
    if foreign(module.path):
        _check(graph, placements.filled(module, {}), placements.asked(module, {}))


def vet_question(graph: Graph, question: Query) -> None:
    """Refuse a foreign check or report that does more than read, or returns other columns than it says."""
    if not foreign(question.path):
        return
    columns = _check(graph, question, question)
    if columns != list(question.returns):
        raise RuleError(
            f"returns {', '.join(columns)}, the header says {', '.join(question.returns)}",
            f"{question.path}:1",
            "Let the header name the columns of RETURN, in the same order.",
        )


def whole(module: Module) -> Query:
    """A rule of one RETURN clause as it is, in a statement that the server can explain."""
    return query("passes/vet" if module.kind == "requirement" else "passes/vet_alone").fill(rule=module.body)


def by_column(module: Module) -> Query:
    """The same rule as the engine asks it: each column by itself, inside a list, where nothing is summed."""
    columns = query("passes/vet_columns").fill(columns=joined(module.columns.values(), ",\n  "))
    return query("passes/vet" if module.kind == "requirement" else "passes/vet_alone").fill(rule=columns)


def _check(graph: Graph, rule: Query, statement: Query) -> list[str]:
    """What the server says of a rule in the statement that asks it; its columns."""
    try:
        adhoc.look(rule.text)
    except adhoc.StatementRefusedError as error:
        raise RuleError(error.what, rule.where(error.offset), error.todo) from error
    try:
        columns, summary = graph.explain(statement)
    except BrokenStatementError as error:
        raise RuleError(
            error.complaint,
            f"{rule.path}:{_line(rule.path, statement, error)}",
            "Correct that line; `upline rules test` tries the rule on its case.",
        ) from error
    if summary.query_type != "r":
        raise RuleError(
            "a rule only reads; the server says that this one does not",
            f"{rule.path}:1",
            "Leave out what writes: the engine writes what the rule returns.",
        )
    if any(BLIND.fullmatch(name) for name, _ in adhoc.operators(summary.plan)):
        raise RuleError(
            "the server would look through the whole company for what this reads",
            f"{rule.path}:1",
            "Start each MATCH from what the rule is asked with, or from (:Standing {run: source.run}).",
        )
    return columns


def _line(path: Path, statement: Query, error: BrokenStatementError) -> int:
    """The rule's line that the server complains about; its last one where that shows only behind the rule."""
    file, line = statement.place(error.line, error.column)
    if error.line and file == path:
        return line
    own = (piece for piece in statement.pieces if piece.path == path)
    return max((piece.line + piece.text.rstrip().count("\n") for piece in own), default=1)


def _statements(plan: Plan) -> Iterator[tuple[Module, Query]]:
    """Each foreign module of the plan, in statements that the server can explain."""
    modules = [required.module for required in plan.requirements]
    modules += [overlay.module for overlay in plan.overlays]
    modules += [plan.push.module] if plan.push else []
    for module in modules:
        if foreign(module.path):
            yield module, whole(module)
            yield module, by_column(module)
    for bonus in plan.bonuses:
        if foreign(bonus.module.path):
            yield bonus.module, bonuses.lines_query(plan, bonus, "of_levels")
        if bonus.flow and foreign(bonus.flow.path):
            yield bonus.flow, query("passes/vet_flow").fill(flow=flows.body_of(bonus.flow))
            if bonus.flow.shows:
                _check_shown(bonus.flow)
                yield bonus.flow, flows.shown(bonus.flow)


def _check_shown(flow: Module) -> None:
    for _, _, expression in flow.shows:
        try:
            adhoc.look(expression.text)
        except adhoc.StatementRefusedError as error:
            raise RuleError(f"shows: {error.what}", expression.where(error.offset), error.todo) from error
