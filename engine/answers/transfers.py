"""Transfers: the volume that push-up moved in a finished run, and the volume that found no receiver."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.access.pieces import standing_in_reach
from engine.access.reach import Reach
from engine.answers.bulk import every_level
from engine.answers.pages import Page, Stretch, page, toward
from engine.answers.within import of_members
from engine.graph.database import Graph
from engine.graph.queries import Query, query
from engine.passes.record import RunRecord


@dataclass(frozen=True, slots=True)
class Transfer:
    """Volume in hundredths that left a member in a run.

    `to_id` is None where nobody above could take it. Where nobody within reach took it, the reason is
    beyond_reach, whoever else did.
    """

    run: int
    from_id: str
    to_id: str | None
    volume: int
    reason: str


def transfers(graph: Graph, run: RunRecord) -> Iterator[Transfer]:
    """Every transfer of a run, from the top of the tree down; none where its plan pushes nothing."""
    statement = _out_of(query("answers/of_levels"), "standing.depth, standing.member_id")
    everything = Reach.everything.in_run(graph, run)
    for row in every_level(graph, run, statement, reach=everything):
        yield Transfer(run.number, *row)


def transfer_page(graph: Graph, reach: Reach, run: RunRecord, stretch: Stretch) -> Page[Transfer]:
    """A page of a run's transfers by the id of the member that the volume left, without a total."""
    chosen = toward(query("push/page").fill(within=standing_in_reach()), stretch)
    statement = _out_of(chosen, "standing.member_id")
    parameters = {**stretch.bounds, "reach": reach.in_run(graph, run)}
    rows = [Transfer(run.number, *row) for row in graph.value(statement, run=run.number, **parameters)]
    if stretch.backward:
        rows.reverse()
    return page(rows, lambda one: one.from_id, stretch)


def transfer_total(graph: Graph, reach: Reach, run: RunRecord) -> int:
    """How many transfers of a run left members within reach."""
    statement = query("push/count").fill(within=standing_in_reach())
    return int(graph.value(statement, run=run.number, reach=reach.in_run(graph, run)))


def transfers_out(graph: Graph, reach: Reach, run: RunRecord, member_ids: list[str]) -> dict[str, Transfer]:
    """What left some members, or found no receiver, by member id."""
    statement = _out_of(of_members(), "standing.member_id")
    rows = graph.value(statement, run=run.number, member_ids=member_ids, reach=reach.in_run(graph, run))
    return {row[0]: Transfer(run.number, *row) for row in rows}


def transfers_in(
    graph: Graph, reach: Reach, run: RunRecord, member_ids: list[str], stretch: Stretch
) -> dict[str, Page[Transfer]]:
    """Pages of what reached some members, by the id of the member that the volume left."""
    statement = query("push/received").fill(
        receiver=standing_in_reach("receiver"), giver=standing_in_reach("giver")
    )
    rows = graph.read(
        toward(statement, stretch), run=run.number, member_ids=member_ids,
        reach=reach.in_run(graph, run), **stretch.bounds,
    )  # fmt: skip
    return {
        row["to_id"]: page(
            [Transfer(run.number, *each) for each in row["rows"]],
            lambda one: one.from_id, stretch, row["total"],
        )
        for row in rows
    }  # fmt: skip


def _out_of(chosen: Query, order: str) -> Query:
    """The transfers out of some standings, in an order."""
    return query("push/transfers").fill(chosen=chosen, order=order, receiver=standing_in_reach("receiver"))
