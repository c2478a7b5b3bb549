"""Small tables for tests: written as company tables, and read back from the graph."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from engine.genealogy.changes.lane import Company
from engine.graph.database import Graph
from engine.graph.queries import Query
from engine.intake.load import check
from engine.intake.refusals import ImportRefusedError
from engine.progress import silent
from engine.workbench import notation

Row = tuple[str, str, str, str | None, date, date | None]


def write(folder: Path, **tables: str) -> Path:
    """Write tables (members=..., orders=...), in the notation of data cases, as CSV files into a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in tables.items():
        columns, rows = notation.table(text.splitlines(), name)
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([columns, *rows])
    return folder


def ask(graph: Graph, text: str, **params: Any) -> list[dict[str, Any]]:
    """Rows of a query that only a test runs."""
    types = dict.fromkeys(params, "ANY")
    return graph.read(Query("tests/ask", Path("ask"), "read", types, {}, "", text), **params)


EDGES = """
MATCH (member:Member)-[edge]->(parent:Member)
WHERE NOT type(edge) STARTS WITH 'ONCE_'
RETURN member.member_id AS member, type(edge) AS type, parent.member_id AS parent, edge.leg AS leg,
  edge.since AS since, edge.until AS until
"""


def edges(graph: Graph) -> set[Row]:
    """Every edge of both trees: member, tree, parent, leg, since, until."""
    return {
        (
            row["member"],
            "placement" if "PLACED" in row["type"] else "sponsor",
            row["parent"],
            row["leg"],
            row["since"].to_native(),
            row["until"].to_native() if row["until"] else None,
        )
        for row in ask(graph, EDGES)
    }


def refusals_of(folder: Path, **tables: str) -> list[tuple[str, str]]:
    """What an import of these tables into an empty database refuses: names and places."""
    write(folder, **tables)
    try:
        load = check(None, folder, Company(), None, {}, silent)
    except ImportRefusedError as error:
        return [(one.name, one.where) for one in error.refusals]
    return [(one.name, one.where) for one in load.refusals.resolve()]


NODES = """
MATCH (node)
RETURN labels(node)[0] AS label, properties(node) AS facts
"""
LINKS = """
MATCH (start)-[link]->(end)
RETURN type(link) AS label, properties(link) AS facts,
  coalesce(start.order_id, start.customer_id, start.member_id) AS start,
  coalesce(end.order_id, end.customer_id, end.member_id) AS end
"""
PASSING = {"started_at", "finished_at", "heartbeat_at", "claim", "pid", "pid_started", "directory"}
"""What differs between two imports of the same tables."""


def dump(graph: Graph, *left_out: str) -> list[str]:
    """Everything in the database, types included, sorted; two equal databases give equal lists."""
    entries = []
    for row in ask(graph, NODES) + ask(graph, LINKS):
        facts = {
            name: f"{type(value).__name__} {value}"
            for name, value in sorted(row["facts"].items())
            if name not in PASSING | set(left_out)
        }
        entries.append(f"{row['label']} {row.get('start')} {row.get('end')} {facts}")
    return sorted(entries)
