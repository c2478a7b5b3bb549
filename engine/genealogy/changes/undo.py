"""What an interrupted change set left is taken back before anything else happens.

The open change set is the newest, so everything with its number or a later one is its own: an import writes
under its own number, many operations of which all or none are done under the numbers that follow.
"""

from engine.composition.trees import between_members
from engine.genealogy import stored
from engine.genealogy.changes import edges
from engine.genealogy.changes.lane import enter, read_company
from engine.genealogy.changes.writing import beating, held
from engine.graph.claims import WorkClaim
from engine.graph.database import Ask, Graph
from engine.graph.schema import prepare
from engine.progress import OnProgress, silent

OVERWRITTEN = ("members", "prospects", "customers")
"""What has its earlier values kept while a change set overwrites it."""
BROUGHT = (
    "outside_earnings", "openings", "facts", "overrides", "orders", "prospects", "customers", "members",
)  # fmt: skip
"""What is deleted by the number that brought it, in this order."""


def settle(graph: Graph, report: OnProgress = silent) -> list[str]:
    """Take back what an interrupted change set left, and say so in a sentence; mostly there is nothing.

    The schema is made ready first, so that what an earlier release left is found too. Raises
    ChangeUnderWayError where a process is at work on the change set.
    """
    prepare(graph)
    change = read_company(graph).unfinished
    if change is None or not take_back(graph, change.number, report):
        return []
    return [f"{change.title} was interrupted; what it had written was taken back"]


def take_back(graph: Graph, number: int, report: OnProgress = silent) -> bool:
    """Take back an interrupted change set: what it added is removed, what it overwrote is restored.

    Safe to interrupt and repeat. False where another command has done it meanwhile. Raises
    ChangeUnderWayError where a process is at work on the change set.
    """
    claim = WorkClaim()

    def begin(ask: Ask) -> bool:
        company = enter(ask)
        change = company.unfinished
        if change is None or change.number != number:
            return False
        if change.alive:
            company.refuse_unfinished()
        ask("changes/taking_back", number=number, facts=claim.facts)
        return True

    with claim.held():
        if not graph.together(begin):
            return False
        with beating(graph, number, claim):
            report(f"taking back change {number}", 0, 0)
            _take_back(graph, number, held(graph, number, claim))
    return True


def _take_back(graph: Graph, number: int, ask: Ask) -> None:
    for tree in stored.TREES:
        touched = graph.value(between_members("changes/touched_since", tree), number=number)
        edges.restore(ask, tree, sorted(touched), number)
    for noun in OVERWRITTEN:
        graph.batched(f"changes/restore_{noun}", number=number)
    graph.batched("changes/delete_planned", number=number)
    for noun in BROUGHT:
        graph.batched(f"changes/delete_{noun}", number=number)
    graph.batched("changes/delete_parts")
    graph.write("changes/take_back", number=number)
