"""What is in the database: the company and its results as text to compare, and what is unfinished."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.graph.database import Graph
from engine.passes.record import complete
from tests.support.small_tables import ask

NODES = """
MATCH (node:Member|Customer|Prospect|Order|Fact|Override|Past|Company)
RETURN labels(node)[0] AS label, properties(node) AS facts, null AS start, null AS end
"""
EDGES = """
MATCH (start:Member|Customer|Prospect|Order|Fact|Override|Past)-[edge]->(end:Member|Customer|Order)
RETURN type(edge) AS label, properties(edge) AS facts, properties(start) AS start, properties(end) AS end
"""
KEYS = ("order_id", "customer_id", "member_id")
NUMBERS = ("import_no", "closed_no")
PASSING = {"last_run", "last_change"}
"""Facts that depend on how often something was tried."""

UNFINISHED = """
MATCH (any) WHERE any.state IS NOT NULL AND NOT any.state IN $settled AND NOT any:Standing
RETURN labels(any)[0] AS label, any.number AS number, any.state AS state, any.stage AS stage
ORDER BY label, number
"""
SETTLED = ["complete", "live", "taken back"]
"""States in which a change or a run may stay."""
ORPHANS = """
MATCH (standing:Standing)
WHERE NOT EXISTS { MATCH (run:Run {number: standing.run}) }
RETURN count(*) AS count
"""
LOOSE = """
MATCH (earning:Earning) WHERE NOT EXISTS { (earning)-[:EARNED_BY]->(:Standing) }
RETURN count(*) AS count
"""
TAKEN_BACK = """
MATCH (change:Change {state: 'taken back'}) RETURN collect(change.number) AS numbers
"""

Results = frozenset[tuple[str, str, str]]
"""Period, plan and hashes of each complete run."""


@dataclass(frozen=True, slots=True)
class State:
    """The state that two companies must have in common.

    `numbered` are the facts with the place of their change among all changes, `plain` those without it.
    """

    numbered: tuple[str, ...]
    plain: tuple[str, ...]
    results: Results


def state(graph: Graph, began: datetime) -> State:
    """The state of the database; instants from `began` on, which no two companies share, become 'now'."""
    rows = [*ask(graph, NODES), *ask(graph, EDGES)]
    used = {row["facts"][name] for row in rows for name in NUMBERS if row["facts"].get(name) is not None}
    ranks = {number: rank for rank, number in enumerate(sorted(used), 1)}
    texts = []
    for numbered in (True, False):
        texts.append(tuple(sorted(_text(row, ranks if numbered else None, began) for row in rows)))
    return State(texts[0], texts[1], results(graph))


def results(graph: Graph) -> Results:
    """The complete runs, by what went in and came out."""
    names = ("tree", "orders", "matched", "figures", "results")
    return frozenset(
        (
            run.period,
            run.plan,
            " ".join(f"{name} {run.facts.get(f'{name}_hash', '-')[:12]}" for name in names),
        )
        for run in complete(graph)
    )


def differences(ours: State, expected: State, *, numbered: bool) -> list[str]:
    """What one company has and the other has not, as lines; none where they are equal."""
    here, there = ((one.numbered if numbered else one.plain) for one in (ours, expected))
    return _lines(here, there) + result_differences(ours.results, expected.results)


def result_differences(ours: Results, expected: Results) -> list[str]:
    """Runs that one company has and the other has not, as lines."""
    return _lines(*([" ".join(run) for run in sorted(runs)] for runs in (ours, expected)))


def _lines(ours: Iterable[str], expected: Iterable[str]) -> list[str]:
    here, there = Counter(ours), Counter(expected)
    missing, extra = (there - here).elements(), (here - there).elements()
    return [f"- {line}" for line in missing] + [f"+ {line}" for line in extra]


def unfinished(graph: Graph) -> list[dict[str, Any]]:
    """Changes, runs and everything else in a state that is not a final one."""
    return ask(graph, UNFINISHED, settled=SETTLED)


def orphans(graph: Graph) -> list[str]:
    """Standings and earnings that belong to nothing."""
    counts = {"standings without a run": ORPHANS, "earnings without a standing": LOOSE}
    counted = {what: ask(graph, text)[0]["count"] for what, text in counts.items()}
    return [f"{count} {what}" for what, count in counted.items() if count]


def taken_back(graph: Graph) -> set[int]:
    """The numbers of changes that were taken back."""
    return set(ask(graph, TAKEN_BACK)[0]["numbers"])


def _text(row: dict[str, Any], ranks: dict[int, int] | None, began: datetime) -> str:
    facts: dict[str, Any] = {}
    for name, value in sorted(row["facts"].items()):
        if name in NUMBERS:
            facts[name] = ranks.get(value) if ranks else None
        elif name not in PASSING:
            facts[name] = _value(value, began)
    ends = " -> ".join(_key(row[end]) for end in ("start", "end") if row[end] is not None)
    return f"{row['label']} {ends} {facts}"


def _value(value: Any, began: datetime) -> str:
    if hasattr(value, "to_native"):
        native = value.to_native()
        if isinstance(native, datetime) and native.tzinfo is not None and native >= began:
            return "now"
    return str(value)


def _key(facts: dict[str, Any]) -> str:
    named = [str(facts[name]) for name in KEYS if name in facts]
    return named[0] if named else f"{facts.get('name')}/{facts.get('kind')}/{facts.get('period')}"
