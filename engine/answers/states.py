"""States: what the flow of a bonus left on a standing for the next period, as its rule lists it."""

from collections.abc import Iterator
from typing import Any

from engine.answers.bulk import every_level
from engine.composition import flows
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.passes.record import RunRecord
from engine.plans.plan import Bonus


def states(graph: Graph, run: RunRecord, bonus: Bonus) -> Iterator[tuple[str, list[Any]]]:
    """Every state that the bonus left, by member, from the top of the tree down."""
    statement = query("answers/states").fill(chosen=query("answers/of_levels"), figures="state")
    for member_id, state in every_level(graph, run, statement, state=bonus.state, rule=bonus.rule):
        yield str(member_id), list(state)


def shown_states(graph: Graph, run: RunRecord, bonus: Bonus, member_ids: list[str]) -> dict[str, list[Any]]:
    """The figures that the rule's header shows of members' states, by member id, in the header's order."""
    if bonus.flow is None or not bonus.flow.shows:
        return {}
    statement = flows.shown(bonus.flow)
    rows = graph.value(statement, run=run.number, member_ids=member_ids, state=bonus.state, rule=bonus.rule)
    return {member_id: figures for member_id, *figures in rows}
