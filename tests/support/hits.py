"""Database hits, counted by the server, which repeat where time does not."""

from collections.abc import Callable, Iterator
from typing import Any

from neo4j import Transaction

from engine.graph.queries import Query, query


def hits(profile: Any) -> Iterator[int]:
    """The hits of each step of a plan that was run."""
    yield profile.get("dbHits", 0)
    for child in profile.get("children", ()):
        yield from hits(child)


def counting(transaction: Transaction) -> tuple[Callable[..., list[dict[str, Any]]], list[int]]:
    """What runs statements in a transaction, and the hits of each that it has run."""
    counted: list[int] = []

    def ask(name: str | Query, /, **parameters: object) -> list[dict[str, Any]]:
        loaded = query(name) if isinstance(name, str) else name
        result = transaction.run("PROFILE " + loaded.text, loaded.bind(**parameters))
        rows = [dict(row) for row in result]
        counted.append(sum(hits(result.consume().profile)))
        return rows

    return ask, counted
