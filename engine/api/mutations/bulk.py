# mypy: allow-untyped-calls
"""Many operations on people and trees in one request: all of them or, if one is refused, none."""

from typing import Any

from graphene import (
    Boolean,
    Enum,
    InputField,
    InputObjectType,
    List,
    NonNull,
    ObjectType,
    String,
)

from engine.api.context import Context
from engine.api.mutations.operations import MEANINGS, RecordedChange, type_of
from engine.api.mutations.payloads import (
    CLIENT_ID,
    COLUMNS,
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
from engine.api.types.scalars import enum_value
from engine.genealogy.operations.kinds import FIELDS, KINDS
from engine.intake.operations import LAYOUT, OperationsReport, perform_table

MOST_ROWS = 250
"""Operations of one request, which are one transaction; `upline operations` takes any number."""
OWN = {
    "kind": "What is done.",
    "rule": "A placement rule that finds the place, such as even_fill.",
    "options": "The rule's options, such as `width=3 depth=9`.",
    "reason": "Why, for the history. Default: the reason of all of them.",
}
"""What the columns are that are no fields of operations."""

OperationKind = Enum(
    "OperationKind",
    [(name.upper(), name) for name in KINDS],
    description=lambda value: (
        (KINDS[value.value].__doc__ or "").partition("\n")[0] if value else "A kind of operation."
    ),
)


def _row_type() -> type[InputObjectType]:
    """The input type of a row: the columns of the table of operations."""
    attributes: dict[str, Any] = {
        "__doc__": "An operation: give what the mutation of its kind takes. `parentId` names a place."
    }
    for name in LAYOUT.columns:
        meaning = OWN.get(name) or MEANINGS[name]
        of = OperationKind if name == "kind" else type_of(FIELDS[name]) if name in FIELDS else String
        attributes[name] = InputField(of, required=name == "kind", description=meaning)
    return type("OperationRow", (InputObjectType,), attributes)


COLUMNS["operations"] = frozenset(map(camel, LAYOUT.columns))


class PerformOperationsInput(InputObjectType):
    """Operations, at most 250, which are done in this order."""

    operations = InputField(
        NonNull(List(NonNull(_row_type()))), description="The operations, one after the other."
    )
    accept_valid = Boolean(
        default_value=False,
        description="Do what can be done and leave out the others, which `errors` lists. Otherwise nothing "
        "is done if any operation is refused.",
    )
    reason = String(description="Why, for the history.")
    idempotency_key = KEY
    client_mutation_id = CLIENT_ID


class PerformOperationsPayload(ObjectType):
    """What became of the operations."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    changes = List(
        NonNull(RecordedChange),
        required=True,
        description="The changes, in the order of the operations that were done.",
    )


async def perform_operations(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Do operations, or say which are refused."""
    actor, writing = allow(context)
    rows = [_texts(row) for row in arguments["operations"]]

    async def work() -> dict[str, Any]:
        if not 0 < len(rows) <= MOST_ROWS:
            raise BadInputError(f"there are {len(rows):,} operations, not 1 to {MOST_ROWS}", "operations")
        request_of(actor, "operations", {"idempotency_key": arguments.get("idempotency_key")})
        done: OperationsReport = await writing.do(
            lambda graph: perform_table(
                graph, rows, accept_valid=arguments["accept_valid"], actor=actor,
                reason=arguments.get("reason") or "", key=arguments.get("idempotency_key"),
                column_called=camel,
            )
        )  # fmt: skip
        changes = sorted((*done.before, *done.done), key=lambda each: each.number)
        return {"changes": changes, "errors": refused_rows(done.refusals)}

    return await payload(arguments, work(), changes=[])


def _texts(row: dict[str, Any]) -> dict[str, Any]:
    """A row as a table has it: words for enums, and for what is true or false."""
    texts = {name: enum_value(value) for name, value in plain(row).items()}
    if texts.get("member_ids"):
        texts["member_ids"] = " ".join(texts["member_ids"])
    return {
        name: ("true" if value else "false") if isinstance(value, bool) else value
        for name, value in texts.items()
    }
