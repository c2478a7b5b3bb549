"""GraphQL over HTTP, as its specification says, with limits on the size and the time of each request."""

import asyncio
import json
from typing import Any

from ariadne.asgi.handlers import GraphQLHTTPHandler
from graphql import DocumentNode, GraphQLError
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from engine.api.answering.answer import Answering, Parameters, parameters_of
from engine.api.cost.budgets import Budgets, Purse, Spending, network
from engine.api.errors import (
    MalformedRequestError,
    MethodNotAllowedError,
    TooLargeError,
    UnsupportedMediaTypeError,
    for_client,
    too_slow,
)
from engine.api.http.limits import MOST_BODY_BYTES, REQUEST_SECONDS
from engine.api.http.responses import ALLOWED, JSON_TYPE, answered, refused
from engine.errors import UplineError

IN_ADDRESS = ("query", "documentId", "operationName", "variables", "extensions")
"""What a GET request brings in its address."""
IN_JSON = ("variables", "extensions")
"""Which of them are JSON there."""


class SpecHandler(GraphQLHTTPHandler):
    """HTTP for the GraphQL endpoint: JSON by POST, queries by GET, statuses by the response's media type."""

    def __init__(self, answering: Answering, spending: Spending) -> None:
        super().__init__()
        self._answering = answering
        self._viewers, self._addresses = Budgets(spending.viewer), Budgets(spending.address)

    async def handle_request(self, request: Request) -> Response:
        """Answer one request; whatever is wrong with it is said in the shape of an answer."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"allow": ALLOWED})
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                return await self.graphql_http_server(request)
        except TimeoutError:
            return refused(request.headers, too_slow())
        except UplineError as error:
            return refused(request.headers, error)

    async def graphql_http_server(self, request: Request) -> Response:
        """Answer a request for data; raises the refusals of `responses.STATUSES`."""
        if request.method not in ("GET", "POST"):
            raise MethodNotAllowedError(f"{request.method} is no method of this address", todo="Use POST.")
        data = await self.extract_data_from_request(request)
        parameters = parameters_of(data)
        context = await self.get_context_for_request(request, data)
        answer = await self._answering.answer(
            parameters, context, self._purse(request, context), queries_only=request.method == "GET"
        )
        return answered(request.headers, answer)

    async def execute_graphql_query(
        self,
        request: Any,
        data: Any,
        *,
        context_value: Any = None,
        query_document: DocumentNode | None = None,
    ) -> tuple[bool, dict[str, Any]]:
        """Answer a query or mutation that came over a web socket; every refusal is in the answer."""
        del query_document
        context = context_value or await self.get_context_for_request(request, data)
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                parameters: Parameters = parameters_of(data)
                answer = await self._answering.answer(parameters, context, self._purse(request, context))
        except TimeoutError:
            return False, _errors(too_slow())
        except UplineError as error:
            return False, _errors(error)
        return answer.success, answer.body

    async def extract_data_from_request(self, request: Request) -> Any:
        """The request's parameters; raises a refusal of `responses.STATUSES`."""
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

    def _purse(self, connection: HTTPConnection, context: Any) -> Purse:
        """The budgets that pay for a request: of its viewer, and of its address."""
        address = network(connection.client.host if connection.client else "")
        return Purse(self._viewers, self._addresses, context.reach.viewer.subject, address)


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


def _errors(error: UplineError) -> dict[str, Any]:
    return {"errors": [for_client(GraphQLError(error.what, original_error=error))]}
