"""Limits on requests, each with its reason, and the rules that enforce them."""

from typing import Any

from ariadne.validation.query_cost import CostValidator
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionNode,
    value_from_ast_untyped,
)
from graphql.validation import ASTValidationRule, ValidationContext

from engine.api.errors import TooCostlyError, TooDeepError

MOST_BODY_BYTES = 64 * 1024
"""Bytes of a request body. GraphiQL's introspection query has 2 kB, a screen's query with variables 5 kB."""
MOST_TOKENS = 2_000
"""Tokens of one query. Parsing more could be an attack: 50,000 tokens take 2 s of one core."""
MOST_DEPTH = 16
"""Levels of nested fields. Each level can take a query of its own; a screen has about eight."""
MOST_COST = 20_000
"""Values of one answer: a page of 200 standings with 20 fields has 4,000."""
PAGE = 20
"""Default number of nodes of a page: one screen."""
MOST_PAGE = 200
"""Most nodes of one page: several screens. `upline export` writes a whole run."""
LINES_COST = 10
"""How many times as much a line costs as another node: lines are found by walking a whole group."""
EXPLAIN_COST = 500
"""How many times as much an explanation costs as another field: each bonus of the plan runs some queries."""
REQUEST_SECONDS = 10
"""Seconds of one request, with its queries: nobody waits longer in front of an empty screen."""
DEAR = {"lines": LINES_COST, "explain": EXPLAIN_COST}
"""Fields that cost more than 1."""
MOST_KEYS = 1_000
"""Ids in one query of a loader; more are cheaper in several queries."""
MOST_RUNS_OF_DAY = 50
"""Runs to search for the one that counted an order: those of periods and plans around one day."""
THREADS = 16
"""Queries in parallel: the driver keeps 100 connections, and a small Neo4j serves about this many well."""
MOST_CACHED_QUERIES = 64
"""Checked query texts to keep: a front end has a few dozen, each at most about a megabyte."""
MOST_CACHED_LINES = 100_000
"""Lines of finished runs to keep for the next page, about 60 MB."""
HEALTH_SECONDS = 3
"""Seconds after which a database that does not answer counts as down."""


class DepthRule(ASTValidationRule):
    """Refuse fields nested deeper than MOST_DEPTH; each fragment is measured once."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._measured: dict[str, int] = {}

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
        """Measure one operation. The GraphQL library has its own rule for introspection."""
        depth = self._depth(node.selection_set.selections)
        if depth > MOST_DEPTH:
            refusal = TooDeepError(
                f"the query nests fields {depth} levels deep, at most {MOST_DEPTH} are allowed"
            )
            self.context.report_error(GraphQLError(refusal.what, node, original_error=refusal))

    def _depth(self, selections: tuple[SelectionNode, ...]) -> int:
        return max((self._of(selection) for selection in selections), default=0)

    def _of(self, selection: SelectionNode) -> int:
        if isinstance(selection, FragmentSpreadNode):
            return self._fragment(selection.name.value)
        inside = getattr(selection, "selection_set", None)
        below = self._depth(inside.selections) if inside else 0
        if not isinstance(selection, FieldNode):
            return below
        return 0 if selection.name.value.startswith("__") else 1 + below

    def _fragment(self, name: str) -> int:
        if name not in self._measured:
            self._measured[name] = 0  # a cycle ends here; another rule refuses it
            fragment: FragmentDefinitionNode | None = self.context.get_fragment(name)
            self._measured[name] = self._depth(fragment.selection_set.selections) if fragment else 0
        return self._measured[name]


def cost_map(schema: GraphQLSchema) -> dict[str, dict[str, Any]]:
    """The cost of each field: one for each value, multiplied by the size of every page around it."""
    return {
        name: {
            field: {"complexity": DEAR.get(field, 1), "multipliers": _sizes(definition)}
            for field, definition in kind.fields.items()
        }
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
    }


def _sizes(field: Any) -> list[str]:
    return [argument.out_name or name for name, argument in field.args.items() if name == "first"]


def cost_rule(
    costs: dict[str, dict[str, Any]], document: DocumentNode, data: dict[str, Any]
) -> type[ASTValidationRule]:
    """The rule that computes the cost of a query with these variables.

    Missing variables count with their defaults, which the library's validator does not know.
    """
    operation = data.get("operationName")
    defaults = {
        variable.variable.name.value: value_from_ast_untyped(variable.default_value)
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
        and (operation is None or (definition.name and definition.name.value == operation))
        for variable in definition.variable_definitions
        if variable.default_value
    }
    variables = {**defaults, **(data.get("variables") or {})}

    class CostRule(CostValidator):
        """Refuse the query if its answer could hold more than MOST_COST values."""

        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context, MOST_COST, variables=variables, default_cost=1, cost_map=costs)

        def leave_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
            if self.cost > MOST_COST:
                refusal = TooCostlyError(
                    f"the answer could hold {self.cost:,} values, at most {MOST_COST:,} are allowed",
                    todo="Request smaller pages or fewer fields.",
                )
                self.context.report_error(GraphQLError(refusal.what, node, original_error=refusal))

    return CostRule
