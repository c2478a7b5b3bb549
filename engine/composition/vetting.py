"""Vetting: a company's own rule modules are explained by the server before a run lets them near any figure.

The text is checked when it is loaded (engine/contracts.py); here the server itself says whether the rule
only reads, what it would touch, and where it is wrong.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from neo4j.exceptions import ClientError

from engine.composition import bonuses, flows
from engine.errors import UplineError
from engine.graph import adhoc
from engine.graph.database import Graph
from engine.graph.queries import Query, query
from engine.plans.plan import Plan
from engine.rules.contract import Module, RuleError, foreign, questions

_PLACE = re.compile(r"line (\d+), column \d+")
_NAMED = re.compile(r"[`'](\w+)[`']")


def vet(graph: Graph, plan: Plan, company: Path | None = None) -> None:
    """Refuse a plan whose foreign rules, or checks of a company, do more than read; raises RuleError.

    The error names the file and the line, and says what to do.
    """
    for module, asked in _asked(plan):
        _hold(graph, module.path, module.body, asked)
    for check in questions("check", company).values():
        vet_question(graph, check)


def vet_placement(graph: Graph, module: Module) -> None:
    """Refuse a foreign placement rule that does more than read; raises RuleError."""
    if foreign(module.path):
        body = Query(module.name, module.path, "read", {}, {}, "", module.body)
        _hold(graph, module.path, module.body, query("genealogy/free_place").fill(rule=body))


def vet_question(graph: Graph, asked: Query) -> None:
    """Refuse a foreign check or report that does more than read, or returns other columns than it says."""
    if not foreign(asked.path):
        return
    columns = _hold(graph, asked.path, asked.text, asked)
    if columns != list(asked.returns):
        raise RuleError(
            f"returns {', '.join(columns)}, the header says {', '.join(asked.returns)}",
            f"{asked.path}:1",
            "Let the header name the columns of RETURN, in the same order.",
        )


def _hold(graph: Graph, path: Path, body: str, asked: Query) -> list[str]:
    """What the server makes of a rule in the query that asks it; its columns."""
    try:
        adhoc.look(body)
    except UplineError as error:
        raise RuleError(error.what, f"{path}:{_looked(path, body)}", error.todo) from error
    try:
        columns, summary = graph.explain(asked)
    except ClientError as error:
        said = str(error.message)
        raise RuleError(
            said.split(" (line ", maxsplit=1)[0].split("\n", maxsplit=1)[0],
            f"{path}:{_line(path, asked, said)}",
            "Correct that line; `upline rules test` tries the rule on its case.",
        ) from error
    if summary.query_type != "r":
        raise RuleError(
            "a rule only reads; the server says that this one does not",
            f"{path}:1",
            "Leave out what writes: the engine writes what the rule returns.",
        )
    return columns


def _asked(plan: Plan) -> Iterator[tuple[Module, Query]]:
    """Each foreign module of the plan, in a query that the server can explain."""
    expressions = [(needed.module, "passes/vet") for needed in plan.requirements]
    expressions += [(overlay.module, "passes/vet_alone") for overlay in plan.overlays]
    expressions += [(plan.push.module, "passes/vet_alone")] if plan.push else []
    for module, name in expressions:
        if foreign(module.path):
            columns = ",\n".join(f"{text} AS {column}" for column, text in module.columns.items())
            yield module, query(name).fill(columns=columns)
    for bonus in plan.bonuses:
        if foreign(bonus.module.path):
            yield bonus.module, bonuses.lines_query(plan, bonus, "of_levels")
        if bonus.flow and foreign(bonus.flow.path):
            yield bonus.flow, query("passes/vet_flow").fill(flow=flows.body_of(bonus.flow))
            yield bonus.flow, _shown(bonus.flow)


def _shown(flow: Module) -> Query:
    """What a flow shows of its state, in the query that asks for it."""
    figures = ", ".join(text for _, _, text in flow.shows)
    try:
        adhoc.look(f"RETURN [{figures}] AS figures")
    except UplineError as error:
        raise RuleError(f"shows: {error.what}", f"{flow.path}:1", error.todo) from error
    return query("answers/states").fill(figures=figures)


def _looked(path: Path, body: str) -> int:
    """The first line of the body that reaches beyond the graph by itself; else the body's first."""
    text = path.read_text(encoding="utf-8")
    first = text.count("\n", 0, text.rindex(body[:40])) + 1
    for number, line in enumerate(text.splitlines()[first - 1 :], first):
        try:
            adhoc.look(line)
        except UplineError:
            return number
    return first


def _line(path: Path, asked: Query, said: str) -> int:
    """The module's own line that the server's complaint about the whole query points at; else the first."""
    own = path.read_text(encoding="utf-8").splitlines()
    start = own.index("") + 1 if "" in own else 0
    if found := _PLACE.search(said):
        lines = asked.text.splitlines()
        wrong = lines[min(int(found[1]), len(lines)) - 1].strip()
        for number, line in enumerate(own, 1):
            if wrong and wrong == line.strip():
                return number
    # A column is put in as one line, whatever its own lines were: look for the name that is complained of.
    for name in _NAMED.findall(said):
        for number, line in enumerate(own[start:], start + 1):
            if re.search(rf"\b{name}\b", line.partition("//")[0]):
                return number
    return 1
