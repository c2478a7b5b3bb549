"""Small labelled tables for tests: written as company tables, and read back from the graph."""

from datetime import date
from pathlib import Path
from typing import Any

from engine.graph import Graph
from engine.queries import Query

Row = tuple[str, str, str, str | None, date, date | None]


def rows(text: str) -> list[list[str]]:
    """The rows of a small table, header first; `-` is empty, `~` stands for a space."""
    lines = [line.split() for line in text.strip().splitlines()]
    return [["" if word == "-" else word.replace("~", " ") for word in line] for line in lines]


def csv(text: str) -> str:
    """A small table as CSV."""
    return "".join(",".join(row) + "\n" for row in rows(text))


def write(folder: Path, **tables: str) -> Path:
    """Write tables (members=..., orders=...) as CSV files into a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(csv(text), encoding="utf-8")
    return folder


def ask(graph: Graph, text: str, **params: Any) -> list[dict[str, Any]]:
    """Rows of a query that only a test asks."""
    types = dict.fromkeys(params, "ANY")
    return graph.read(Query("tests/ask", Path("ask"), "read", types, {}, "", text), **params)


EDGES = """
MATCH (member:Member)-[edge:SPONSORED_BY|WAS_SPONSORED_BY|PLACED_UNDER|WAS_PLACED_UNDER]->(parent:Member)
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
