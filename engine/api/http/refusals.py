"""Refusals of the transport, before or instead of GraphQL, in the shape of a GraphQL answer."""

import json
from http import HTTPStatus

from starlette.responses import JSONResponse, Response

from engine.errors import UplineError


class MalformedHttpError(UplineError):
    """What came over the connection is not HTTP."""


class RequestTimeoutError(UplineError):
    """The request did not arrive in time."""


class HeadersTooLargeError(UplineError):
    """The request's address and headers are larger than any client's."""


class NoSuchAddressError(UplineError):
    """Nothing is served at this address."""


class UnknownHostError(UplineError):
    """The request names a host that this server does not answer to."""


class ServerBusyError(UplineError):
    """More requests or connections are under way than the server takes at once."""


class ServerStoppingError(UplineError):
    """The server ends, and takes no more requests."""


def body(error: UplineError) -> bytes:
    """The JSON of a refusal: ``{"errors": [{"message": ..., "extensions": {"code": ...}}]}``."""
    message = " ".join(part for part in (f"{error.what}.", error.todo) if part)
    return json.dumps({"errors": [{"message": message, "extensions": {"code": error.name}}]}).encode()


def response(error: UplineError, status: int, retry_s: int | None = None) -> Response:
    """The response of a refusal; `retry_s` are the seconds after which another try makes sense."""
    headers = {} if retry_s is None else {"retry-after": str(retry_s)}
    made = JSONResponse(None, status, headers=headers)
    made.body = body(error)
    made.headers["content-length"] = str(len(made.body))
    return made


def raw(error: UplineError, status: int, retry_s: int | None = None) -> bytes:
    """The same as it goes over a connection that is closed behind it."""
    content = body(error)
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "content-type: application/json",
        f"content-length: {len(content)}",
        "cache-control: no-store",
        "connection: close",
    ]
    if retry_s is not None:
        lines.append(f"retry-after: {retry_s}")
    return "\r\n".join([*lines, "", ""]).encode() + content
