"""Small companies and plans as labelled text, in the notation of engine/cases.py, for tests that run them.

    members:
      member  sponsor  status
      1       -        active
      11      1        active
    orders:
      member  qv
      11      100
    plan:
      name = "Small"

A column that is left out has a default; `-` is empty. Members are named by their path: 11 is placed under 1.
"""

import textwrap
from pathlib import Path

from engine.access.reach import Reach
from engine.answers.standings import Standing, standings
from engine.graph.database import Graph
from engine.graph.queries import Query
from engine.intake.importing import import_company
from engine.passes.record import RunRecord
from engine.plans.plan import Plan
from engine.plans.reader import parse
from engine.run import run_file
from engine.workbench import cases

NO_PLAN = 'plan:\n  name = "Small"\n'
ONE_ORDER = """
plan:
  name = "Small"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = { none = ["0.05"] }
members:
  member  sponsor
  1       -
  11      1
orders:
  order  member  qv
  a      11      100
"""
"""Two members, one order and one bonus, which pays 1 the sum of 5.00 in November 2026."""
CHAIN = """
members:
  member  sponsor  status
  1       -        active
  11      1        active
  111     11       suspended
  1111    111      terminated
  11111   1111     active
"""
"""A chain of five members; two of them can never be active."""


def written(folder: Path, text: str) -> Path:
    """Write the tables and the plan of a company; returns the plan's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "small.case"
    plain = textwrap.dedent(text).strip() + "\n"
    plan = "" if "\nplan:" in f"\n{plain}" else NO_PLAN
    path.write_text(f"{plain}{plan}expect some totals:\n", encoding="utf-8")
    return cases.write(cases.read(path), folder)


def month(graph: Graph, folder: Path, text: str, *periods: str) -> RunRecord:
    """Import a company into the emptied database and run its periods (2026-11); returns the last run."""
    plan = written(folder, text)
    import_company(graph, folder)
    runs = [run_file(graph, plan, name) for name in periods or ("2026-11",)]
    return runs[-1]


def planned(text: str) -> Plan:
    """A plan from its text."""
    return parse(textwrap.dedent(text), Path("plan.toml"))


def everyone(graph: Graph, run: RunRecord) -> dict[str, Standing]:
    """Every standing of a run by member id."""
    return standings(graph, Reach.everything, run, ids(graph, run))


def ids(graph: Graph, run: RunRecord) -> list[str]:
    """The ids of the members who have a standing in a run."""
    text = "MATCH (s:Standing {run: $run}) RETURN s.member_id AS member_id ORDER BY member_id"
    return [row["member_id"] for row in graph.read(cypher(text, "run"), run=run.number)]


def cypher(text: str, *params: str) -> Query:
    """A statement that only a test runs, with the names of its parameters."""
    return Query("tests/ask", Path("ask"), "read", dict.fromkeys(params, "ANY"), {}, "", text)


def forget_plans(graph: Graph) -> None:
    """Have every statement planned anew for the next company; the tests' server plans each only once."""
    with graph.session() as session:
        session.run("CALL db.clearQueryCaches()").consume()
