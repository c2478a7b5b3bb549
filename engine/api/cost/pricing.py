"""The price of a query before anything of it is validated or run, and the price of its answer afterwards.

One walk visits every field as it will run, each fragment at each of its places. No query takes more than
MOST_FIELDS steps. Nothing in the walk trusts that the query is valid.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    value_from_ast_untyped,
)

from engine.api.cost.tariff import FieldPrice, Tariff
from engine.api.errors import TooCostlyError, TooDeepError, TooWideError
from engine.api.http.limits import (
    MOST_ALIASES,
    MOST_COST,
    MOST_DEPTH,
    MOST_FIELDS,
    MOST_FRAGMENTS,
    MOST_NESTING,
    MOST_PAGE,
    MOST_REPEATS,
    MOST_SHAPE_DEPTH,
)

SIMPLER = "Request smaller pages or fewer fields."


@dataclass(frozen=True, slots=True)
class Operation:
    """The operation of a document that a request runs, with what the walk needs of the rest."""

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, object]
    """The request's variables, and the defaults of those that it leaves out."""
    others: tuple[OperationDefinitionNode, ...] = ()
    """The other operations, which do not run, but are validated with it."""

    @property
    def kind(self) -> str:
        """query, mutation or subscription."""
        return self.node.operation.value


def chosen(
    document: DocumentNode, name: str | None, variables: Mapping[str, object] | None
) -> Operation | None:
    """The operation of that name, or the only one; None where GraphQL will refuse to choose."""
    every = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    operations = [each for each in every if each.name and each.name.value == name] if name else every
    if len(operations) != 1:
        return None
    fragments = {
        each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
    }
    defaults = {
        each.variable.name.value: value_from_ast_untyped(each.default_value)
        for each in operations[0].variable_definitions or ()
        if each.default_value
    }
    others = tuple(each for each in every if each is not operations[0])
    return Operation(operations[0], fragments, {**defaults, **(variables or {})}, others)


@dataclass(slots=True)
class Estimate:
    """The price of a query, and how many fields the walk has visited for it."""

    cost: float = 0
    visited: int = 0
    aliases: int = 0
    groups: dict[tuple[int, str], int] = field(default_factory=dict)
    """Places in the answer, by the place above and the name in the answer."""
    repeats: list[int] = field(default_factory=lambda: [0])
    """How many fields of the query go into each place; validation compares them pair by pair."""
    compared: int = 0

    @property
    def requested(self) -> int:
        """The price in whole values, rounded up."""
        return math.ceil(self.cost)


def estimate(operation: Operation, tariff: Tariff, most: int = MOST_COST) -> Estimate:
    """The price of an operation; raises TooCostlyError, TooDeepError or TooWideError.

    What does not run has no price, but the same bounds, because validation goes through all of a document.
    """
    if len(operation.fragments) > MOST_FRAGMENTS:
        raise TooWideError(
            f"the query has {len(operation.fragments)} fragments, at most {MOST_FRAGMENTS} are allowed"
        )
    walk = _Walk(operation, tariff)
    walk.selections(operation.node.selection_set, tariff.roots.get(operation.kind), _Place())
    result, cost = walk.result, walk.result.cost
    if cost > most:
        raise TooCostlyError(
            f"the answer could cost {result.requested:,}, at most {most:,} are allowed", todo=SIMPLER
        )
    for other in operation.others:
        walk.idle(other.selection_set)
    for name, fragment in operation.fragments.items():
        if name not in walk.used:
            walk.idle(fragment.selection_set)
    result.cost = cost
    return result


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk is: how many objects there are, and how deep."""

    times: float = 1
    page: float = 1
    depth: int = 0
    nesting: int = 0
    group: int = 0
    shape: bool = False
    """Whether this is introspection."""
    spread: tuple[str, ...] = ()
    """The fragments around it; one within itself is a mistake that validation names."""


class _Walk:
    """One walk through an operation."""

    def __init__(self, operation: Operation, tariff: Tariff) -> None:
        self._operation, self._tariff, self.result = operation, tariff, Estimate()
        self.used: set[str] = set()
        """The fragments that the walk has gone through."""

    def idle(self, inside: SelectionSetNode) -> None:
        """Walk through what does not run, for its bounds alone."""
        self.result.repeats.append(0)
        self.selections(inside, None, _Place(group=len(self.result.repeats) - 1))

    def selections(self, inside: SelectionSetNode, kind: str | None, place: _Place) -> None:
        """Price all that is selected in objects of one type."""
        if place.nesting > MOST_NESTING:
            raise TooDeepError(f"the query nests more than {MOST_NESTING} levels of braces and fragments")
        for node in inside.selections:
            self.result.visited += 1
            if self.result.visited > MOST_FIELDS:
                raise TooCostlyError(
                    f"the query selects more than {MOST_FIELDS:,} fields, with those of its fragments",
                    todo="Request fewer fields.",
                )
            if isinstance(node, FieldNode):
                self._field(node, kind, place)
            elif isinstance(node, InlineFragmentNode):
                of = node.type_condition.name.value if node.type_condition else kind
                self.selections(node.selection_set, of, _deeper(place))
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                fragment = self._operation.fragments.get(name)
                if fragment is not None and name not in place.spread:
                    self.used.add(name)
                    of = fragment.type_condition.name.value
                    self.selections(fragment.selection_set, of, _deeper(place, name))

    def _field(self, node: FieldNode, kind: str | None, place: _Place) -> None:
        name = node.name.value
        price = self._tariff.of(kind, name)
        shape = place.shape or name in ("__schema", "__type")
        depth = place.depth + 1
        most = MOST_SHAPE_DEPTH if shape else MOST_DEPTH
        if depth > most:
            raise TooDeepError(f"the query nests fields {depth} levels deep, at most {most} are allowed")
        size = place.page if price.of_page else size_of(node, price, self._operation.variables)
        self.result.cost += price.once + place.times * (price.each + (size if price.listed else 0))
        group = self._grouped(node, place.group)
        if node.selection_set is not None:
            times = place.times if price.paged else place.times * size
            page = size if price.paged else 1
            below = _Place(times, page, depth, place.nesting + 1, group, shape, place.spread)
            self.selections(node.selection_set, price.kind, below)

    def _grouped(self, node: FieldNode, above: int) -> int:
        """The field's place in the answer. Validation compares all fields of one place with each other."""
        result = self.result
        if node.alias is not None and node.alias.value != node.name.value:
            result.aliases += 1
            if result.aliases > MOST_ALIASES:
                raise TooWideError(f"the query uses more than {MOST_ALIASES} aliases, with its fragments")
        key = (above, (node.alias or node.name).value)
        group = result.groups.setdefault(key, len(result.repeats))
        if group == len(result.repeats):
            result.repeats.append(0)
        result.compared += result.repeats[group]
        result.repeats[group] += 1
        if result.compared > MOST_REPEATS:
            raise TooWideError(
                f"the query selects {key[1][:60]} too often in one place", todo="Select each field once."
            )
        return group


def size_of(node: FieldNode, price: FieldPrice, variables: Mapping[str, object]) -> float:
    """How many elements a field has by its arguments; a page that will be refused counts as the largest.

    Of `first` and `last` the one that is there counts; of both the larger one.
    """
    if not price.sizes:
        return price.size
    arguments = {each.name.value: each.value for each in node.arguments}
    written = [_number(arguments.get(name), variables) for name, _ in price.sizes]
    sizes = [number for number in written if number is not None]
    return max(sizes) if sizes else max(_number_of(default) for _, default in price.sizes)


def _number(value: ValueNode | None, variables: Mapping[str, object]) -> int | None:
    """The size that an argument sets; None where it is left out or null."""
    if value is None or isinstance(value, NullValueNode):
        return None
    if isinstance(value, ListValueNode):
        return len(value.values)
    if isinstance(value, VariableNode):
        actual = variables.get(value.name.value)
        return None if actual is None else _number_of(actual)
    return _number_of(value_from_ast_untyped(value, dict(variables)))


def _number_of(actual: object) -> int:
    if isinstance(actual, list | tuple):
        return len(actual)
    if isinstance(actual, float) and actual.is_integer():
        actual = int(actual)
    sound = isinstance(actual, int) and not isinstance(actual, bool) and 1 <= actual <= MOST_PAGE
    return actual if sound and isinstance(actual, int) else MOST_PAGE


def _deeper(place: _Place, fragment: str | None = None) -> _Place:
    spread = place.spread if fragment is None else (*place.spread, fragment)
    return _Place(place.times, place.page, place.depth, place.nesting + 1, place.group, place.shape, spread)


def actual(operation: Operation, tariff: Tariff, data: Mapping[str, Any] | None) -> int:
    """The price of an answer, by the objects and values that it really has.

    It goes through the query once and takes all objects of a place together, so that it takes no longer than
    the estimate and a look at each list.
    """
    if data is None:
        return 0
    root = tariff.roots.get(operation.kind)
    return math.ceil(_actual(operation, tariff, operation.node.selection_set, root, [data]))


def _actual(
    operation: Operation,
    tariff: Tariff,
    inside: SelectionSetNode,
    kind: str | None,
    objects: Sequence[Mapping[str, Any]],
) -> float:
    cost = 0.0
    for node in inside.selections:
        if isinstance(node, FieldNode):
            price = tariff.of(kind, node.name.value)
            key = (node.alias or node.name).value
            values = [each[key] for each in objects if key in each]
            if not values:
                continue
            elements = list(_flat(values)) if price.listed else values
            cost += price.once + price.each * len(values) + (len(elements) if price.listed else 0)
            if node.selection_set is not None:
                below = [each for each in elements if isinstance(each, dict)]
                if below:
                    cost += _actual(operation, tariff, node.selection_set, price.kind, below)
        elif isinstance(node, InlineFragmentNode):
            of = node.type_condition.name.value if node.type_condition else kind
            cost += _actual(operation, tariff, node.selection_set, of, objects)
        elif isinstance(node, FragmentSpreadNode):
            fragment = operation.fragments[node.name.value]
            of = fragment.type_condition.name.value
            cost += _actual(operation, tariff, fragment.selection_set, of, objects)
    return cost


def _flat(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        elif value is not None:
            yield value
