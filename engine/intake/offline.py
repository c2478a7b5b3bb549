"""The offline import: a checked load written as files for Neo4j's own import tool, which makes a store of it.

Only for the managed server and an empty store. Every value is typed as the online import types it, so that
the two cannot be told apart afterwards.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from engine.composition.trees import OPEN, PREFIXES
from engine.errors import UplineError
from engine.genealogy.changes.edges import StoredEdge, edge_facts
from engine.genealogy.stored import TREES, UPDATABLE
from engine.intake.checked import CheckedRows
from engine.intake.columns import places
from engine.intake.load import Load
from engine.intake.members import CheckedMembers
from engine.intake.orders import counted
from engine.progress import OnProgress
from engine.server.home import RunningServer
from engine.server.java import ADMIN
from engine.server.managed import Server
from engine.server.supervisor import supervised

WRITERS = 2
"""Files written in parallel: making tables ready keeps a core busy, and so does writing them."""
HEAP_MIB = 2048
"""Most heap that the tool is given; it works mostly outside of it."""
STAGE = re.compile(r"\((\d+)/(\d+)\) ")
PERCENT = re.compile(r"(\d{1,3})% ")
"""What the tool says: a stage, ``(2/4) Relationship import``, then dots and how much of it is done."""
TYPES = {
    "since": "date", "until": "date", "step": "long", "import_no": "long", "closed_no": "long",
    "recorded_at": "datetime", "opened_at": "datetime",
    "leg": "string", "actor": "string", "reason": "string", "opened_by": "string", "opened_for": "string",
}  # fmt: skip
"""The type of each property of an edge, as the tool expects it."""
KINDS = {str: "string", int: "long", float: "double", datetime: "datetime", list: "string[]"}
"""The same for the properties of a change."""


class BulkImportFailedError(UplineError):
    """Neo4j's import tool ended with an error; the store is empty."""


@dataclass(slots=True)
class Files:
    """The files for the tool. Node ids count on over all labels: members, customers, orders, changes.

    `pool` writes them while the next ones are made ready.
    """

    folder: Path
    pool: ThreadPoolExecutor
    nodes: list[str] = field(default_factory=list)
    edges: list[str] = field(default_factory=list)
    written: list[Future[bool]] = field(default_factory=list)
    multiline: bool = False

    def node(self, label: str, table: pa.Table) -> None:
        """Write the nodes of one label; the first column is their number."""
        self.nodes.append(f"--nodes={label}={self._write(table)}")

    def edge(self, kind: str, table: pa.Table) -> None:
        """Write the relationships of one type."""
        if table.num_rows:
            self.edges.append(f"--relationships={kind}={self._write(table)}")

    def _write(self, table: pa.Table) -> str:
        path = self.folder / f"{len(self.nodes) + len(self.edges)}.csv"
        self.written.append(self.pool.submit(_save, table, path))
        return path.name


def _save(table: pa.Table, path: Path) -> bool:
    """Write one file; whether one of its texts goes over several lines."""
    with path.open("wb") as file:
        file.write((",".join(table.column_names) + "\n").encode())
        pa.csv.write_csv(table, file, pa.csv.WriteOptions(include_header=False, quoting_style="needed"))
    texts = [column for column in table.columns if pa.types.is_string(column.type)]
    return any(pc.any(pc.match_substring(text, end)).as_py() for text in texts for end in "\r\n")


def numbers(start: int, count: int) -> pa.Array:
    """Node numbers."""
    return pa.array(range(start, start + count), pa.int64())


def files(load: Load, facts: Mapping[str, Any], folder: Path) -> Files:
    """Write everything of a load for the tool."""
    with ThreadPoolExecutor(WRITERS) as pool:
        written = Files(folder, pool)
        _tables(written, load, facts)
    # A file that could not be written says so here, while the server still runs.
    written.multiline = True in [one.result() for one in written.written]
    return written


def _tables(written: Files, load: Load, facts: Mapping[str, Any]) -> None:
    members = load.members.added
    ids = members["member_id"].combine_chunks()
    written.node("Member", _members(members, load.number))
    for tree in TREES:
        timelines = load.moves.timelines(tree, load.refusals)
        _first_edges(written, load.members, members, ids, tree, timelines)
        _moved_edges(written, ids, tree, timelines, load.number, datetime.now(load.zone).date())
    customers = pa.array([], pa.string())
    if load.customers:
        customers = _customers(written, load.customers, ids, load.number)
    if load.orders:
        _orders(written, load.orders, ids, customers, load.number)
    orders = len(load.orders.new) if load.orders else 0
    written.node("Change", _change(load.number, facts, len(ids) + len(customers) + orders))


def _members(members: pa.Table, number: int) -> pa.Table:
    count = members.num_rows
    columns = {":ID": numbers(0, count), "member_id:string": members["member_id"]}
    columns |= {f"{name}:string": members[name] for name in UPDATABLE}
    columns["enrolled_on:date"] = pc.cast(members["enrolled_on"], pa.string())
    columns["import_no:long"] = pa.repeat(pa.scalar(number, pa.int64()), count)
    return pa.table(columns)


def _first_edges(
    written: Files, checked: CheckedMembers, members: pa.Table, ids: pa.Array, tree: str, moved: Iterable[str]
) -> None:
    still = pc.invert(pc.is_in(members["member_id"], pa.array(list(moved), pa.string())))
    child = pc.indices_nonzero(pc.and_(still, pc.is_valid(members[f"{tree}_id"])))
    rows = members.take(child)
    named = checked.first_edges(rows, tree)
    table = {
        ":START_ID": child,
        ":END_ID": places(named["parent_id"].combine_chunks(), ids),
        "leg:string": named["leg"],
        "since:date": pc.cast(rows["enrolled_on"], pa.string()),
        "step:long": pa.repeat(pa.scalar(0, pa.int64()), named.num_rows),
    }
    written.edge(OPEN[tree], pa.table(table))


def _moved_edges(
    written: Files, ids: pa.Array, tree: str, timelines: Mapping[str, Any], number: int, today: date
) -> None:
    listed = [(member, edge) for member, edges in timelines.items() for edge in edges]
    stored = [
        (member, StoredEdge(edge.parent_id, edge_facts(edge) | ({"closed_no": number} if edge.until else {})))
        for member, edge in listed
    ]
    for kind in ("open", "closed", "planned"):
        chosen = [(member, edge) for member, edge in stored if edge.kind_on(today) == kind]
        facts = [edge.facts for _, edge in chosen]
        starts = pa.array([member for member, _ in chosen], pa.string())
        ends = pa.array([edge.parent_id for _, edge in chosen], pa.string())
        table = {
            ":START_ID": places(starts, ids),
            ":END_ID": places(ends, ids),
        }
        for name, type_ in TYPES.items():
            table[f"{name}:{type_}"] = pa.array([_text(one.get(name)) for one in facts], pa.string())
        written.edge(f"{PREFIXES[kind]}{OPEN[tree]}", pa.table(table))


def _text(value: object) -> str | None:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    return None if value is None else str(value)


def _customers(written: Files, checked: CheckedRows, members: pa.Array, number: int) -> pa.Array:
    new = checked.added
    count, at = new.num_rows, len(members)
    written.node(
        "Customer",
        pa.table(
            {
                ":ID": numbers(at, count),
                "customer_id:string": new["customer_id"],
                "name:string": new["name"],
                "since:date": pc.cast(new["since"], pa.string()),
                "became:string": new["became"],
                "import_no:long": pa.repeat(pa.scalar(number, pa.int64()), count),
            }
        ),
    )
    ends = places(new["member_id"].combine_chunks(), members)
    written.edge("CUSTOMER_OF", pa.table({":START_ID": numbers(at, count), ":END_ID": ends}))
    return new["customer_id"].combine_chunks()


def _orders(
    written: Files, checked: CheckedRows, members: pa.Array, customers: pa.Array, number: int
) -> None:
    new = checked.added
    count, start = new.num_rows, len(members) + len(customers)
    late = pc.is_valid(new["counted_at"])
    columns = {
        ":ID": numbers(start, count),
        "order_id:string": new["order_id"],
        "ordered_at:datetime": _instants(counted(new)),
        "placed_at:datetime": _instants(pc.if_else(late, new["ordered_at"], None)),
    }
    columns |= {f"{name}:string": new[name] for name in ("member_id", "customer_id", "kind")}
    columns |= {
        f"{name}:long": new[name] for name in ("qualifying_volume", "commissionable_volume", "amount")
    }
    columns["currency:string"] = new["currency"]
    columns["import_no:long"] = pa.repeat(pa.scalar(number, pa.int64()), count)
    written.node("Order", pa.table(columns))
    own = numbers(start, count)
    credited = places(new["member_id"].combine_chunks(), members)
    written.edge("CREDITED_TO", pa.table({":START_ID": own, ":END_ID": credited}))
    for kind, name, targets, first in (
        ("BOUGHT_BY", "customer_id", customers, len(members)),
        ("REFUNDS", "refund_of", new["order_id"].combine_chunks(), start),
    ):
        named = pc.is_valid(new[name])
        ends_at = places(new[name].filter(named).combine_chunks(), targets)
        ends = pc.add(ends_at, first)
        written.edge(kind, pa.table({":START_ID": own.filter(named.combine_chunks()), ":END_ID": ends}))


def _instants(instants: pa.ChunkedArray) -> pa.ChunkedArray:
    """Instants as the import tool reads them."""
    return pc.replace_substring(pc.cast(instants, pa.string()), " ", "T", max_replacements=1)


def _change(number: int, facts: Mapping[str, Any], at: int) -> pa.Table:
    """The change itself, as changes/open.cypher makes it: complete once the server has its indexes."""
    opened = {"number": number, "state": "running", "started_at": datetime.now(UTC), **facts}
    columns: dict[str, object] = {":ID": at}
    for name, value in opened.items():
        shown = (
            ";".join(value) if isinstance(value, list) else _text(value) if isinstance(value, date) else value
        )
        columns[f"{name}:{KINDS[type(value)]}"] = shown
    return pa.table({name: [value] for name, value in columns.items()})


def make(server: Server, load: Load, facts: Mapping[str, Any], report: OnProgress) -> RunningServer:
    """Stop the server, make a new store of a checked load, and start the server on it.

    The change in it is still open: its indexes are missing. Interrupted at any moment, the store is
    either empty at the next start, or holds a whole load whose change can be taken back.
    """
    server.home.mkdir(parents=True, exist_ok=True)
    for left in server.home.glob("bulk-*"):  # of an import that was killed
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="bulk-", dir=server.home))
    try:
        report("writing files", 0, 0)
        written = files(load, facts, folder)
        report("stopping the server", 0, 0)
        server.end_at_once()  # its store is empty and about to be replaced: seconds less than a stop
        server.begin_import()
        report("making the store", 0, 0)
        _run(server, written, report)
        server.end_import()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report("starting the server", 0, 0)
    return server.start()


def _run(server: Server, written: Files, report: OnProgress) -> None:
    heap = min(HEAP_MIB, psutil.virtual_memory().total // 4 // 2**20)
    command = [
        *server.java_command(ADMIN, heap), "database", "import", "full", "neo4j",
        "--id-type=actual", "--overwrite-destination=true", "--path-pattern-style=none",
        f"--multiline-fields={'true' if written.multiline else 'false'}",
        "--report-file=./report", "--max-off-heap-memory=50%",
        *written.nodes, *written.edges,
    ]  # fmt: skip
    output: list[str] = []
    before, stages = 0, 1
    with subprocess.Popen(
        supervised(command),
        env=server.environment(),
        cwd=written.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as tool:
        assert tool.stdout
        for line in tool.stdout:
            output.append(line.rstrip())
            if match := STAGE.match(line):
                before, stages = int(match[1]) - 1, int(match[2])
            elif match := PERCENT.search(line):
                report("making the store", before * 100 + int(match[1]), stages * 100)
    if tool.returncode:
        raise BulkImportFailedError(
            f"neo4j-admin database import ended with {tool.returncode}: " + " | ".join(output[-20:])[-2000:],
            str(server.home),
            "Import with --online, and report this.",
        )
