"""A company's tables out of the graph: the files that an import of them needs to make the same company.

The tables hold what is stored now, and every move of both trees. Runs and live figures are computed from it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from engine import ranges
from engine.answers.sinks import FORMATS, Row, Sink, sink
from engine.drafts import Drafts
from engine.errors import UplineError
from engine.genealogy import stored
from engine.genealogy.changes.lane import Company, CompanyChangedError, read_company
from engine.genealogy.changes.undo import settle
from engine.genealogy.stored import LOOKUP, TREES
from engine.graph.database import Graph
from engine.intake.company_file import NAME, CompanyFile
from engine.intake.tables import LAYOUTS
from engine.money import decimal
from engine.progress import OnProgress, silent
from engine.server import space

ROW_BYTES = {"csv": 150, "parquet": 50}
"""About how many bytes a member or an order takes."""
PAGE = LOOKUP
"""Members, customers or orders that are read at once."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FURTHEST = timedelta(hours=23, minutes=59)
"""The largest offset of an instant from UTC: a table may hold instants so far outside of its years."""


class NothingToExportError(UplineError):
    """The database holds no company."""


class OtherTablesError(UplineError):
    """The folder has tables of the other format, so that an import would find each table twice."""


@dataclass(frozen=True, slots=True)
class CompanyExport:
    """What was written: the folder, the rows of each table, and notes for a person."""

    folder: Path
    rows: dict[str, int]
    notes: tuple[str, ...] = ()


def export_company(
    graph: Graph,
    folder: Path,
    *,
    format: str = "csv",
    exact_text: bool = False,
    progress: OnProgress | None = None,
) -> CompanyExport:
    """Write the tables of a company to a folder, in the columns of intake/tables.py, and company.json last.

    An interrupted change is taken back first. In CSV a text that a spreadsheet would compute has an
    apostrophe in front, unless `exact_text`. Until the tables are whole, the folder is as it was. Memory
    does not grow with the company.

    Raises NothingToExportError, ChangeUnderWayError, CompanyChangedError where another change came meanwhile,
    OtherTablesError and DiskFullError.
    """
    report = progress or silent
    notes = settle(graph, report)
    before = read_company(graph)
    if before.one_tree is None:
        raise NothingToExportError("the database holds no company", graph.uri, "Import one: upline import.")
    _refuse_other_format(folder, format)
    size = graph.read("graph/size")[0]
    needed = space.MIB + (size["members"] + size["orders"]) * ROW_BYTES[format]
    space.require(folder, needed, "the export", "choose another folder with --out")
    drafts = Drafts(folder, NAME)
    try:
        rows = _tables(graph, before, drafts, format, exact_text, report, size)
        after = read_company(graph)
        if (after.newest, after.last_change) != (before.newest, before.last_change):
            raise CompanyChangedError(
                f"change {after.newest} came while the tables were being written",
                str(folder),
                "Export again; the folder is as it was.",
            )
        settings = (before.time_zone, before.one_tree, before.remarked_refunds, before.currencies)
        text = CompanyFile(*settings).text
        drafts.path(NAME).write_text(text, encoding="utf-8")
    except BaseException:
        drafts.abandon()
        raise
    drafts.finish()
    return CompanyExport(folder, rows, tuple(notes))


def _refuse_other_format(folder: Path, format: str) -> None:
    for other in set(FORMATS) - {format}:
        for layout in LAYOUTS:
            if (path := folder / f"{layout.name}.{other}").exists():
                raise OtherTablesError(
                    f"the folder has {path.name}, so an import would find {layout.name} twice",
                    str(folder),
                    "Choose another folder, or remove the tables there.",
                )


class _Tables:
    """The open tables of an export, and how many rows each has."""

    def __init__(self, drafts: Drafts, format: str, exact_text: bool) -> None:
        self.rows = dict.fromkeys((layout.name for layout in LAYOUTS), 0)
        self._sinks: dict[str, Sink] = {
            layout.name: sink(
                drafts.path(f"{layout.name}.{format}"), layout.columns, format, exact_text=exact_text
            )
            for layout in LAYOUTS
        }

    def write(self, name: str, rows: Iterable[Row]) -> None:
        listed = list(rows)
        self._sinks[name].write(listed)
        self.rows[name] += len(listed)

    def close(self) -> None:
        for each in self._sinks.values():
            each.close()


def _tables(
    graph: Graph,
    company: Company,
    drafts: Drafts,
    format: str,
    exact_text: bool,
    report: OnProgress,
    size: dict[str, int],
) -> dict[str, int]:
    """Write every table, a page of members, customers, prospects or orders at a time."""
    tables = _Tables(drafts, format, exact_text)
    try:
        for page in _pages(graph, "members"):
            ids = [row[0] for row in page]
            tables.write("members", (_member(row, bool(company.one_tree)) for row in page))
            tables.write("moves", _moves(graph, ids))
            tables.write("facts", _facts(graph, ids))
            tables.write("overrides", _overrides(graph, ids))
            tables.write("openings", _openings(graph, ids))
            tables.write("outside_earnings", _outside(graph, ids))
            report("writing members", tables.rows["members"], size["members"])
        for page in _pages(graph, "customers"):
            tables.write("customers", map(tuple, page))
            report("writing customers", tables.rows["customers"], 0)
        for page in _pages(graph, "prospects"):
            tables.write("prospects", map(tuple, page))
        for page in _pages(graph, "orders"):
            tables.write("orders", (_order(row, company) for row in page))
            report("writing orders", tables.rows["orders"], size["orders"])
    finally:
        tables.close()
    return tables.rows


def _pages(graph: Graph, noun: str) -> Iterator[list[list[Any]]]:
    """The rows of one kind, in the order of their ids, as many at once as one query takes."""
    after = ""
    while page := graph.value(f"intake/some_{noun}", after=after, size=PAGE):
        yield page
        after = page[-1][0]


def _member(row: list[Any], one_tree: bool) -> Row:
    """The row of a member: the leg is that of the tree in which legs are slots."""
    *first, placed_leg, sponsored_leg, status, country, owner_id = row
    return (*first, sponsored_leg if one_tree else placed_leg, status, country, owner_id)


def _moves(graph: Graph, ids: list[str]) -> Iterator[Row]:
    """The moves of some members, member by member; each tree's oldest first, as they took effect."""
    of_trees = {tree: stored.moves_of(graph, tree, ids) for tree in TREES}
    for member_id in ids:
        for tree, by_member in of_trees.items():
            for move in by_member.get(member_id, ()):
                yield (
                    member_id, tree, move.parent_id, move.effective_on.isoformat(), move.leg,
                    instant_text(move.recorded_at), move.actor, move.reason,
                )  # fmt: skip


def _facts(graph: Graph, ids: list[str]) -> Iterator[Row]:
    """The facts of some members that hold, the last version of each."""
    for member_id, period, name, value in _newest(graph, "facts", ids, lambda row: (row[2], row[1] or "")):
        yield member_id, name, str(value), period


def _overrides(graph: Graph, ids: list[str]) -> Iterator[Row]:
    """The overrides of some members, the last version of each."""
    for row in _newest(graph, "overrides", ids, lambda row: (row[1], row[2])):
        yield tuple(row)


def _openings(graph: Graph, ids: list[str]) -> Iterator[Row]:
    """The openings of some members, the last version of each."""
    rows = _newest(graph, "openings", ids, lambda row: tuple(text or "" for text in row[1:6]), key=6)
    for member_id, plan, period, kind, name, part, value in rows:
        yield member_id, plan, period, kind, value, name, part


def _outside(graph: Graph, ids: list[str]) -> Iterator[Row]:
    """What some members earned elsewhere, the last version of each amount."""
    for row in _newest(graph, "outside_earnings", ids, lambda row: (row[1], row[2])):
        yield tuple(row)


def _newest(
    graph: Graph, noun: str, ids: list[str], order: Callable[[list[Any]], tuple[str, ...]], key: int = 3
) -> Iterator[list[Any]]:
    """What is stored of some members, the last version of each, member by member.

    The first `key` columns are what a row is about.
    """
    versions = graph.value(f"intake/known_{noun}", ids=ids)
    newest = {tuple(row[:key]): row for row in versions}
    by_member: dict[str, list[list[Any]]] = {}
    for row in newest.values():
        by_member.setdefault(row[0], []).append(row)
    for member_id in ids:
        yield from sorted(by_member.get(member_id, ()), key=order)


def _order(row: list[Any], company: Company) -> Row:
    order_id, micros, member_id, kind, *volumes, amount, currency, customer_id, refund_of, late = row
    return (
        order_id, instant_text(EPOCH + timedelta(microseconds=micros)), member_id, kind,
        *(decimal(volume, 2) for volume in volumes), decimal(amount, company.digits(currency)), currency,
        customer_id, refund_of,
        None if late is None else instant_text(EPOCH + timedelta(microseconds=late)),
    )  # fmt: skip


def instant_text(instant: datetime) -> str:
    """An instant in UTC as a table holds it; with an offset where only that keeps its year in range."""
    zone = UTC
    if instant.year < ranges.YEAR.least:
        zone = timezone(FURTHEST)
    elif instant.year > ranges.YEAR.most:
        zone = timezone(-FURTHEST)
    return instant.astimezone(zone).isoformat().replace("+00:00", "Z")
