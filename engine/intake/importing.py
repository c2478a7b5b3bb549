"""A company's tables, files or rows, taken into the graph: all of them or, if something is wrong, nothing.

Each import is a numbered change. Rows carry the number that brought them and count up to
`Company.last_change`, which is set last; an import that was interrupted is taken back before the next change.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.errors import UplineError
from engine.genealogy.changes.lane import CompanyChangedError, read_company
from engine.genealogy.changes.requests import Request, earlier_answer, keep
from engine.genealogy.changes.undo import settle
from engine.genealogy.changes.writing import ChangeSet, opened
from engine.genealogy.operations.turning import caught_up
from engine.genealogy.stored import TREES, UPDATABLE
from engine.graph import driver
from engine.graph.claims import WorkClaim
from engine.graph.database import Graph
from engine.graph.schema import prepare
from engine.intake import offline as offline_import
from engine.intake.checked import CheckedRows
from engine.intake.facts import dated
from engine.intake.load import Load, check
from engine.intake.mapping.mapping import CompanyMapping
from engine.intake.members import CheckedMembers
from engine.intake.orders import counted
from engine.intake.refusals import ImportRefusedError, Refusal
from engine.intake.rows import Rows, TablesOfRows
from engine.intake.tables import LAYOUTS, CompanyTable
from engine.progress import OnProgress, silent
from engine.server import space
from engine.server.managed import Server

LARGE = 50_000
"""Rows from which an offline import pays: stopping and starting the server costs what these take online."""
ROW_BYTES = {"online": 300, "offline": 500}
"""Bytes of disk space for each row: measured with 100,000 members, and for the files of the import tool."""
RECONNECTS = 5
"""Connections that a pool may hold from before a restart."""
TABLES = tuple(layout.name for layout in LAYOUTS)
CHECKS = 3
"""How often tables are checked where others change the company meanwhile."""


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
    remarked_refunds: tuple[str, ...]
    seconds: float
    refusals: tuple[Refusal, ...] = ()
    refusals_file: Path | None = None
    warnings: tuple[str, ...] = ()
    openings: Counts = Counts()
    outside_earnings: Counts = Counts()
    prospects: Counts = Counts()


@dataclass(frozen=True, slots=True)
class _Import:
    """What one import is asked to do, wherever its tables come from."""

    source: Path | Rows
    accept_valid: bool
    report: OnProgress
    time_zone: str | None = None
    refund_rules: Mapping[str, str] = field(default_factory=dict)
    mapping: CompanyMapping | None = None
    server: Server | None = None
    offline: bool | None = None
    currencies: Mapping[str, int] | None = None
    actor: str | None = None
    request: Request | None = None

    @property
    def directory(self) -> Path | None:
        """The folder, where the tables come from one."""
        return None if isinstance(self.source, Rows) else self.source


def import_company(
    graph: Graph,
    directory: Path,
    *,
    accept_valid: bool = False,
    refusals_to: Path | None = None,
    progress: OnProgress | None = None,
    time_zone: str | None = None,
    refund_rules: Mapping[str, str] | None = None,
    mapping: CompanyMapping | None = None,
    server: Server | None = None,
    offline: bool | None = None,
    currencies: Mapping[str, int] | None = None,
) -> ImportReport:
    """Take the tables of a folder (those of intake/tables.py; CSV or Parquet) into the graph.

    Raises ImportRefusedError, with nothing written, if any row is refused; with `accept_valid` the sound
    rows are written and the others go to `refusals_to` (default: refusals.csv in the working folder).
    `time_zone` is that of local times in the tables, kept for the company; default the company's, else UTC.
    `refund_rules` say ``refuse`` or ``remark`` of contradictions (those of intake/refunds.py), kept too.
    With `mapping` (see intake/mapping) the folder holds the company's own files; what it sets is kept too.
    `currencies` names the digits of currencies that ISO 4217 does not know, kept for the company too.

    With `server`, the managed one that `graph` leads to, a large load into an empty store goes through
    Neo4j's offline import; `offline` forces (True) or forbids (False) that.
    """
    done, load = _import(
        graph,
        _Import(
            directory, accept_valid, progress or silent, time_zone, refund_rules or {}, mapping, server,
            offline, currencies,
        ),
    )  # fmt: skip
    saved = (refusals_to or Path("refusals.csv")) if done.refusals else None
    if saved and load:
        load.refusals.save(saved)
    return replace(done, refusals_file=saved)


def import_rows(
    graph: Graph,
    tables: TablesOfRows,
    *,
    accept_valid: bool = False,
    actor: str | None = None,
    request: Request | None = None,
    column_called: Callable[[str], str] = str,
    progress: OnProgress | None = None,
    time_zone: str | None = None,
    refund_rules: Mapping[str, str] | None = None,
    currencies: Mapping[str, int] | None = None,
) -> ImportReport:
    """Take rows that a program hands over into the graph, with the checks and refusals of `import_company`.

    `tables` holds rows by the name of their table (see intake/rows.py); members may be left out. A refusal
    says where its row is: ``orders[16]``, counted from 0. `column_called` is how messages name a column.
    A `request` that has been answered before changes nothing and returns the same report; KeyReusedError
    where it had other arguments.
    """
    rows = Rows(tables, column_called)
    order = _Import(
        rows, accept_valid, progress or silent, time_zone, refund_rules or {}, currencies=currencies,
        actor=actor, request=request,
    )  # fmt: skip
    return _import(graph, order)[0]


def _import(graph: Graph, order: _Import) -> tuple[ImportReport, Load | None]:
    """What an import did, and its checked tables; None where the same request has been answered before."""
    began = time.monotonic()
    notes = [*settle(graph, order.report), *caught_up(graph)]
    for attempt in range(1, CHECKS + 1):
        if (earlier := earlier_answer(graph.read, order.request)) is not None:
            return _report_of(earlier), None
        load = check(
            graph, order.source, read_company(graph), order.time_zone, order.refund_rules, order.report,
            order.mapping, order.currencies,
        )  # fmt: skip
        refused = _refused(load, order.directory, order.accept_valid)
        mode = "offline" if _offline(graph, load, order.server, order.offline) else "online"
        space.require_in_store(graph, load.rows * ROW_BYTES[mode], "the import")
        load.warnings[:0] = notes
        done = _report(load, mode, refused, time.monotonic() - began)
        try:
            _take_in(graph, order, load, done)
        except CompanyChangedError:
            if attempt == CHECKS:
                raise
        else:
            break
    return replace(done, seconds=time.monotonic() - began), load


def _refused(load: Load, directory: Path | None, accept_valid: bool) -> list[Refusal]:
    if not load.refusals.any:
        return []
    refused = load.refusals.resolve()
    if not accept_valid:
        raise ImportRefusedError(refused, directory)
    return refused


def _offline(graph: Graph, load: Load, server: Server | None, forced: bool | None) -> bool:
    if forced is False or (forced is None and (server is None or load.rows <= LARGE)):
        return False
    empty = bool(graph.value("intake/empty"))
    if forced and not (server and empty):
        why = "the database is not empty" if server else "the server is not the managed one"
        raise OfflineImpossibleError(
            f"an offline import makes a new store, but {why}", todo="Leave out --offline."
        )
    return empty


def _take_in(graph: Graph, order: _Import, load: Load, done: ImportReport) -> None:
    """Write a load as its report says; nothing where the company has it all."""
    if done.mode == "offline" and order.server and order.directory:
        _make(graph, order.server, order.directory, load, order.report)
    elif load.empty:
        keep(graph, order.request, asdict(done))
    else:
        _write(graph, order, load, done)


def _make(graph: Graph, server: Server, directory: Path, load: Load, report: OnProgress) -> None:
    facts = load.described(directory)
    with WorkClaim(facts["claim"]).held():
        running = offline_import.make(server, load, facts, report)
        if running.uri != graph.uri:
            with Graph(running.uri, running.user, running.password) as moved:
                _finish(moved, load, report)
            raise ServerMovedError(f"the import is complete, but the server now answers at {running.uri}")
        for _ in range(RECONNECTS):  # connections of the pool still lead to the server that was stopped
            with suppress(driver.DriverError, UplineError):
                graph.verify()
        _finish(graph, load, report)


def _finish(graph: Graph, load: Load, report: OnProgress) -> None:
    """Complete the change that an offline import left open: indexes, facts and overrides, and its counts."""
    report("indexing", 0, 0)
    graph.prepared = False  # the import has made a new store
    prepare(graph)
    change = ChangeSet(graph.write_rows, load.number)
    change.touch_many()
    change.count("members_added", len(load.members.new), load.members.added["enrolled_on"])
    for tree in TREES:
        timelines = load.moves.timelines(tree, load.refusals)
        change.count_moves(tree, timelines, load.moves.fresh[tree])
        change.plan(timelines, datetime.now(load.zone).date())
    change.count("customers_added", len(load.customers.new) if load.customers else 0)
    if load.orders:
        change.count("orders_added", len(load.orders.new), counted(load.orders.added))
    _add_facts(change, load)
    change.complete(
        load.company, load.members.one_tree, load.zone.key, load.remarked_refunds, load.currencies
    )


def _write(graph: Graph, order: _Import, load: Load, report: ImportReport) -> None:
    done, total = 0, load.rows

    def tick(rows: int) -> None:
        nonlocal done
        done += rows
        order.report("writing", done, total)

    facts = load.described(order.directory, order.actor)
    with opened(graph, load.company.newest, facts, tick, order.request) as change:
        _write_rows(change, load)
        change.complete(
            load.company, load.members.one_tree, load.zone.key, load.remarked_refunds, load.currencies,
            answer=asdict(report),
        )  # fmt: skip


def _write_rows(change: ChangeSet, load: Load) -> None:
    members = load.members.added
    change.add_members(members.select(["member_id", *UPDATABLE, "enrolled_on"]))
    for tree in TREES:
        change.add_first_edges(tree, load.members.first_edges(members, tree))
    change.update_members(load.members.changed.select(["member_id", *UPDATABLE]))
    if load.customers:
        change.add_customers(load.customers.added)
        change.update_customers(load.customers.changed)
    if load.orders:
        change.add_orders(load.orders.added)
    _add_facts(change, load)
    for tree in TREES:
        change.move(tree, load.moves.timelines(tree, load.refusals), load.moves.fresh[tree])


def _add_facts(change: ChangeSet, load: Load) -> None:
    if load.facts:
        change.add_facts(load.facts.both, corrected=len(load.facts.updated))
    if load.overrides:
        change.add_overrides(dated(load.overrides.both), corrected=len(load.overrides.updated))
    if load.openings:
        change.add_openings(load.openings.both, corrected=len(load.openings.updated))
    if earned := load.outside_earnings:
        change.add_outside_earnings(earned.both, corrected=len(earned.updated))
    if load.prospects:
        change.add_prospects(load.prospects.added)
        change.update_prospects(load.prospects.changed)


def _report_of(answer: Mapping[str, Any]) -> ImportReport:
    """The report of an earlier import, from the answer that was kept of it."""
    facts = dict(answer)
    for table in TABLES:
        facts[table] = Counts(**facts.get(table, {}))  # an earlier release did not know every table
    facts["refusals"] = tuple(Refusal(**each) for each in facts["refusals"])
    for name in ("remarked_refunds", "warnings"):
        facts[name] = tuple(facts[name])
    return ImportReport(**facts)


def _report(load: Load, mode: str, refused: list[Refusal], seconds: float) -> ImportReport:
    def counted(table: CompanyTable | None, new: int, updated: int, unchanged: int) -> Counts:
        if table is None:
            return Counts()
        return Counts(table.count, new, updated, unchanged, len(load.refusals.rows(table)))

    def of(checked: CheckedRows | CheckedMembers | None) -> Counts:
        if checked is None:
            return Counts()
        return counted(checked.table, len(checked.new), len(checked.updated), checked.unchanged)

    return ImportReport(
        load.number,
        mode,
        of(load.members),
        of(load.customers),
        of(load.orders),
        counted(load.moves.table, load.moves.count, 0, load.moves.unchanged),
        of(load.facts),
        of(load.overrides),
        load.members.one_tree,
        load.zone.key,
        load.remarked_refunds,
        seconds,
        tuple(refused),
        None,
        tuple(load.warnings),
        of(load.openings),
        of(load.outside_earnings),
        of(load.prospects),
    )
