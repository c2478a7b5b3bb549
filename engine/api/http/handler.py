"""GraphQL over HTTP, as its specification says, with limits on the size and the time of each request."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from engine.api.answering.answer import Answering, parameters_of
from engine.api.context import Context
from engine.api.cost.budgets import Purses
from engine.api.errors import (
    MalformedRequestError,
    MethodNotAllowedError,
    TooLargeError,
    UnsupportedMediaTypeError,
    too_slow,
)
from engine.api.http.limits import MOST_BODY_BYTES, REQUEST_SECONDS
from engine.api.http.responses import ALLOWED, JSON_TYPE, answered, refused
from engine.errors import UplineError

IN_ADDRESS = ("query", "documentId", "operationName", "variables", "extensions")
"""What a GET request brings in its address."""
IN_JSON = ("variables", "extensions")
"""Which of them are JSON there."""


class SpecHandler:
    """HTTP for the GraphQL endpoint: JSON by POST, queries by GET, statuses by the response's media type."""

    def __init__(
        self, answering: Answering, purses: Purses, make_context: Callable[[Request], Context]
    ) -> None:
        self._answering, self._purses, self._make_context = answering, purses, make_context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever is wrong with it is said in the shape of an answer."""
        request = Request(scope, receive)
        if request.method == "OPTIONS":
            response = Response(status_code=204, headers={"allow": ALLOWED})
        else:
            try:
                async with asyncio.timeout(REQUEST_SECONDS):
                    response = await self._answer(request)
            except TimeoutError:
                response = refused(request.headers, too_slow())
            except UplineError as error:
                response = refused(request.headers, error)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        """Answer a request for data; raises the refusals of `responses.STATUSES`."""
        if request.method not in ("GET", "POST"):
            raise MethodNotAllowedError(f"{request.method} is no method of this address", todo="Use POST.")
        parameters = parameters_of(await _data(request))
        context = self._make_context(request)
        purse = self._purses.of(context.viewer.subject, request.client and request.client.host)
        answer = await self._answering.answer(
            parameters, context, purse, queries_only=request.method == "GET"
        )
        return answered(request.headers, answer)


async def _data(request: Request) -> Any:
    """What a request brings, of which each text can be written as UTF-8."""
    data = await _posted(request) if request.method == "POST" else _in_address(request)
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise MalformedRequestError(
            "a text has half a character", todo="Write \\ud83d only with the other half behind it."
        ) from error
    except RecursionError as error:
        raise MalformedRequestError("the variables are nested too deep") from error
    return data


async def _posted(request: Request) -> Any:
    """The JSON of a body, which a form on another site cannot send; reading stops when it is too large."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != JSON_TYPE:
        raise UnsupportedMediaTypeError(
            f"the content type must be {JSON_TYPE}", todo=f"Send the header content-type: {JSON_TYPE}."
        )
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY_BYTES:
            raise TooLargeError(f"the body is larger than {MOST_BODY_BYTES} bytes")
    return _json(body, "the body")


def _in_address(request: Request) -> dict[str, Any]:
    """The parameters of a GET request."""
    data: dict[str, Any] = {}
    for name in IN_ADDRESS:
        text = request.query_params.get(name, "").strip()
        if text:
            data[name] = _json(text.encode(), f"`{name}`") if name in IN_JSON else text
    return data


def _json(text: bytes | bytearray, what: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise MalformedRequestError(f"{what} is not JSON") from error


def _no_number(written: str) -> None:
    raise ValueError(f"{written} is no JSON")
