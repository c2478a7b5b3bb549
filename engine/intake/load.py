"""What one import is about to write: all tables read and held against each other and the graph."""

import hashlib
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psutil

from engine.errors import UplineError
from engine.genealogy.changes import Progress
from engine.graph.database import Graph
from engine.intake import members as genealogy
from engine.intake import moves, orders, supplied, tables
from engine.intake.members import Members
from engine.intake.moves import Trees
from engine.intake.orders import Checked
from engine.intake.refusals import ImportRefusedError, Refusals
from engine.period import known_zone

ZONE = "UTC"


class UnknownTimeZoneError(UplineError):
    """The time zone has no entry in the time zone database."""


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
    facts: Checked | None = None
    overrides: Checked | None = None
    files: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows to write."""
        listed = (self.members, self.customers, self.orders, self.facts, self.overrides)
        parts = [one for one in listed if one]
        return sum(len(one.new) + len(one.updated) for one in parts)


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
    if "facts" in found:
        load.facts = supplied.check_facts(found["facts"], members, stored, refusals)
    if "overrides" in found:
        load.overrides = supplied.check_overrides(found["overrides"], members, stored, refusals)
    load.files = {table.path.name: _digest(table.path) for table in found.values()}
    load.warnings = [warning for table in found.values() for warning in table.warnings]
    load.warnings += genealogy.warnings(members, state["one_tree"])
    return load


def _zone(name: str) -> ZoneInfo:
    if not known_zone(name):
        raise UnknownTimeZoneError(f"there is no time zone {name!r}", todo="Use one such as Europe/Berlin.")
    return ZoneInfo(name)


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
