"""``python -m bench.attacks``: what hostile queries cost the server, with its limits and without."""

import time
from collections.abc import Callable

from graphql import execute_sync, parse, validate
from rich.console import Console
from rich.table import Table

from engine.api.cost.pricing import chosen, estimate
from engine.api.cost.tariff import Tariff
from engine.api.http.limits import MOST_TOKENS
from engine.api.schema import schema
from engine.errors import UplineError

SERVED = schema.graphql_schema


def aliases(count: int, field: str) -> str:
    return "{ " + " ".join(f"a{n}: {field}" for n in range(count)) + " }"


ATTACKS = {
    "80 aliases of the schema": aliases(80, "__schema { types { name fields { name description } } }"),
    "1,900 type names": "{ " + "__typename " * 1900 + "}",
    "180 fragments": "{ " + " ".join(f"...F{n}" for n in range(180)) + " }"
    + " ".join(f"fragment F{n} on Query {{ __typename }}" for n in range(180)),
    "660 aliases": aliases(660, "__typename"),
    "300 repeated fields on two levels": "{ " + "run { number } " * 300 + "}",
    "within the limits: 9 aliases of the schema": aliases(9, "__schema { types { fields { name } } }"),
    "within the limits: 190 type names": "{ " + "__typename " * 190 + "}",
}  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    """Seconds of a core, by the time of this thread."""
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def without_limits(query: str) -> None:
    """Validate and run a query, as far as it needs no database."""
    document = parse(query)
    if not validate(SERVED, document) and "run" not in query:
        execute_sync(SERVED, document)


def with_limits(query: str) -> str:
    """Parse and price a query, and go on only if it is not refused; returns what became of it."""
    document = parse(query, max_tokens=MOST_TOKENS)
    operation = chosen(document, None, {})
    assert operation is not None
    try:
        requested = estimate(operation, TARIFF).requested
    except UplineError as error:
        return error.name
    if not validate(SERVED, document) and "run" not in query:
        execute_sync(SERVED, document)
    return f"price {requested:,}"


TARIFF = Tariff(SERVED)


def main() -> None:
    table = Table("attack", "bytes", "without limits, ms", "with limits, ms", "what becomes of it")
    for what, query in ATTACKS.items():
        free = seconds(lambda query=query: without_limits(query))  # type: ignore[misc]
        result: list[str] = []
        bound = seconds(lambda query=query, result=result: result.append(with_limits(query)))  # type: ignore[misc]
        table.add_row(what, f"{len(query):,}", f"{free * 1000:,.0f}", f"{bound * 1000:,.0f}", result[0])
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
