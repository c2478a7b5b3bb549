# mypy: allow-untyped-calls
"""What every mutation takes and returns: a key, who asks, and errors that the user can mend."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import graphene
from graphene import Argument, Field, List, NonNull, ObjectType, ResolveInfo, String

from engine.access.areas import Area, Scope
from engine.access.reach import Reach
from engine.api.context import Context
from engine.api.errors import NotAllowedError, sentence
from engine.api.writing import Writing
from engine.errors import UplineError
from engine.genealogy.changes.requests import KeyReusedError, Request, request
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import (
    BrokenStatementError,
    FigureTooLargeError,
    MemoryLimitError,
    ServerRefusedError,
    ServerUnreachableError,
)
from engine.intake.refusals import ImportRefusedError, Refusal
from engine.server.space import DiskFullError

KEY = String(
    description="A text of your own that names this request, at most 200 characters, such as a UUID. Sent "
    "again with the same key and the same arguments, the request changes nothing and gets the first answer; "
    "with other arguments it is refused (`key_reused`). Keys are kept for 30 days, for each viewer apart."
)
CLIENT_ID = String(description="Comes back in the payload as it is.")
LONGEST_KEY = 200
MOST_ERRORS = 100
"""Errors that a payload lists; more have the same cause, or nobody reads them."""

SERVER_TROUBLE = (
    BrokenStatementError,
    FigureTooLargeError,
    MemoryLimitError,
    ServerRefusedError,
    ServerUnreachableError,
    DiskFullError,
)
"""What no user can mend: an error of the whole request."""


class BadInputError(UplineError):
    """Arguments that exclude each other, or a text that is none; `field` names it."""

    def __init__(self, what: str, field: str, todo: str | None = None) -> None:
        super().__init__(what, None, todo)
        self.field = field


class UserError(ObjectType):
    """Something that the user can mend. Where there is one, nothing was changed unless the payload says
    so.
    """

    code = String(required=True, description="A stable name, such as `place_taken`.")
    message = String(required=True, description="What is wrong, for a person.")
    todo = String(description="What to do about it.")
    path = List(
        NonNull(String),
        required=True,
        description='Where in the arguments: such as ["input", "orders", "16", "memberId"], rows counted '
        "from 0. Empty if it is about no single argument.",
    )


class Payload(graphene.Interface):
    """What every mutation returns."""

    errors = List(
        NonNull(UserError), required=True, description="What the user can mend; empty: all is done."
    )
    client_mutation_id = String(description="The one of the input.")


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as `UserError` shows it."""

    code: str
    message: str
    todo: str | None
    path: tuple[str, ...] = ()


WORDS = {
    "run_under_way": "Wait until it ends: `runProgress` says how far it is.",
    "change_interrupted": "Send the request again: that takes back what was interrupted.",
    "other_plan_text": "Say `replace: true` to let this text of the plan take the place of the other one, or "
    "`trial: true` to see what it would pay.",
    "one_tree": "Say `begin: true` to begin a placement tree, in which nobody else is placed yet.",
    "no_preference": "Give `byHand` or `byRule`, or keep a preference: `preferPlacement`.",
    "preview_too_large": "Ask for fewer `periods`; the command line previews larger ones.",
    "no_run": "Give the whole plan as `planText`.",
}
"""What to do, in the words of the API, where a refusal speaks of the command line."""


def allow(context: Context, area: Area = Area.OPERATE, of: str = "periods") -> tuple[str, Writing]:
    """The viewer as the actor of a change, and what makes it. Raises NotAllowedError unless the role may
    change something of that area; `of` says what it prepares or approves.
    """
    reach: Reach = context.reach
    if context.writing is None:
        raise NotAllowedError("this server has no log-in, so it changes nothing")
    if reach.scope(area) is Scope.NOBODY:
        what = "change anything" if area is Area.OPERATE else f"{area} {of}"
        raise NotAllowedError(f"your role may not {what}", todo="Ask an administrator of the company.")
    return reach.viewer.subject, context.writing


def client_key(arguments: Mapping[str, Any]) -> str | None:
    """The key that a client gives a request; None without one. Raises BadInputError for a bad one."""
    key: str | None = arguments.get("idempotency_key")
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise BadInputError(
            f"the key is empty, longer than {LONGEST_KEY} characters, or has control signs", "idempotencyKey"
        )
    return key


def request_of(actor: str, kind: str, arguments: Mapping[str, Any]) -> Request | None:
    """The request that a client may send again; None without a key. Raises BadInputError for a bad one."""
    key = client_key(arguments)
    rest = {
        name: value
        for name, value in arguments.items()
        if name not in ("idempotency_key", "client_mutation_id") and value is not None
    }
    return request(actor, key, kind, rest)


def problems(error: UplineError) -> list[Problem]:
    """An error of a payload. Raises the error itself where no user can mend it."""
    if isinstance(error, (*SERVER_TROUBLE, NotAllowedError)):
        raise error
    if isinstance(error, ImportRefusedError):
        return refused_rows(error.refusals)
    path: tuple[str, ...] = ()
    if isinstance(error, BadInputError):
        path = ("input", error.field)
    elif isinstance(error, KeyReusedError):
        path = ("input", "idempotencyKey")
    what = error.what.partition(" (process ")[0]  # nothing of this machine
    return [Problem(error.name, sentence(what), WORDS.get(error.name, error.todo), path)]


def problems_of(error: UplineError, arguments: dict[str, Any], within: Sequence[str] = ()) -> list[Problem]:
    """The errors, each with the argument that it is about, which lies `within` others of the input."""
    listed = problems(error)
    if not isinstance(error, NotDoneError) or error.field is None:
        return listed
    path: tuple[str, ...] = (camel(error.field),)
    if error.field in ("parent_id", "leg") and arguments.get("by_hand"):
        path = ("byHand", camel(error.field))
    elif error.field == "how":
        path = ("byRule" if arguments.get("by_rule") else "byHand",)
    whole = ("input", *map(camel, within), *path)
    return [Problem(each.code, each.message, each.todo, whole) for each in listed]


async def payload(
    arguments: Mapping[str, Any],
    work: Awaitable[Mapping[str, Any]],
    explain: Callable[[UplineError], list[Problem]] = problems,
    **empty: Any,
) -> dict[str, Any]:
    """The payload of a mutation: what `work` returns or, where it raises, what the user can mend.

    `empty` are the fields that a payload with errors has as well.
    """
    answer = {"errors": [], **empty, "client_mutation_id": arguments.get("client_mutation_id")}
    try:
        return {**answer, **await work}
    except UplineError as error:
        return {**answer, "errors": explain(error)}


def refused_rows(refusals: Sequence[Refusal]) -> list[Problem]:
    """Refused rows, each with the path of its row, and of its column where the message begins with it."""
    listed = [
        Problem(each.name, sentence(each.what), each.todo or None, _path(each))
        for each in refusals[:MOST_ERRORS]
    ]
    if len(refusals) > MOST_ERRORS:
        more = f"{len(refusals) - MOST_ERRORS:,} more rows are refused."
        listed.append(Problem("more_refused", more, "Correct those above first."))
    return listed


def _path(refusal: Refusal) -> tuple[str, ...]:
    table, _, row = refusal.where.rstrip("]").partition("[")
    column = refusal.what.split(" ", 1)[0].rstrip(":")
    path = ("input", camel(table), row) if row else ("input", camel(table))
    return (*path, column) if row and column in COLUMNS.get(table, ()) else path


COLUMNS: dict[str, frozenset[str]] = {}
"""The columns of each table as the API calls them; engine/api/mutations/tables.py fills it."""


def camel(name: str) -> str:
    """A name of ours as the API writes it: member_id is memberId."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def plain(value: Any) -> Any:
    """An input as plain data, which JSON can write and a hash can be made of."""
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def mutation(
    payload_type: type,
    input_type: type,
    about: str,
    description: str,
    step: Callable[[Context, dict[str, Any]], Awaitable[dict[str, Any]]],
) -> Field:
    """A mutation that takes one input and returns a payload: `step` gets the context and the input."""

    async def resolve(_root: object, info: ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        return await step(info.context, input)

    return Field(
        payload_type,
        input=Argument(NonNull(input_type), description=about),
        description=description,
        resolver=resolve,
    )
