"""Checks: queries that return violations. A check passes when it returns no rows.

Every file of cypher/rules/checks, and of the folder `checks` of a company, is a check of one run. It takes
`run`, and returns where a figure is wrong, the figure that should be, and the figure that is.
"""

from dataclasses import dataclass
from pathlib import Path

from engine.graph.database import Graph
from engine.graph.queries import Query, query
from engine.passes.crew import crew
from engine.rules import returned
from engine.rules.library import questions

SHOWN = 10
"""Violations of one check that are fetched: enough to see the pattern."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One row of a check: figures as the graph holds them."""

    check: str
    where: str
    expected: object
    actual: object


def every(company: Path | None = None, *, corrects: bool = False) -> list[Query]:
    """All checks, by name; with a company's folder of rules its own too.

    A run that `corrects` closed periods has one more: others have nothing that it could find wrong.
    """
    checks = sorted(questions("check", company).values(), key=lambda check: check.name)
    return [*checks, query("checks/corrections_settle")] if corrects else checks


def violations(
    graph: Graph, run: int, company: Path | None = None, workers: int = 1, *, corrects: bool = False
) -> list[Violation]:
    """The violations of every check on a run, at most SHOWN of each; `workers` queries run in parallel."""
    checks = every(company, corrects=corrects)
    with crew(graph, workers) as pool:
        by_check = list(pool.map(lambda check: violations_of(graph, run, check), checks))
    return [violation for of_check in by_check for violation in of_check]


def violations_of(graph: Graph, run: int, check: Query) -> list[Violation]:
    """The violations of one check on a run, at most SHOWN."""
    name = check.name.removeprefix("checks/")
    rows = graph.read(check, run=run, shown=SHOWN)
    returned.check_rows("check", check, rows)
    return [Violation(name, str(row["where"] or ""), row["expected"], row["actual"]) for row in rows]
