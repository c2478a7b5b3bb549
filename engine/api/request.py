"""What is known of the request under way, for its log line, metrics, trace and the statements that it sends.

Whoever learns something writes it down: ``current().role = "member"``. Nothing of a person goes in here: no
token, no variable, no member's id.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

_ID = re.compile(r"[A-Za-z0-9._:/+=-]{8,128}")
"""Request ids that are taken over from clients: those of the usual proxies and tracers."""
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,79}")
"""Names of operations that are shown: those of GraphQL, unless they are very long."""


@dataclass(slots=True)
class RequestInfo:
    """One request: its id, and what became known of it so far."""

    id: str
    operation: str | None = None
    """The name of the operation in a document that was found valid; None: it has none, or is not valid."""
    role: str | None = None
    cost: int | None = None
    statements: int = 0
    """Statements that the request has sent to the database."""
    codes: list[str] = field(default_factory=list)
    """The codes of its errors, each once."""
    observers: tuple["StatementObserver", ...] = ()
    """What wants to know of each statement."""

    def named(self, operation: object) -> None:
        """Note the operation's name, unless it is too long to be one that somebody gave on purpose."""
        if isinstance(operation, str) and _NAME.fullmatch(operation):
            self.operation = operation

    def failed(self, code: str) -> None:
        """Note the code of an error."""
        if code not in self.codes:
            self.codes.append(code)

    @contextmanager
    def sending(self, statement: str) -> Iterator[None]:
        """Count a statement, by its name, for as long as the database works on it."""
        self.statements += 1
        with ExitStack() as observed:
            for observer in self.observers:
                observed.enter_context(observer(statement))
            yield


StatementObserver = Callable[[str], AbstractContextManager[None]]
"""Takes the name of a statement, and is open as long as the database works on it."""

_current: ContextVar[RequestInfo | None] = ContextVar("request", default=None)


def current() -> RequestInfo:
    """The request under way; outside of any a new one, which nobody reads."""
    return _current.get() or RequestInfo(new_id())


def under_way() -> RequestInfo | None:
    """The request under way, if there is one."""
    return _current.get()


def begin(request_id: str | None) -> RequestInfo:
    """Make a request the current one of this task; a client's own id is kept if it is well-formed."""
    info = RequestInfo(request_id if request_id and _ID.fullmatch(request_id) else new_id())
    _current.set(info)
    return info


def new_id() -> str:
    """An id for a request that brings none."""
    return uuid.uuid4().hex
