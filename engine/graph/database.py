"""The one door to Neo4j: runs queries from files, never text from code.

Short work goes through managed transactions that retry; passes that commit in batches run on their own.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self, TypeVar
from uuid import uuid4

from neo4j import READ_ACCESS, WRITE_ACCESS, Driver, GraphDatabase, ManagedTransaction, Session, unit_of_work
from neo4j import Query as Text
from neo4j.exceptions import AuthError, DriverError, Neo4jError, ServiceUnavailable

from engine.errors import UplineError
from engine.graph.queries import Query, foreign, query, shown

_PLACE = re.compile(r"\s*\(line (\d+), column (\d+)[^)]*\)*")

EXACT = 2**53
"""Up to here a float is exact; sums become floats only far beyond."""

T = TypeVar("T")
Row = dict[str, Any]
Ask = Callable[..., list[Row]]
"""Runs a query (by name or as a `Query`) with its parameters by name, and returns its rows."""
MARK = "upline"
"""Under this key a transaction's metadata says which graph asked for it."""


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
        self._mark = uuid4().hex
        marked = unit_of_work(metadata={MARK: self._mark})
        self._rows, self._counted = marked(_rows), marked(_counted)
        self._driver: Driver = GraphDatabase.driver(
            uri,
            auth=(user, password),
            notifications_min_severity="OFF",
            telemetry_disabled=True,
            keep_alive=True,
        )

    def verify(self) -> None:
        """Raise ServerUnreachableError or ServerRefusedError unless queries can be asked."""
        try:
            self._driver.verify_connectivity()
        except AuthError as error:
            raise ServerRefusedError(
                f"Neo4j refuses the user or password: {error.message}",
                self.uri,
                "Check UPLINE_NEO4J_USER and UPLINE_NEO4J_PASSWORD.",
            ) from error
        except (ServiceUnavailable, OSError, ValueError) as error:
            raise ServerUnreachableError(
                f"no Neo4j answers ({error})", self.uri, "Start it, or correct UPLINE_NEO4J_URI."
            ) from error

    def close(self) -> None:
        """Give back every connection."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    @contextmanager
    def session(self, access: str = WRITE_ACCESS) -> Iterator[Session]:
        """A driver session on this database, for callers with needs of their own."""
        with self._driver.session(database=self.database, default_access_mode=access) as session:
            yield session

    def read(self, asked: str | Query, **given: object) -> list[Row]:
        """Rows of a reading query, as dicts by column name."""
        found = _query(asked)
        with located(found), self.session(READ_ACCESS) as session:
            return _exact(found, session.execute_read(self._rows, found.text, found.bind(**given)))

    def value(self, asked: str | Query, **given: object) -> Any:
        """The first column of the first row, or None where there is no row."""
        rows = self.read(asked, **given)
        return next(iter(rows[0].values())) if rows else None

    def write(self, asked: str | Query, **given: object) -> Counters:
        """Run a write in one transaction, with retries, and count what changed."""
        found = _query(asked)
        with located(found), self.session() as session:
            return session.execute_write(self._counted, found.text, found.bind(**given))

    def write_rows(self, asked: str | Query, **given: object) -> list[Row]:
        """Run a write in one transaction, with retries, and return its rows."""
        found = _query(asked)
        with located(found), self.session() as session:
            return _exact(found, session.execute_write(self._rows, found.text, found.bind(**given)))

    def together(self, work: Callable[[Ask], T]) -> T:
        """Let `work` run several statements in one transaction: all of them count, or none.

        Where the server asks for it, `work` is called again from the beginning.
        """

        def within(transaction: ManagedTransaction) -> T:
            def ask(asked: str | Query, **given: object) -> list[Row]:
                statement = _query(asked)
                with located(statement):
                    return _exact(statement, _rows(transaction, statement.text, statement.bind(**given)))

            return work(ask)

        with self.session() as session:
            return session.execute_write(unit_of_work(metadata={MARK: self._mark})(within))

    def batched(self, asked: str | Query, **given: object) -> list[Row]:
        """Run a query that commits by itself: CALL ... IN TRANSACTIONS, or a schema statement."""
        found = _query(asked)
        with located(found), self.session() as session:
            text = Text(found.text, metadata={MARK: self._mark})
            with _within_memory():
                return _exact(found, [dict(row) for row in session.run(text, found.bind(**given))])

    def stop(self) -> None:
        """Stop whatever this graph has asked and not been answered yet; who waits for it gets an error."""
        with suppress(Neo4jError, DriverError, OSError), self.session() as session:
            asked, ended = query("graph/asked"), query("graph/stop")
            if ids := session.run(_text(asked.text), mark=self._mark).single(strict=True)["ids"]:
                session.run(_text(ended.text), ids=ids).consume()

    def explain(self, asked: Query, *, warned: bool = False) -> tuple[list[str], Any]:
        """The columns and the result summary (query type, plan) of a query that is not run.

        Raises BrokenStatementError.

        With `warned` the summary also holds the server's notifications, and the driver logs them.
        """
        severity: Any = "INFORMATION" if warned else "OFF"
        asking = self._driver.session(database=self.database, notifications_min_severity=severity)
        with located(asked, lines_before=1), asking as session:
            result = session.run(_text("EXPLAIN\n" + asked.text), dict.fromkeys(asked.params))
            return list(result.keys()), result.consume()


@contextmanager
def located(asked: Query, lines_before: int = 0) -> Iterator[None]:
    """Raise what the server complains of in a statement as BrokenStatementError, with file and line.

    A figure that passes 64 bits raises FigureTooLargeError. `lines_before` counts the lines that the server
    was sent before the statement's own.
    """
    try:
        yield
    except OverflowError as error:  # the driver cannot send such an integer
        raise _too_large(asked) from error
    except Neo4jError as error:
        if "ArithmeticError" in (error.code or "") and "overflow" in (error.message or ""):
            raise _too_large(asked) from error
        if not (error.code or "").startswith("Neo.ClientError.Statement.") or (error.code or "").endswith(
            "AccessMode"
        ):
            raise
        raise _broken(asked, (error.message or str(error)).strip(), lines_before) from error


def _exact(asked: Query, rows: list[Row]) -> list[Row]:
    """The rows; raises FigureTooLargeError where a `sum()` has passed 64 bits.

    The server then goes on with a float, without an error: nothing that is paid may come of it.
    """
    whole = [column for column, kind in asked.returns.items() if kind == "INTEGER"]
    if any(type(row.get(column)) is float and abs(row[column]) > EXACT for column in whole for row in rows):
        raise _too_large(asked)
    return rows


def _too_large(asked: Query) -> FigureTooLargeError:
    return FigureTooLargeError(
        f"a figure is larger than {2**63 - 1:,} (64 bits)",
        shown(asked.path),
        "Look for an amount, a volume or a fact that is far too large.",
    )


def _broken(asked: Query, message: str, lines_before: int) -> BrokenStatementError:
    place = _PLACE.search(message)
    line, column = (int(place[1]) - lines_before, int(place[2])) if place else (0, 0)
    others = [piece.path for piece in asked.pieces if foreign(piece.path)]
    if place:
        path, number = asked.place(line, column)
    else:
        path, number = (others or [asked.path])[0], 1
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


def _query(asked: str | Query) -> Query:
    return query(asked) if isinstance(asked, str) else asked


def _text(text: str) -> Text:
    return Text(text)


@contextmanager
def _within_memory() -> Iterator[None]:
    """Say in our terms that a statement gathers too much; the driver would try it again and again."""
    try:
        yield
    except Neo4jError as error:
        if "MemoryPoolOutOfMemory" not in (error.code or ""):
            raise
        raise MemoryLimitError(
            "this needs more memory than the server gives one statement",
            todo="Ask for less, or give the server more (UPLINE_HEAP_MIB, db.memory.transaction.max).",
        ) from error


def _rows(transaction: ManagedTransaction, text: str, params: Row) -> list[Row]:
    with _within_memory():
        return [dict(row) for row in transaction.run(text, params)]


def _counted(transaction: ManagedTransaction, text: str, params: Row) -> Counters:
    with _within_memory():
        found = transaction.run(text, params).consume().counters
    return Counters(
        found.nodes_created,
        found.nodes_deleted,
        found.relationships_created,
        found.relationships_deleted,
        found.properties_set,
    )
