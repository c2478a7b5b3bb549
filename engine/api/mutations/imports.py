# mypy: allow-untyped-calls
"""Rows of company tables are taken in: all of them or, if one is wrong, none."""

from typing import Any

from graphene import Boolean, Field, InputObjectType, Int, List, NonNull, ObjectType, String

from engine.api.context import Context
from engine.api.mutations.payloads import (
    CLIENT_ID,
    KEY,
    BadInputError,
    Payload,
    allow,
    camel,
    plain,
    problems,
    refused_rows,
    request_of,
)
from engine.api.mutations.tables import Table, rows_of
from engine.errors import UplineError
from engine.intake.importing import ImportReport, import_rows
from engine.intake.tables import LAYOUTS

MOST_ROWS = 1_000
"""Rows of one request; `upline import` takes any number."""


class ImportRowsInput(InputObjectType):
    """Rows of company tables, at most 1,000 together. The checks are those of `upline import`."""

    members = rows_of("members")
    customers = rows_of("customers")
    orders = rows_of("orders")
    moves = rows_of("moves")
    facts = rows_of("facts")
    overrides = rows_of("overrides")
    outside_earnings = rows_of("outside_earnings")
    openings = rows_of("openings")
    accept_valid = Boolean(
        default_value=False,
        description="Take the sound rows and leave out the others, which `errors` lists. Otherwise nothing "
        "is taken if any row is wrong.",
    )
    idempotency_key = KEY
    client_mutation_id = CLIENT_ID


class ImportedTable(ObjectType):
    """What became of the rows of one table."""

    table = Field(NonNull(Table), description="The table.")
    rows = Int(required=True, description="Rows that came.")
    added = Int(required=True, description="Rows that were new.")
    updated = Int(required=True, description="Rows that changed something known.")
    unchanged = Int(required=True, description="Rows that were there already.")
    refused = Int(required=True, description="Rows that were refused.")


class ImportRowsPayload(ObjectType):
    """What became of an import."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    change = Int(description="The number of the change; null if nothing was changed.")
    tables = List(NonNull(ImportedTable), required=True, description="The tables that came.")
    warnings = List(NonNull(String), required=True, description="What is not wrong, but worth a look.")


async def take_in(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Take rows in, or say which are wrong."""
    actor, writing = allow(context)
    answer: dict[str, Any] = {
        "errors": [], "tables": [], "warnings": [], "client_mutation_id": arguments.get("client_mutation_id"),
    }  # fmt: skip
    tables = {layout.name: plain(arguments[layout.name]) for layout in LAYOUTS if arguments.get(layout.name)}
    try:
        count = sum(len(rows) for rows in tables.values())
        if not 0 < count <= MOST_ROWS:
            raise BadInputError(
                f"there are {count:,} rows, not 1 to {MOST_ROWS:,}", camel(next(iter(tables), ""))
            )
        request = request_of(actor, "import", plain(arguments))
        done = await writing.do(
            lambda graph: import_rows(
                graph, tables, accept_valid=arguments["accept_valid"], actor=actor, request=request,
                column_called=camel,
            )
        )  # fmt: skip
    except UplineError as error:
        return {**answer, "errors": problems(error)}
    return {**answer, **_shown(done), "errors": refused_rows(done.refusals)}


def _shown(done: ImportReport) -> dict[str, Any]:
    counts = {layout.name: getattr(done, layout.name) for layout in LAYOUTS}
    tables = [
        {
            "table": name, "rows": rows.read, "added": rows.added, "updated": rows.updated,
            "unchanged": rows.unchanged, "refused": rows.refused,
        }
        for name, rows in counts.items()
        if rows.read
    ]  # fmt: skip
    changed = any(table["added"] or table["updated"] for table in tables)
    return {"change": done.number if changed else None, "tables": tables, "warnings": list(done.warnings)}
