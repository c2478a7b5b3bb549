"""Vetting: a company's own rule modules are explained by the server before a run lets them near any figure.

The text is checked when it is loaded (engine/contracts.py); here the server itself says whether the rule
only reads, what it would touch, and where it is wrong.
"""

import re
from collections.abc import Iterator

from neo4j.exceptions import ClientError

from engine import adhoc, bonuses, flows
from engine.contracts import Module, RuleError
from engine.errors import UplineError
from engine.graph import Graph
from engine.plan import Plan
from engine.queries import Query, folder, query

_PLACE = re.compile(r"line (\d+), column \d+")


def vet(graph: Graph, plan: Plan) -> None:
    """Refuse a plan whose company rules do more than read; raises RuleError with path and line."""
    for module, asked in _asked(plan):
        try:
            adhoc.look(module.body)
            _, summary = graph.explain(asked)
        except ClientError as error:
            raise RuleError(
                _said(error), f"{module.path}:{_line(module, asked, str(error.message))}"
            ) from error
        except UplineError as error:
            raise RuleError(error.what, f"{module.path}:1", error.todo) from error
        if summary.query_type != "r":
            raise RuleError("a rule only reads; the server says that this one does not", f"{module.path}:1")


def _asked(plan: Plan) -> Iterator[tuple[Module, Query]]:
    """Each company module of the plan, in a query that the server can explain."""
    expressions = [needed.module for needed in plan.requirements]
    expressions += [overlay.module for overlay in plan.overlays]
    for module in expressions:
        if _foreign(module):
            columns = ",\n".join(f"{text} AS {name}" for name, text in module.columns.items())
            yield module, query("write/vet").fill(columns=columns)
    for bonus in plan.bonuses:
        if _foreign(bonus.module):
            yield bonus.module, bonuses.lines_query(plan, bonus, "of_levels")
        if bonus.flow and _foreign(bonus.flow):
            yield bonus.flow, query("write/vet_flow").fill(flow=flows.whole(bonus.flow))


def _foreign(module: Module) -> bool:
    return not module.path.is_relative_to(folder())


def _said(error: ClientError) -> str:
    return str(error.message).split(" (line ")[0].split("\n")[0]


def _line(module: Module, asked: Query, said: str) -> int:
    """The module's own line that the server's complaint about the whole query points at; else the first."""
    found = _PLACE.search(said)
    if found:
        lines = asked.text.splitlines()
        wrong = lines[min(int(found[1]), len(lines)) - 1].strip()
        for number, line in enumerate(module.path.read_text("utf-8").splitlines(), 1):
            if wrong and wrong == line.strip():
                return number
    return 1
