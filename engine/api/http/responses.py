"""Responses of the GraphQL endpoint: media types by what the client accepts, statuses by what happened."""

from http import HTTPStatus
from typing import Any

from graphql import GraphQLError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from engine.api.answering.answer import Answered
from engine.api.errors import (
    BudgetSpentError,
    MalformedRequestError,
    MethodNotAllowedError,
    TooLargeError,
    TooManyRequestsError,
    TooSlowError,
    UnsupportedMediaTypeError,
    for_client,
)
from engine.api.http.refusals import NoSuchAddressError, ServerBusyError, response
from engine.errors import UplineError
from engine.graph.database import ServerUnreachableError

RESPONSE_TYPE = "application/graphql-response+json"
JSON_TYPE = "application/json"
PARTIAL = 294
"""The status of an answer with data and errors, by the first edition of GraphQL over HTTP."""
STATUSES: dict[type[UplineError], HTTPStatus] = {
    MalformedRequestError: HTTPStatus.BAD_REQUEST,
    MethodNotAllowedError: HTTPStatus.METHOD_NOT_ALLOWED,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnsupportedMediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    BudgetSpentError: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyRequestsError: HTTPStatus.TOO_MANY_REQUESTS,
    TooSlowError: HTTPStatus.SERVICE_UNAVAILABLE,
    ServerUnreachableError: HTTPStatus.SERVICE_UNAVAILABLE,
    ServerBusyError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The statuses of refusals of whole requests. A field that is refused is an error in an answer."""
UNREACHABLE = ServerUnreachableError("").name
ALLOWED = "GET, POST, OPTIONS"


def media_type(headers: Headers) -> str:
    """The GraphQL media type where the client accepts it, otherwise JSON."""
    return RESPONSE_TYPE if RESPONSE_TYPE in headers.get("accept", "").lower() else JSON_TYPE


def answered(headers: Headers, answer: Answered) -> Response:
    """An answer with the status of its media type; clients that expect plain JSON get 200.

    Where the database went away before anything was read, it is 503 for both.
    """
    kind = media_type(headers)
    if _nothing_read(answer):
        return JSONResponse(answer.body, HTTPStatus.SERVICE_UNAVAILABLE, {"retry-after": "1"}, kind)
    return JSONResponse(answer.body, _status(answer) if kind == RESPONSE_TYPE else 200, media_type=kind)


def not_served(_request: Request, error: Exception) -> Response:
    """The response to another address or method than the application has, by Starlette's exception."""
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    refusal: UplineError = NoSuchAddressError("nothing is served here", todo="The API is at /graphql.")
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        refusal = MethodNotAllowedError("this address has no such method", todo="The API is at /graphql.")
    made = response(refusal, status)
    made.headers.update(getattr(error, "headers", None) or {})
    return made


def _nothing_read(answer: Answered) -> bool:
    """Whether every error is that the database does not answer, and there is no data."""
    codes = {error.get("extensions", {}).get("code") for error in answer.body.get("errors", ())}
    data = answer.body.get("data") or {}
    return codes == {UNREACHABLE} and all(value is None for value in data.values())


def _status(answer: Answered) -> int:
    """The status that the first edition of GraphQL over HTTP gives an answer."""
    if answer.success:
        return HTTPStatus.OK
    return HTTPStatus.BAD_REQUEST if answer.body.get("data") is None else PARTIAL


def refused(headers: Headers, error: UplineError) -> Response:
    """A refusal of a whole request, in the shape of an answer without data."""
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), None)
    more = {}
    if isinstance(error, BudgetSpentError):
        more["retry-after"] = str(error.wait_s)
    elif status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        more["retry-after"] = "1"
    elif status == HTTPStatus.METHOD_NOT_ALLOWED:
        more["allow"] = ALLOWED
    body: dict[str, Any] = {"errors": [for_client(GraphQLError(error.what, original_error=error))]}
    return JSONResponse(body, status or HTTPStatus.BAD_REQUEST, more, media_type(headers))
