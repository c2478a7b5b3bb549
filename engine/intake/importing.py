"""A company's tables taken into the graph as a whole: all of it or, if something is wrong, nothing.

Each import has a number. Orders carry the number that brought them and count up to `Company.last_import`,
which is set last; an import that was interrupted is taken back before the next one begins.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from neo4j.exceptions import DriverError

from engine.errors import UplineError
from engine.genealogy import changes
from engine.genealogy.changes import Progress, settle, silent
from engine.genealogy.stored import TREES
from engine.graph.database import Graph
from engine.graph.schema import prepare
from engine.intake import members as genealogy
from engine.intake import offline as bulk
from engine.intake import orders, supplied
from engine.intake.load import Load, check, facts
from engine.intake.members import Members
from engine.intake.orders import Checked
from engine.intake.refusals import ImportRefusedError, Refusal
from engine.intake.tables import Table
from engine.server.managed import Server

LARGE = 50_000
"""Rows from which an offline import pays: stopping and starting the server costs what these take online."""
RECONNECTS = 5
"""Connections that a pool may hold from before a restart."""


class OfflineImpossibleError(UplineError):
    """An offline import needs the managed server and an empty store."""


class ServerMovedError(UplineError):
    """After the offline import the server had to take another port."""


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
        changes.replace_timelines(graph, tree, load.trees.timelines(tree, load.refusals))
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
