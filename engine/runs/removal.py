"""Removing runs that are no results, superseded, interrupted or failed, with their standings and earnings.

The newer result counts already, so nobody has to wait for this. Whoever removes a run claims it, so that of
two processes one does it. After an interruption the next one continues.
"""

import time

from engine.graph.claims import WorkClaim, at_work
from engine.graph.database import Graph, Row
from engine.progress import OnProgress, silent

NO_RESULTS = ["superseded", "removing"]
"""States of runs that are to be removed."""
UNFINISHED = ["running", *NO_RESULTS, "restating", "restated"]
"""States of runs that a process is at work on, or should be, and of restated ones, which others rest on."""
WAIT_S = 0.5
"""Between two looks at a removal of another process."""


def leftovers(graph: Graph) -> list[Row]:
    """The runs to remove that no living process is removing, newest first.

    They are restated ones too that no run rests on any more, or whose run under way has stopped.
    """
    rows = unfinished(graph)
    gone = [row["run"] for row in rows if row["run"]["state"] in NO_RESULTS and not _being_removed(row)]
    restated = [
        row["run"]
        for row in rows
        if row["run"]["state"] in ("restating", "restated") and row["run"].get("restates") is not None
    ]
    if restated and not any(_under_way(row) for row in rows):
        used = graph.value("restating/used")
        gone += [run for run in restated if run["state"] == "restating" or run["number"] not in used]
    return gone


def unfinished(graph: Graph) -> list[Row]:
    """The runs under way and those to remove, newest first, with the seconds since each one's heartbeat.

    Asked of the same states by everyone: the server plans a statement anew for a longer or shorter list.
    """
    return graph.read("runs/in_states", states=UNFINISHED)


def sweep(graph: Graph, report: OnProgress = silent) -> list[int]:
    """Remove all leftovers; returns the numbers of the runs that are gone now."""
    gone = []
    for run in leftovers(graph):
        report(f"removing run {run['number']}", 0, 0)
        if remove(graph, run["number"]) is not None:
            gone.append(run["number"])
    return gone


def tidied(graph: Graph, report: OnProgress = silent) -> list[int]:
    """Remove all leftovers, and wait for those that other processes are removing; returns their numbers."""
    gone = set(sweep(graph, report))
    while rows := graph.read("runs/in_states", states=NO_RESULTS):
        gone |= {row["run"]["number"] for row in rows}
        if not sweep(graph, report):
            report("waiting for another process that removes them", 0, 0)
            time.sleep(WAIT_S)
    return sorted(gone)


def remove(graph: Graph, number: int) -> int | None:
    """Remove a run with its standings, earnings and corrections; interrupted, the next call continues.

    Returns the number of its standings, or None where another process removes it or has removed it.
    """
    claim = WorkClaim()
    with claim.held():
        rows = [row for row in graph.read("runs/every") if row["run"]["number"] == number]
        if not rows or _being_removed(rows[0]):
            return None
        seen = rows[0]["run"].get("claim")
        if not graph.write_rows("runs/removing", run=number, seen=seen, facts=claim.facts):
            return None
        beat = {"stage": "removing", "done": 0, "total": 0}
        with claim.held(lambda: graph.batched("runs/beat", run=number, facts=beat)):
            gone = graph.batched("runs/discard", run=number)[0]["standings"]
            graph.batched("runs/discard", run=-number)  # what its openings left before it
            if rows[0]["run"].get("corrects"):
                graph.batched("corrections/discard", run=number)
        graph.write_rows("runs/forget", run=number)
    return int(gone)


def _under_way(row: Row) -> bool:
    return row["run"]["state"] == "running" and at_work(row["run"], row["idle"])


def _being_removed(row: Row) -> bool:
    return row["run"]["state"] == "removing" and at_work(row["run"], row["idle"])
