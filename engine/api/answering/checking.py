"""Checking a query: parsed within a number of tokens, validated within its time, both once for each text."""

import gc
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

import anyio
import anyio.to_thread
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    parse,
    specified_rules,
    validate,
)
from graphql.language import Node
from graphql.validation import ASTValidationRule, ValidationContext

from engine.api.answering.documents import Documents, hash_of
from engine.api.cost.tariff import Tariff
from engine.api.errors import TooSlowToCheckError
from engine.api.http.limits import CHECK_SECONDS, MOST_CACHED_QUERIES, MOST_ERRORS, MOST_TOKENS

SEVERAL = 20
"""Nodes between two looks at the clock."""
CHECKERS = 2
"""Texts that are checked in parallel: they take turns on one core anyway."""


@dataclass
class Checked:
    """A query text as it was parsed: its document, or the error of its syntax; and what validation finds."""

    hash: str
    document: DocumentNode | None
    errors: list[GraphQLError] = field(default_factory=list)
    validated: bool = False


class Checker:
    """Parses and checks queries. What a text gets is kept, mistakes too, until others take its place."""

    def __init__(self, schema: GraphQLSchema, documents: Documents | None = None) -> None:
        self._schema, self.tariff = schema, Tariff(schema)
        self.documents = documents or Documents()
        self._most = MOST_CACHED_QUERIES + len(self.documents.listed or ())
        self._kept: OrderedDict[str, Checked] = OrderedDict()
        self._lock = Lock()
        self._limiter = anyio.CapacityLimiter(CHECKERS)
        self.parsed_count = self.validated_count = 0

    def known(self, text: str) -> Checked | None:
        """What is known of a text."""
        with self._lock:
            checked = self._kept.get(hash_of(text))
            if checked is not None:
                self._kept.move_to_end(checked.hash)
            return checked

    async def parsed(self, text: str) -> Checked:
        """A text's document or errors; a new one is parsed in a thread, and others are answered meanwhile."""
        checked = self.known(text)
        if checked is None:
            checked = await anyio.to_thread.run_sync(self._parse, text, limiter=self._limiter)
        return checked

    async def validated(self, checked: Checked) -> list[GraphQLError]:
        """The mistakes of a document whose price was found bearable."""
        if checked.validated:
            return checked.errors
        return await anyio.to_thread.run_sync(self._validate, checked, limiter=self._limiter)

    def _parse(self, text: str) -> Checked:
        self.parsed_count += 1
        try:
            checked = Checked(hash_of(text), parse(text, max_tokens=MOST_TOKENS))
        except GraphQLSyntaxError as error:
            checked = Checked(hash_of(text), None, [error], True)
        with self._lock:
            self._kept[checked.hash] = checked
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return checked

    def _validate(self, checked: Checked) -> list[GraphQLError]:
        assert checked.document is not None
        self.validated_count += 1
        rule = type("Deadline", (_DeadlineRule,), {"deadline": _Deadline(CHECK_SECONDS)})
        rules = [rule, *specified_rules]
        try:
            checked.errors = validate(
                self._schema, checked.document, rules, MOST_ERRORS, hide_suggestions=True
            )
        except TooSlowToCheckError as error:  # not kept: the next time may be quicker, and is paid for
            return [GraphQLError(error.what, original_error=error)]
        checked.validated = True
        return checked.errors


class _Deadline:
    """Some seconds of the thread that makes it; others may be busy.

    A collection of all garbage takes its time from whichever thread it strikes: after one, the seconds are
    counted anew, once.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds, self._until = seconds, time.thread_time() + seconds
        self._collections: int | None = _full_collections()

    def passed(self) -> bool:
        """Whether the time is over."""
        if time.thread_time() <= self._until:
            return False
        if self._collections is not None and self._collections != _full_collections():
            self._collections, self._until = None, time.thread_time() + self._seconds
            return False
        return True


def _full_collections() -> int:
    """How often this process has collected garbage of all ages."""
    return int(gc.get_stats()[-1]["collections"])


class _DeadlineRule(ASTValidationRule):
    """Ends a validation that takes too long."""

    deadline: _Deadline

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._nodes = 0

    def enter(self, _node: Node, *_: object) -> None:
        """Look at the clock now and then."""
        self._nodes += 1
        if self._nodes % SEVERAL == 0 and self.deadline.passed():
            raise TooSlowToCheckError("the query takes too long to check", todo="Request fewer fields.")
