"""A company's tables taken into the graph as a whole: all of it or, if something is wrong, nothing.

Each import has a number. Orders carry the number that brought them and count up to `Company.last_import`,
which is set last; an import that was interrupted is taken back before the next one begins.
"""

import os
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from neo4j.exceptions import DriverError

from engine import bulk, genealogy, orders, supplied
from engine.errors import UplineError
from engine.genealogy import TREES, Members
from engine.graph import Graph
from engine.load import Load, Progress, check, facts, silent
from engine.orders import Checked
from engine.refusals import ImportRefusedError, Refusal
from engine.server import Server
from engine.store import prepare
from engine.tables import Table
from engine.timelines import timeline

LARGE = 50_000
"""Rows from which an offline import pays: stopping and starting the server costs what these take online."""
RECONNECTS = 5
"""Connections that a pool may hold from before a restart."""


class OfflineImpossibleError(UplineError):
    """An offline import needs the managed server and an empty store."""


class ServerMovedError(UplineError):
    """After the offline import the server had to take another port."""


class ImportUnderWayError(UplineError):
    """Another import is at work in this database."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows of one table."""

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `mode` is online or offline; `warnings` and `notes` are sentences for a person."""

    number: int
    mode: str
    members: Counts
    customers: Counts
    orders: Counts
    moves: Counts
    facts: Counts
    overrides: Counts
    one_tree: bool
    time_zone: str
    seconds: float
    refusals: tuple[Refusal, ...] = ()
    refusals_file: Path | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An import that began and did not end; `alive` if its process still runs on this machine."""

    number: int
    directory: str
    started_at: datetime
    alive: bool


def import_company(
    graph: Graph,
    directory: Path,
    *,
    accept_valid: bool = False,
    refusals_to: Path | None = None,
    progress: Progress | None = None,
    time_zone: str | None = None,
    server: Server | None = None,
    offline: bool | None = None,
) -> ImportReport:
    """Take the tables of a folder (those of engine/tables.py; CSV or Parquet) into the graph.

    Raises ImportRefusedError, with nothing written, if any row is refused; with `accept_valid` the sound
    rows are written and the others go to `refusals_to` (default: refusals.csv in the working folder).
    `time_zone` is that of local times in the tables, kept for the company; default the company's, else UTC.

    With `server`, the managed one that `graph` leads to, a large load into an empty store goes through
    Neo4j's offline import; `offline` forces (True) or forbids (False) that.
    """
    began = time.monotonic()
    report = progress or silent
    prepare(graph)
    notes = settle(graph, report)
    state = graph.read("company/state")[0]
    load = check(graph, directory, state, time_zone, report)
    found = _refused(load, directory, accept_valid)
    load.warnings[:0] = notes
    saved = None
    if found:
        saved = refusals_to or Path("refusals.csv")
        load.refusals.save(saved)
    mode = "online"
    if _offline(graph, load, server, offline):
        assert server
        mode = "offline"
        _make(graph, server, directory, load, report)
    elif load.rows or load.trees.fresh or not state["last_import"]:
        _write(graph, directory, load, report)
    return _report(load, mode, found, saved, time.monotonic() - began)


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
        stored = genealogy.stored_moves(graph, tree)
        touched = {
            one: kept for one, kept in stored.items() if any(move.import_no == number for move in kept)
        }
        known = genealogy.known(graph, sorted(touched))
        timelines = {}
        for member, listed in touched.items():
            place = known[member].sponsor if tree == "sponsor" else known[member].placement
            first = genealogy.first_edge(place, known[member].enrolled_on)
            timelines[member] = timeline(first, [move for move in listed if move.import_no != number])
        genealogy.replace_timelines(graph, tree, timelines)
    brought = ("orders/delete_orders", "orders/delete_customers", "genealogy/delete_members")
    for asked in ("supplied/take_back", *brought):
        graph.batched(asked, number=number)
    graph.write("company/undo_import", number=number)


def _refused(load: Load, directory: Path, accept_valid: bool) -> list[Refusal]:
    if not load.refusals.any:
        return []
    found = load.refusals.resolve()
    if not accept_valid:
        raise ImportRefusedError(found, directory)
    return found


def _offline(graph: Graph, load: Load, server: Server | None, wanted: bool | None) -> bool:
    if wanted is False or (wanted is None and (server is None or load.rows <= LARGE)):
        return False
    empty = bool(graph.value("company/empty"))
    if wanted and not (server and empty):
        why = "the database is not empty" if server else "the server is not the managed one"
        raise OfflineImpossibleError(
            f"an offline import makes a new store, but {why}", todo="Leave out --offline."
        )
    return empty


def _make(graph: Graph, server: Server, directory: Path, load: Load, report: Progress) -> None:
    running = bulk.make(server, load, facts(directory, load), report)
    if running.uri != graph.uri:
        with Graph(running.uri, running.user, running.password) as moved:
            _finish(moved, load, report)
        raise ServerMovedError(f"the import is complete, but the server now answers at {running.uri}")
    for _ in range(RECONNECTS):  # connections of the pool still lead to the server that was stopped
        with suppress(DriverError, UplineError):
            graph.verify()
    _finish(graph, load, report)


def _finish(graph: Graph, load: Load, report: Progress) -> None:
    report("indexing", 0, 0)
    prepare(graph)
    supplied.add(graph, load.facts, load.overrides, load.number)
    _close(graph, load)


def _close(graph: Graph, load: Load) -> None:
    members = load.members
    supplies = bool(load.facts and load.facts.new) or bool(load.overrides and load.overrides.new)
    touched = bool(members.new) or bool(members.updated) or load.trees.fresh > 0 or supplies
    graph.write(
        "company/finish_import",
        number=load.number, one_tree=members.one_tree, time_zone=load.zone.key, trees=touched,
    )  # fmt: skip


def _write(graph: Graph, directory: Path, load: Load, report: Progress) -> None:
    graph.write("company/begin_import", number=load.number, facts=facts(directory, load))
    done, total = 0, load.rows

    def tick(rows: int) -> None:
        nonlocal done
        done += rows
        report("writing", done, total)

    genealogy.add_members(graph, load.members, load.number, tick)
    genealogy.update_members(graph, load.members, tick)
    if load.customers:
        orders.add_customers(graph, load.customers, load.number, tick)
    if load.orders:
        orders.add_orders(graph, load.orders, load.number, tick)
    supplied.add(graph, load.facts, load.overrides, load.number, tick)
    for tree in TREES:
        genealogy.replace_timelines(graph, tree, load.trees.timelines(tree, load.refusals))
    _close(graph, load)


def _report(
    load: Load, mode: str, refused: list[Refusal], saved: Path | None, seconds: float
) -> ImportReport:
    def counted(table: Table | None, new: int, updated: int, unchanged: int) -> Counts:
        if table is None:
            return Counts()
        return Counts(table.count, new, updated, unchanged, len(load.refusals.rows(table)))

    def of(checked: Checked | Members | None) -> Counts:
        if checked is None:
            return Counts()
        return counted(checked.table, len(checked.new), len(checked.updated), checked.unchanged)

    return ImportReport(
        load.number,
        mode,
        of(load.members),
        of(load.customers),
        of(load.orders),
        counted(load.trees.table, load.trees.fresh, 0, load.trees.unchanged),
        of(load.facts),
        of(load.overrides),
        load.members.one_tree,
        load.zone.key,
        seconds,
        tuple(refused),
        saved,
        tuple(load.warnings),
    )
