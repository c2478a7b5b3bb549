# mypy: allow-untyped-calls
"""Rows of company tables are taken in: all of them or, if one is wrong, none."""

from typing import Any

from graphene import Boolean, Enum, Field, InputField, InputObjectType, Int, List, NonNull, ObjectType, String

from engine.api.context import Context
from engine.api.mutations.payloads import (
    CLIENT_ID,
    KEY,
    BadInputError,
    Payload,
    allow,
    camel,
    payload,
    plain,
    refused_rows,
    request_of,
)
from engine.api.mutations.tables import Table, rows_of
from engine.api.types.scalars import enum_value
from engine.intake.importing import ImportReport, import_rows
from engine.intake.refunds import CONTRADICTIONS, RULES
from engine.intake.tables import LAYOUTS
from engine.money import declared_digits

MOST_ROWS = 1_000
"""Rows of one request; `upline import` takes any number."""


RefundContradiction = Enum(
    "RefundContradiction",
    [(name.upper(), name) for name in CONTRADICTIONS],
    description=lambda value: (
        f"Refunds that {CONTRADICTIONS[value.value]}." if value else "How a refund contradicts its order."
    ),
)
RefundRule = Enum(
    "RefundRule",
    [(name.upper(), name) for name in RULES],
    description=lambda value: (
        {
            "refuse": "Refuse them.",
            "remark": "Take them in, with a warning.",
            "correct": "Take them in, and let them correct the committed period of their order. The default "
            "of refunds of committed orders, and for those alone.",
        }[value.value]
        if value
        else "What becomes of refunds that contradict their order."
    ),
)


class RefundRuleInput(InputObjectType):
    """What becomes of refunds that contradict their order in one way. It is kept for the company."""

    refunds = InputField(NonNull(RefundContradiction), description="Which refunds.")
    rule = InputField(NonNull(RefundRule), description="What becomes of them.")


class CurrencyInput(InputObjectType):
    """A currency that ISO 4217 does not know. It is kept for the company."""

    code = String(required=True, description="Three to ten capital letters and digits, such as USDT.")
    digits = Int(required=True, description="Its decimals.")


class ImportRowsInput(InputObjectType):
    """Rows of company tables, at most 1,000 together. The checks are those of `upline import`."""

    members = rows_of("members")
    customers = rows_of("customers")
    orders = rows_of("orders")
    prospects = rows_of("prospects")
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
    time_zone = String(
        description="The zone of local times in the rows, such as Europe/Berlin, kept for the company. "
        "Default: the company's; at first UTC."
    )
    refund_rules = List(
        NonNull(RefundRuleInput), description="Rules for refunds; without one they stay as they are."
    )
    currencies = List(
        NonNull(CurrencyInput), description="Currencies that ISO 4217 does not know, with their decimals."
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
    tables = {layout.name: plain(arguments[layout.name]) for layout in LAYOUTS if arguments.get(layout.name)}

    async def work() -> dict[str, Any]:
        count = sum(len(rows) for rows in tables.values())
        if not 0 < count <= MOST_ROWS:
            raise BadInputError(
                f"there are {count:,} rows, not 1 to {MOST_ROWS:,}", camel(next(iter(tables), ""))
            )
        options = _options(arguments)
        request = request_of(actor, "import", plain({**arguments, **options}))
        done = await writing.do(
            lambda graph: import_rows(
                graph, tables, accept_valid=arguments["accept_valid"], actor=actor, request=request,
                column_called=camel, **options,
            )
        )  # fmt: skip
        return {**_shown(done), "errors": refused_rows(done.refusals)}

    return await payload(arguments, work(), tables=[], warnings=[])


def _options(arguments: dict[str, Any]) -> dict[str, Any]:
    """The options of an import as `import_rows` takes them. Raises AmountError and UnknownRefundRuleError."""
    rules = arguments.get("refund_rules") or ()
    currencies = arguments.get("currencies") or ()
    return {
        "time_zone": arguments.get("time_zone"),
        "refund_rules": {enum_value(each["refunds"]): enum_value(each["rule"]) for each in rules},
        "currencies": {each["code"]: declared_digits(each["code"], each["digits"]) for each in currencies},
    }


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
