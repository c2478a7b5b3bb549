"""A company's tables taken into the graph as a whole: all of it or, if something is wrong, nothing.

Each import has a number. Orders carry the number that brought them and count up to `Company.last_import`,
which is set last; an import that was interrupted is taken back before the next one begins.
"""

import hashlib
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psutil

from engine import genealogy, moves, orders, tables
from engine.errors import UplineError
from engine.genealogy import TREES, Members
from engine.graph import Graph
from engine.moves import Trees
from engine.orders import Checked
from engine.refusals import ImportRefusedError, Refusal, Refusals
from engine.store import prepare
from engine.tables import Table
from engine.timelines import timeline

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, rows done and rows to do (0 where that is not known)."""
ZONE = "UTC"


class UnknownTimeZoneError(UplineError):
    """The time zone has no entry in the time zone database."""


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


@dataclass(slots=True)
class Load:
    """Everything that one import is about to write, checked and sound."""

    number: int
    zone: ZoneInfo
    members: Members
    trees: Trees
    refusals: Refusals
    customers: Checked | None = None
    orders: Checked | None = None
    files: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows to write."""
        parts = [one for one in (self.members, self.customers, self.orders) if one]
        return sum(len(one.new) + len(one.updated) for one in parts)


def silent(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


def import_company(
    graph: Graph,
    directory: Path,
    *,
    accept_valid: bool = False,
    refusals_to: Path | None = None,
    progress: Progress | None = None,
    time_zone: str | None = None,
) -> ImportReport:
    """Take the tables of a folder (members, customers, orders, moves; CSV or Parquet) into the graph.

    Raises ImportRefusedError, with nothing written, if any row is refused; with `accept_valid` the sound
    rows are written and the others go to `refusals_to` (default: refusals.csv in the working folder).
    `time_zone` is that of local times in the tables, kept for the company; default the company's, else UTC.
    """
    began = time.monotonic()
    report = progress or silent
    prepare(graph)
    state, notes = _ready(graph, report)
    load = check(graph, directory, state, time_zone, report)
    found = _refused(load, directory, accept_valid)
    load.warnings[:0] = notes
    saved = None
    if found:
        saved = refusals_to or Path("refusals.csv")
        load.refusals.save(saved)
    if load.rows or load.trees.fresh or not state["last_import"]:
        _write(graph, directory, load, report)
    return _report(load, "online", found, saved, time.monotonic() - began)


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


def _ready(graph: Graph, report: Progress) -> tuple[dict[str, Any], list[str]]:
    """The company's state, once whatever an interrupted import left has been taken back."""
    state = graph.read("company/state")[0]
    left = _unfinished(state)
    if left is None:
        return state, []
    if left.alive and state["unfinished"]["pid"] != os.getpid():
        raise ImportUnderWayError(
            f"import {left.number} of {left.directory} is at work since {left.started_at:%Y-%m-%d %H:%M:%S}",
            todo="Wait until it ends.",
        )
    take_back(graph, left.number, report)
    note = f"import {left.number} of {left.directory} was interrupted; what it had written was taken back"
    return graph.read("company/state")[0], [note]


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
    for asked in ("orders/delete_orders", "orders/delete_customers", "genealogy/delete_members"):
        graph.batched(asked, number=number)
    graph.write("company/undo_import", number=number)


def check(
    graph: Graph | None, directory: Path, state: dict[str, Any], time_zone: str | None, report: Progress
) -> Load:
    """Read and check all tables, writing nothing. Files that cannot be read raise ImportRefusedError."""
    zone = _zone(time_zone or state["time_zone"] or ZONE)
    refusals = Refusals()
    report(f"reading {directory}", 0, 0)
    found = tables.read(directory, refusals)
    if refusals.files:
        raise ImportRefusedError(refusals.resolve(), directory, acceptable=False)
    number = state["newest"] + 1
    stored = graph if graph and graph.value("genealogy/member_count") else None
    report("checking members", 0, 0)
    placed = moves.names_placement(found.get("moves"))
    members = genealogy.check_members(found["members"], placed, state["one_tree"], stored, refusals)
    trees = moves.check(found.get("moves"), members, stored, zone, number, refusals)
    load = Load(number, zone, members, trees, refusals)
    if "customers" in found:
        report("checking customers", 0, 0)
        load.customers = orders.check_customers(found["customers"], members, stored, refusals)
    if "orders" in found:
        report("checking orders", 0, 0)
        load.orders = orders.check_orders(found["orders"], members, load.customers, stored, zone, refusals)
    load.files = {table.path.name: _digest(table.path) for table in found.values()}
    load.warnings = [warning for table in found.values() for warning in table.warnings]
    load.warnings += genealogy.warnings(members, state["one_tree"])
    return load


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownTimeZoneError(
            f"there is no time zone {name!r}", todo="Use one such as Europe/Berlin."
        ) from error


def _refused(load: Load, directory: Path, accept_valid: bool) -> list[Refusal]:
    if not load.refusals.any:
        return []
    found = load.refusals.resolve()
    if not accept_valid:
        raise ImportRefusedError(found, directory)
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def facts(directory: Path, load: Load) -> dict[str, Any]:
    """What an Import node says of itself besides number and state."""
    process = psutil.Process()
    listed = sorted(load.files.items())
    return {
        "directory": str(directory),
        "files": [name for name, _ in listed],
        "sha256": [digest for _, digest in listed],
        "host": socket.gethostname(),
        "pid": process.pid,
        "born": process.create_time(),
    }


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
    for tree in TREES:
        genealogy.replace_timelines(graph, tree, load.trees.timelines(tree, load.refusals))
    graph.write(
        "company/finish_import", number=load.number, one_tree=load.members.one_tree, time_zone=load.zone.key
    )


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
        load.members.one_tree,
        load.zone.key,
        seconds,
        tuple(refused),
        saved,
        tuple(load.warnings),
    )
