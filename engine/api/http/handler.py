"""GraphQL over HTTP, as its specification says, with limits on the size and the time of each request."""

import asyncio
import json
from collections.abc import Collection
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from ariadne.asgi.handlers import GraphQLHTTPHandler
from ariadne.exceptions import HttpBadRequestError, HttpError
from graphql import DocumentNode, GraphQLError, GraphQLSchema, TypeInfo, parse, specified_rules, validate
from graphql.validation import ASTValidationRule
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from engine.api.errors import MalformedRequestError, TooLargeError, for_client, too_slow
from engine.api.http.limits import (
    MOST_BODY_BYTES,
    MOST_CACHED_QUERIES,
    MOST_TOKENS,
    REQUEST_SECONDS,
    DepthRule,
    cost_map,
    cost_rule,
)

RESPONSE_TYPE = "application/graphql-response+json"
JSON_TYPE = "application/json"
PARTIAL = 294
"""The status of an answer with data and errors, by the first edition of GraphQL over HTTP."""


class SpecHandler(GraphQLHTTPHandler):
    """HTTP for the GraphQL endpoint: JSON by POST, queries by GET, statuses by the response's media type."""

    async def graphql_http_server(self, request: Request) -> Response:
        """Answer one request within the limits on time and size."""
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                return await super().graphql_http_server(request)
        except TimeoutError:
            return _refused(too_slow(), HTTPStatus.SERVICE_UNAVAILABLE)
        except TooLargeError as error:
            return _refused(error, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except MalformedRequestError as error:
            return _refused(error, HTTPStatus.BAD_REQUEST)

    async def extract_data_from_request(self, request: Request) -> Any:
        """The request's parameters; raises MalformedRequestError or TooLargeError."""
        try:
            data = await self._parameters(request)
            json.dumps(data, ensure_ascii=False).encode()
        except HttpError as error:
            raise MalformedRequestError(error.message or error.status) from error
        except UnicodeEncodeError as error:
            raise MalformedRequestError(
                "a text has half a character", todo="Write \\ud83d only with the other half behind it."
            ) from error
        except RecursionError as error:
            raise MalformedRequestError("the variables are nested too deep") from error
        return data

    async def _parameters(self, request: Request) -> Any:
        """The request's parameters; JSON only, which a form on another site cannot send."""
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if request.method == "POST" and kind != JSON_TYPE:
            raise HttpBadRequestError(f"content-type must be {JSON_TYPE}")
        data = (
            await self.extract_data_from_json_request(request)
            if request.method == "POST"
            else self.extract_data_from_get_request(request)
        )
        if isinstance(data, dict) and not isinstance(data.get("extensions"), dict | None):
            raise HttpBadRequestError("extensions must be an object")
        return data

    async def extract_data_from_json_request(self, request: Request) -> Any:
        """The JSON body; reading stops as soon as it is too large."""
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BODY_BYTES:
                raise TooLargeError(f"the body is larger than {MOST_BODY_BYTES} bytes")
        try:
            return json.loads(body, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise HttpBadRequestError("the body is not JSON") from error

    async def create_json_response(self, request: Request, result: dict[str, Any], success: bool) -> Response:
        """Status and media type that the specification asks for, by what the client accepts."""
        del success  # of an answer in part it says the same as of none
        if RESPONSE_TYPE in request.headers.get("accept", ""):
            return JSONResponse(result, _status(result), media_type=RESPONSE_TYPE)
        shape_error = "data" not in result and not any(error.get("locations") for error in result["errors"])
        return JSONResponse(result, 400 if shape_error else 200)


class Checker:
    """Parses and checks queries; checks that do not depend on variables run once for each query text."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema, self._costs = schema, cost_map(schema)
        self._parsed = lru_cache(MOST_CACHED_QUERIES)(_parsed)
        self._static = lru_cache(MOST_CACHED_QUERIES)(self._check)

    def parse(self, _context: object, data: dict[str, Any]) -> DocumentNode:
        """The document of a query; raises GraphQLSyntaxError, also for too many tokens."""
        return self._parsed(data["query"])

    def validate(
        self,
        schema: GraphQLSchema,
        document_ast: DocumentNode,
        rules: Collection[type[ASTValidationRule]] | None = None,
        max_errors: int | None = None,
        type_info: TypeInfo | None = None,
    ) -> list[GraphQLError]:
        """Every error in a document; its cost is checked only if there is no other error."""
        del schema, max_errors, type_info
        text = document_ast.loc.source.body if document_ast.loc else ""
        priced = [rule for rule in rules or () if rule not in specified_rules]
        return self._static(text) or validate(self._schema, document_ast, priced)

    def rules(
        self, _context: object, document: DocumentNode, data: dict[str, Any]
    ) -> list[type[ASTValidationRule]]:
        """The rules that depend on variables."""
        return [cost_rule(self._costs, document, data)]

    def _check(self, text: str) -> list[GraphQLError]:
        return validate(self._schema, self._parsed(text), [*specified_rules, DepthRule])


def _status(result: dict[str, Any]) -> int:
    """The status that the first edition of GraphQL over HTTP gives an answer."""
    if "errors" not in result:
        return HTTPStatus.OK
    return HTTPStatus.BAD_REQUEST if result.get("data") is None else PARTIAL


def _no_number(written: str) -> None:
    raise ValueError(f"{written} is no JSON")


def _parsed(text: str) -> DocumentNode:
    return parse(text, max_tokens=MOST_TOKENS)


def _refused(error: Any, status: HTTPStatus) -> JSONResponse:
    shown = for_client(GraphQLError(error.what, original_error=error))
    return JSONResponse({"errors": [shown]}, status)
