"""From the parameters of a request to its answer: parsed, priced, paid, validated, run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    execute,
)

from engine.api.answering.checking import Checked, Checker
from engine.api.answering.documents import named_by
from engine.api.answering.flights import Flights
from engine.api.answering.quick import Quick
from engine.api.answering.turns import Turns
from engine.api.cost.budgets import Purse
from engine.api.cost.pricing import Operation, actual, chosen, estimate
from engine.api.errors import (
    BudgetSpentError,
    MalformedRequestError,
    MethodNotAllowedError,
    SubscriptionOverHttpError,
    for_client,
)
from engine.api.http.limits import MOST_COST
from engine.api.request import current
from engine.errors import UplineError

REQUEST_COST = 10
"""What every request costs, beside its answer: it is read, parsed and logged."""
NEW_TEXT_COST = 0.2
"""What each character of a query costs that is new to the server: it has to be parsed and validated."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a request asks for: a query, the name of a document, or both; which operation, with what."""

    query: str | None
    document: str | None = None
    operation: str | None = None
    variables: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer in GraphQL's shape; `begun` says whether execution has begun, so that there is `data`."""

    body: dict[str, Any]
    begun: bool = False

    @property
    def success(self) -> bool:
        """Whether nothing went wrong."""
        return "errors" not in self.body


def parameters_of(data: object) -> Parameters:
    """The parameters in a request's JSON; raises MalformedRequestError."""
    if not isinstance(data, dict):
        raise MalformedRequestError("the request must be a JSON object", todo='Send {"query": "..."}.')
    shapes: dict[str, tuple[type, str]] = {
        "query": (str, "a text"),
        "operationName": (str, "a text"),
        "variables": (dict, "an object"),
        "extensions": (dict, "an object"),
    }
    for name, (kind, what) in shapes.items():
        if not isinstance(data.get(name), kind | None):
            raise MalformedRequestError(f"`{name}` must be {what}")
    document = named_by(data)
    if not data.get("query") and document is None:
        raise MalformedRequestError("the request has no query", todo='Send {"query": "..."}.')
    return Parameters(
        data.get("query") or None, document, data.get("operationName") or None, data.get("variables")
    )


class Answering:
    """Answers requests of one schema, each at its price."""

    def __init__(self, schema: GraphQLSchema, checker: Checker, most_cost: int = MOST_COST) -> None:
        self._schema, self._checker, self._most_cost = schema, checker, most_cost
        self.flights: Flights[Answered] = Flights()
        self.turns = Turns()

    async def answer(
        self, parameters: Parameters, context: Any, purse: Purse, *, queries_only: bool = False
    ) -> Answered:
        """The answer, with its price in `extensions.cost`.

        Errors of the query are in the answer. Raises what refuses the request itself: BudgetSpentError,
        TooManyRequestsError, and MethodNotAllowedError for something else than a query with `queries_only`.
        """
        try:
            text = self._checker.documents.text(parameters.query, parameters.document)
        except UplineError as error:
            return _refused(GraphQLError(error.what, original_error=error))
        checked = self._checker.known(text)
        if checked is None:
            purse.take(REQUEST_COST + NEW_TEXT_COST * len(text))
            checked = await self._checker.parsed(text)
        else:
            purse.take(REQUEST_COST)
        if checked.document is None:
            return _refused(*checked.errors)
        operation = chosen(checked.document, parameters.operation, parameters.variables)
        if operation is None:
            return _refused(_unclear(checked.document, parameters.operation))
        if queries_only and operation.kind != "query":
            raise MethodNotAllowedError(f"a {operation.kind} cannot come by GET", todo="Send it by POST.")
        return await self._priced(parameters, checked, operation, context, purse)

    async def _priced(
        self, parameters: Parameters, checked: Checked, operation: Operation, context: Any, purse: Purse
    ) -> Answered:
        try:
            requested = estimate(operation, self._checker.tariff, self._most_cost).requested
        except UplineError as error:
            return _refused(GraphQLError(error.what, operation.node, original_error=error))
        try:
            purse.take(requested)
        except BudgetSpentError:  # whoever waits as long as the refusal says is not charged for having asked
            purse.pay(-REQUEST_COST)
            raise
        errors = await self._checker.validated(checked)
        if errors:
            return _refused(*errors)
        if parameters.document is not None and parameters.query is not None:
            self._checker.documents.store(parameters.query)
        if operation.kind == "subscription":
            refusal = SubscriptionOverHttpError(
                "a subscription needs a web socket", todo="Connect by graphql-transport-ws."
            )
            return _refused(GraphQLError(refusal.what, operation.node, original_error=refusal))
        answer = await self._shared(parameters, checked, operation, context, purse.viewer)
        data = answer.body.get("data")
        spent = actual(operation, self._checker.tariff, data) if answer.begun else requested
        purse.pay(spent - requested)
        info = current()
        info.cost = spent + REQUEST_COST
        info.named(operation.node.name.value if operation.node.name else None)
        cost = {"requested": requested + REQUEST_COST, "actual": spent + REQUEST_COST, **purse.shown()}
        return Answered({**answer.body, "extensions": {"cost": cost}}, answer.begun)

    async def _shared(
        self, parameters: Parameters, checked: Checked, operation: Operation, context: Any, viewer: str
    ) -> Answered:
        """Run a document; equal queries of one viewer that come meanwhile wait for the same answer."""

        async def run() -> Answered:
            async with self.turns.turn(viewer):
                return await self._run(parameters, checked, context)

        if operation.kind != "query":
            return await run()
        variables = json.dumps(parameters.variables or {}, sort_keys=True)
        key = (checked.hash, parameters.operation, variables, context.reach)
        return await self.flights.join(key, run)

    async def _run(self, parameters: Parameters, checked: Checked, context: Any) -> Answered:
        """Run a valid document. Whatever it still reads at the end, or when it is cancelled, ends with it.

        Loaders read in tasks of their own, which nobody cancels with this one; the database stops their
        statements.
        """
        assert checked.document is not None
        try:
            result = execute(
                self._schema,
                checked.document,
                context_value=context,
                variable_values=dict(parameters.variables or {}),
                operation_name=parameters.operation,
                hide_suggestions=True,
                execution_context_class=Quick,
            )
            if isawaitable(result):
                result = await result
            return _answered(result)
        finally:
            context.graph.stop()


def _answered(result: ExecutionResult) -> Answered:
    errors = result.errors or []
    if result.data is None and not any(error.path for error in errors):  # refused before it began
        return _refused(*errors)
    shown = [for_client(error) for error in errors]
    return Answered({"data": result.data, **({"errors": shown} if shown else {})}, begun=True)


def _refused(*errors: GraphQLError) -> Answered:
    return Answered({"errors": [for_client(error) for error in errors]})


def _unclear(document: DocumentNode, name: str | None) -> GraphQLError:
    """Why none of a document's operations is the one to run."""
    if name is not None:
        return GraphQLError(f"The query has not one operation named {name[:80]!r}.")
    if any(isinstance(each, OperationDefinitionNode) for each in document.definitions):
        return GraphQLError("Name the operation in `operationName`: the query has several.")
    return GraphQLError("The query has no operation.")
