"""What one import is about to write: all tables read and checked against each other and the graph."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import UplineError
from engine.genealogy.changes.lane import Company, signed
from engine.graph.database import Graph
from engine.intake import (
    company_file,
    facts,
    legs,
    members,
    moves,
    openings,
    orders,
    outside,
    prospects,
    tables,
    texts,
)
from engine.intake.checked import CheckedRows
from engine.intake.company_file import CompanyFile
from engine.intake.mapping.mapping import CompanyMapping
from engine.intake.mapping.source import read_mapped
from engine.intake.members import CheckedMembers
from engine.intake.moves import CheckedMoves
from engine.intake.refunds import remarked_of
from engine.intake.refusals import ImportRefusedError, Refusals
from engine.intake.rows import Rows
from engine.intake.tables import CompanyTable
from engine.period import known_zone
from engine.progress import OnProgress

ZONE = "UTC"


class UnknownTimeZoneError(UplineError):
    """The time zone has no entry in the time zone database."""


@dataclass(slots=True)
class Load:
    """Everything that one import is about to write, checked against `company`, and sound."""

    company: Company
    zone: ZoneInfo
    remarked_refunds: tuple[str, ...]
    currencies: dict[str, int]
    members: CheckedMembers
    moves: CheckedMoves
    refusals: Refusals
    customers: CheckedRows | None = None
    orders: CheckedRows | None = None
    facts: CheckedRows | None = None
    overrides: CheckedRows | None = None
    openings: CheckedRows | None = None
    outside_earnings: CheckedRows | None = None
    prospects: CheckedRows | None = None
    files: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The number of the change that this becomes."""
        return self.company.newest + 1

    @property
    def rows(self) -> int:
        """Rows to write, moves left out."""
        tables = (
            self.members,
            self.customers,
            self.orders,
            self.facts,
            self.overrides,
            self.openings,
            self.outside_earnings,
            self.prospects,
        )
        return sum(len(table.new) + len(table.updated) for table in tables if table)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write: the company has it all, and the same settings."""
        company = self.company
        settings = (company.time_zone, company.remarked_refunds, company.currencies)
        same = settings == (self.zone.key, self.remarked_refunds, self.currencies)
        return not self.rows and not self.moves.count and same

    def described(self, directory: Path | None, actor: str | None = None) -> dict[str, Any]:
        """What the node of the change says besides number and state."""
        files = sorted(self.files.items())
        return signed(
            "import",
            directory=str(directory) if directory else None,
            actor=actor,
            files=[name for name, _ in files],
            sha256=[digest for _, digest in files],
        )


def check(
    graph: Graph | None,
    source: Path | Rows,
    company: Company,
    time_zone: str | None,
    refund_rules: Mapping[str, str],
    report: OnProgress,
    mapping: CompanyMapping | None = None,
    currencies: Mapping[str, int] | None = None,
) -> Load:
    """Read and check all tables of a folder, or rows, writing nothing.

    Files that cannot be read raise ImportRefusedError. With `mapping` the files are the company's own. What
    is set here goes before what a mapping or the folder sets. `currencies` names the digits of currencies
    that ISO 4217 does not know, besides those that the company has already.
    """
    refusals = Refusals()
    directory = None if isinstance(source, Rows) else source
    report(f"reading {directory or 'rows'}", 0, 0)
    whole = CompanyFile(mapping.time_zone if mapping else None)
    if directory and mapping is None:
        whole = company_file.read(directory, refusals)
    zone = _zone(time_zone or whole.time_zone or company.time_zone or ZONE)
    known = company.with_currencies({**whole.currencies, **(currencies or {})})
    before = company.remarked_refunds if whole.remarked_refunds is None else whole.remarked_refunds
    remarked = remarked_of(before, {**(mapping.refund_rules if mapping else {}), **refund_rules})
    read = _read(source, mapping, refusals)
    if refusals.files:
        raise ImportRefusedError(refusals.resolve(), directory, acceptable=False)
    for table in read.values():
        texts.check_texts(table, refusals)
    stored = graph if graph and graph.value("genealogy/member_count") else None
    read = legs.in_one_spelling(read, stored)
    report("checking members", 0, 0)
    placed = moves.names_placement(read.get("moves")) or whole.one_tree is False
    checked = members.check_members(
        read["members"], placed, company.one_tree, stored, refusals, company.closed
    )
    number = company.newest + 1
    moved = moves.check_moves(read.get("moves"), checked, stored, zone, number, refusals, company.closed)
    load = Load(company, zone, remarked, known, checked, moved, refusals)
    if "customers" in read:
        report("checking customers", 0, 0)
        load.customers = orders.check_customers(read["customers"], checked, stored, refusals)
    if "orders" in read:
        report("checking orders", 0, 0)
        load.orders = orders.check_orders(
            read["orders"], checked, load.customers, stored, zone, remarked, known, refusals, company.closed,
            books_late=company.late_orders == "book",
        )  # fmt: skip
    if "prospects" in read:
        load.prospects = prospects.check_prospects(
            read["prospects"], checked, load.customers, stored, refusals
        )
    _check_figures(load, read, stored)
    paths = [path for table in read.values() for path in table.files]
    if directory and not mapping and (path := directory / company_file.NAME).is_file():
        paths.append(path)
    load.files = {path.name: _digest(path) for path in paths}
    if mapping:
        load.files[f"mapping {mapping.name}"] = hashlib.sha256(mapping.text.encode()).hexdigest()
    load.warnings = [warning for table in read.values() for warning in table.warnings]
    load.warnings += members.warnings(checked, company.one_tree)
    load.warnings += load.orders.remarks if load.orders else ()
    load.warnings += [sentence for table in read.values() for sentence in texts.remarks(table)]
    load.warnings += texts.remarks_on_stored(checked, (load.customers, load.orders, load.prospects), stored)
    return load


def _check_figures(load: Load, read: Mapping[str, CompanyTable], stored: Graph | None) -> None:
    """Check what a company says besides people, trees and orders."""
    checked, refusals, closed = load.members, load.refusals, load.company.closed
    if "facts" in read:
        load.facts = facts.check_facts(read["facts"], checked, stored, refusals, closed)
    if "overrides" in read:
        load.overrides = facts.check_overrides(read["overrides"], checked, stored, refusals, closed)
    if "openings" in read:
        load.openings = openings.check_openings(read["openings"], checked, stored, refusals, closed)
    if "outside_earnings" in read:
        load.outside_earnings = outside.check_outside(
            read["outside_earnings"], checked, stored, load.currencies, refusals, closed
        )


def _read(source: Path | Rows, mapping: CompanyMapping | None, refusals: Refusals) -> dict[str, CompanyTable]:
    if isinstance(source, Rows):
        return source.read(refusals)
    return read_mapped(source, mapping, refusals) if mapping else tables.read(source, refusals)


def _zone(name: str) -> ZoneInfo:
    if not known_zone(name):
        raise UnknownTimeZoneError(f"there is no time zone {name!r}", todo="Use one such as Europe/Berlin.")
    return ZoneInfo(name)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
