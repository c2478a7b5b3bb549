"""A request that its client may send again: the first answer is kept with the change, and counts for good.

A client names its request by a key of its own. The key belongs to an actor: two clients may use the same one.
Only what was done is kept. A refused request has changed nothing, and is decided anew when it comes again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.errors import UplineError
from engine.genealogy.changes.lane import enter
from engine.graph.database import Ask, Graph

DAYS = 30
"""For how many days a key is kept at least."""


class KeyReusedError(UplineError):
    """The idempotency key belongs to an earlier request with other arguments."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a client: who sends it, its key, the kind (``place``), and a hash of its arguments."""

    actor: str
    client_key: str
    kind: str
    hash: str

    def part(self, name: str) -> "Request":
        """A request for one part of what this one asks for, kept by itself: no client's key has two lines."""
        return replace(self, client_key=f"{self.client_key}\n{name}")

    @property
    def key(self) -> str:
        """What the store keeps it by: the actor together with the client's key."""
        return json.dumps([self.actor, self.client_key], ensure_ascii=False)

    def answered(self, answer: Any) -> dict[str, Any]:
        """The properties of the node that keeps the request and its answer, which JSON can write."""
        return {
            "key": self.key,
            "actor": self.actor,
            "kind": self.kind,
            "request_hash": self.hash,
            "answer": _text(answer),
        }


def _text(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False, default=str)


def request(actor: str, client_key: str | None, kind: str, arguments: Mapping[str, Any]) -> Request | None:
    """A client's request by its key and its arguments; None where the client gives no key."""
    if client_key is None:
        return None
    text = json.dumps([kind, arguments], sort_keys=True, ensure_ascii=False, default=str)
    return Request(actor, client_key, kind, hashlib.sha256(text.encode()).hexdigest())


def earlier_answer(ask: Ask, request: Request | None) -> Any | None:
    """What the same request was answered before, or None. Raises KeyReusedError for other arguments."""
    if request is None:
        return None
    rows = ask("changes/request", key=request.key)
    if not rows:
        return None
    same_request(request, rows[0]["request_hash"])
    return json.loads(rows[0]["answer"])


def earlier_requests(ask: Ask, requests: Iterable[Request | None]) -> dict[str, tuple[str, Any]]:
    """The stored ones of some requests by their keys: the hash of the arguments, and the answer."""
    keys = [each.key for each in requests if each is not None]
    if not keys:
        return {}
    rows = ask("changes/requests", keys=keys)[0]["requests"]
    return {key: (of_arguments, json.loads(answer)) for key, of_arguments, answer in rows}


def same_request(request: Request, of_arguments: str) -> None:
    """Raise KeyReusedError where the stored request under the same key had other arguments."""
    if of_arguments != request.hash:
        raise KeyReusedError(
            f"the key {request.client_key!r} belongs to an earlier request with other arguments",
            todo="Use a new key for each new request, and the same one only to send a request again.",
        )


def keep_within(ask: Ask, request: Request | None, answer: Any) -> None:
    """Keep the answer of a request that made no change, in the transaction that did what it asks for."""
    if request is not None:
        ask("changes/keep_request", request=request.answered(answer))


def keep(graph: Graph, request: Request | None, answer: Any) -> Any:
    """Keep the answer of a request that made no change; returns the first one, should two come at once."""
    if request is None:
        return answer
    kept = request

    def within(ask: Ask) -> Any:
        enter(ask)
        before = earlier_answer(ask, kept)
        if before is not None:
            return before
        ask("changes/keep_request", request=kept.answered(answer))
        ask("changes/forget_requests", days=DAYS)
        return answer

    return graph.together(within)


def conclude(graph: Graph, request: Request | None, answer: Any) -> None:
    """Note what came of a request that had begun something, such as how a run has failed: its answer now."""
    if request is not None:
        graph.write("changes/conclude_request", key=request.key, answer=_text(answer))
