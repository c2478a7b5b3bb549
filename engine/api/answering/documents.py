"""Documents that clients name instead of sending them: by hash, and the list that nothing else passes."""

import json
import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, parse, specified_rules, validate

from engine.api.cost.pricing import chosen, estimate
from engine.api.cost.tariff import Tariff
from engine.api.errors import (
    MalformedRequestError,
    PersistedQueryMismatchError,
    PersistedQueryNotFoundError,
    UnknownDocumentError,
)
from engine.api.http.limits import MOST_TOKENS
from engine.errors import UplineError, excerpt

MOST_STORED_BYTES = 8 * 2**20
"""Bytes of texts that clients have stored; the ones used longest ago make room. A client sends one again."""
PREFIX = "sha256:"
_ID = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


class DocumentsFileError(UplineError):
    """The file of documents cannot be used."""


class Documents:
    """The documents that requests can name: those of the list, or those that clients have stored.

    With a list (texts by hash), only its documents run, whether they are named or sent.
    """

    def __init__(self, listed: Mapping[str, str] | None = None) -> None:
        self.listed = listed
        self._stored: OrderedDict[str, str] = OrderedDict()
        self._bytes = 0

    def text(self, query: str | None, named: str | None) -> str:
        """The text that a request means by its query, or by the id or hash of a document, or by both.

        Raises PersistedQueryMismatchError for a text of another hash, UnknownDocumentError for what is not in
        the list, and where there is none PersistedQueryNotFoundError for a hash that is not stored.
        """
        key = _hash(named)
        if query is not None:
            own = hash_of(query)
            if self.listed is not None and own not in self.listed:
                raise _unlisted()
            if named is not None and own != key:
                raise PersistedQueryMismatchError(
                    "the hash is not that of the query", todo="Send the SHA-256 of its text, in hexadecimal."
                )
            return query
        if self.listed is not None:
            if key not in self.listed:
                raise _unlisted()
            return self.listed[key]
        if key not in self._stored:
            raise PersistedQueryNotFoundError("PersistedQueryNotFound")
        self._stored.move_to_end(key)
        return self._stored[key]

    def store(self, query: str) -> None:
        """Keep a text that was found valid, so that the next request can name it."""
        key = hash_of(query)
        if self.listed is not None or key in self._stored:
            return
        self._stored[key] = query
        self._bytes += len(query)
        while self._bytes > MOST_STORED_BYTES:
            self._bytes -= len(self._stored.popitem(last=False)[1])


def named_by(data: Mapping[str, Any]) -> str | None:
    """The id or hash of a document that a request names: `documentId`, or Apollo's `persistedQuery`."""
    document = data.get("documentId")
    persisted = (data.get("extensions") or {}).get("persistedQuery")
    if document is not None and not isinstance(document, str):
        raise MalformedRequestError("`documentId` must be a text")
    if persisted is None:
        return document or None
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(digest, str) or persisted.get("version") != 1:
        raise MalformedRequestError(
            "`persistedQuery` is not of version 1", todo='Send {"version": 1, "sha256Hash": "..."}.'
        )
    return digest


def read(path: Path, schema: GraphQLSchema) -> dict[str, str]:
    """The texts of a file of documents by their hash; raises DocumentsFileError.

    The file is what the Relay compiler and graphql-codegen write (an object of texts by hash), or a manifest
    of Apollo's. Each hash is checked, and each document against the schema and its limits, so that a mistake
    is found before anybody asks.
    """
    try:
        entries = dict(_entries(json.loads(path.read_text(encoding="utf-8"))))
    except OSError as error:
        raise DocumentsFileError(f"cannot be read: {error.strerror}", str(path)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DocumentsFileError(
            "is no file of documents", str(path), "Write an object of query texts by their SHA-256."
        ) from error
    tariff = Tariff(schema)
    listed = {}
    for name, text in entries.items():
        digest = hash_of(text)
        if _hash(name) != digest:
            raise DocumentsFileError(
                f"{excerpt(name)} is not the hash of its text",
                str(path),
                f"It should be {PREFIX}{digest}.",
            )
        if fault := _fault(text, schema, tariff):
            raise DocumentsFileError(f"the document {name} cannot run: {fault}", str(path), "Build it again.")
        listed[digest] = text
    return listed


def _entries(content: Any) -> Iterator[tuple[str, str]]:
    if "operations" in content:
        yield from ((each["id"], _text(each["body"])) for each in content["operations"])
    else:
        yield from ((name, _text(text)) for name, text in content.items())


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _fault(text: str, schema: GraphQLSchema, tariff: Tariff) -> str | None:
    """What is wrong with a document, by the rules that a request has to keep."""
    try:
        document = parse(text, max_tokens=MOST_TOKENS)
        for each in document.definitions:
            if isinstance(each, OperationDefinitionNode):
                operation = chosen(document, each.name.value if each.name else None, {})
                if operation is not None:
                    estimate(operation, tariff)
    except (GraphQLError, UplineError) as error:
        return getattr(error, "what", None) or str(getattr(error, "message", error))
    errors = validate(schema, document, specified_rules, 1)
    return errors[0].message if errors else None


def operation_names(documents: Mapping[str, str]) -> frozenset[str]:
    """The names of the operations in some texts, which can be parsed."""
    definitions = (each for text in documents.values() for each in parse(text).definitions)
    return frozenset(
        each.name.value for each in definitions if isinstance(each, OperationDefinitionNode) and each.name
    )


def hash_of(text: str) -> str:
    """SHA-256 of a text, by which it is named."""
    return sha256(text.encode()).hexdigest()


def _hash(named: str | None) -> str:
    """The hash in an id or a hash; "" where it is neither."""
    match = _ID.fullmatch(named) if named is not None else None
    return match[1] if match else ""


def _unlisted() -> UnknownDocumentError:
    """One refusal for all that is not listed, so that nobody learns what is."""
    return UnknownDocumentError(
        "this server runs listed documents only, and this is none of them",
        todo="Name one of the list.",
    )
