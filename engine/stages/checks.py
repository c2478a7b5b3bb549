"""Checks: queries that return violations. No rows pass; a run with any violation is no result.

Every file of cypher/checks, and of a company's own folder `checks`, is a check of one run: it takes `run`
and returns what is wrong, where, the figure that should be and the figure that is.
"""

from dataclasses import dataclass
from pathlib import Path

from engine.errors import UplineError
from engine.graph.database import Graph
from engine.graph.queries import Query
from engine.passes.work import Work, crew
from engine.rules.contract import questions
from engine.settings import Settings

SHOWN = 10
"""Violations of one check that are fetched: enough to see the pattern."""


class CheckFailedError(UplineError):
    """The figures of a run contradict each other."""

    violations: "tuple[Violation, ...]" = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """One row of a check: figures as the graph holds them."""

    check: str
    where: str
    expected: object
    actual: object


def every(company: Path | None = None) -> list[Query]:
    """All checks, by name; with a company's folder of rules its own too."""
    return sorted(questions("check", company).values(), key=lambda check: check.name)


def violations(graph: Graph, run: int, company: Path | None = None, beside: int = 1) -> list[Violation]:
    """What every check finds wrong with a run, at most SHOWN rows each; so many are asked side by side."""
    asked = every(company)
    with crew(graph, beside) as pool:
        found = list(pool.map(lambda check: graph.read(check, run=run, shown=SHOWN), asked))
    return [
        Violation(check.name.removeprefix("checks/"), str(row["where"]), row["expected"], row["actual"])
        for check, rows in zip(asked, found, strict=True)
        for row in rows
    ]


def hold(work: Work) -> None:
    """Run every check on the run under way; raises CheckFailedError with the first violations."""
    work.progress(0, 0)
    if found := violations(work.graph, work.run, Settings().rules, work.gatherers):
        listed = "; ".join(f"{v.check}: {v.where} should be {v.expected}, is {v.actual}" for v in found[:3])
        error = CheckFailedError(
            f"{len(found)} violations: {listed}",
            todo="Nothing of this run counts. Correct what a check of your own found; if one of the engine's "
            "did, the engine or a rule module is at fault: please report it.",
        )
        error.violations = tuple(found)
        raise error
