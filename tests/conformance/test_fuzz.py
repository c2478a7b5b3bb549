"""A fuzzer asks every field of every root: whatever it asks, nothing is the server's own fault."""

import operator
from collections.abc import Iterator
from typing import Any, TypeVar

import pytest
import schemathesis
from graphql import (
    REMOVE,
    ArgumentNode,
    IntValueNode,
    ObjectFieldNode,
    StringValueNode,
    ValueNode,
    Visitor,
    parse,
    print_ast,
    visit,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes as fuzzed

from engine.api.schema import printed
from engine.api.types.nodes import global_id
from engine.graph.database import Graph
from tests.support.api import Api
from tests.support.months import PERIOD, month

pytestmark = pytest.mark.long

Named = TypeVar("Named", ArgumentNode, ObjectFieldNode)

EXAMPLES = 40
"""Documents for each field of a root."""
SCHEMA = schemathesis.graphql.from_file(printed())
OPERATIONS = {
    operation.label: operation
    for operation in map(operator.methodcaller("ok"), SCHEMA.get_all_operations())
    if operation.label.startswith("Query.")
}
"""Mutations would change the company that the others are asked about; they have tests of hostile values."""
REAL = {
    "memberId": ("11", "111", "1", "121", "nobody"),
    "orderId": ("o2", "o5", "o6", "nothing"),
    "period": (PERIOD, "2026-W47", "2026-13"),
    "plan": ("Small", "Large"),
    "name": ("near_floor", "cohorts", "nothing"),
    "bonus": ("Unilevel", "Retail", "None"),
    "overlay": ("Unilevel", ""),
    "id": (global_id("Member", "11"), global_id("Order", "o2"), "nothing"),
    "ids": (global_id("Member", "11"), global_id("Order", "o2"), "nothing"),
}
"""Values that lead into the company, or nearly, by the name of an argument."""
ANSWERED = ("Query.member", "Query.standing", "Query.run", "Query.order", "Query.explain")
"""The roots behind which the fuzzer must find something: their arguments have real values above."""
ANY = ("", "1", "Ben", "Silver", PERIOD)
SMALL = (0, 1, 2, 20, 200, 201, -1)

for name, pattern in {
    "Decimal": r"-?[0-9]{1,20}(\.[0-9]{1,9})?",
    "Date": r"20[0-9]{2}-[01][0-9]-[0-3][0-9]",
    "DateTime": r"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:00:00Z",
}.items():
    schemathesis.graphql.scalar(name, st.from_regex(pattern, fullmatch=True).map(fuzzed.String))


class Real(Visitor):
    """Puts real values in place of most of the fuzzer's own, so that documents reach what is behind them.

    In half of the documents every value is sound: whatever has no real value, such as a cursor, is left out.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        super().__init__()
        self._draw = draw
        self._sound = draw(st.booleans())

    def enter_argument(self, argument: ArgumentNode, *_: Any) -> Any:
        return self._real(argument)

    def enter_object_field(self, entry: ObjectFieldNode, *_: Any) -> Any:
        return self._real(entry)

    def _real(self, named: Named) -> Any:
        """The same with a real value; None leaves it as it is, REMOVE leaves it out."""
        if self._sound:
            return self._sound_value(named)
        if isinstance(named.value, StringValueNode):
            text = self._draw(st.sampled_from((*REAL.get(named.name.value, ANY), None)))
            value: ValueNode | None = None if text is None else StringValueNode(value=text)
        elif isinstance(named.value, IntValueNode):
            value = IntValueNode(value=str(self._draw(st.sampled_from(SMALL))))
        else:
            return None
        return None if value is None else type(named)(name=named.name, value=value)

    def _sound_value(self, named: Named) -> Any:
        if isinstance(named.value, StringValueNode):
            known = REAL.get(named.name.value)
            return type(named)(name=named.name, value=StringValueNode(value=known[0])) if known else REMOVE
        if isinstance(named.value, IntValueNode):
            return type(named)(name=named.name, value=IntValueNode(value="1"))
        return None


@st.composite
def documents(draw: st.DrawFn, label: str) -> str:
    """A document that asks one field of a root."""
    case = draw(OPERATIONS[label].as_strategy())
    return print_ast(visit(parse(case.body), Real(draw)))


@pytest.fixture(scope="module")
def api(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The company of tests/support/months.py with its November; tests only read it."""
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("month"))
    with Api(server_graph) as connected:
        yield connected


@pytest.mark.parametrize("label", OPERATIONS)
def test_no_document_is_the_servers_fault(api: Api, label: str) -> None:
    answered = 0

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(documents(label))
    def ask(document: str) -> None:
        nonlocal answered
        response = api.http.post("/graphql", json={"query": document})
        assert response.status_code < 500, (document, response.text)
        answer = response.json()
        answered += any(value is not None for value in (answer.get("data") or {}).values())
        for error in answer.get("errors", []):
            assert error["extensions"]["code"] != "internal_error", (document, error)

    ask()
    assert answered or label not in ANSWERED, "nothing behind the arguments was reached"
