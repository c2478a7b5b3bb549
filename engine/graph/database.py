"""The one door to Neo4j: runs queries from files, never text from code.

Short work goes through transactions that are tried again where a fault may pass (`patience`). Passes that
commit in batches run on their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import uuid4

from engine.errors import UplineError, interrupted_by
from engine.graph import driver
from engine.graph.patience import lost_seconds, patiently
from engine.graph.queries import Query, foreign, query, shown

if TYPE_CHECKING:
    from engine.graph.awaited import Awaited

_PLACE = re.compile(r"\s*\(line (\d+), column (\d+)[^)]*\)*")

EXACT = 2**53
"""Up to here a float is exact; sums become floats only far beyond."""
T = TypeVar("T")
Row = dict[str, Any]
Ask = Callable[..., list[Row]]
"""Runs a query (by name or as a `Query`) with its parameters by name, and returns its rows."""
MARK = "upline"
"""Under this key a transaction's metadata names the graph that began it."""
SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
CONNECT_S = 5.0
"""Seconds for a connection to be made; a machine that is not there answers nothing at all."""
ANSWER_S = 10.0
"""Seconds for a server to answer whoever connects; one that is halted takes connections and says nothing."""
IDLE_S = 10.0
"""Seconds after which an unused connection is tried before it is used again."""


class ServerAddressError(UplineError):
    """The address is not one of a Neo4j."""


def server_address(uri: str, reason: str) -> ServerAddressError:
    """The refusal of an address that no driver can use."""
    todo = "UPLINE_NEO4J_URI is a scheme, a host and a port, for example bolt://127.0.0.1:7687."
    return ServerAddressError(f"this is not the address of a Neo4j: {reason}", uri, todo)


class ServerUnreachableError(UplineError):
    """No Neo4j answers at the address."""


class ServerRefusedError(UplineError):
    """Neo4j answers but refuses the user or password."""


class MemoryLimitError(UplineError):
    """A statement gathers more than the server gives one statement."""


class FigureTooLargeError(UplineError):
    """A sum or a product passes 64 bits, in a statement or on the way to it; nothing is cut off."""


class BrokenStatementError(UplineError):
    """The server cannot run a statement; `where` is the file and line of the piece that it complains about.

    `complaint` is what the server says. `line` and `column` are the place in the whole statement; 0 where the
    server names none.
    """

    complaint: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Counters:
    """What a write changed, as the server counted it."""

    nodes_created: int = 0
    nodes_deleted: int = 0
    relationships_created: int = 0
    relationships_deleted: int = 0
    properties_set: int = 0


class Graph:
    """A database and the ways to ask it.

    `read` and `write` take a query's name (``"genealogy/add_members"``) or a `Query`, and its
    parameters by name; both refuse parameters that the file does not declare.
    """

    def __init__(self, uri: str, user: str, password: str, database: str = "neo4j") -> None:
        self.uri, self.database = uri, database
        self.notes: tuple[str, ...] = ()
        self.store: Path | None = None
        """The folder of the store, where that is on this machine and ours."""
        self.prepared = False  # whether the schema is known to be there, as in a copy of the template
        self.schema: list[str] | None = None  # names as read when connecting, until schema.prepare uses them
        self._mark = uuid4().hex
        self._lost_s = lost_seconds(uri)
        if uri.partition("://")[0] not in SCHEMES:
            raise server_address(uri, f"its scheme is none of {', '.join(SCHEMES)}")
        from neo4j import GraphDatabase

        self._options: Row = {
            "auth": (user, password), "notifications_min_severity": "OFF", "telemetry_disabled": True,
            "keep_alive": True, "connection_timeout": CONNECT_S, "connection_acquisition_timeout": ANSWER_S,
            "liveness_check_timeout": IDLE_S,
        }  # fmt: skip
        self._connect = partial(GraphDatabase.driver, uri, **self._options)
        try:
            self._driver: driver.Driver = self._connect()
        except (driver.ConfigurationError, ValueError) as error:
            raise server_address(uri, str(error)) from error
        self._left: list[driver.Driver] = []

    def verify(self) -> None:
        """Raise ServerUnreachableError or ServerRefusedError unless the server answers queries."""
        try:
            self._driver.verify_connectivity()
        except driver.AuthError as error:
            what = f"Neo4j refuses the user or password: {error.message}"
            todo = "Check UPLINE_NEO4J_USER and UPLINE_NEO4J_PASSWORD."
            raise ServerRefusedError(what, self.uri, todo) from error
        except (*driver.lost(), OSError, ValueError) as error:
            raise ServerUnreachableError(
                f"no Neo4j answers ({error})", self.uri, "Start it, or correct UPLINE_NEO4J_URI."
            ) from error

    def trouble(self) -> str | None:
        """Why the database answers nothing though its server does, in the server's words; None if it answers.

        A database whose log could not be written has stopped, and starts again only with its server.
        """
        try:
            self.batched("graph/alive")
        except driver.Neo4jError as error:
            return (error.message or str(error)).strip()
        return None

    def close(self) -> None:
        """Give back every connection."""
        for each in (self._driver, *self._left):
            each.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    @contextmanager
    def session(self, access: str | None = None) -> Iterator[driver.Session]:
        """A driver session on this database, for callers with needs of their own."""
        mode = access or driver.WRITE_ACCESS
        try:
            with self._driver.session(database=self.database, default_access_mode=mode) as session:
                yield session
        except BaseException as error:
            interrupt = interrupted_by(error)  # in the middle of a message, to close may fail in any way
            if interrupt is None:
                raise
            self._leave()
            raise interrupt from None

    def _leave(self) -> None:
        """Use new connections from now on.

        An interrupt may strike in the middle of a message. The driver then takes the connection for free,
        though a transaction is open on it, or half an answer is still to come; the next user gets that as
        an error. What other threads do on the old connections ends as it would.
        """
        self._left.append(self._driver)
        self._driver = self._connect()

    def read(self, statement: str | Query, /, **parameters: object) -> list[Row]:
        """Rows of a reading query, as dicts by column name."""
        loaded = _query(statement)
        return exact(loaded, self._in_transaction(driver.READ_ACCESS, _rows, loaded, parameters))

    def first_rows(self, statement: Query, most: int, /, **parameters: object) -> list[Row]:
        """At most so many rows of a reading query."""
        return self.read(statement, **parameters)[:most]

    def value(self, statement: str | Query, /, **parameters: object) -> Any:
        """The first column of the first row, or None where there is no row."""
        rows = self.read(statement, **parameters)
        return next(iter(rows[0].values())) if rows else None

    def write(self, statement: str | Query, /, **parameters: object) -> Counters:
        """Run a write in one transaction, with retries, and count what changed."""
        return self._in_transaction(driver.WRITE_ACCESS, _counted, _query(statement), parameters)

    def write_rows(self, statement: str | Query, /, **parameters: object) -> list[Row]:
        """Run a write in one transaction, with retries, and return its rows."""
        loaded = _query(statement)
        return exact(loaded, self._in_transaction(driver.WRITE_ACCESS, _rows, loaded, parameters))

    def together(self, work: Callable[[Ask], T]) -> T:
        """Let `work` run several statements in one transaction: all of them count, or none.

        Where a fault may pass, `work` is called again from the beginning.
        """

        def within(transaction: driver.Transaction) -> T:
            def ask(statement: str | Query, /, **parameters: object) -> list[Row]:
                loaded = _query(statement)
                with located(loaded):
                    return exact(loaded, _rows(transaction, loaded.text, loaded.bind(**parameters)))

            return work(ask)

        return self._transacted(driver.WRITE_ACCESS, within)

    def _in_transaction(
        self,
        access: str,
        work: Callable[[driver.Transaction, str, Row], T],
        statement: Query,
        parameters: Row,
    ) -> T:
        bound = statement.bind(**parameters)
        with located(statement):
            return self._transacted(access, lambda transaction: work(transaction, statement.text, bound))

    def _transacted(self, access: str, work: Callable[[driver.Transaction], T]) -> T:
        """Do `work` in a transaction and commit it, again and again where a fault may pass."""

        def attempt() -> T:
            with (
                self.session(access) as session,
                session.begin_transaction(metadata={MARK: self._mark}) as transaction,
            ):
                result = work(transaction)
                transaction.commit()
                return result

        return patiently(attempt, self._lost_s)

    def batched(self, statement: str | Query, /, **parameters: object) -> list[Row]:
        """Run a query that commits by itself: CALL ... IN TRANSACTIONS, or a schema statement."""
        loaded = _query(statement)
        with located(loaded), self.session() as session:
            text = self.marked(loaded.text)
            with within_memory():
                return exact(loaded, [dict(row) for row in session.run(text, loaded.bind(**parameters))])

    def marked(self, text: str, seconds: float | None = None, **metadata: str) -> driver.Query:
        """A text for `session`, which `stop` finds at the server; stopped there after some seconds."""
        return driver.Query(text, metadata={MARK: self._mark, **metadata}, timeout=seconds)

    def awaited(self) -> Awaited:
        """The same database for reads on an event loop, with connections of its own."""
        from engine.graph.awaited import Awaited

        return Awaited(self.uri, self.database, self._options)

    def stop(self) -> None:
        """Stop every statement of this graph that is under way; whoever waits for one gets an error."""
        with suppress(driver.Neo4jError, driver.DriverError, OSError), self.session() as session:
            listed, ended = query("graph/asked"), query("graph/stop")
            if ids := session.run(driver.Query(listed.text), mark=self._mark).single(strict=True)["ids"]:
                session.run(driver.Query(ended.text), ids=ids).consume()

    def explain(self, statement: Query, *, warned: bool = False) -> tuple[list[str], Any]:
        """The columns and the result summary (query type, plan) of a query that is not run.

        With `warned` the summary also holds the server's notifications, and the driver logs them. Raises
        BrokenStatementError.
        """
        severity: Any = "INFORMATION" if warned else "OFF"
        session = self._driver.session(database=self.database, notifications_min_severity=severity)
        with located(statement, lines_before=1), session:
            result = session.run(driver.Query("EXPLAIN\n" + statement.text), dict.fromkeys(statement.params))
            return list(result.keys()), result.consume()


@contextmanager
def located(statement: Query, lines_before: int = 0) -> Iterator[None]:
    """Raise what the server says as BrokenStatementError, figures past 64 bits as FigureTooLargeError.

    `lines_before` counts the lines that the server was sent before the statement's own.
    """
    try:
        yield
    except OverflowError as error:  # the driver cannot send such an integer
        raise too_large(statement) from error
    except driver.Neo4jError as error:
        code = error.code or ""
        if "ArithmeticError" in code and "overflow" in (error.message or ""):
            raise too_large(statement) from error
        if not code.startswith("Neo.ClientError.Statement.") or code.endswith("AccessMode"):
            raise
        raise _broken(statement, (error.message or str(error)).strip(), lines_before) from error


def exact(statement: Query, rows: list[Row]) -> list[Row]:
    """The rows; raises FigureTooLargeError where a `sum()` has passed 64 bits.

    The server then goes on with a float, without an error: nothing that is paid may come of it.
    """
    whole = [column for column, kind in statement.returns.items() if kind == "INTEGER"]
    if any(type(row.get(column)) is float and abs(row[column]) > EXACT for column in whole for row in rows):
        raise too_large(statement)
    return rows


def too_large(statement: Query) -> FigureTooLargeError:
    """The refusal of a statement in which a figure passes 64 bits."""
    return FigureTooLargeError(
        f"a figure is larger than {2**63 - 1:,} (64 bits)",
        shown(statement.path),
        "Look for an amount, a volume or a fact that is far too large.",
    )


def _broken(statement: Query, message: str, lines_before: int) -> BrokenStatementError:
    place = _PLACE.search(message)
    line, column = (int(place[1]) - lines_before, int(place[2])) if place else (0, 0)
    others = [piece.path for piece in statement.pieces if foreign(piece.path)]
    path, number = statement.place(line, column) if place else ((others or [statement.path])[0], 1)
    complaint = (message[: place.start()] if place else message).partition("\n")[0]
    error = BrokenStatementError(
        f"the server cannot run this: {complaint}",
        f"{shown(path)}:{number}",
        "Correct that line; `upline rules test` tries a rule on its case."
        if foreign(path)
        else "The engine is at fault: please report it, with this message.",
    )
    error.complaint, error.line, error.column = complaint, line, column
    return error


def _query(statement: str | Query) -> Query:
    return query(statement) if isinstance(statement, str) else statement


@contextmanager
def within_memory() -> Iterator[None]:
    """Say in our terms that a statement gathers too much; the driver would try it again and again."""
    try:
        yield
    except driver.Neo4jError as error:
        if "MemoryPoolOutOfMemory" not in (error.code or ""):
            raise
        raise MemoryLimitError(
            "this needs more memory than the server gives one statement",
            todo="Ask for less, or give the server more (UPLINE_HEAP_MIB, db.memory.transaction.max).",
        ) from error


def _rows(transaction: driver.Transaction, text: str, params: Row) -> list[Row]:
    with within_memory():
        return [dict(row) for row in transaction.run(text, params)]


def _counted(transaction: driver.Transaction, text: str, params: Row) -> Counters:
    with within_memory():
        counters = transaction.run(text, params).consume().counters
    return Counters(
        counters.nodes_created,
        counters.nodes_deleted,
        counters.relationships_created,
        counters.relationships_deleted,
        counters.properties_set,
    )
