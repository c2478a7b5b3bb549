"""What an interrupted change set left is taken back before anything else happens."""

import os

from engine.genealogy import stored
from engine.genealogy.changes.lane import read_company
from engine.genealogy.changes.writing import ChangeSet
from engine.genealogy.timelines import timeline
from engine.graph.database import Graph
from engine.graph.schema import prepare
from engine.progress import OnProgress, silent

BROUGHT = ("facts", "overrides", "orders", "customers", "members")
"""What is deleted by the number that brought it, in this order."""


def settle(graph: Graph, report: OnProgress = silent) -> list[str]:
    """Take back what an interrupted change set left, and say so in a sentence; mostly there is nothing.

    The schema is made ready first, so that what an earlier release left is found too. Raises
    ChangeUnderWayError where the process of the change set is at work.
    """
    prepare(graph)
    company = read_company(graph)
    change = company.unfinished
    if change is None:
        return []
    if change.alive and change.pid != os.getpid():
        company.refuse_unfinished()
    take_back(graph, change.number, report)
    return [f"{change.title} was interrupted; what it had written was taken back"]


def take_back(graph: Graph, number: int, report: OnProgress = silent) -> None:
    """Remove what an unfinished change set brought; safe to interrupt and repeat."""
    report(f"taking back change {number}", 0, 0)
    for tree in stored.TREES:
        moves = stored.moves(graph, tree)
        touched = {
            member: kept for member, kept in moves.items() if any(move.import_no == number for move in kept)
        }
        members = stored.members(graph, sorted(touched))
        timelines = {}
        for member, kept in touched.items():
            first = members[member].first_edge(tree)
            timelines[member] = timeline(first, [move for move in kept if move.import_no != number])
        ChangeSet(graph.write_rows, number).move(tree, timelines, 0)
    for noun in BROUGHT:
        graph.batched(f"changes/delete_{noun}", number=number)
    graph.write("changes/take_back", number=number)
