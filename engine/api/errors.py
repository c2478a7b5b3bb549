"""Errors as clients see them: a refusal by its name, any other by a number that the log explains."""

import logging
import re
from typing import Any

from graphql import GraphQLError
from neo4j.exceptions import ClientError, DriverError, Neo4jError

from engine.api.request import current
from engine.errors import UplineError
from engine.graph import driver
from engine.graph.database import BrokenStatementError, ServerUnreachableError

log = logging.getLogger("upline.api")

MOST_MESSAGE = 1_000
"""Characters of a message: it may repeat what the client sent."""
HERE = {
    "rules_changed": "Name a later run of the period; an operator can run it again.",
    "memory_limit": "Request smaller pages or fewer fields.",
    "figure_too_large": "An operator has to look for an amount or a volume that is far too large.",
    "change_interrupted": "Try again in a moment.",
    "one_tree": "`begin` begins a placement tree, in which nobody else is placed yet.",
}
"""What a client can do, where the refusal speaks to whoever runs commands."""
OPERATORS = re.compile(r"\bupline [a-z]|(?<!\w)--[a-z]|UPLINE_|\bdb\.|[Aa]ny command|plan file")
"""What only an operator can use."""
INVALID = "invalid_query"
"""The code of everything that the GraphQL library refuses: syntax, unknown fields, wrong arguments."""


class TooSlowError(UplineError):
    """The answer takes longer than one request may take."""


class TooLargeError(UplineError):
    """The request's body is larger than any query needs."""


class MalformedRequestError(UplineError):
    """The request is no GraphQL request in JSON."""


class UnsupportedMediaTypeError(UplineError):
    """The body is of another type than JSON."""


class MethodNotAllowedError(UplineError):
    """The HTTP method is not one of this address, or not one for this operation."""


class SubscriptionOverHttpError(UplineError):
    """A subscription came by HTTP."""


class TooManyRequestsError(UplineError):
    """More requests of one viewer are under way than the server answers and lets wait."""


class UnknownDocumentError(UplineError):
    """The server runs listed documents only, and this is none of them."""


class PersistedQueryNotFoundError(UplineError):
    """No query with this hash is stored: the client sends it again, with its text."""

    @property
    def name(self) -> str:
        """The code that clients know from Apollo's servers."""
        return "PERSISTED_QUERY_NOT_FOUND"


class PersistedQueryMismatchError(UplineError):
    """The hash is not that of the query that came with it."""


class BudgetSpentError(UplineError):
    """The viewer or the address has asked for more than its budget holds; `wait_s` seconds restore enough."""

    def __init__(self, wait_s: int) -> None:
        self.wait_s = wait_s
        super().__init__("your budget for queries is spent", todo=f"Try again in {wait_s} s.")


class TooDeepError(UplineError):
    """The query nests more fields than the limit."""


class TooWideError(UplineError):
    """The query has more aliases, fragments or repeated fields than the limit."""


class TooCostlyError(UplineError):
    """The answer could cost more than the limit."""


class TooSlowToCheckError(UplineError):
    """The query takes longer to check than any query needs."""


class PageSizeError(UplineError):
    """The page size is out of range."""


class NotAllowedError(UplineError):
    """The viewer's role may not do this."""


class CursorError(UplineError):
    """The cursor was not made by this field."""


class TreeAndOverlayError(UplineError):
    """A field names a tree and a compressed tree at once."""


class HiddenFigureError(UplineError):
    """A list would go by something that the viewer does not see of others."""


class StaleCursorError(UplineError):
    """The cursor belongs to an earlier run than the page that it should continue."""


def for_client(error: GraphQLError, _debug: bool = False) -> dict[str, Any]:
    """A GraphQL error as clients see it: `message`, `locations`, `path`, and `extensions.code`.

    The code of a refusal is its stable name. Any other error is an ``internal_error`` with a number, under
    which the log has the details.
    """
    cause = _cause(error)
    shown: dict[str, Any] = dict(error.formatted)
    shown["message"] = _short(shown["message"])
    refusal = _refusal(cause)
    if refusal is not None:
        shown["message"] = " ".join(
            part for part in (_short(sentence(refusal.what)), todo_of(refusal)) if part
        )
        shown["extensions"] = {"code": refusal.name}
    elif cause is None or isinstance(cause, GraphQLError):
        shown["extensions"] = {**shown.get("extensions", {}), "code": INVALID}
    else:
        number = current().id
        log.error("internal error %s at %s", number, error.path, exc_info=cause)
        shown["message"] = f"internal error {number}"
        shown["extensions"] = {"code": "internal_error", "id": number}
    current().failed(shown["extensions"]["code"])
    return shown


def todo_of(refusal: UplineError) -> str | None:
    """What a client can do about a refusal. Commands and settings are for operators, who are not here."""
    if refusal.name in HERE:
        return HERE[refusal.name]
    return None if OPERATORS.search(refusal.todo or "") else refusal.todo


def _cause(error: GraphQLError) -> BaseException | None:
    """The exception under any layers of GraphQL errors."""
    cause: BaseException | None = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _refusal(cause: BaseException | None) -> UplineError | None:
    if isinstance(cause, UplineError) and not isinstance(cause, BrokenStatementError):
        return cause
    if isinstance(cause, TimeoutError) or _timed_out(cause):
        return too_slow()
    if isinstance(cause, (*driver.unavailable(), DriverError)):
        log.warning("the database does not answer: %s", cause)
        return unreachable()
    return None


def _timed_out(cause: BaseException | None) -> bool:
    return isinstance(cause, ClientError | Neo4jError) and "TransactionTimedOut" in (cause.code or "")


def too_slow() -> TooSlowError:
    """The refusal of an answer that takes too long."""
    return TooSlowError("the answer takes too long", todo="Request smaller pages or fewer fields.")


def unreachable() -> ServerUnreachableError:
    """The refusal while the database does not answer."""
    return ServerUnreachableError("the database does not answer", todo="Try again in a moment.")


def _short(message: str) -> str:
    """A message that repeats a value of any length, without most of it."""
    if len(message) <= MOST_MESSAGE:
        return message
    return f"{message[: MOST_MESSAGE // 2]} ... {message[-MOST_MESSAGE // 2 :]}"


def sentence(what: str) -> str:
    """What is wrong, as a sentence."""
    return what if what.endswith((".", "!", "?")) else f"{what}."
