"""Changes of the company's members and trees: how they are written, and taken back when interrupted."""

import os
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psutil
import pyarrow as pa

from engine.composition.trees import between_members
from engine.errors import UplineError
from engine.genealogy import stored
from engine.genealogy.stored import TREES
from engine.genealogy.timelines import Edge, Move, timeline
from engine.graph.database import Graph

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, rows done and rows to do (0 where that is not known)."""
BATCH = 10_000
"""Rows written in one transaction."""


Tick = Callable[[int], None]
"""Told how many rows were written since the last call."""


def batches(rows: pa.Table) -> Iterable[list[dict[str, Any]]]:
    """Rows as dicts, as many at once as one transaction takes."""
    for start in range(0, rows.num_rows, BATCH):
        yield rows.slice(start, BATCH).to_pylist()


def replace_timelines(graph: Graph, tree: str, timelines: dict[str, list[Edge]]) -> None:
    """Write the whole timelines of moved members, each batch at once or not at all."""
    members = list(timelines)
    for start in range(0, len(members), 1000):
        rows = [timeline_row(one, timelines[one]) for one in members[start : start + 1000]]
        graph.write(between_members("genealogy/replace_timelines", tree), rows=rows)


def timeline_row(member_id: str, timeline: Sequence[Edge]) -> dict[str, Any]:
    """One member's timeline as a row of genealogy/replace_timelines."""
    written = [{"parent_id": edge.parent_id, "facts": edge_facts(edge)} for edge in timeline]
    return {
        "member_id": member_id,
        "closed": [row for row, edge in zip(written, timeline, strict=True) if edge.until],
        "open": [row for row, edge in zip(written, timeline, strict=True) if not edge.until],
    }


def edge_facts(edge: Edge) -> dict[str, Any]:
    """The properties of an edge, empty ones left out."""
    said: dict[str, Any] = {"leg": edge.leg, "since": edge.since, "until": edge.until, "step": edge.step}
    if edge.opened:
        said |= {"import_no": edge.opened.import_no} | (
            {
                "opened_at": edge.opened.recorded_at,
                "opened_by": edge.opened.actor,
                "opened_for": edge.opened.reason,
            }
            if edge.until
            else _said(edge.opened)
        )
    if edge.closed:
        said |= _said(edge.closed)
    return {key: value for key, value in said.items() if value is not None}


def _said(move: Move) -> dict[str, datetime | str | None]:
    return {"recorded_at": move.recorded_at, "actor": move.actor, "reason": move.reason}


class ImportUnderWayError(UplineError):
    """Another import is at work in this database."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An import that began and did not end; `alive` if its process still runs on this machine."""

    number: int
    directory: str
    started_at: datetime
    alive: bool


def unfinished(graph: Graph) -> Unfinished | None:
    """The import that began and did not end, or None."""
    return _unfinished(graph.read("company/state")[0])


def _unfinished(state: dict[str, Any]) -> Unfinished | None:
    found = state["unfinished"]
    if not found:
        return None
    alive = False
    if found.get("host") == socket.gethostname():
        try:
            alive = abs(psutil.Process(found["pid"]).create_time() - found["born"]) < 2
        except psutil.Error:
            alive = False
    return Unfinished(found["number"], found["directory"], found["started_at"].to_native(), alive)


def silent(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


def settle(graph: Graph, report: Progress = silent) -> list[str]:
    """Take back what an interrupted import left, and say so in a sentence; mostly there is nothing.

    Raises ImportUnderWayError where the import's process is at work.
    """
    state = graph.read("company/state")[0]
    left = _unfinished(state)
    if left is None:
        return []
    if left.alive and state["unfinished"]["pid"] != os.getpid():
        raise ImportUnderWayError(
            f"import {left.number} of {left.directory} is at work since {left.started_at:%Y-%m-%d %H:%M:%S}",
            todo="Wait until it ends.",
        )
    take_back(graph, left.number, report)
    return [f"import {left.number} of {left.directory} was interrupted; what it had written was taken back"]


def take_back(graph: Graph, number: int, report: Progress = silent) -> None:
    """Remove what an unfinished import brought; safe to interrupt and repeat."""
    report(f"taking back import {number}", 0, 0)
    for tree in TREES:
        moves = stored.stored_moves(graph, tree)
        touched = {one: kept for one, kept in moves.items() if any(move.import_no == number for move in kept)}
        known = stored.known(graph, sorted(touched))
        timelines = {}
        for member, listed in touched.items():
            place = known[member].sponsor if tree == "sponsor" else known[member].placement
            first = stored.first_edge(place, known[member].enrolled_on)
            timelines[member] = timeline(first, [move for move in listed if move.import_no != number])
        replace_timelines(graph, tree, timelines)
    brought = ("orders/delete_orders", "orders/delete_customers", "genealogy/delete_members")
    for asked in ("facts/take_back", *brought):
        graph.batched(asked, number=number)
    graph.write("company/undo_import", number=number)
